using System.Collections.Frozen;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>A change of one entry, as a snapshot takes it up.</summary>
/// <param name="Before">As it was; null for a new one.</param>
/// <param name="After">As it is; one that is retired answers nothing any more.</param>
public sealed record CrosswalkDelta(string Table, CrosswalkEntry? Before, CrosswalkEntry After);

/// <summary>All crosswalks in force at one revision. Immutable, shared by all threads.</summary>
public sealed class CrosswalkSnapshot
{
    private readonly FrozenDictionary<string, CrosswalkTable> _tables;
    private readonly FrozenDictionary<(string Table, CrosswalkScope Scope), CrosswalkPartition> _partitions;

    private CrosswalkSnapshot(long revision, FrozenDictionary<string, CrosswalkTable> tables, FrozenDictionary<(string, CrosswalkScope), CrosswalkPartition> partitions) =>
        (Revision, _tables, _partitions) = (revision, tables, partitions);

    public static CrosswalkSnapshot Empty { get; } = Build(0, CrosswalkTable.Standard, []);

    public long Revision { get; }

    public IReadOnlyCollection<CrosswalkTable> Tables => _tables.Values;

    public CrosswalkTable? Table(string name) => _tables.GetValueOrDefault(name);

    /// <summary>Entries in force, of all dates.</summary>
    public int Count(string table) => _partitions.Where(p => p.Key.Table == table).Sum(p => p.Value.Count);

    /// <param name="entries">Those in force, each with its table.</param>
    public static CrosswalkSnapshot Build(long revision, IEnumerable<CrosswalkTable> tables, IEnumerable<(string Table, CrosswalkEntry Entry)> entries)
    {
        var partitions = new Dictionary<(string, CrosswalkScope), CrosswalkPartition>();
        var terms = new TermsPool();
        foreach (var (table, entry) in entries)
            if (entry.State == CrosswalkState.Approved)
                Partition(partitions, (table, entry.Scope)).Add(terms.Slot(table, entry));
        return new(revision, tables.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal), partitions.ToFrozenDictionary());
    }

    /// <summary>Copies what the changes touch and shares the rest.</summary>
    public CrosswalkSnapshot With(long revision, IEnumerable<CrosswalkTable> tables, IReadOnlyCollection<CrosswalkDelta> changes)
    {
        var partitions = new Dictionary<(string, CrosswalkScope), CrosswalkPartition>(_partitions);
        var copied = new HashSet<(string, CrosswalkScope)>();
        var terms = new TermsPool();
        foreach (var (table, before, after) in changes)
        {
            if (before is not null)
                Own((table, before.Scope)).Remove(before.Id, before.Theirs, before.Ours);
            if (after.State == CrosswalkState.Approved)
                Own((table, after.Scope)).Add(terms.Slot(table, after));
        }

        return new(revision, tables.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal), partitions.ToFrozenDictionary());

        CrosswalkPartition Own((string, CrosswalkScope) key)
        {
            if (!copied.Add(key))
                return partitions[key];
            return partitions[key] = partitions.TryGetValue(key, out var there) ? there.Copy() : new();
        }
    }

    /// <summary>As one connection sees it.</summary>
    /// <param name="tally">Counts use and misses; null = nothing is counted.</param>
    public ICrosswalks For(string connection, IReadOnlyList<CrosswalkScope> chain, CrosswalkTally? tally = null) => new CrosswalkView(this, connection, chain, tally);

    /// <summary>What is known of a table, for suggestions: each scope with its pairs of codes.</summary>
    public IEnumerable<(CrosswalkScope Scope, string Theirs, string Ours)> Pairs(string table) =>
        _partitions.Where(p => p.Key.Table == table).SelectMany(p => p.Value.All, (p, slot) => (p.Key.Scope, slot.Theirs, slot.Ours));

    internal CrosswalkPartition? Partition(string table, CrosswalkScope scope) => _partitions.GetValueOrDefault((table, scope));

    private static CrosswalkPartition Partition(Dictionary<(string, CrosswalkScope), CrosswalkPartition> partitions, (string, CrosswalkScope) key) =>
        partitions.TryGetValue(key, out var found) ? found : partitions[key] = new();

    /// <summary>Imported entries share revision, factor and dates: one object for all of them.</summary>
    private sealed class TermsPool
    {
        private readonly Dictionary<(string, CrosswalkScope, long), string> _names = [];
        private readonly Dictionary<CrosswalkTerms, CrosswalkTerms> _terms = [];

        public CrosswalkSlot Slot(string table, CrosswalkEntry entry)
        {
            if (!_names.TryGetValue((table, entry.Scope, entry.Revision), out var name))
                name = _names[(table, entry.Scope, entry.Revision)] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{table}, {entry.Scope}, revision {entry.Revision}");
            var terms = new CrosswalkTerms(name, entry.Directions, entry.Factor, entry.From, entry.Until);
            if (!_terms.TryGetValue(terms, out var shared))
                shared = _terms[terms] = terms;
            return new(entry.Id, entry.Theirs, entry.Ours, shared);
        }
    }
}
