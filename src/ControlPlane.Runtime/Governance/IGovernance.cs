using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Governance;

/// <param name="Version">Counts from 1; 0 = those that are shipped.</param>
/// <param name="Text">The document.</param>
/// <param name="By">Null for those that are shipped.</param>
public sealed record GovernanceRulesNow(GovernanceRuleSet Rules, int Version, string Text, string? By, DateTimeOffset? At, string? Reason);

/// <summary>A connector over all connections that use it.</summary>
/// <param name="Score">Of its weights summed over the connections; null when nothing could be judged.</param>
public sealed record ApiScore(string Connector, string Title, IReadOnlyList<string> Connections, int? Score, int Held, int Applied, GovernanceLevel? Level);

/// <param name="Scores">Lowest first; what could not be judged last.</param>
public sealed record GovernanceReport(DateTimeOffset ReadAt, GovernanceRulesNow Rules, IReadOnlyList<GovernanceScore> Scores, IReadOnlyList<ApiScore> Apis);

/// <param name="Score">Null when nothing could be judged.</param>
public sealed record GovernanceDay(DateOnly Day, int? Score, int Held, int Applied, int RulesVersion);

/// <summary>How well connections are kept, by rules that are data.</summary>
public interface IGovernance
{
    /// <summary>Every connection judged now.</summary>
    Task<GovernanceReport> ReadAsync(TenantScope tenant, CancellationToken ct);

    Task<GovernanceRulesNow> RulesAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>Scores of the last 90 days by connection, oldest first.</summary>
    Task<ILookup<string, GovernanceDay>> TrendAsync(TenantScope tenant, CancellationToken ct);
}
