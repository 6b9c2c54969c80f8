namespace ControlPlane.Domain.Crosswalks;

/// <summary>
/// An entry as look-ups need it, and what they did with it. Small, because a table may have a million: what most entries have in common
/// (revision, factor, dates) is held once for all of them.
/// </summary>
internal sealed class CrosswalkSlot(Guid id, string theirs, string ours, CrosswalkTerms terms)
{
    private int _hits;
    private int _lastMinute;

    public Guid Id => id;

    public string Theirs => theirs;

    public string Ours => ours;

    public CrosswalkTerms Terms => terms;

    /// <returns>True for the first use since the last <see cref="Take"/>.</returns>
    public bool Touch(DateTimeOffset at)
    {
        Volatile.Write(ref _lastMinute, (int)(at.ToUnixTimeSeconds() / 60));
        return Interlocked.Increment(ref _hits) == 1;
    }

    public (int Hits, DateTimeOffset LastAt) Take() => (Interlocked.Exchange(ref _hits, 0), DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref _lastMinute) * 60L));
}

/// <param name="Name">As traces name the entry: <c>carrier, connection:shop-eu, revision 7</c>.</param>
internal sealed record CrosswalkTerms(string Name, CrosswalkDirections Directions, decimal Factor, DateTimeOffset? From, DateTimeOffset? Until)
{
    public bool CountsAt(DateTimeOffset at) => (From is null || From <= at) && (Until is null || at < Until);
}

/// <summary>The entries for one code: nearly always one, several when the meaning changed over time.</summary>
internal readonly struct CrosswalkPeriods(CrosswalkSlot first, CrosswalkSlot[]? others = null)
{
    public CrosswalkSlot? At(DateTimeOffset at)
    {
        if (first.Terms.CountsAt(at))
            return first;
        return others is null ? null : Array.Find(others, o => o.Terms.CountsAt(at));
    }

    public IEnumerable<CrosswalkSlot> All => others is null ? [first] : [first, .. others];

    public CrosswalkPeriods With(CrosswalkSlot slot) => new(first, [.. others ?? [], slot]);

    /// <summary>Null when nothing is left.</summary>
    public CrosswalkPeriods? Without(Guid id) => All.Where(s => s.Id != id).ToArray() switch
    {
        [] => null,
        [var one] => new CrosswalkPeriods(one),
        [var one, .. var rest] => new CrosswalkPeriods(one, rest),
    };
}
