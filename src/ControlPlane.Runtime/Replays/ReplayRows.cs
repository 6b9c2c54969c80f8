using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Replays;

public enum BulkReplayState : short
{
    Running = 1,

    /// <summary>By a person, or because the first ones failed again.</summary>
    Paused = 2,

    Done = 3,

    Cancelled = 4,
}

public enum BulkReplayItemState : short
{
    Pending = 1,

    /// <summary>Sent back to its step; what becomes of it, its own journal tells.</summary>
    Sent = 2,

    /// <summary>Could not be replayed: closed meanwhile, cancelled, or of unknown outcome.</summary>
    LeftOut = 3,
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

    public int Total { get; set; }

    public int Sent { get; set; }

    public int LeftOut { get; set; }

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
}
