using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Objectives;

/// <summary>Words, figures and curves of objectives. An objective without data is neither green nor red.</summary>
public static class ObjectivesPresentation
{
    public static (string Word, string Icon, Tone Tone) Look(ObjectiveStanding standing) => standing switch
    {
        ObjectiveStanding.Met => ("met", Icons.Material.Outlined.CheckCircle, Tone.Done),
        ObjectiveStanding.Missed => ("missed", Icons.Material.Outlined.Cancel, Tone.Stuck),
        _ => ("no data", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    public static string Answer(IReadOnlyList<ObjectiveFigure> figures)
    {
        int Count(ObjectiveStanding standing) => figures.Count(f => f.Ways.Whole.Standing == standing);
        var (met, missed, silent) = (Count(ObjectiveStanding.Met), Count(ObjectiveStanding.Missed), Count(ObjectiveStanding.NoData));
        return (met, missed, silent) switch
        {
            (0, 0, _) => "No objective has enough events yet: nothing is met, nothing is missed.",
            (_, 0, 0) => met == 1 ? "The one objective is met." : $"All {met} objectives are met.",
            _ => $"{met} met, {missed} missed{(silent > 0 ? $", {silent} without enough events to say" : "")}.",
        };
    }

    /// <summary>99.53 %: as many places as tell it from the target, never rounded up to a hundred.</summary>
    public static string Percent(decimal? share)
    {
        if (share is not { } ratio)
            return "–";
        var shown = Math.Floor(ratio * 100_000) / 1_000;
        return shown.ToString("0.0##", CultureInfo.InvariantCulture) + " %";
    }

    public static string Target(decimal target) => (target * 100).ToString("0.####", CultureInfo.InvariantCulture) + " %";

    public static string PerMille(int share) => (share / 10m).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Left(decimal? left) => left is not { } share ? "no data" : share < 0 ? Overspent(-share) : $"{Math.Floor(share * 100).ToString("0", CultureInfo.InvariantCulture)} % of the budget is left";

    /// <summary>Beyond ten times the budget a percentage of it says nothing any more.</summary>
    /// <param name="over">Share of the budget, above 0.</param>
    public static string Overspent(decimal over) => over < 10
        ? string.Create(CultureInfo.InvariantCulture, $"overspent by {Math.Ceiling(over * 100):0} %") : string.Create(CultureInfo.InvariantCulture, $"overspent {Math.Floor(over):#,0} times over");

    public static string Burn(decimal? burn) => burn is { } rate ? $"burns {rate.ToString("0.0", CultureInfo.InvariantCulture)}× its pace in the last hour" : "nothing began in the last hour";

    public static string Count(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {one}{(count == 1 ? "" : "s")}");

    /// <summary>How wide the bar of the budget is, 0 to 100.</summary>
    public static int Width(decimal? left) => left is { } share ? (int)Math.Clamp(share * 100, 0, 100) : 0;

    public static string Party(string party) => party switch
    {
        MissParty.Us => "us",
        MissParty.Unknown or "" => "unknown",
        _ => SystemRoles.TryParse(party, out var role) ? PartyPresentation.Word(role) : party,
    };

    public static string Window(ObjectiveWindow window) => window switch
    {
        RollingWindow rolling => $"over the last {TimeText.Duration(rolling.Length)}",
        CalendarWindow { Unit: CalendarUnit.Retail445 } c => $"in each retail period (4-4-5), {c.Zone}",
        CalendarWindow { Count: 1 } c => $"in each calendar {c.Unit.ToString().ToLowerInvariant()}, {c.Zone}",
        CalendarWindow c => $"every {c.Count} calendar {c.Unit.ToString().ToLowerInvariant()}s, {c.Zone}",
        _ => "",
    };

    /// <summary>Points of a polyline in a box of 600 by 160; the budget runs from 100 % to what is spent most.</summary>
    public static string Polyline(IReadOnlyList<BurnDownPoint> line, DateTimeOffset from, DateTimeOffset to, decimal floor) =>
        string.Join(' ', line.Select(p => string.Create(CultureInfo.InvariantCulture, $"{600 * (p.At - from).TotalSeconds / Math.Max(1, (to - from).TotalSeconds):0.#},{160 * (1 - (Math.Max(p.Left, floor) - floor) / (1 - floor)):0.#}")));

    /// <summary>The lowest point that is shown: 0, or a round step below what was overspent, at most five budgets.</summary>
    public static decimal Floor(params IEnumerable<BurnDownPoint>[] lines)
    {
        var lowest = Lowest(lines);
        return lowest >= 0 ? 0 : Math.Max(-5, Math.Floor(lowest * 2) / 2);
    }

    /// <summary>Where the lines really go, whether it is shown or not.</summary>
    public static decimal Lowest(params IEnumerable<BurnDownPoint>[] lines) => lines.SelectMany(l => l).Select(p => p.Left).DefaultIfEmpty(0).Min();

    /// <summary>What is left as a percentage that may be below zero: −732 %. Rounded down, as the words beside it.</summary>
    public static string Signed(decimal left)
    {
        var percent = Math.Floor(left * 100);
        return string.Create(CultureInfo.InvariantCulture, $"{(percent < 0 ? "−" : "")}{Math.Abs(percent):#,0} %");
    }
}
