using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Replays;

/// <summary>Stored; do not renumber.</summary>
public enum BulkReplayState : short
{
    Running = 1,

    /// <summary>By a person, because too many failed again, or to be looked at after the first ones.</summary>
    Paused = 2,

    /// <summary>Every order was sent on its way; what became of each is still noted.</summary>
    Done = 3,

    Cancelled = 4,
}

/// <summary>Stored; do not renumber.</summary>
public enum BulkReplayItemState : short
{
    Pending = 1,

    /// <summary>Sent back to its step; nothing has become of it yet.</summary>
    Sent = 2,

    /// <summary>Could not be replayed: closed meanwhile, cancelled, or of unknown outcome.</summary>
    LeftOut = 3,

    /// <summary>Its system took it: a confirmed call, an event, or the end of the flow, each after it was sent.</summary>
    Proven = 4,

    /// <summary>Stuck again.</summary>
    StuckAgain = 5,
}

/// <summary>Many orders replayed for one cause. Everything it needs is here, so that any node can go on with it. Times in microseconds UTC.</summary>
public sealed class BulkReplayRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public BulkReplayState State { get; set; }

    public string Reason { get; set; } = "";

    public string CreatedBy { get; set; } = "";

    public long CreatedAt { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>Step id or <c>start</c>; null = where each one stands.</summary>
    public string? FromStep { get; set; }

    public bool Newest { get; set; }

    /// <summary>At most so many a second.</summary>
    public int PerSecond { get; set; }

    /// <summary>So many go first, and the others only when none of these is stuck again; 0 = none.</summary>
    public int Canary { get; set; }

    /// <summary>True: after the first ones a person lets the others go, even when all came through.</summary>
    public bool AsksAfterCanary { get; set; }

    /// <summary>Stops when more than this percentage of those judged is stuck again; null = never.</summary>
    public int? StopAbove { get; set; }

    public int Total { get; set; }

    public int Sent { get; set; }

    public int LeftOut { get; set; }

    /// <summary>Of <see cref="Sent"/>: those whose system took them.</summary>
    public int Proven { get; set; }

    /// <summary>Of <see cref="Sent"/>: those that are stuck again.</summary>
    public int StuckAgain { get; set; }

    /// <summary>What was chosen, as JSON of <see cref="BulkSelection"/>: what fits it and came later is named.</summary>
    public string Selection { get; set; } = "";

    /// <summary>What happened last, for people.</summary>
    public string Note { get; set; } = "";

    /// <summary>The node that drives it, until <see cref="LeaseUntil"/>.</summary>
    public Guid? Owner { get; set; }

    public long LeaseUntil { get; set; }
}

/// <summary>One order of a bulk replay, fixed when it was started.</summary>
public sealed class BulkReplayItemRow : ITenantRow
{
    public Guid ReplayId { get; set; }

    public Guid TransactionId { get; set; }

    public int TenantId { get; set; }

    public BulkReplayItemState State { get; set; }

    /// <summary>When it was sent; 0 = not yet.</summary>
    public long SentAt { get; set; }

    /// <summary>Why it was left out, what proves it, or what it is stuck for.</summary>
    public string? Outcome { get; set; }
}
