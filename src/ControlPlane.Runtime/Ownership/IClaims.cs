using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Somebody who acts.</summary>
/// <param name="Key">How the person signs in.</param>
/// <param name="Name">As the person is called, for journals.</param>
public sealed record Person(string Key, string Name, IReadOnlyCollection<string> Roles)
{
    public bool Has(string role) => Roles.Contains(role, StringComparer.OrdinalIgnoreCase);
}

/// <summary>To whom an order is given: one of the two.</summary>
/// <param name="Person">How the person signs in.</param>
/// <param name="Team">Key of the team.</param>
public sealed record AssignTo(string? Person, string? Team);

/// <summary>What became of one order.</summary>
/// <param name="Code">Stable: <c>accepted</c>, <c>already_done</c>, <c>not_found</c>, <c>held</c>, <c>not_held</c>, <c>not_allowed</c>, <c>reason_missing</c>, <c>person_unknown</c>, <c>team_unknown</c>, <c>finished</c>.</param>
/// <param name="Holder">Who has it now; where it was refused, who got there first.</param>
public sealed record ClaimOutcome(bool Accepted, string Code, string Message, WorkClaim? Holder = null);

/// <param name="May">False: another has it, and taking it over needs a reason.</param>
public sealed record ActPermission(bool May, string Message, WorkClaim? Holder);

public sealed record BulkClaimItem(Guid TransactionId, ClaimOutcome Outcome);

/// <summary>Somebody to whom an order can be given.</summary>
public sealed record Colleague(string Key, string Name);

/// <summary>Something that happened about who works on an order.</summary>
public sealed record WorkEvent(DateTimeOffset At, WorkEventKind Kind, string By, string Text);

/// <param name="Team">Null = nobody owns it, or it never was stuck.</param>
/// <param name="TeamKey">Where the team was removed meanwhile there is no <paramref name="Team"/>.</param>
/// <param name="Assigned">A person gave it to the team.</param>
/// <param name="Events">Newest first, at most 50.</param>
public sealed record Custody(Team? Team, string? TeamKey, bool Assigned, bool NeedsSomebody, WorkClaim? Claim, IReadOnlyList<WorkEvent> Events, IReadOnlyList<Team> Teams, DateTimeOffset ReadAt);

/// <summary>Who works on which order. Each change is committed with its event; of two who take one at once exactly one has it.</summary>
public interface IClaims
{
    /// <summary>Orders of one bulk command.</summary>
    const int MostAtOnce = 1_000;

    const int LongestNote = 300;

    const int LongestComment = 350;

    /// <returns>Null when there is no such order.</returns>
    Task<Custody?> FindAsync(TenantScope tenant, Guid transactionId, CancellationToken ct);

    /// <param name="takeOver">Why it is taken from whoever has it; empty only takes what is free.</param>
    /// <param name="operationId">Made when the dialog opens, so that fifteen clicks are one command.</param>
    Task<ClaimOutcome> ClaimAsync(TenantScope tenant, Guid transactionId, Person by, string takeOver, Guid operationId, CancellationToken ct);

    Task<ClaimOutcome> ReleaseAsync(TenantScope tenant, Guid transactionId, Person by, Guid operationId, CancellationToken ct);

    /// <summary>The person still has it open: the lease goes on. No event.</summary>
    /// <returns>False when the person has it no longer.</returns>
    Task<bool> RenewAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct);

    /// <summary>To a person or a team. Whoever has it, a lead of its team, operators and admins may.</summary>
    /// <param name="note">What the next one has to know; needed.</param>
    Task<ClaimOutcome> AssignAsync(TenantScope tenant, Guid transactionId, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct);

    /// <summary>Kept for ever in the journal of the order.</summary>
    Task<ClaimOutcome> CommentAsync(TenantScope tenant, Guid transactionId, Person by, string text, Guid operationId, CancellationToken ct);

    /// <summary>Each by itself: one that cannot be taken stops no other.</summary>
    Task<IReadOnlyList<BulkClaimItem>> ClaimManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, Person by, Guid operationId, CancellationToken ct);

    Task<IReadOnlyList<BulkClaimItem>> AssignManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct);

    /// <summary>Whether a person may retry, fix, hold or discard an order. What the person has is renewed by it.</summary>
    Task<ActPermission> MayActAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct);

    /// <summary>Who can be given an order: everybody whose role may free one.</summary>
    Task<IReadOnlyList<Colleague>> ColleaguesAsync(TenantScope tenant, CancellationToken ct);
}
