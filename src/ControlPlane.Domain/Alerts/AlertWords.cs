using System.Globalization;
using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Alerts;

/// <summary>What people read of an incident, the same in the portal, in a mail and in a chat.</summary>
public static class AlertWords
{
    /// <summary>A mail says before it that it is over, or that nobody has taken it; both fit into the subject.</summary>
    private const int LongestTitle = 108;

    /// <summary>Of one objective in a title: what it does stands behind it.</summary>
    private const int LongestName = 60;

    private static readonly int[] Paces = [1_000, 500, 200, 100, 50, 20, 10, 5, 2];

    /// <summary>One line: what is broken. Counts of misses are not in it: it stays the same while the same is broken.</summary>
    public static string Title(AlertFacts facts) => facts switch
    {
        { Kind: AlertCauseKind.Channel } => $"Alerts do not go out by {facts.Key}",
        { Kind: AlertCauseKind.Counting } => "The journal is not counted: nobody would be alerted",
        { Objectives: [var one] } => one.Counted ? $"{Short(Named(one), LongestName)}: too many misses on low traffic" : $"{Short(Named(one), LongestName)}: the budget burns {Times(one.Pace)} too fast",
        { CaseWords: { } words, Case: not null } => Short($"{Several(facts)}: {words.TrimEnd('.')}", LongestTitle),
        { Party: { } party } => $"{Several(facts)}: {(party == MissParty.Us ? "we are" : $"{Party(party)} is")} to blame",
        _ => Several(facts),
    };

    /// <summary>The cause and its share of the misses, beside the title: what that says already is not said again.</summary>
    public static string Cause(AlertFacts facts) => facts switch
    {
        { Objectives.Count: > 1, CaseWords: { } words, Case: not null, Note: null } when Title(facts).EndsWith(words.TrimEnd('.'), StringComparison.Ordinal) => $"{Percent(facts.Share)} of {Misses(facts.Bad)} {(facts.Bad == 1 ? "has" : "have")} this cause.",
        { Objectives.Count: > 1, Case: null, Party: { } party, Note: null } when party != MissParty.Us => $"{Percent(facts.Share)} of {Misses(facts.Bad)} are due to it.",
        _ => CauseAlone(facts),
    };

    /// <summary>The same where no title stands beside it.</summary>
    public static string CauseAlone(AlertFacts facts) => facts switch
    {
        { Note: { } note } => note,
        { CaseWords: { } words, Case: not null } => $"{Percent(facts.Share)} of {Misses(facts.Bad)} have one cause: {words}",
        { Party: { } party } => $"{Percent(facts.Share)} of {Misses(facts.Bad)} are {Whose(party)}.",
        { Bad: > 0 } => $"{Misses(facts.Bad)}; no single cause stands out.",
        _ => "No single cause stands out.",
    };

    /// <summary>How much of the budget is spent, and when the rest is gone.</summary>
    public static string Budget(AlertObjective of) => of switch
    {
        { Spent: null } => $"{Named(of)}: not enough events to say how much of the budget is left.",
        { Spent: >= 1 } => $"{Named(of)}: {Percent(of.Spent.Value)} of the budget is spent; the objective is missed.",
        { EmptyAt: { } at } => $"{Named(of)}: {Percent(of.Spent.Value)} of the budget is spent; at this pace the rest is gone on {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
        _ => $"{Named(of)}: {Percent(of.Spent.Value)} of the budget is spent.",
    };

    public static string Named(AlertObjective of) => of.Title.Length > 0 ? of.Title : of.Name;

    /// <summary>How fast, in words for a title: in coarse steps, since a title that changes at each look is read as another trouble.</summary>
    public static string Times(decimal? pace) => Array.Find(Paces, p => p <= pace) switch
    {
        0 => pace is null ? "much" : "somewhat",
        var step => $"at least {step.ToString("#,0", CultureInfo.InvariantCulture)} times",
    };

    /// <summary>As it is where it is short enough; else cut behind a whole word, with an ellipsis.</summary>
    public static string Short(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        var cut = text.LastIndexOf(' ', longest - 1);
        return text[..(cut > longest / 2 ? cut : longest - 1)].TrimEnd(' ', ',', ';', ':', '.') + "…";
    }

    public static string Percent(decimal share) => (share * 100).ToString(share is > 0.0001m and < 0.1m ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %";

    public static string Whose(string party) => party == "us" ? "ours" : $"due to {Party(party)}";

    /// <summary>A role as people call the system.</summary>
    public static string Party(string party) => party.ToUpperInvariant() switch
    {
        "US" => "us",
        "ERP" => "the ERP",
        "WMS" => "the warehouse",
        "3PL" => "the 3PL",
        "STOREFRONT" => "the shop",
        "MARKETPLACE" => "the marketplace",
        "UNKNOWN" => "nobody known",
        _ => party.ToLowerInvariant(),
    };

    private static string Several(AlertFacts facts) => $"{facts.Objectives.Count} objectives burn their budgets";

    private static string Misses(long bad) => bad == 1 ? "1 miss" : $"{bad.ToString("#,0", CultureInfo.InvariantCulture)} misses";
}
