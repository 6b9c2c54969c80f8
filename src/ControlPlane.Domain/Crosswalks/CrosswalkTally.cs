using System.Collections.Concurrent;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>A code that had no entry.</summary>
public readonly record struct MissedCode(string Connection, string Table, CrosswalkDirection Direction, string Code)
{
    public bool Equals(MissedCode other) =>
        Connection == other.Connection && Table == other.Table && Direction == other.Direction && string.Equals(Code, other.Code, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(Connection, Table, Direction, string.GetHashCode(Code, StringComparison.OrdinalIgnoreCase));
}

/// <param name="MessageId">Of one document that had it; null when none is known.</param>
/// <param name="TransactionId">The transaction whose outgoing document had it.</param>
public sealed record MissCount(MissedCode Missed, int Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, Guid? MessageId, Guid? TransactionId);

public sealed record UseCount(Guid Entry, int Hits, DateTimeOffset LastAt);

/// <summary>
/// Counts which entries answer and which codes have none, in memory: a look-up pays a few nanoseconds for it. What is not taken before the
/// process ends is lost; it is statistics.
/// </summary>
public sealed class CrosswalkTally
{
    /// <summary>A sender may send anything: beyond this, new codes are counted again once the others were taken.</summary>
    public const int MostMisses = 10_000;

    private readonly ConcurrentQueue<CrosswalkSlot> _used = new();
    private ConcurrentDictionary<MissedCode, Miss> _misses = new();
    private int _distinct;

    [ThreadStatic]
    private static (Guid Id, bool Transaction) _subject;

    /// <summary>What the current thread maps: the sample that a gap leads to. Mapping does not leave its thread.</summary>
    public static Subject About(Guid id, bool transaction = false)
    {
        _subject = (id, transaction);
        return default;
    }

    internal void Used(CrosswalkSlot slot) => _used.Enqueue(slot);

    internal void Missed(MissedCode code, DateTimeOffset at)
    {
        // Longer than any code can be: no entry could be made for it.
        if (code.Code.Length is 0 or > CrosswalkRules.LongestCode)
            return;
        var misses = _misses;
        if (!misses.TryGetValue(code, out var miss))
        {
            if (Volatile.Read(ref _distinct) >= MostMisses)
                return;
            miss = misses.GetOrAdd(code, _ => new(at));
            Interlocked.Increment(ref _distinct);
        }

        miss.Add(at, _subject);
    }

    public IReadOnlyList<UseCount> TakeUses(int most)
    {
        var taken = new List<UseCount>();
        while (taken.Count < most && _used.TryDequeue(out var slot))
            if (slot.Take() is { Hits: > 0 } use)
                taken.Add(new(slot.Id, use.Hits, use.LastAt));
        return taken;
    }

    public IReadOnlyList<MissCount> TakeMisses()
    {
        var taken = Interlocked.Exchange(ref _misses, new());
        Volatile.Write(ref _distinct, 0);
        return [.. taken.Select(m => m.Value.Read(m.Key))];
    }

    private sealed class Miss(DateTimeOffset first)
    {
        private readonly Lock _lock = new();
        private int _count;
        private DateTimeOffset _last;
        private (Guid Id, bool Transaction) _sample;

        public void Add(DateTimeOffset at, (Guid Id, bool Transaction) subject)
        {
            lock (_lock)
            {
                _count++;
                _last = at > _last ? at : _last;
                _sample = subject.Id == Guid.Empty ? _sample : subject;
            }
        }

        public MissCount Read(MissedCode code)
        {
            lock (_lock)
                return new(code, _count, first, _last, _sample is { Id: var m, Transaction: false } && m != Guid.Empty ? m : null, _sample is { Id: var t, Transaction: true } ? t : null);
        }
    }

    /// <summary>Ends what <see cref="About"/> began.</summary>
    public readonly struct Subject : IDisposable
    {
        public void Dispose() => _subject = default;
    }
}
