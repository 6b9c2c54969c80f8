using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Outbound;

public enum BreakerState : short
{
    Closed = 1,

    /// <summary>Nothing is sent but one probe when its time has come.</summary>
    Open = 2,
}

/// <summary>
/// Watches the outcomes of one operation at one system and says when to stop calling it. Pure but for its own memory;
/// one per node, and what one node finds out all obey.
/// </summary>
/// <remarks>
/// It opens when at least <see cref="FewestFailures"/> calls of at least <see cref="FewestTransactions"/> different
/// transactions failed within <see cref="Span"/> and they are half of all: one document that always fails must not close
/// a system for the others. A system that says itself when it will be back is believed at once.
/// </remarks>
public sealed class Breaker
{
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    public const int FewestFailures = 5;

    public const int FewestTransactions = 3;

    /// <summary>Between probes: quick at first, so that a hiccup costs little; then less than one a minute, so that nobody is annoyed.</summary>
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(75)];

    private readonly Queue<(DateTimeOffset At, bool Failed, Guid Transaction)> _recent = new();

    /// <summary>Null as long as it stays closed; otherwise why and until when to wait at least.</summary>
    public BreakerTrip? Record(DateTimeOffset at, Guid transaction, Fault? fault)
    {
        while (_recent.TryPeek(out var oldest) && (at - oldest.At > Span || _recent.Count >= 1000))
            _recent.Dequeue();
        var failed = fault is not null && SaysUnavailable(fault.Kind);
        _recent.Enqueue((at, failed, transaction));
        if (!failed)
            return null;
        if (fault is { Kind: FaultKind.Maintenance, RetryAfter: { } wait })
            return new BreakerTrip(fault.Code, fault.Message, wait);
        var failures = _recent.Where(r => r.Failed).ToList();
        return failures.Count >= FewestFailures && failures.Count * 2 >= _recent.Count && failures.Select(r => r.Transaction).Distinct().Count() >= FewestTransactions
            ? new BreakerTrip(fault!.Code, fault.Message, null)
            : null;
    }

    public void Forget() => _recent.Clear();

    /// <summary>Whether a failure says something about the system, rather than about what was sent.</summary>
    public static bool SaysUnavailable(FaultKind kind) => kind is FaultKind.Transient or FaultKind.Maintenance or FaultKind.UnknownOutcome;

    /// <param name="probes">Probes that failed since it opened.</param>
    /// <param name="asked">What the system itself asked for.</param>
    public static TimeSpan UntilProbe(int probes, TimeSpan? asked)
    {
        var own = Waits[Math.Min(probes, Waits.Length - 1)];
        return asked > own ? asked.Value : own;
    }

    /// <summary>How much held work may be released in the second that begins so long after the system is back: 4, 8, 16 … so that it is not run over.</summary>
    public static int Ramp(TimeSpan sinceBack) => sinceBack < TimeSpan.Zero ? 0 : 4 << Math.Min(10, (int)Math.Min(10, sinceBack.TotalSeconds));
}

/// <param name="Asked">How long the system itself asked to be left alone.</param>
public sealed record BreakerTrip(string Code, string Message, TimeSpan? Asked);
