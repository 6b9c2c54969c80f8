using System.Globalization;
using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Objectives;
using MudBlazor;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>How the scorecard reads. Pure.</summary>
public static class ScorecardPresentation
{
    /// <summary>One sentence: is it inside, what cost it, who caused it.</summary>
    public static string Answer(ScorecardView view)
    {
        var lines = view.Capabilities.SelectMany(c => c.Objectives).ToList();
        if (lines.Count == 0)
            return "Nothing is promised yet, so nothing can be inside or outside of it.";
        var by = lines.ToLookup(l => l.Standing);
        var (missed, low, silent, inside) = (by[ScorecardStanding.Missed].Count(), by[ScorecardStanding.RunningLow].Count(), by[ScorecardStanding.NoData].Count(), by[ScorecardStanding.Inside].Count());
        var first = missed > 0 ? $"{missed} of {Objectives(lines.Count)} {(missed == 1 ? "is" : "are")} missed{(low > 0 ? $" and {low} more {(low == 1 ? "runs" : "run")} low" : "")}."
            : low > 0 ? $"No objective is missed; the budget of {low} of {lines.Count} runs low."
            : inside == 1 ? silent > 0 ? "The one objective that has enough data is inside." : "The one objective is inside."
            : inside > 0 ? silent > 0 ? $"All {inside} objectives that have enough data are inside." : $"All {inside} objectives are inside."
            : "No objective has enough data to say how it stands.";
        var quiet = silent > 0 && inside + low + missed > 0 ? $" {silent} {(silent == 1 ? "has" : "have")} too little to say." : "";
        var money = view.Money.Total.Count > 0 ? $" At risk: {MoneyFormat.Sum(view.Money.Total)}." : "";
        var cause = view.Causes.Count > 0 && view.Causes[0].Missed > 0 ? $" Most misses: {Party(view.Causes[0].Party)}, {PerMille(view.Causes[0].PerMille)}." : "";
        return first + quiet + money + cause;
    }

    private static string Objectives(int count) => count == 1 ? "1 objective" : $"{count} objectives";

