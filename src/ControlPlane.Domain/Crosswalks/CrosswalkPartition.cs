namespace ControlPlane.Domain.Crosswalks;

/// <summary>
/// The entries of one table in one scope, found by either code. Not changed once it is in a snapshot: a change is a copy. Dictionaries and not
/// frozen ones, because a frozen one of a million codes takes seconds to make, at each change, and a copy of a dictionary some milliseconds.
/// </summary>
internal sealed class CrosswalkPartition
{
    private readonly Dictionary<string, CrosswalkPeriods> _byTheirs;
    private readonly Dictionary<string, CrosswalkPeriods> _byOurs;

    public CrosswalkPartition() => (_byTheirs, _byOurs) = (new(StringComparer.OrdinalIgnoreCase), new(StringComparer.OrdinalIgnoreCase));

    private CrosswalkPartition(CrosswalkPartition of) =>
        (_byTheirs, _byOurs) = (new(of._byTheirs, StringComparer.OrdinalIgnoreCase), new(of._byOurs, StringComparer.OrdinalIgnoreCase));

    public int Count { get; private set; }

    /// <summary>The codes that there are on the wanted side.</summary>
    public IEnumerable<CrosswalkSlot> All => _byTheirs.Values.Concat(_byOurs.Values).SelectMany(p => p.All).DistinctBy(s => s.Id);

    public CrosswalkPartition Copy() => new(this) { Count = Count };

    public CrosswalkSlot? Find(string code, CrosswalkDirection direction, DateTimeOffset at)
    {
        var index = direction == CrosswalkDirection.ToOurs ? _byTheirs : _byOurs;
        if (index.TryGetValue(code, out var periods) && periods.At(at) is { } slot)
            return slot;
        return index.TryGetValue(CrosswalkRules.Wildcard, out var any) ? any.At(at) : null;
    }

    /// <summary>Only while it is being made.</summary>
    public void Add(CrosswalkSlot slot)
    {
        Count++;
        if (slot.Terms.Directions.Has(CrosswalkDirection.ToOurs))
            Add(_byTheirs, slot.Theirs, slot);
        if (slot.Terms.Directions.Has(CrosswalkDirection.ToTheirs))
            Add(_byOurs, slot.Ours, slot);
    }

    /// <summary>Only while it is being made. False when it was not there.</summary>
    public bool Remove(Guid id, string theirs, string ours)
    {
        var removed = Remove(_byTheirs, theirs, id);
        removed |= Remove(_byOurs, ours, id);
        Count -= removed ? 1 : 0;
        return removed;
    }

    private static void Add(Dictionary<string, CrosswalkPeriods> index, string code, CrosswalkSlot slot) =>
        index[code] = index.TryGetValue(code, out var there) ? there.With(slot) : new(slot);

    private static bool Remove(Dictionary<string, CrosswalkPeriods> index, string code, Guid id)
    {
        if (!index.TryGetValue(code, out var periods) || periods.All.All(s => s.Id != id))
            return false;
        if (periods.Without(id) is { } left)
            index[code] = left;
        else
            index.Remove(code);
        return true;
    }
}
