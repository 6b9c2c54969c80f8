using System.Globalization;
using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Governance;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using MudBlazor;

namespace ControlPlane.Web.Features.Governance;

/// <summary>Words, icons and ways to mend.</summary>
internal static class GovernancePresentation
{
    public static readonly IReadOnlyList<(string? View, string Title)> Views = [(null, "Connections"), ("apis", "APIs"), ("rules", "Rules")];

    public static string Answer(GovernanceReport report)
    {
        var judged = report.Scores.Where(s => s.Score is not null).ToList();
        if (judged.Count == 0)
            return report.Scores.Count == 0 ? "There is no connection to judge yet." : "Nothing could be judged yet.";
        var (held, applied) = (judged.Sum(s => s.Held), judged.Sum(s => s.Applied));
        var lowest = judged[0];
        return string.Create(CultureInfo.InvariantCulture, $"{held * 100 / applied} of 100 over {judged.Count:N0} {(judged.Count == 1 ? "connection" : "connections")}; lowest is {lowest.Name} with {lowest.Score} ({lowest.Level!.Word}).");
    }

    public static (string Word, string Icon, Tone Tone) Look(int? score, GovernanceLevel? level) => score switch
    {
        null => ("not judged", Icons.Material.Outlined.HelpOutline, Tone.Unknown),
        >= 75 => ($"{level!.Letter}, {level.Word}", Icons.Material.Outlined.CheckCircle, Tone.Done),
        >= 50 => ($"{level!.Letter}, {level.Word}", Icons.Material.Outlined.ReportProblem, Tone.Waiting),
        _ => ($"{level!.Letter}, {level.Word}", Icons.Material.Outlined.Cancel, Tone.Stuck),
    };

    public static (string Word, string Icon, Tone Tone) Look(GovernanceVerdict verdict) => verdict switch
    {
        GovernanceVerdict.Holds => ("holds", Icons.Material.Outlined.CheckCircle, Tone.Done),
        GovernanceVerdict.Fails => ("fails", Icons.Material.Outlined.Cancel, Tone.Stuck),
        GovernanceVerdict.NotJudged => ("not judged yet", Icons.Material.Outlined.HelpOutline, Tone.Unknown),
        _ => ("does not apply", Icons.Material.Outlined.RemoveCircleOutline, Tone.Neutral),
    };

    /// <summary>As scripts read it.</summary>
    public static string Word(GovernanceVerdict verdict) => verdict switch
    {
        GovernanceVerdict.Holds => "holds",
        GovernanceVerdict.Fails => "fails",
        GovernanceVerdict.NotJudged => "not-judged",
        _ => "does-not-apply",
    };

    /// <summary>Where it is mended; null where no page does it.</summary>
    public static string? MendAt(GovernanceCheck check, GovernanceScore of) => check switch
    {
        GovernanceCheck.OwnerSet or GovernanceCheck.CertificateDays or GovernanceCheck.WebhookSignature or GovernanceCheck.CallErrors => PageUrls.Connection(of.Connection),
        GovernanceCheck.WritesRepeatable or GovernanceCheck.KeysSent or GovernanceCheck.MappingTestsGreen => PageUrls.Connector(of.Connector),
        GovernanceCheck.PersonalDataTagged => PageUrls.Schemas,
        GovernanceCheck.RunbookSet => PageUrls.Runbook("new", of.Connection),
        GovernanceCheck.ReviewCurrent => PageUrls.ReviewOf("connection", of.Connection),
        GovernanceCheck.FailuresExplained => PageUrls.CauseList(("view", "unexplained")),
        GovernanceCheck.ObjectiveSet => PageUrls.Objectives,
        _ => null,
    };

    /// <summary>"78 → 84 in 30 days"; null without two days.</summary>
    public static string? Trend(IReadOnlyList<GovernanceDay> days)
    {
        var known = days.Where(d => d.Score is not null).ToList();
        if (known.Count < 2)
            return null;
        var (first, last) = (known[0], known[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{first.Score} on {first.Day:yyyy-MM-dd}, {last.Score} on {last.Day:yyyy-MM-dd}");
    }

    /// <summary>Points of a line 120 wide and 28 high: days by date, scores from 0 to 100.</summary>
    public static string Line(IReadOnlyList<GovernanceDay> days)
    {
        var known = days.Where(d => d.Score is not null).ToList();
        var (from, span) = (known[0].Day.DayNumber, Math.Max(1, known[^1].Day.DayNumber - known[0].Day.DayNumber));
        return string.Join(' ', known.Select(d => string.Create(CultureInfo.InvariantCulture, $"{(d.Day.DayNumber - from) * 120.0 / span:0.#},{27 - (d.Score!.Value * 26.0 / 100):0.#}")));
    }
}
