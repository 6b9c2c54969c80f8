using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Engine;

public enum WorkState : short
{
    /// <summary>May be claimed once <see cref="WorkItemRow.DueAt"/> has come.</summary>
    Ready = 1,

    /// <summary>Being worked on by <see cref="WorkItemRow.Owner"/> until <see cref="WorkItemRow.LeaseUntil"/>.</summary>
    Leased = 2,

    /// <summary>Waits for a signal; <see cref="WorkItemRow.DueAt"/> is the deadline.</summary>
    Waiting = 3,

    /// <summary>Dead letter: a person has to act.</summary>
    Dead = 4,

    Done = 5,

    /// <summary>Could go on, but its system is not called now; see <see cref="WorkItemRow.HeldBy"/>.</summary>
    Held = 6,

    /// <summary>Comes after an earlier one with the same <see cref="WorkItemRow.EntityKey"/>.</summary>
    Behind = 7,
}

/// <summary>The position of a transaction in its flow. One row per transaction; every write checks the fence.</summary>
public sealed class WorkItemRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public int TenantId { get; set; }

    public Lane Lane { get; set; }

    /// <summary>Key of the connection it came from: sources take turns.</summary>
    public string Source { get; set; } = "";

    public WorkState State { get; set; }

    /// <summary>Key of the <see cref="Domain.Outbound.Hold"/> while held, and until the call goes through.</summary>
    public string? HeldBy { get; set; }

    /// <summary>Transactions with the same key run one after the other, in the order in which they came; null = in any order.</summary>
    public string? EntityKey { get; set; }

    /// <summary>Place in the order of the key, as committed; 0 = none, or past it.</summary>
    public long Turn { get; set; }

    /// <summary>How new the state is that it reports, microseconds UTC; 0 = does not matter.</summary>
    public long TurnVersion { get; set; }

    /// <summary>While held: when to look whether what is expected of it is overdue, microseconds UTC; null = somebody was told, or nothing is expected.</summary>
    public long? AlarmAt { get; set; }

    public string Step { get; set; } = "";

    public string Flow { get; set; } = "";

    public int FlowVersion { get; set; }

    public long DueAt { get; set; }

    /// <summary>Node that holds the lease.</summary>
    public Guid? Owner { get; set; }

    public long LeaseUntil { get; set; }

    /// <summary>Rises with every claim; a completing write with an older value changes nothing.</summary>
    public int Fence { get; set; }

    /// <summary>Failed attempts of the present step.</summary>
    public int Attempts { get; set; }

    /// <summary>Last journal sequence written, so that events can be numbered without a read.</summary>
    public int JournalSequence { get; set; }

    /// <summary>JSON of <see cref="FlowVariables"/>.</summary>
    public byte[] Variables { get; set; } = [];
}

/// <summary>What passed through, per minute, channel and node: written with each batch, so that dashboards never count rows.</summary>
public sealed class TrafficRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Start of the minute, microseconds UTC.</summary>
    public long Minute { get; set; }

    public string Connection { get; set; } = "";

    public Guid NodeId { get; set; }

    public int Received { get; set; }

    public int Duplicates { get; set; }

    public int Refused { get; set; }

    public int Closed { get; set; }

    /// <summary>Became stuck.</summary>
    public int Stuck { get; set; }
}

public sealed class NodeRow
{
    public Guid Id { get; set; }

    public string Name { get; set; } = "";

    public string Roles { get; set; } = "";

    public string Version { get; set; } = "";

    public long StartedAt { get; set; }

    /// <summary>Last sign of life, by the database's clock.</summary>
    public long SeenAt { get; set; }

    /// <summary>Changes that it committed, as of the last sign of life: others see by it that something happened.</summary>
    public long Changes { get; set; }

    /// <summary>Set when it was shut down in order; its work was handed back.</summary>
    public long? StoppedAt { get; set; }
}
