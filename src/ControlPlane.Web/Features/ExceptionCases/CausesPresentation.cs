using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>How the catalogue of causes reads: its answer, where an entry comes from, when it applies, what ended a case before.</summary>
public static class CausesPresentation
{
    public static readonly IReadOnlyList<(string View, string Word)> Views = [("", "Entries"), ("unexplained", "Not explained yet"), ("versions", "Versions")];

    public static string Answer(CauseStanding standing) => standing.Coverage.Failures == 0
        ? "Nothing got stuck in the last 30 days."
        : $"{Share(standing.Coverage.FailuresExplained, standing.Coverage.Failures)} of {CasesPresentation.Count(standing.Coverage.Failures, "failure")} in the last 30 days {(standing.Coverage.Failures == 1 ? "is" : "are")} explained"
          + (standing.UnexplainedCount == 0 ? "." : $"; {CasesPresentation.Count(standing.UnexplainedCount, "text")} {(standing.UnexplainedCount == 1 ? "waits" : "wait")} for an explanation.");

    public static Look Origin(string origin) => origin switch
    {
        "own" => new("Own", Icons.Material.Outlined.EditNote, Tone.Info),
        "override" => new("Overrides", Icons.Material.Outlined.SwapHoriz, Tone.Waiting),
        _ => new("Shipped", Icons.Material.Outlined.Inventory2, Tone.Neutral),
    };

    /// <summary>"erp.refused at shopify, with “posting date”": every part must fit.</summary>
    public static string When(CauseRule rule)
    {
        var parts = new List<string>();
        if (rule.ProviderCodes.Count > 0)
            parts.Add($"the target's code {Some(rule.ProviderCodes)}");
        if (rule.Codes.Count > 0)
            parts.Add(Some(rule.Codes));
        if (rule.Kinds.Count > 0)
            parts.Add($"kind {Some([.. rule.Kinds.Select(CauseWords.Word)])}");
        if (rule.Connectors.Count > 0)
            parts.Add($"at {Some(rule.Connectors)}");
        if (rule.Texts.Count > 0)
            parts.Add($"with {Some([.. rule.Texts.Select(t => $"“{t}”")])}");
        return string.Join(", ", parts);
    }

    public static string Share(int part, int all) => part == all ? "All" : part == 0 ? "None" : $"{Math.Clamp((int)Math.Round(100.0 * part / all), 1, 99)} %";

    public static string Said(CauseOutcome outcome) => outcome switch
    {
        CauseOutcome.Done done => $"Version {done.Version} is in service. Every node takes it up within seconds.",
        CauseOutcome.Unchanged => "It is like this already; nothing was changed.",
        CauseOutcome.Overtaken other => $"{other.By} published version {other.Version} meanwhile. Your text is still here: load the page again, compare, then publish.",
        CauseOutcome.NotFound => "There is no such entry or version any more.",
        CauseOutcome.Refused refused => string.Join(" ", refused.Problems.Select(p => $"{p.Field}: {p.Message}")),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Ended(Ending ending) => ending switch
    {
        Ending.CrosswalkChanged => "a crosswalk was changed",
        Ending.Edited => "the order was edited",
        Ending.MappingPublished => "a mapping was published",
        Ending.FlowPublished => "it went on with a newer flow",
        Ending.TriedAgain => "tried again by a person",
        Ending.Cancelled => "cancelled",
        Ending.Superseded => "replaced by a newer order",
        Ending.ByItself => "went on by itself",
        _ => throw new ArgumentOutOfRangeException(nameof(ending)),
    };

    public static string Advice(Ending ending) => ending switch
    {
        Ending.CrosswalkChanged => "add the value to the crosswalk",
        Ending.Edited => "edit the order",
        Ending.MappingPublished => "mend and publish the mapping",
        Ending.FlowPublished => "release it on the newest flow",
        Ending.TriedAgain => "mend it where it stands, then try again",
        _ => "wait: what is missing comes by itself",
    };

    /// <summary>"The last 20 times: 14× a crosswalk was changed, 4× cancelled; half of them within 11 min."</summary>
    public static string Sentence(CaseEndings times) => times.Of == 0 ? "No order left this case yet."
        : $"The last {(times.Of == 1 ? "time" : $"{times.Of} times")}: {string.Join(", ", times.Endings.Select(e => $"{e.Times}× {Ended(e.Ending)}"))}{(times.Median is { } median ? $"; half of them within {TimeText.Duration(median)}" : "")}.";

    /// <summary>Null where history does not say.</summary>
    public static string? Suggestion(CaseEndings times) => times.Suggested is { } best ? $"Suggested: {Advice(best.Ending)}. That worked in {(int)Math.Round(100.0 * best.Worked / best.Times)} % of {best.Times}." : null;

    private static string Some(IReadOnlyList<string> values) => values.Count <= 3 ? string.Join(" or ", values) : $"{string.Join(", ", values.Take(3))} or {values.Count - 3} more";
}
