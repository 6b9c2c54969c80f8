using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Objectives;

public enum ObjectiveDocumentKind : short
{
    Indicator = 1,
    Objective = 2,
    Composite = 3,
}

/// <summary>One version of a definition, as it was written. Kept for ever. Times in microseconds UTC.</summary>
public sealed class ObjectiveDocumentRow : ITenantRow
{
    public int TenantId { get; set; }

    public ObjectiveDocumentKind Kind { get; set; }

    public string Name { get; set; } = "";

    /// <summary>From 1, without gaps: the key decides which of two that are published at once was first.</summary>
    public int Version { get; set; }

    /// <summary>YAML.</summary>
    public string Document { get; set; } = "";

    public string Author { get; set; } = "";

    public string Reason { get; set; } = "";

    public long CreatedAt { get; set; }

    /// <summary>It was applied as configuration: the next start compares with it, and leaves alone what people changed since.</summary>
    public bool Applied { get; set; }
}

/// <summary>An exclusion, asked for by one person and approved by another. Ended, never deleted.</summary>
public sealed class ObjectiveExclusionRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Null = all.</summary>
    public string? Objective { get; set; }

    public long FromAt { get; set; }

    /// <summary>Exclusive.</summary>
    public long ToAt { get; set; }

    public string Reason { get; set; } = "";

    public string AskedBy { get; set; } = "";

    public long AskedAt { get; set; }

    /// <summary>Null: it waits for a second person and changes no figure.</summary>
    public string? ApprovedBy { get; set; }

    public long? ApprovedAt { get; set; }

    public string? EndedBy { get; set; }

    /// <summary>From then on it changes no figure; it stays in the list.</summary>
    public long? EndedAt { get; set; }

    public string? EndedWhy { get; set; }
}

public enum CounterState : short
{
    /// <summary>The past is being counted; figures are of the version before.</summary>
    Counting = 1,

    /// <summary>Every figure is made of it.</summary>
    Serving = 2,

    /// <summary>Of an older version: counted on, so that both curves can be shown.</summary>
    Kept = 3,

    /// <summary>Older still: its counts are given up.</summary>
    GivenUp = 4,
}

/// <summary>One version of an indicator that is, or was, counted.</summary>
public sealed class ObjectiveCounterRow : ITenantRow
{
    /// <summary>Short, because it stands in every counted row.</summary>
    public int Id { get; set; }

    public int TenantId { get; set; }

    public string Indicator { get; set; } = "";

    public int Version { get; set; }

    /// <summary>From 1; a recount of the same version is the next, and takes the place of this one when it is done.</summary>
    public int Run { get; set; } = 1;

    public CounterState State { get; set; }

    /// <summary>Transactions are counted up to this one, by their ids.</summary>
    public Guid Cursor { get; set; }

    /// <summary>Transactions looked at by the recount.</summary>
    public long Looked { get; set; }

    public long StartedAt { get; set; }

    public long? DoneAt { get; set; }
}

/// <summary>How far the journal is followed. One row, and the lock of everybody who counts.</summary>
public sealed class ObjectiveFollowRow
{
    public int Id { get; set; }

    /// <summary>The row number in SQLite, else the time of events.</summary>
    public long Position { get; set; }

    /// <summary>The journal is counted up to here, in microseconds.</summary>
    public long ReadUpTo { get; set; }

    /// <summary>When a pass last looked back further than usual.</summary>
    public long LookedBackAt { get; set; }

    public long Revision { get; set; }
}

/// <summary>A combination of what figures are told apart by. Few; known by number in the counted rows.</summary>
public sealed class ObjectiveSliceRow : ITenantRow
{
    public int Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Brand { get; set; } = "";

    public string Region { get; set; } = "";

    public string Warehouse { get; set; } = "";

    public bool Canary { get; set; }
}

/// <summary>What a version of an indicator says of one transaction.</summary>
public sealed class ObjectiveReadingRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public int CounterId { get; set; }

    public int TenantId { get; set; }

    public long StartedAt { get; set; }

    /// <summary>Microseconds, in working time where the indicator has a calendar.</summary>
    public long? Took { get; set; }

    public long? CancelledAfter { get; set; }

    public IndicatorOutcome Outcome { get; set; }

    public long DueAt { get; set; }

    public int SliceId { get; set; }

    /// <summary>Of a miss: see <see cref="MissParty"/>; else empty.</summary>
    public string Party { get; set; } = "";

    public Guid? CaseId { get; set; }
}

public enum TallyGrain : short
{
    Minute = 0,
    Hour = 1,
    Day = 2,
}

/// <summary>How many readings began in a stretch of time. Always the sum of the readings: changed by the same commit.</summary>
public sealed class ObjectiveTallyRow
{
    public int CounterId { get; set; }

    public TallyGrain Grain { get; set; }

    /// <summary>Beginning of the stretch, in minutes since 1970 UTC.</summary>
    public int At { get; set; }

    public int SliceId { get; set; }

    public long Good { get; set; }

    public long Bad { get; set; }

    public long Voided { get; set; }

    /// <summary>Running, and still in time.</summary>
    public long Pending { get; set; }
}
