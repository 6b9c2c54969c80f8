using System.Globalization;
using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Alerts;

/// <summary>What people read of an incident, the same in the portal, in a mail and in a chat.</summary>
public static class AlertWords
{
    /// <summary>One line: what is broken.</summary>
    public static string Title(AlertFacts facts) => facts switch
    {
        { Kind: AlertCauseKind.Channel } => $"Alerts do not go out by {facts.Key}",
        { Kind: AlertCauseKind.Counting } => "The journal is not counted: nobody would be alerted",
        { Objectives: [var one] } => one.Counted ? $"{Named(one)}: too many misses on low traffic" : $"{Named(one)}: the budget burns {Times(one.Pace)} too fast",
        _ => $"{facts.Objectives.Count} objectives burn their budgets: {Cause(facts).TrimEnd('.')}",
    };

    /// <summary>The cause and its share of the misses.</summary>
    public static string Cause(AlertFacts facts) => facts switch
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

    /// <summary>How fast, in words for a title.</summary>
    public static string Times(decimal? pace) => pace is null ? "much" : $"{pace.Value.ToString(pace >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)} times";

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

    private static string Misses(long bad) => bad == 1 ? "1 miss" : $"{bad.ToString("#,0", CultureInfo.InvariantCulture)} misses";
}
