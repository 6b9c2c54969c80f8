using ControlPlane.Domain.Changes;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Changes;

/// <param name="Name">Of the connection, for people.</param>
public sealed record ChangedSystem(string Connection, string Name, SystemAnswer Answer, string Message, int Version, DateTimeOffset At);

/// <summary>A change of the channel with the state of each system, for people.</summary>
/// <param name="Outcome">How it ended, or what somebody has to do; empty while it is under way.</param>
/// <param name="CanDecline">The order may still run on as it was.</param>
public sealed record ChangeItem(
    Guid Id, int Number, ChangeKind Kind, ChangeState State, string Summary, string Outcome, IReadOnlyList<string> Differences, IReadOnlyList<ChangedSystem> Systems, int BaseVersion,
    DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, Guid? ReturnId, bool CanDecline);

/// <summary>What a person says about a change that no system took by itself.</summary>
public enum ChangeSettlement
{
    /// <summary>I did it there.</summary>
    Done,

    /// <summary>Whoever ships says that it is too late: a return is begun.</summary>
    TooLate,

    /// <summary>The order runs on as it was.</summary>
    RunOn,
}

/// <summary>Changes and cancellations that the channel sent after an order had begun.</summary>
public interface IOrderChanges
{
    /// <summary>Newest first; null when there is no such transaction.</summary>
    Task<IReadOnlyList<ChangeItem>?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct);

    /// <summary>A person has seen to what no system took by itself; the order goes on.</summary>
    Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid transaction, ChangeSettlement settlement, string reason, Person who, Guid operation, CancellationToken ct);
}
