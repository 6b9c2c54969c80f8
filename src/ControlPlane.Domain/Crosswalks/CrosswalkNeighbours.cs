using System.Globalization;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>
/// The entries of one table that are in force, and whether one more fits among them: at any instant a code has one answer in a scope, and
/// two units that are converted both ways agree.
/// </summary>
public sealed class CrosswalkNeighbours
{
    /// <summary>One twelfth has no exact decimal: a millionth is allowed between a factor and its inverse.</summary>
    private const decimal Tolerance = 0.000_001m;

    private readonly Dictionary<Key, List<CrosswalkEntry>> _byTheirs = [];
    private readonly Dictionary<Key, List<CrosswalkEntry>> _byOurs = [];

    public CrosswalkNeighbours(IEnumerable<CrosswalkEntry> inForce)
    {
        foreach (var entry in inForce)
            Add(entry);
    }

    public void Add(CrosswalkEntry entry)
    {
        if (entry.State != CrosswalkState.Approved)
            return;
        List(_byTheirs, new(entry.Scope, entry.Theirs)).Add(entry);
        List(_byOurs, new(entry.Scope, entry.Ours)).Add(entry);
    }

    public void Remove(CrosswalkEntry entry)
    {
        List(_byTheirs, new(entry.Scope, entry.Theirs)).RemoveAll(e => e.Id == entry.Id);
        List(_byOurs, new(entry.Scope, entry.Ours)).RemoveAll(e => e.Id == entry.Id);
    }

    /// <summary>Null when it fits; otherwise a problem that names both.</summary>
    public CrosswalkProblem? Problem(CrosswalkEntry entry)
    {
        if (entry.State != CrosswalkState.Approved)
            return null;
        if (entry.Directions.Has(CrosswalkDirection.ToOurs) && Clash(_byTheirs, new(entry.Scope, entry.Theirs), entry, CrosswalkDirection.ToOurs) is { } same)
            return new("theirs", "crosswalk.overlap", $"'{entry}' would answer for the code {entry.Theirs} at the same time as '{same}'. Change that one, give them dates that do not overlap, or another scope.");
        if (entry.Directions.Has(CrosswalkDirection.ToTheirs) && Clash(_byOurs, new(entry.Scope, entry.Ours), entry, CrosswalkDirection.ToTheirs) is { } back)
            return new("ours", "crosswalk.overlap", $"'{entry}' would answer for our code {entry.Ours} at the same time as '{back}'. Several codes of theirs may mean one of ours: then all but one have the direction to-ours.");
        foreach (var other in _byTheirs.GetValueOrDefault(new(entry.Scope, entry.Ours)) ?? [])
            if (other.Id != entry.Id && Same(other.Ours, entry.Theirs) && other.Overlaps(entry) && Math.Abs(other.Factor * entry.Factor - 1) > Tolerance)
                return new("factor", "crosswalk.factor_inverse", $"'{entry}' and '{other}' contradict each other: one factor times the other must be 1, and is {(other.Factor * entry.Factor).ToString("0.######", CultureInfo.InvariantCulture)}.");
        return null;
    }

    private static CrosswalkEntry? Clash(Dictionary<Key, List<CrosswalkEntry>> index, Key key, CrosswalkEntry entry, CrosswalkDirection direction) =>
        index.GetValueOrDefault(key)?.Find(e => e.Id != entry.Id && e.Directions.Has(direction) && e.Overlaps(entry));

    private static List<CrosswalkEntry> List(Dictionary<Key, List<CrosswalkEntry>> index, Key key) => index.TryGetValue(key, out var found) ? found : index[key] = [];

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Key(CrosswalkScope Scope, string Code)
    {
        public bool Equals(Key other) => Scope == other.Scope && Same(Code, other.Code);

        public override int GetHashCode() => HashCode.Combine(Scope, string.GetHashCode(Code, StringComparison.OrdinalIgnoreCase));
    }
}
