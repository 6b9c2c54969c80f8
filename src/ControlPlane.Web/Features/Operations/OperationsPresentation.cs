using System.Globalization;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Operations;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Operations;

/// <summary>A state in word, icon and colour.</summary>
/// <param name="Next">What somebody can do about it; null when nothing is to be done.</param>
public sealed record OperationLook(string Word, string Icon, Tone Tone, string? Next = null);

/// <summary>The words, icons and colours of the dashboard. Pure.</summary>
internal static class OperationsPresentation
{
    public static readonly IReadOnlyList<(string Word, string Title)> Ranges = [("1h", "1 hour"), ("6h", "6 hours"), ("24h", "24 hours"), ("7d", "7 days"), ("30d", "30 days")];

    /// <summary>The one sentence under the title.</summary>
    public static string Answer(OperationsView v) =>
        $"{Of(v.Backlog.Total, "order", "orders")} under way, {MoneyFormat.Count(Stuck(v.Backlog))} stuck. In this time {Of(v.Transformations.Failed, "document", "documents")} could not be translated, {Of(v.Rates.Refused, "call was", "calls were")} refused for a rate limit"
        + (v.Settlements.Runs ? $", {Of(v.Settlements.Mismatched, "settlement does", "settlements do")} not match." : ".");

    public static OperationLook Backlog(BacklogFigures b) => b.Total == 0
        ? new("nothing open", Icons.Material.Outlined.CheckCircle, Tone.Done)
        : Stuck(b) > 0 ? new($"{MoneyFormat.Count(Stuck(b))} stuck", Icons.Material.Outlined.ErrorOutline, Tone.Stuck, "See whose move it is in the worklist.")
        : b.Open.GetValueOrDefault(TransactionState.Retrying) > 0 ? new("retrying by itself", Icons.Material.Outlined.Autorenew, Tone.Waiting) : new("moving", Icons.Material.Outlined.CheckCircle, Tone.Done);

    public static OperationLook Transformations(FailureFigures f) => f.Failed > 0
        ? new("needs a fix", Icons.Material.Outlined.ErrorOutline, Tone.Stuck, "Open the list: each row leads to the document and what is wrong in it.")
        : f.Transformed > 0 ? new("all translated", Icons.Material.Outlined.CheckCircle, Tone.Done) : Nothing("No document came in this time.");

    public static OperationLook Rates(RateFigures r) => r.Refused > 0
        ? new("refused by a limit", Icons.Material.Outlined.Block, Tone.Waiting, "Nothing is lost: held work goes on by itself. Lower the declared budget where refusals return.")
        : r.Waited > 0 ? new("paced by our budgets", Icons.Material.Outlined.HourglassBottom, Tone.Info) : new("within the limits", Icons.Material.Outlined.CheckCircle, Tone.Done);

    public static OperationLook Stock(SyncFigures s) => !s.Runs
        ? new("No stock flow runs yet", Icons.Material.Outlined.RemoveCircleOutline, Tone.Neutral, "Connect a system that sends stock and apply a flow for it: the time from its message to its publication is measured from then on.")
        : s.Synced == 0 ? Nothing("No stock message reached its end in this time.") : new("measured", Icons.Material.Outlined.Timer, Tone.Info);

    public static OperationLook Settlements(SettlementFigures s) => !s.Runs
        ? new("No settlement flow runs yet", Icons.Material.Outlined.RemoveCircleOutline, Tone.Neutral, "Connect a marketplace or payment provider that sends settlements and apply a flow for them: what does not match is counted from then on.")
        : s.Mismatched > 0 ? new("does not match", Icons.Material.Outlined.ErrorOutline, Tone.Stuck, "Open the list: each row leads to the settlement and its difference.")
        : s.Matched > 0 ? new("all match", Icons.Material.Outlined.CheckCircle, Tone.Done) : Nothing("No settlement came in this time.");

    public static long Stuck(BacklogFigures b) => b.Open.GetValueOrDefault(TransactionState.Stuck);

    /// <summary><c>1 order</c>, <c>2,318 orders</c>.</summary>
    public static string Of(long count, string one, string many) => $"{MoneyFormat.Count(count)} {(count == 1 ? one : many)}";

    /// <summary><c>0.3 %</c>; below a tenth of a percent it is said so.</summary>
    public static string Share(long part, long rest)
    {
        if (part == 0)
            return rest == 0 ? "None" : "0 %";
        var share = 100.0 * part / (part + rest);
        return share < 0.1 ? "Below 0.1 %" : share.ToString("0.0", CultureInfo.InvariantCulture) + " %";
    }

    public static string Took(TimeSpan? span) => span is { } took ? TimeText.Took((int)Math.Min(int.MaxValue, took.TotalMicroseconds)) : "–";

    /// <summary>How a step is called in the heading of a chart: "per 5 minutes".</summary>
    public static string Per(TimeSpan step) => step switch
    {
        { TotalMinutes: 1 } => "per minute",
        { TotalHours: 1 } => "per hour",
        { TotalDays: 1 } => "per day",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"per {step.TotalMinutes:0} minutes"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"per {step.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"per {step.TotalDays:0} days"),
    };

    /// <summary>A border of an axis: the time of a day, or the day where steps are long.</summary>
    public static string Tick(DateTimeOffset at, TimeSpan span, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(span <= TimeSpan.FromDays(1) ? "HH:mm" : span <= TimeSpan.FromDays(8) ? "ddd HH:mm" : "d MMM", CultureInfo.InvariantCulture);

    /// <summary>A round number not below it: where an axis ends.</summary>
    public static double Top(double largest)
    {
        if (largest <= 4)
            return 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(largest)));
        return new[] { 1, 2, 4, 5, 10 }.Select(f => f * power).First(t => t >= largest);
    }

    private static OperationLook Nothing(string why) => new("nothing to measure", Icons.Material.Outlined.RemoveCircleOutline, Tone.Neutral, why);
}
