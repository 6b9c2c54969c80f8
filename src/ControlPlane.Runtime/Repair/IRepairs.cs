using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Repair;

/// <summary>A field that may be changed, as this order has it.</summary>
/// <param name="Value">Null when there is none, or when it is hidden.</param>
/// <param name="Hidden">Personal data that this person may change and not see.</param>
/// <param name="Suspect">The field that its failure is about.</param>
public sealed record FixField(string Path, string Title, EditType Type, int Longest, string? Value, bool Hidden, bool Suspect);

/// <summary>A value of an order before and after.</summary>
/// <param name="Hidden">True when the values are masked for this person.</param>
public sealed record EditedField(string Path, string Title, string? Old, string? New, bool Hidden);

/// <summary>A change of an order by a person, for people.</summary>
public sealed record EditItem(
    Guid Id, Guid TransactionId, string Number, int Version, OverlayState State, IReadOnlyList<EditedField> Fields, string Reason, string Note, string Author, bool Own, DateTimeOffset At,
    string? DecidedBy, DateTimeOffset? DecidedAt, string? Decision);

/// <summary>What can be mended about an order, for one person.</summary>
public sealed record FixView
{
    public required Guid Id { get; init; }

    public required string Number { get; init; }

    public required TransactionState State { get; init; }

    public required int Revision { get; init; }

    public string? FaultCode { get; init; }

    public string? FaultMessage { get; init; }

    public IReadOnlyList<FixField> Fields { get; init; } = [];

    /// <summary>Codes and titles of the policy.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>Newest first; what waits for a second person is among them.</summary>
    public IReadOnlyList<EditItem> Edits { get; init; } = [];

    /// <summary>Fields that the channel changed after a person did: somebody has to decide.</summary>
    public IReadOnlyList<EditedField> Conflicts { get; init; } = [];

    public bool CanRetry { get; init; }

    /// <summary>What happens when it is discarded, and what does not.</summary>
    public string DiscardMeans { get; init; } = "";
}

/// <param name="Reason">Code of the policy.</param>
public sealed record EditRequest(IReadOnlyList<FieldChange> Changes, string Reason, string Note);

/// <summary>What a change would do. Nothing was sent or stored.</summary>
/// <param name="SecondPerson">Why somebody else has to agree; null when nobody has.</param>
public sealed record EditTrial(IReadOnlyList<Refusal> Refusals, DryRun? Run, string? SecondPerson)
{
    public bool IsFine => Refusals.Count == 0 && Run is not { IsFine: false };
}

/// <summary>What people do to orders that are stuck: change a value, let another agree, put aside, discard.</summary>
public interface IRepairs
{
    const int LongestText = 300;

    /// <summary>Orders that can be discarded in one go; over a hundred their number has to be typed.</summary>
    const int MostDiscarded = 1_000;

    /// <summary>Null when there is no such order.</summary>
    Task<FixView?> FindAsync(TenantScope tenant, Guid id, Person who, CancellationToken ct);

    Task<EditTrial?> TryAsync(TenantScope tenant, Guid id, IReadOnlyList<FieldChange> changes, Person who, CancellationToken ct);

    /// <summary>Changes the order and lets it go on; or proposes the change where a second person is needed.</summary>
    Task<CommandOutcome> EditAsync(TenantScope tenant, Guid id, EditRequest request, Person who, Guid operation, CancellationToken ct);

    /// <summary>The second person agrees, and the order goes on; or refuses, and it stays as it is.</summary>
    Task<CommandOutcome> DecideAsync(TenantScope tenant, Guid edit, bool approve, string reason, Person who, Guid operation, CancellationToken ct);

    /// <summary>After the channel changed a field that a person had changed: which of the two counts.</summary>
    Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, bool keepOurs, string reason, Person who, Guid operation, CancellationToken ct);

    /// <summary>Changes that wait for a second person, oldest first.</summary>
    Task<IReadOnlyList<EditItem>> PendingAsync(TenantScope tenant, Person who, CancellationToken ct);

    /// <summary>Ends orders for good, each with its own outcome.</summary>
    /// <param name="confirmed">The number of orders as typed, where there are more than a hundred.</param>
    Task<IReadOnlyList<(Guid Id, CommandOutcome Outcome)>> DiscardAsync(TenantScope tenant, IReadOnlyList<Guid> ids, string reason, int? confirmed, Person who, Guid operation, CancellationToken ct);
}
