using System.Globalization;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Governance;

/// <summary>What a rule may look at. A closed list: rules are data, what can be judged is not.</summary>
public enum GovernanceCheck
{
    OwnerSet,
    ObjectiveSet,
    WritesRepeatable,
    KeysSent,
    RetryPolicy,
    PersonalDataTagged,
    MappingTestsGreen,
    CertificateDays,
    WebhookSignature,
    RunbookSet,
    ReviewCurrent,
    FailuresExplained,
    CallErrors,
}

/// <summary>Which number a check is held against.</summary>
/// <param name="Default">What a rule without a limit means.</param>
/// <param name="Meaning">With its unit.</param>
public sealed record CheckLimit(decimal Least, decimal Most, decimal Default, string Meaning);

/// <param name="Id">Lower-case with hyphens; stays the same over versions.</param>
/// <param name="Weight">1 to 100: what it counts for in the score.</param>
/// <param name="Limit">Null where its check has none, or its default counts.</param>
/// <param name="Roles">Only connections of these roles; empty = all.</param>
/// <param name="Why">What goes wrong where it does not hold.</param>
/// <param name="Mend">The next step, in words.</param>
public sealed record GovernanceRule(string Id, string Title, GovernanceCheck Check, int Weight, decimal? Limit, IReadOnlyList<SystemRole> Roles, string Why, string Mend)
{
    public bool AppliesTo(SystemRole role) => Roles.Count == 0 || Roles.Contains(role);
}

/// <param name="Letter">One character, or a short word.</param>
/// <param name="Word">What the letter means.</param>
/// <param name="Least">Score from which it is given, 0 to 100.</param>
public sealed record GovernanceLevel(string Letter, string Word, int Least);

/// <param name="Dated">Since when it is meant to count; for people.</param>
public sealed record GovernanceRuleSet(DateOnly Dated, IReadOnlyList<GovernanceLevel> Levels, IReadOnlyList<GovernanceRule> Rules)
{
    public const int MostRules = 100;

    /// <summary>The highest level that a score reaches.</summary>
    public GovernanceLevel LevelOf(int score) => Levels.Where(l => l.Least <= score).MaxBy(l => l.Least) ?? Levels.MinBy(l => l.Least)!;
}

public static class GovernanceWords
{
    public static IReadOnlyDictionary<string, GovernanceCheck> Checks { get; } = Enum.GetValues<GovernanceCheck>().ToDictionary(Word, StringComparer.Ordinal);

    /// <summary>Null where there is nothing to set.</summary>
    public static CheckLimit? LimitOf(GovernanceCheck check) => check switch
    {
        GovernanceCheck.WritesRepeatable => new(0, 100, 0, "blind writes that are allowed"),
        GovernanceCheck.KeysSent => new(0, 100, 100, "percent of keyed writes that carried their key"),
        GovernanceCheck.RetryPolicy => new(2, 100, 3, "attempts at least"),
        GovernanceCheck.MappingTestsGreen => new(1, 500, 1, "tests at least"),
        GovernanceCheck.CertificateDays => new(1, 365, 30, "days left at least"),
        GovernanceCheck.FailuresExplained => new(0, 100, 95, "percent of failures explained at least"),
        GovernanceCheck.CallErrors => new(0, 100, 2, "percent of calls failed at most"),
        _ => null,
    };

    /// <summary>What is wrong where it fails, in a few words. A rule's title says what holds.</summary>
    public static string Failing(GovernanceCheck check) => check switch
    {
        GovernanceCheck.OwnerSet => "Nobody owns it",
        GovernanceCheck.ObjectiveSet => "No objective covers it",
        GovernanceCheck.WritesRepeatable => "Some of its writes cannot be repeated",
        GovernanceCheck.KeysSent => "Keyed writes went without their key",
        GovernanceCheck.RetryPolicy => "What calls it gives up too early",
        GovernanceCheck.PersonalDataTagged => "Fields that look personal are not masked",
        GovernanceCheck.MappingTestsGreen => "Its mapping has no tests, or red ones",
        GovernanceCheck.CertificateDays => "A certificate or credential ends soon, or has ended",
        GovernanceCheck.WebhookSignature => "Unsigned deliveries are taken",
        GovernanceCheck.RunbookSet => "No runbook",
        GovernanceCheck.ReviewCurrent => "A review is overdue",
        GovernanceCheck.FailuresExplained => "Too many failures are not explained",
        GovernanceCheck.CallErrors => "Too many of its calls fail",
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    };

    /// <summary>As documents name it: <c>owner-set</c>.</summary>
    public static string Word(this GovernanceCheck check) => string.Concat(check.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString(CultureInfo.InvariantCulture)));
}
