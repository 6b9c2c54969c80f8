using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Ownership;

/// <param name="Deciding">True while orders that were stuck before are still being decided by it.</param>
/// <param name="Unknown">Names of members, leads and managers whom no account has.</param>
public sealed record OwnershipNow(int Version, OwnershipSetup Setup, string? Author, DateTimeOffset? At, bool Deciding, IReadOnlyList<string> Unknown);

/// <param name="Changes">Against the version before, in sentences.</param>
public sealed record OwnershipVersion(int Version, string Author, string Reason, DateTimeOffset At, IReadOnlyList<string> Changes);

/// <summary>An order that the preview looked at.</summary>
/// <param name="Before">Key of the team; null = nobody's.</param>
/// <param name="Rule">Place of the rule that would decide, from 0; null = none does.</param>
/// <param name="StuckNow">False when it has moved on since.</param>
/// <param name="Kept">A person gave it to its team: it stays there.</param>
public sealed record PreviewedOrder(Guid TransactionId, string Number, string Channel, string Code, string Message, Money? Total, string? Before, string? After, int? Rule, bool StuckNow, bool Kept)
{
    public bool Moves => !Kept && Before != After;
}

/// <param name="Team">Null = nobody's.</param>
public sealed record PreviewedTeam(string? Team, int Before, int After);

/// <summary>Who would have got the last 500.</summary>
/// <param name="ByRule">How many each rule decides, in their order.</param>
/// <param name="Moving">Those that change, newest first, at most 100.</param>
/// <param name="Nobodys">Those that nobody would own, newest first, at most 100.</param>
/// <param name="Problems">What keeps it from being published.</param>
public sealed record OwnershipPreview(
    int Of, int Moves, int Unowned, IReadOnlyList<PreviewedTeam> Teams, IReadOnlyList<int> ByRule, IReadOnlyList<PreviewedOrder> Moving, IReadOnlyList<PreviewedOrder> Nobodys, IReadOnlyList<OwnershipProblem> Problems);

public sealed record PublishOutcome(bool Accepted, string Code, string Message, int Version, IReadOnlyList<OwnershipProblem> Problems);

/// <summary>The decision table, teams and calendars: reading, trying and publishing them.</summary>
public interface IOwnership
{
    const int LongestReason = 300;

    Task<OwnershipNow> ReadAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>Newest first, at most 50.</summary>
    Task<IReadOnlyList<OwnershipVersion>> VersionsAsync(TenantScope tenant, CancellationToken ct);

    /// <returns>Null when there is no such version.</returns>
    Task<OwnershipSetup?> VersionAsync(TenantScope tenant, int version, CancellationToken ct);

    /// <summary>Changes nothing.</summary>
    Task<OwnershipPreview> PreviewAsync(TenantScope tenant, OwnershipSetup draft, CancellationToken ct);

    /// <summary>Brings a setup into service for what fails from now on; what is stuck is decided anew by a job, but for what a person assigned.</summary>
    /// <param name="basedOn">The version that the author saw: a newer one refuses it.</param>
    Task<PublishOutcome> PublishAsync(TenantScope tenant, OwnershipSetup setup, int basedOn, string author, string reason, CancellationToken ct);

    /// <summary>Publishes what an older version said.</summary>
    Task<PublishOutcome> RollBackAsync(TenantScope tenant, int version, int basedOn, string author, string reason, CancellationToken ct);

    /// <summary>The case is this team's, with every order that is or will be stuck for it; null leaves it to the rules again.</summary>
    Task<CommandOutcome> AssignCaseAsync(TenantScope tenant, Guid caseId, string? team, string by, string reason, CancellationToken ct);
}
