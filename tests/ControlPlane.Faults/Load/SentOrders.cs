using System.Collections.Concurrent;
using System.Diagnostics;

namespace ControlPlane.Faults.Load;

/// <summary>What the shop knows: which orders it sent, which were acknowledged, and how long that took.</summary>
public sealed class SentOrders
{
    private readonly ConcurrentDictionary<int, Entry> _orders = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();

    public int Count => _orders.Count;

    public IReadOnlyList<int> Acknowledged => [.. _orders.Where(o => o.Value.Acknowledged).Select(o => o.Key).Order()];

    public int AcknowledgedCount => _orders.Count(o => o.Value.Acknowledged);

    /// <summary>Answers by status; 0 for none.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    public int ServerErrors => _statuses.Where(s => s.Key >= 500).Sum(s => s.Value);

    public void Began(int sequence) => _orders.TryAdd(sequence, new Entry(Stopwatch.GetTimestamp(), false, default));

    public void Ended(int sequence, int status)
    {
        _statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
        if (status is >= 200 and < 300)
            _orders[sequence] = _orders[sequence] with { Acknowledged = true, Took = Stopwatch.GetElapsedTime(_orders[sequence].At), AcknowledgedAt = Stopwatch.GetTimestamp() };
    }

    /// <summary>Acknowledged before this moment of the monotonic clock.</summary>
    public IReadOnlyList<int> AcknowledgedBefore(long timestamp) => [.. _orders.Where(o => o.Value.Acknowledged && o.Value.AcknowledgedAt < timestamp).Select(o => o.Key)];

    /// <summary>Milliseconds from the first try to the acknowledgement, which includes redeliveries.</summary>
    public double Percentile(double share)
    {
        var sorted = _orders.Values.Where(o => o.Acknowledged).Select(o => o.Took.TotalMilliseconds).Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private sealed record Entry(long At, bool Acknowledged, TimeSpan Took, long AcknowledgedAt = 0);
}
