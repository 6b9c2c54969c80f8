using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Replays;

/// <summary>Which orders; what is left out does not filter.</summary>
/// <param name="State">Stuck or retrying.</param>
/// <param name="Code">Fault code.</param>
/// <param name="System">Key of the connection at which they stand.</param>
/// <param name="Channel">Key of the channel's connection.</param>
/// <param name="Cases">Ids of exception cases; any of them.</param>
/// <param name="Ids">Transactions chosen one by one, at most <see cref="MostIds"/>.</param>
public sealed record BulkSelection(TransactionState State, string? Code, string? System, string? Channel, IReadOnlyList<Guid>? Cases = null, IReadOnlyList<Guid>? Ids = null)
{
    /// <summary>More is a filter, and not a choice.</summary>
    public const int MostIds = 1_000;
}

/// <param name="PerSecond">1 to 1,000.</param>
/// <param name="Canary">0 to 100.</param>
public sealed record BulkReplayRequest(BulkSelection Selection, string? From, bool Newest, int PerSecond, int Canary, string Reason);

/// <param name="ByCode">Fault code and how many, the most frequent first.</param>
public sealed record BulkPreview(int Count, IReadOnlyList<(string Code, int Count)> ByCode);

/// <summary>Replays everything that failed for one cause: looked at first, a few before the others, at a rate, to be paused and cancelled, and resumed by any node after a crash.</summary>
public interface IBulkReplays
{
    Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct);

    /// <param name="id">Made by the caller; the same again starts nothing.</param>
    Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct);

    /// <summary>Newest first, at most 100.</summary>
    Task<IReadOnlyList<BulkReplayRow>> ListAsync(TenantScope tenant, CancellationToken ct);

    Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct);

    /// <param name="to">Paused, running (resume) or cancelled.</param>
    Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct);
}
