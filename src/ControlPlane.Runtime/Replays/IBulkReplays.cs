using ControlPlane.Domain.Shared;
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
public sealed record BulkSelection(TransactionState State, string? Code, string? System, string? Channel, IReadOnlyList<Guid>? Cases = null)
{
    /// <summary>Of a caller's list.</summary>
    public const int MostIds = 1_000;

    /// <summary>These orders and no others; null = all that fit.</summary>
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <summary>Orders that are stuck with exactly one of these messages; null = any.</summary>
    public IReadOnlyList<string>? Messages { get; init; }
}

/// <param name="PerSecond">1 to <see cref="MostPerSecond"/>.</param>
/// <param name="Canary">0 to 100.</param>
public sealed record BulkReplayRequest(BulkSelection Selection, string? From, bool Newest, int PerSecond, int Canary, string Reason)
{
    public const int MostPerSecond = 5_000;

    public const int MostCanary = 100;

    /// <summary>True: after the first ones a person lets the others go.</summary>
    public bool AsksAfterCanary { get; init; }

    /// <summary>Percent of those judged that may be stuck again before it stops, 0 to 100; 100 = it never stops by itself.</summary>
    public int StopAbove { get; init; } = 20;

    /// <summary>Goes first; the others follow, oldest first. Null = the oldest.</summary>
    public Guid? First { get; init; }
}

/// <param name="ByCode">Fault code and how many, the most frequent first.</param>
public sealed record BulkPreview(int Count, IReadOnlyList<(string Code, int Count)> ByCode)
{
    public IReadOnlyList<Money> Money { get; init; } = [];

    /// <summary>Since when the oldest and the newest of them stand like this.</summary>
    public DateTimeOffset? Oldest { get; init; }

    public DateTimeOffset? Newest { get; init; }
}

/// <summary>What became of one order of a bulk replay.</summary>
/// <param name="Outcome">The proof, the message it is stuck for, or why it was left out.</param>
public sealed record BulkReplayItem(Guid TransactionId, string Number, BulkReplayItemState State, DateTimeOffset? SentAt, string? Outcome, TransactionState Now);

/// <param name="Next">The last of these; null when nothing follows.</param>
public sealed record BulkReplayItems(IReadOnlyList<BulkReplayItem> Items, Guid? Next);

/// <summary>Replays everything that failed for one cause: looked at first, a few before the others, at a rate, to be paused and cancelled, and resumed by any node after a crash.</summary>
public interface IBulkReplays
{
    const int PageSize = 50;

    Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct);

    /// <param name="id">Made by the caller; the same again starts nothing.</param>
    Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct);

    /// <summary>Newest first, at most 100.</summary>
    Task<IReadOnlyList<BulkReplayRow>> ListAsync(TenantScope tenant, CancellationToken ct);

    Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct);

    /// <param name="to">Paused, running (resume) or cancelled.</param>
    Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct);

    /// <summary>Its orders one by one.</summary>
    /// <param name="state">Only those in this state; null = all.</param>
    /// <param name="after">The last order of the page before.</param>
    Task<BulkReplayItems> ItemsAsync(TenantScope tenant, Guid id, BulkReplayItemState? state, Guid? after, int size, CancellationToken ct) => Task.FromResult(new BulkReplayItems([], null));

    /// <summary>How many fit the selection now and are not part of it: they came since, and are not swept in. Null when it is not known.</summary>
    Task<int?> CameSinceAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult<int?>(null);
}
