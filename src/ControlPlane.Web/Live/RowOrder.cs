namespace ControlPlane.Web.Live;

/// <summary>Rows that stay where they are while somebody looks, although they would be sorted otherwise now.</summary>
public static class RowOrder
{
    /// <summary>How many rows would come, go, or change their place beside the others: what a button that shows the new order tells.</summary>
    public static int Changes(IReadOnlyList<Guid> shown, IReadOnlyList<Guid> now)
    {
        var place = now.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        var kept = shown.Where(place.ContainsKey).Select(id => place[id]).ToList();
        return shown.Count - kept.Count + now.Count - kept.Count + kept.Count - LongestRising(kept);
    }

    /// <summary>Those that need not move: a page is small, so the plain way is fast enough.</summary>
    private static int LongestRising(List<int> places)
    {
        var ends = new List<int>();
        foreach (var place in places)
        {
            var at = ends.BinarySearch(place);
            at = at < 0 ? ~at : at;
            if (at == ends.Count)
                ends.Add(place);
            else
                ends[at] = place;
        }

        return ends.Count;
    }
}