    public static Look Of(ScorecardStanding standing) => standing switch
    {
        ScorecardStanding.Inside => new("Inside", Icons.Material.Outlined.CheckCircle, Tone.Done),
        ScorecardStanding.RunningLow => new("Running low", Icons.Material.Outlined.WarningAmber, Tone.Waiting),
        ScorecardStanding.Missed => new("Missed", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ => new("No data", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    /// <summary>Why an objective says nothing: by the events that its standing is of, and how many those were before something was left out.</summary>
    public static string TooFew(ObjectiveLine line)
    {
        var (whole, left) = (line.Both.Whole.Events, line.Both.Adjusted.Events);
        if (whole == 0)
            return "Nothing was counted in this time: neither met nor missed.";
        var least = MoneyFormat.Count(Math.Max(1, line.Published.Objective.MinimumCount));
        return left == whole ? $"Only {MoneyFormat.Count(left)} of at least {least} events: neither met nor missed."
            : $"{MoneyFormat.Count(left)} of {MoneyFormat.Count(whole)} events are left after what was excluded, and at least {least} are needed: neither met nor missed.";
    }

    /// <summary>Up to when the budgets of a capability can be judged, as the budget page does; the earliest where they differ, null where nothing was counted.</summary>
    public static DateTimeOffset? JudgedUpTo(ScorecardView view, CapabilityLine capability)
    {
        if (view.ObjectivesUpTo is not { } counted || capability.Objectives.Count == 0)
            return null;
        var upTo = counted < view.ReadAt ? counted : view.ReadAt;
        return capability.Objectives.Min(l => AlertEvaluation.JudgedUpTo(l.Published.Indicator, upTo));
    }

    /// <summary>What a party's misses took of the budget that they took most of: "253 % of the budget of Orders in time"; empty where they took nothing.</summary>
    public static string Took(PartyLine line) => line is { Objective: { } of, Spent: { } spent }
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(spent * 100):#,0} % of the budget of {(of.Title.Length > 0 ? of.Title : of.Name)}") : "";

    /// <summary>Of a party: what its misses alone took of one budget.</summary>
    public static Look Of(PartyLine line) => !line.Connected ? new("Not connected", Icons.Material.Outlined.LinkOff, Tone.Neutral) : line.Standing switch
    {
        ScorecardStanding.Inside => new("Within budget", Icons.Material.Outlined.CheckCircle, Tone.Done),
        ScorecardStanding.RunningLow => new("Half of it spent", Icons.Material.Outlined.WarningAmber, Tone.Waiting),
        ScorecardStanding.Missed => new("All of it spent", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ => new("No data", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    public static Look Of(MarketplaceLine line) => line.Forecast switch
    {
        { Total: 0 } => new("No orders", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
        { Breached: true } => new("Over the limit", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        { BreachOn: not null } => new("Heading over", Icons.Material.Outlined.TrendingUp, Tone.Waiting),
        _ => new("Below the limit", Icons.Material.Outlined.CheckCircle, Tone.Done),
    };

    /// <summary>Rounded down, so that nothing looks met that is not: 99.99 %.</summary>
    public static string Percent(decimal? ratio) => ratio is { } r ? (Math.Floor(r * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>Shares of what is bad, rounded up: nothing looks below a limit that is not.</summary>
    public static string BadPercent(decimal? ratio) => ratio is { } r ? (Math.Ceiling(r * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "–";

    public static string PerMille(int share) => (share / 10m).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Weight(decimal weight) => weight.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Left(Attainment attained) => Left(attained.Left);

    public static string Left(decimal? share) => share is not { } left ? "no budget yet" : left >= 0 ? $"{Math.Floor(left * 100):0} % of the budget left" : ObjectivesPresentation.Overspent(-left);

    /// <summary>0 to 100: how much of the bar is filled.</summary>
    public static int Bar(Attainment attained) => attained.Left is { } left ? (int)Math.Clamp(Math.Floor(left * 100), 0, 100) : 0;

    public static string Window(ObjectiveWindow window) => window switch
    {
        RollingWindow { Length.TotalDays: >= 1 } rolling => $"last {rolling.Length.TotalDays:0} days",
        RollingWindow rolling => $"last {rolling.Length.TotalHours:0} hours",
        CalendarWindow { Unit: CalendarUnit.Retail445 } => "4-4-5 period",
        CalendarWindow calendar => (calendar.Count == 1 ? "" : calendar.Count + " ") + calendar.Unit.ToString().ToLowerInvariant() + (calendar.Count == 1 ? "" : "s"),
        _ => "",
    };

    public static string Party(string key) => PartyGroup.Find(key).Title;

    public static string PartyClass(string key) => PartyPresentation.Class(Role(key)) is var known && (Role(key) is not null || key == "us") ? known : "cp-party-carrier";

    public static string PartyIcon(string key) => key == "carrier" ? Icons.Material.Outlined.LocalShipping : Role(key) is { } role ? PartyPresentation.Icon(role) : key == "us" ? PartyPresentation.Icon(null) : Icons.Material.Outlined.HelpOutline;

    private static SystemRole? Role(string key) => SystemRoles.TryParse(key, out var role) ? role : null;

    public static string Part(RiskPart part) => part switch
    {
        RiskPart.PastDeadline => "Orders past their deadline",
        RiskPart.Penalties => "Penalties to expect for them",
        RiskPart.Reships => "Sent again",
        _ => "Hours of people",
    };

    public static ScorecardListKind? List(RiskPart part) => part switch
    {
        RiskPart.PastDeadline => ScorecardListKind.PastDeadline,
        RiskPart.Penalties => ScorecardListKind.Penalties,
        RiskPart.Triage => ScorecardListKind.Triage,
        _ => ScorecardListKind.Misses,
    };

    /// <summary>A way in words, without its channel; null when nothing is said of it.</summary>
    public static string? Way(OrderWay way, Func<string, string> name)
    {
        var said = string.Join(", ", new[]
        {
            way.Erp switch { null => null, "" => "no ERP", var erp => name(erp) }, way.Warehouse switch { null => null, "" => "no warehouse", var warehouse => name(warehouse) },
            way.Shipped switch { true => "shipped", false => "not shipped", _ => null },
            way.End switch { OrderEnd.Done => "closed", OrderEnd.Stuck => "stuck", OrderEnd.Cancelled => "cancelled", OrderEnd.UnderWay => "under way", _ => null },
        }.OfType<string>());
        return said.Length == 0 ? null : said;
    }

    public static string Orders(long count) => count == 1 ? "1 order" : MoneyFormat.Count(count) + " orders";

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A line through the days, in a box of 100 × 24; days without an event part it.</summary>
    public static string Spark(IReadOnlyList<decimal?> trend)
    {
        var known = trend.OfType<decimal>().ToList();
        if (known.Count < 2)
            return "";
        var (low, high) = (known.Min(), known.Max());
        var path = new System.Text.StringBuilder();
        var apart = true;
        for (var i = 0; i < trend.Count; i++)
        {
            if (trend[i] is not { } value)
            {
                apart = true;
                continue;
            }

            var y = high == low ? 4 : 22 - (double)((value - low) / (high - low)) * 20;
            path.Append(CultureInfo.InvariantCulture, $"{(apart ? 'M' : 'L')}{100.0 * i / Math.Max(1, trend.Count - 1):0.#} {y:0.#}");
            apart = false;
        }

        return path.ToString();
    }

    /// <summary>0 (none) to 4 (the most): how dark a cell is.</summary>
    public static int Heat(long missed, long most) => missed == 0 || most == 0 ? 0 : (int)Math.Ceiling(4.0 * missed / most);
}
