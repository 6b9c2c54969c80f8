using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>Reads exception cases.</summary>
public interface ICases
{
    /// <summary>Cases on a page of the list.</summary>
    const int PageSize = 50;

    /// <param name="page">From 1.</param>
    Task<CaseList> ListAsync(TenantScope tenant, CaseFilter filter, int page, CancellationToken ct);

    /// <summary>Some of them by id, as they are now, in no order. What is merged into another, or does not exist, is left out.</summary>
    Task<IReadOnlyList<CaseItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct);

    /// <summary>What some of them are called, in one read and without counting what is stuck for them. A merged one is named as what it was merged into; what does not exist is left out.</summary>
    Task<IReadOnlyDictionary<Guid, CaseName>> NamesAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct);

    /// <param name="after">The last order of the page before.</param>
    /// <returns>Null when there is no such case. A merged one is found by its own id, too.</returns>
    Task<CaseDetail?> FindAsync(TenantScope tenant, Guid id, Guid? after, CancellationToken ct);

    /// <summary>The case for which an order is stuck; null when it is in none.</summary>
    Task<CaseItem?> OfTransactionAsync(TenantScope tenant, Guid transactionId, CancellationToken ct);
}

/// <summary>What a person can do to a case. Each is remembered with its author, and each can be taken back.</summary>
public interface ICaseCommands
{
    const int LongestReason = 300;

    /// <param name="until">At most 30 days ahead; null = not muted any more.</param>
    Task<CommandOutcome> MuteAsync(TenantScope tenant, Guid id, DateTimeOffset? until, string by, string reason, CancellationToken ct);

    /// <summary>The cause is mended: what fails for it from now on has come back.</summary>
    /// <param name="with">What mended it: a version, a change, a ticket.</param>
    Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, string with, string by, CancellationToken ct);

    /// <summary>From now on one case shows both; nothing is rewritten.</summary>
    Task<CommandOutcome> MergeAsync(TenantScope tenant, Guid id, Guid into, string by, string reason, CancellationToken ct);

    Task<CommandOutcome> UnmergeAsync(TenantScope tenant, Guid id, string by, CancellationToken ct);

    /// <summary>What fits becomes a case of its own, now and in future.</summary>
    Task<CommandOutcome> SplitAsync(TenantScope tenant, CaseSplit split, string by, string reason, CancellationToken ct);

    /// <summary>New failures are not parted any more, and the part is shown with its origin again.</summary>
    /// <param name="target">The part.</param>
    Task<CommandOutcome> UnsplitAsync(TenantScope tenant, Guid target, string by, CancellationToken ct);
}
