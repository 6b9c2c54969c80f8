using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Governance;

namespace ControlPlane.Web.Features.Governance;

/// <param name="Verdict">holds, fails, not-judged or does-not-apply.</param>
/// <param name="MendAt">Page; null where none does it.</param>
public sealed record GovernanceLineAnswer(string Rule, string Title, int Weight, string Verdict, string Evidence, string Why, string Mend, string? MendAt);

/// <param name="Score">0 to 100; null when no rule could be judged.</param>
/// <param name="Held">Sum of the weights that hold.</param>
/// <param name="Applied">Sum of the weights that were judged: the score is Held / Applied × 100, rounded down.</param>
public sealed record GovernanceScoreAnswer(string Connection, string Name, string Connector, string Owner, int? Score, int Held, int Applied, string? Letter, string? Word, IReadOnlyList<GovernanceLineAnswer> Rules)
{
    internal static GovernanceScoreAnswer Of(GovernanceScore s) => new(
        s.Connection, s.Name, s.Connector, s.Owner, s.Score, s.Held, s.Applied, s.Level?.Letter, s.Level?.Word,
        [.. s.Lines.Select(l => new GovernanceLineAnswer(
            l.Rule.Id, l.Rule.Title, l.Rule.Weight, GovernancePresentation.Word(l.Judgement.Verdict), l.Judgement.Evidence, l.Rule.Why, l.Rule.Mend, GovernancePresentation.MendAt(l.Rule.Check, s)))]);
}

public sealed record ApiScoreAnswer(string Connector, string Title, IReadOnlyList<string> Connections, int? Score, int Held, int Applied, string? Letter, string? Word);

/// <param name="RulesVersion">0 = those that are shipped.</param>
/// <param name="Connections">Lowest score first.</param>
public sealed record GovernanceAnswer(DateTimeOffset ReadAt, int RulesVersion, DateOnly RulesDated, IReadOnlyList<GovernanceScoreAnswer> Connections, IReadOnlyList<ApiScoreAnswer> Apis)
{
    internal static GovernanceAnswer Of(GovernanceReport report, Func<GovernanceScore, bool> fits) => new(
        report.ReadAt, report.Rules.Version, report.Rules.Rules.Dated, [.. report.Scores.Where(fits).Select(GovernanceScoreAnswer.Of)],
        [.. report.Apis.Select(a => new ApiScoreAnswer(a.Connector, a.Title, a.Connections, a.Score, a.Held, a.Applied, a.Level?.Letter, a.Level?.Word))]);
}

public sealed record GovernanceDayAnswer(DateOnly Day, int? Score, int Held, int Applied, int RulesVersion);

/// <param name="Trend">The last 90 days, oldest first; one score a day.</param>
public sealed record GovernanceDetail(GovernanceScoreAnswer Score, IReadOnlyList<GovernanceDayAnswer> Trend);

/// <param name="Version">0 = those that are shipped.</param>
/// <param name="Document">YAML of kind GovernanceRules.</param>
public sealed record GovernanceRulesAnswer(int Version, DateOnly Dated, string? UpdatedBy, DateTimeOffset? UpdatedAt, string? Reason, string Document);
