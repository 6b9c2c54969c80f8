using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Alerts;

/// <summary>One cause that alerts. Kept for ever. Times in microseconds UTC.</summary>
public sealed class AlertIncidentRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>See <see cref="AlertCause.Id"/>: of one key one incident is open.</summary>
    public string Key { get; set; } = "";

    public AlertState State { get; set; }

    public AlertUrgency Urgency { get; set; }

    public string Title { get; set; } = "";

    /// <summary>Key of the team that answers for it; null = nobody's.</summary>
    public string? Team { get; set; }

    /// <summary>JSON of <see cref="AlertFacts"/>, as last seen.</summary>
    public string Facts { get; set; } = "";

    public long OpenedAt { get; set; }

    /// <summary>When it last fired.</summary>
    public long SeenAt { get; set; }

    public long? AcknowledgedAt { get; set; }

    public string? AcknowledgedBy { get; set; }

    public long? ResolvedAt { get; set; }

    /// <summary>Why nobody is told, in words; null = people are told.</summary>
    public string? Quiet { get; set; }

    /// <summary>When people were last told; null = not yet.</summary>
    public long? ToldAt { get; set; }

    /// <summary>How many objectives were in it then: one more is news.</summary>
    public int ToldOf { get; set; }

    /// <summary>How urgent it was then; null = nobody was told.</summary>
    public AlertUrgency? ToldUrgency { get; set; }

    /// <summary>Steps of the ladder that were told, parted by a comma.</summary>
    public string Steps { get; set; } = "";

    /// <summary>Of two writers one finds another number and has lost.</summary>
    public int Version { get; set; }
}

public enum AlertEventKind : short
{
    Opened = 1,
    Updated = 2,
    Told = 3,
    Quieted = 4,
    Acknowledged = 5,
    Escalated = 6,
    Resolved = 7,
    Reopened = 8,
    Commented = 9,
}

/// <summary>What happened to an incident. Only ever added.</summary>
public sealed class AlertEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid IncidentId { get; set; }

    public long At { get; set; }

    public AlertEventKind Kind { get; set; }

    /// <summary>Empty = ControlPlane itself.</summary>
    public string By { get; set; } = "";

    public string Text { get; set; } = "";
}

/// <summary>See <see cref="AlertSilence"/>. Ended ones stay.</summary>
public sealed class AlertSilenceRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string? Objective { get; set; }

    public string? Connection { get; set; }

    public string? Party { get; set; }

    public string By { get; set; } = "";

    public string Reason { get; set; } = "";

    public long From { get; set; }

    public long Until { get; set; }

    public string? EndedBy { get; set; }

    public AlertSilence ToSilence() => new(Id, Objective, Connection, Party, By, Reason, Domain.Shared.Instant.FromMicroseconds(From), Domain.Shared.Instant.FromMicroseconds(Until));
}

/// <summary>An alert channel, and how it does.</summary>
public sealed class AlertChannelRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>YAML of <c>kind: AlertChannel</c>, as it was applied.</summary>
    public string Document { get; set; } = "";

    public string UpdatedBy { get; set; } = "";

    public long UpdatedAt { get; set; }

    public string Reason { get; set; } = "";

    public int Revision { get; set; }

    /// <summary>Messages that were not taken, one after the other; 0 = the last one was.</summary>
    public int Failures { get; set; }

    public long? FailingSince { get; set; }

    public string? LastFault { get; set; }

    public long? LastTakenAt { get; set; }
}
