using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Worklist;

/// <param name="Key">In addresses.</param>
/// <param name="Name">As people call it.</param>
public sealed record WorkOwner(string Key, string Name);

/// <summary>Who has what is on the worklist: the seam to ownership. Without it nobody has anything.</summary>
public interface IWorkOwners
{
    /// <summary>Teams to choose from; empty when there are none.</summary>
    IReadOnlyList<WorkOwner> Teams(TenantScope tenant);

    /// <summary>Only what the team has. <see cref="WorkFilter.Nobody"/>: only what nobody has.</summary>
    IQueryable<TransactionRow> Narrow(IQueryable<TransactionRow> rows, string owner);

    /// <summary>The name of who has it; what nobody has is left out.</summary>
    Task<IReadOnlyDictionary<Guid, string>> OfAsync(TenantScope tenant, IReadOnlyCollection<Guid> transactions, CancellationToken ct);
}

/// <summary>Nobody has anything.</summary>
public sealed class NoWorkOwners : IWorkOwners
{
    public IReadOnlyList<WorkOwner> Teams(TenantScope tenant) => [];

    public IQueryable<TransactionRow> Narrow(IQueryable<TransactionRow> rows, string owner) => owner == WorkFilter.Nobody ? rows : rows.Where(_ => false);

    public Task<IReadOnlyDictionary<Guid, string>> OfAsync(TenantScope tenant, IReadOnlyCollection<Guid> transactions, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string>>(new Dictionary<Guid, string>());
}
