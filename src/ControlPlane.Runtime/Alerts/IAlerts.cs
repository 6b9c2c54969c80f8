using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Which incidents a list shows.</summary>
/// <param name="Open">True = firing and acknowledged, false = resolved, null = all.</param>
/// <param name="Objective">Name; null = any.</param>
public sealed record AlertFilter(bool? Open = true, AlertUrgency? Urgency = null, string? Objective = null);

/// <summary>An incident as lists show it.</summary>
/// <param name="Quiet">Why nobody is told; null = they are.</param>
public sealed record AlertIncident(
    Guid Id, string Key, AlertState State, AlertUrgency Urgency, string Title, string? Team, AlertFacts Facts, DateTimeOffset OpenedAt, DateTimeOffset SeenAt, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy, DateTimeOffset? ResolvedAt, string? Quiet, DateTimeOffset? ToldAt);

/// <param name="Next">Cursor of the next page; null = that was all.</param>
/// <param name="Firing">Open ones that nobody has taken, whatever the filter.</param>
public sealed record AlertList(IReadOnlyList<AlertIncident> Items, string? Next, int Firing, int Acknowledged, DateTimeOffset ReadAt);

/// <param name="By">Empty = ControlPlane itself.</param>
public sealed record AlertEvent(DateTimeOffset At, AlertEventKind Kind, string By, string Text);

/// <summary>A message about an incident, and what became of it.</summary>
public sealed record AlertMessageState(DateTimeOffset At, string Via, string Recipient, string Title, Ownership.NotificationState State, string? Fault);

/// <summary>One incident with its story, oldest first.</summary>
public sealed record AlertDetail(AlertIncident Incident, IReadOnlyList<AlertEvent> Events, IReadOnlyList<AlertMessageState> Messages);

/// <param name="EndedBy">Null = nobody ended it before its time.</param>
public sealed record SilenceItem(AlertSilence Silence, string? EndedBy, bool Holds);

/// <summary>What a silence covers, and for how long.</summary>
public sealed record SilenceRequest(string? Objective, string? Connection, string? Party, TimeSpan Length, string Reason);

/// <summary>What there is to be silenced: a name that is not among it silences nothing.</summary>
/// <param name="Objectives">Names of objectives and composites, with what people call them.</param>
/// <param name="Connections">Keys of connections, with what people call them.</param>
/// <param name="Parties">Words of systems' roles, and <c>us</c>.</param>
public sealed record SilenceChoices(IReadOnlyList<SilenceChoice> Objectives, IReadOnlyList<SilenceChoice> Connections, IReadOnlyList<SilenceChoice> Parties);

/// <summary>One of them.</summary>
public sealed record SilenceChoice(string Name, string Title);

/// <summary>Incidents, and what people do with them.</summary>
public interface IAlerts
{
    const int LongestReason = 300;

    /// <summary>Firing ones first, then those that somebody has, then what is over; each newest first.</summary>
    /// <param name="limit">1 to 200.</param>
    Task<AlertList> ListAsync(TenantScope tenant, AlertFilter filter, string? cursor, int limit, CancellationToken ct);

    /// <summary>Null: there is no such incident.</summary>
    Task<AlertDetail?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct);

    /// <summary>Somebody has it: the ladder stops.</summary>
    Task<CommandOutcome> AcknowledgeAsync(TenantScope tenant, Guid id, string by, string note, CancellationToken ct);

    /// <summary>Those that hold, and those of the last thirty days.</summary>
    Task<IReadOnlyList<SilenceItem>> SilencesAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>What a silence can name now.</summary>
    Task<SilenceChoices> ChoicesAsync(TenantScope tenant, CancellationToken ct);

    /// <param name="id">Made when the dialog opens: fifteen clicks are one silence.</param>
    Task<CommandOutcome> SilenceAsync(TenantScope tenant, Guid id, SilenceRequest request, string by, CancellationToken ct);

    Task<CommandOutcome> EndSilenceAsync(TenantScope tenant, Guid id, string by, CancellationToken ct);
}
