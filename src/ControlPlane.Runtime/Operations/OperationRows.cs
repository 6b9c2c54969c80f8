using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Operations;

/// <summary>How much of something happened in a minute. Kept for <see cref="OperationRange.MinutesKept"/>.</summary>
public sealed class OperationMinuteRow : ITenantRow, IOperationFigureRow
{
    public int TenantId { get; set; }

    public long Minute { get; set; }

    public OperationMeasure Measure { get; set; }

    public string Connection { get; set; } = "";

    public string Code { get; set; } = "";

    public short Bucket { get; set; }

    public long Count { get; set; }

    public long Sum { get; set; }

    public long Largest { get; set; }
}

/// <summary>The same by the hour, written in the same commit. Kept for <see cref="OperationsKeeper.HoursKept"/>.</summary>
public sealed class OperationHourRow : ITenantRow, IOperationFigureRow
{
    public int TenantId { get; set; }

    /// <summary>Start of the hour, microseconds UTC; named as in the minutes, so that both are read alike.</summary>
    public long Minute { get; set; }

    public OperationMeasure Measure { get; set; }

    public string Connection { get; set; } = "";

    public string Code { get; set; } = "";

    public short Bucket { get; set; }

    public long Count { get; set; }

    public long Sum { get; set; }

    public long Largest { get; set; }
}

internal interface IOperationFigureRow
{
    int TenantId { get; set; }
    long Minute { get; set; }
    OperationMeasure Measure { get; set; }
    string Connection { get; set; }
    string Code { get; set; }
    short Bucket { get; set; }
    long Count { get; set; }
    long Sum { get; set; }
    long Largest { get; set; }
}

/// <summary>
/// What one commit adds to the figures, written in that commit and taken out in the commit that adds it: that is how each event is counted
/// exactly once, although the journal has no number of its own by which to remember how far one came.
/// </summary>
public sealed class OperationChangeRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>When it was written, microseconds UTC: everything before the oldest of them is in the figures.</summary>
    public long At { get; set; }

    /// <summary>JSON, see <see cref="OperationChanges"/>.</summary>
    public byte[] Body { get; set; } = [];
}

/// <summary>One failed transformation or settlement mismatch: a line of the journal or a message, findable by its time.</summary>
public sealed class OperationFailureRow : ITenantRow
{
    public int TenantId { get; set; }

    public OperationMeasure Measure { get; set; }

    public long At { get; set; }

    /// <summary>The transaction, or the message where it came to none.</summary>
    public Guid Subject { get; set; }

    /// <summary>Of the journal; 0 for a message.</summary>
    public int Sequence { get; set; }

    public string Connection { get; set; } = "";

    public string Code { get; set; } = "";

    /// <summary>True when <see cref="Subject"/> is a message.</summary>
    public bool IsMessage { get; set; }
}

/// <summary>How many orders were open at the end of a minute, or of what there was of it.</summary>
public sealed class OperationStandingRow : ITenantRow
{
    public int TenantId { get; set; }

    public long Minute { get; set; }

    /// <summary>Key of the channel's connection.</summary>
    public string Connection { get; set; } = "";

    public long Count { get; set; }
}

/// <summary>Who folds at present, and whether the figures were ever made of everything that is stored.</summary>
public sealed class OperationFoldRow
{
    public const int Only = 1;

    public int Id { get; set; }

    public Guid? Owner { get; set; }

    public long LeaseUntil { get; set; }

    /// <summary>Rises with each owner: what an old one still writes is refused.</summary>
    public long Fence { get; set; }

    /// <summary>When everything was counted last, microseconds UTC; null = it has to be.</summary>
    public long? RebuiltAt { get; set; }
}
