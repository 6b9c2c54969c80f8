using ControlPlane.Domain.Repair;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Repair;

/// <summary>Stored; do not renumber.</summary>
public enum OverlayState : short
{
    /// <summary>Waits for a second person. It stays until somebody decides.</summary>
    Proposed = 1,

    /// <summary>Counts.</summary>
    Applied = 2,

    Refused = 3,
}

/// <summary>
/// A change of an order by a person, one or several fields: over the original, which stays as it came. Kept for as long as the order is.
/// Times in microseconds UTC.
/// </summary>
public sealed class TransactionOverlayRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid TransactionId { get; set; }

    /// <summary>Counts the changes of an order from 1.</summary>
    public int Version { get; set; }

    public OverlayState State { get; set; }

    /// <summary>JSON: path, old and new of each field.</summary>
    public string Fields { get; set; } = "";

    /// <summary>Code of the policy's list.</summary>
    public string Reason { get; set; } = "";

    public string Note { get; set; } = "";

    /// <summary>Id of the account, so that nobody approves his own.</summary>
    public string AuthorId { get; set; } = "";

    public string Author { get; set; } = "";

    public long CreatedAt { get; set; }

    /// <summary>The canonical order that it was made over: what was not changed must still be the same when it is applied.</summary>
    public Guid BasePayloadId { get; set; }

    public string? DecidedBy { get; set; }

    public long? DecidedAt { get; set; }

    public string? Decision { get; set; }
}

/// <summary>An order that a person put aside, and what it waits for.</summary>
public sealed class OrderHoldRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid TransactionId { get; set; }

    public string Reason { get; set; } = "";

    public string HeldBy { get; set; } = "";

    public long HeldAt { get; set; }

    public HoldKind Kind { get; set; }

    public long? Until { get; set; }

    /// <summary>The event, or the connection.</summary>
    public string? Name { get; set; }

    /// <summary>JSON of the <see cref="Domain.Repair.FigureCondition"/>, for those that wait for one.</summary>
    public string? Figure { get; set; }

    /// <summary>The last figure seen, or why there was none.</summary>
    public string? LastFigure { get; set; }

    public long LookedAt { get; set; }

    /// <summary>Not asked again before.</summary>
    public long NextLookAt { get; set; }

    public long? EndedAt { get; set; }

    /// <summary>A sentence: what came, or who woke it.</summary>
    public string? Ended { get; set; }
}
