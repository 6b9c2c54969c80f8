using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ownership;

/// <summary>One published setup: rules, teams, calendars. Kept for ever. Times in microseconds UTC.</summary>
public sealed class OwnershipVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>From 1, without gaps: the key decides which of two that are published at once was first.</summary>
    public int Version { get; set; }

    /// <summary>JSON of an <see cref="OwnershipSetup"/>.</summary>
    public string Document { get; set; } = "";

    public string Author { get; set; } = "";

    public string Reason { get; set; } = "";

    public long CreatedAt { get; set; }

    /// <summary>When every order that was stuck had been decided by it; null while that goes on.</summary>
    public long? AppliedAt { get; set; }
}

/// <summary>A person's decision that a case is a team's, whatever the rules say of its orders.</summary>
public sealed class CaseOwnerRow : ITenantRow
{
    public int TenantId { get; set; }

    public Guid CaseId { get; set; }

    /// <summary>Key of the team.</summary>
    public string Team { get; set; } = "";

    public string By { get; set; } = "";

    public long At { get; set; }

    public string Reason { get; set; } = "";
}

/// <summary>Who has an order. A row an order that anybody ever took.</summary>
public sealed class WorkClaimRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public int TenantId { get; set; }

    /// <summary>How the person signs in; null = nobody.</summary>
    public string? Person { get; set; }

    public string? PersonName { get; set; }

    public long Since { get; set; }

    public long LeaseUntil { get; set; }

    /// <summary>Rises with each change: of two who write at once, one finds another number and has lost.</summary>
    public int Version { get; set; }
}

public enum WorkEventKind : short
{
    Claimed = 1,
    TakenOver = 2,
    Released = 3,
    Expired = 4,

    /// <summary>To a person, or to a team.</summary>
    Assigned = 5,
    Commented = 6,
    Escalated = 7,

    /// <summary>The rules gave it to another team.</summary>
    Routed = 8,
}

/// <summary>What happened about who works on an order. Kept as long as the order.</summary>
public sealed class WorkEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid TransactionId { get; set; }

    public long At { get; set; }

    public WorkEventKind Kind { get; set; }

    /// <summary>As the person is called; empty = ControlPlane itself.</summary>
    public string By { get; set; } = "";

    /// <summary>A sentence without its subject: "took it", or the comment.</summary>
    public string Text { get; set; } = "";

    /// <summary>Made when the dialog opens: fifteen clicks are one.</summary>
    public Guid OperationId { get; set; }
}

/// <summary>A step of a ladder that was told. Once for a team's orders of one case.</summary>
public sealed class EscalationRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>The case; the order itself where it is in none.</summary>
    public Guid Subject { get; set; }

    /// <summary>Key of the team; empty = nobody's.</summary>
    public string Team { get; set; } = "";

    /// <summary>See <see cref="DueEscalation.Name"/>.</summary>
    public string Step { get; set; } = "";

    public long FiredAt { get; set; }
}

public enum NotificationChannel : short
{
    /// <summary>The bell of the portal.</summary>
    Portal = 1,
    Mail = 2,
    Webhook = 3,
    Slack = 4,
    Teams = 5,
}

public enum NotificationState : short
{
    Waiting = 1,
    Sent = 2,

    /// <summary>Given up, with the reason.</summary>
    Failed = 3,
}

/// <summary>Something that somebody is told: written together with what it tells, sent afterwards, its outcome kept.</summary>
public sealed class NotificationRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public long At { get; set; }

    public NotificationChannel Channel { get; set; }

    /// <summary>How the person signs in, a mail address, or the address of a webhook.</summary>
    public string Recipient { get; set; } = "";

    public string? Team { get; set; }

    public Guid? CaseId { get; set; }

    public Guid? TransactionId { get; set; }

    /// <summary>The alert that it is about.</summary>
    public Guid? IncidentId { get; set; }

    /// <summary>Name of the alert channel that it goes through; null = straight to the recipient.</summary>
    public string? Via { get; set; }

    /// <summary>JSON of what a channel shows beyond title and text; null = nothing.</summary>
    public string? Body { get; set; }

    public string Title { get; set; } = "";

    public string Text { get; set; } = "";

    public bool Urgent { get; set; }

    public NotificationState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>Not before: working hours, or the wait after a failure. While it is being sent: when that counts as lost.</summary>
    public long NextAt { get; set; }

    public long? SentAt { get; set; }

    public string? LastFault { get; set; }

    /// <summary>When the person looked at it in the portal.</summary>
    public long? ReadAt { get; set; }
}
