using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Worklist;

/// <param name="Key">In addresses.</param>
/// <param name="Name">As people call it.</param>
public sealed record WorkOwner(string Key, string Name);

/// <param name="Team">In whose queue it lies; null = nobody's.</param>
/// <param name="Person">Who has it in hand now; null = nobody.</param>
public sealed record WorkHolder(string? Team, string? Person);

/// <summary>Who has what is on the worklist: the seam to ownership. Without it nobody has anything.</summary>
public interface IWorkOwners
{
    /// <summary>Teams to choose from; empty when there are none.</summary>
    IReadOnlyList<WorkOwner> Teams(TenantScope tenant);

    /// <summary>Only what lies in the team's queue; <see cref="WorkFilter.Nobody"/>: only what nobody has in hand; <see cref="WorkFilter.PersonPrefix"/> and a person: what that one has in hand.</summary>
    IQueryable<TransactionRow> Narrow(ControlPlaneDbContext context, IQueryable<TransactionRow> rows, string owner);

    /// <summary>Of the rows of a page: one reading for all.</summary>
    Task<IReadOnlyDictionary<Guid, WorkHolder>> OfAsync(TenantScope tenant, IReadOnlyCollection<TransactionRow> rows, CancellationToken ct);
}

/// <summary>Nobody has anything.</summary>
public sealed class NoWorkOwners : IWorkOwners
{
    public IReadOnlyList<WorkOwner> Teams(TenantScope tenant) => [];

    public IQueryable<TransactionRow> Narrow(ControlPlaneDbContext context, IQueryable<TransactionRow> rows, string owner) => owner == WorkFilter.Nobody ? rows : rows.Where(_ => false);

    public Task<IReadOnlyDictionary<Guid, WorkHolder>> OfAsync(TenantScope tenant, IReadOnlyCollection<TransactionRow> rows, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, WorkHolder>>(new Dictionary<Guid, WorkHolder>());
}
