using System.Collections.Frozen;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>One snapshot through the eyes of one connection: scope by scope, the narrowest first, in each the exact code before the wildcard.</summary>
internal sealed class CrosswalkView : ICrosswalks
{
    private readonly string _connection;
    private readonly CrosswalkTally? _tally;
    private readonly CrosswalkSnapshot _snapshot;
    private readonly FrozenDictionary<string, CrosswalkPartition[]> _tables;
    private readonly CrosswalkView _uncounted;

    public CrosswalkView(CrosswalkSnapshot snapshot, string connection, IReadOnlyList<CrosswalkScope> chain, CrosswalkTally? tally)
    {
        (_snapshot, _connection, _tally) = (snapshot, connection, tally);
        _tables = snapshot.Tables.ToFrozenDictionary(t => t.Name, t => chain.Select(s => snapshot.Partition(t.Name, s)).OfType<CrosswalkPartition>().ToArray(), StringComparer.Ordinal);
        _uncounted = tally is null ? this : new(this);
    }

    private CrosswalkView(CrosswalkView counted)
    {
        (_snapshot, _connection, _tables) = (counted._snapshot, counted._connection, counted._tables);
        _uncounted = this;
    }

    public CrosswalkHit? Find(string table, string value, CrosswalkDirection direction, DateTimeOffset at)
    {
        var code = value.AsSpan().Trim().Length == value.Length ? value : value.Trim();
        if (_tables.TryGetValue(table, out var partitions))
            foreach (var partition in partitions)
                if (partition.Find(code, direction, at) is { } slot)
                {
                    if (_tally is not null && slot.Touch(at))
                        _tally.Used(slot);
                    var answer = direction == CrosswalkDirection.ToOurs ? slot.Ours : slot.Theirs;
                    return new(answer == CrosswalkRules.Wildcard ? code : answer, slot.Terms.Factor, slot.Terms.Name);
                }

        _tally?.Missed(new(_connection, table, direction, code), at);
        return null;
    }

    public bool Knows(string table) => _tables.ContainsKey(table);

    public ICrosswalks Uncounted() => _uncounted;
}
