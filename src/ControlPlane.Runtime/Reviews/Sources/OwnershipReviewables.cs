using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Reviews.Sources;

/// <summary>Who owns what: the decision table, and each team with its members and its ladder. Nothing before somebody published a version.</summary>
public sealed class OwnershipReviewables(IOwnership ownership) : IReviewableSource
{
    public const string Rules = "rules";

    public ReviewKind Kind => ReviewKind.Ownership;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = await ownership.ReadAsync(tenant, ct);
        if (now.At is not { } at)
            return [];
        var version = $"version {now.Version}";
        return
        [
            new(Kind, Rules, "Ownership rules", now.Setup.Fallback ?? "", at, version, "/ownership?tab=rules", []),
            .. now.Setup.Teams.Select(t => new Reviewable(Kind, $"team:{t.Key}", $"Team {t.Name}", t.Key, at, version, "/ownership?tab=teams", [])),
        ];
    }
}

/// <summary>Entries of the catalogue of causes that were added here. What is shipped is looked at by who ships it.</summary>
public sealed class CauseReviewables(CauseStore causes) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Cause;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        var (version, own) = await causes.OwnAsync(tenant, ct);
        if (own.Count == 0)
            return [];
        var versions = await causes.VersionsAsync(tenant, ct);
        return [.. own.Select(c => new Reviewable(Kind, c.Id, c.Title, "", Since(c, versions), $"version {version}", $"/causes/{Uri.EscapeDataString(c.Id)}", []))];
    }

    /// <summary>The newest version whose story names the entry; where none does, the oldest that is known.</summary>
    private static DateTimeOffset Since(Cause cause, IReadOnlyList<CauseVersion> versions) =>
        versions.FirstOrDefault(v => v.Text.EndsWith(" " + cause.Id, StringComparison.Ordinal))?.At ?? versions[^1].At;
}

/// <summary>Runbooks.</summary>
public sealed class RunbookReviewables(Runbooks runbooks) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Runbook;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct) =>
        [.. (await runbooks.AllAsync(tenant, ct)).Select(r => new Reviewable(
            Kind, r.Runbook.Key, r.Runbook.Title, r.Runbook.Owner, r.Of.At, $"version {r.Of.Version}", $"/runbooks/{r.Runbook.Key}", r.Runbook.Connections))];
}
