using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using MudBlazor;

namespace ControlPlane.Web.Features.Home;

/// <summary>How the home page reads. Pure.</summary>
public static class HomePresentation
{
    /// <summary>One sentence: is something broken, how much, since when, until when.</summary>
    public static string Answer(HomeView view, TimeZoneInfo zone)
    {
        var flow = Flow(view);
        var today = view.Today.Received == 0
            ? "Nothing came in today yet."
            : $"{Orders(view.Today.Received)} came in today, {MoneyFormat.Count(view.Today.Closed)} {(view.Today.Closed == 1 ? "is" : "are")} closed.";
        if (view.Open.Stuck == 0)
        {
            var retrying = view.Open.Retrying > 0
                ? $"{Orders(view.Open.Retrying)} {(view.Open.Retrying == 1 ? "is" : "are")} tried again by {(view.Open.Retrying == 1 ? "itself" : "themselves")}; nobody needs to act."
                : "Nothing needs anyone.";
            return $"{flow} {retrying} {today}";
        }

        var oldest = view.OldestStuckSince is { } since ? $"; oldest {TimeText.Duration(view.ReadAt - since)}" : "";
        var late = view.Late is { } l ? $"; {LateText(l, view.ReadAt, zone)}" : "";
        return $"{flow} {Orders(view.Open.Stuck)} {(view.Open.Stuck == 1 ? "needs" : "need")} someone{oldest}{late}. {today}";
    }

    private static string Flow(HomeView view)
    {
        return (view.Present.Received, view.Present.Closed, view.Present.Stuck) switch
        {
            ( > 0, 0, > 0) => "Orders come in, but none gets through.",
            ( > 0, 0, _) when view.Open.Retrying + view.Open.Stuck > 0 => "Orders come in, but none was finished in the last quarter of an hour.",
            (0, 0, _) => "No orders are moving at present.",
            _ => "Orders are flowing.",
        };
    }

    private static string LateText(LateMoney late, DateTimeOffset now, TimeZoneInfo zone)
    {
        var what = late.Amounts.Count == 0 ? Orders(late.Count) : MoneyFormat.Sum(late.Amounts);
        return late.By <= now
            ? $"{what} late already"
            : $"{what} late by {TimeZoneInfo.ConvertTime(late.By, zone).ToString("HH:mm", CultureInfo.InvariantCulture)}";
    }

    public static string Orders(int count) => count == 1 ? "1 order" : MoneyFormat.Count(count) + " orders";

    /// <summary>What stands under a system in the strip: the gravest figure.</summary>
    public static string Figure(SystemStanding system, DateTimeOffset now)
    {
        var since = system.Since is { } s ? $", {TimeText.Duration(now - s)}" : "";
        if (system.Stuck > 0)
            return $"{MoneyFormat.Count(system.Stuck)} stuck{since}";
        if (system.Retrying > 0)
            return $"{MoneyFormat.Count(system.Retrying)} retrying{since}";
        if (system.Waiting > 0)
            return $"{MoneyFormat.Count(system.Waiting)} waiting";
        return system.LastAt is { } last ? $"last seen {TimeText.Relative(last, now)}" : "no sign of life yet";
    }

    /// <summary>The orders behind a system's figure.</summary>
    public static string Href(SystemStanding system)
    {
        TransactionState? state = system.Stuck > 0 ? TransactionState.Stuck
            : system.Retrying > 0 ? TransactionState.Retrying
            : system.Waiting > 0 ? TransactionState.Waiting
            : null;
        if (system.Role is null)
            return PageUrls.TransactionList(state, ours: state is not null);
        return state is null && system.Role.Value.Sells()
            ? PageUrls.TransactionList(connection: system.Key)
            : PageUrls.TransactionList(state, partyConnection: system.Key);
    }

    public static string Href(StuckCase item) =>
        PageUrls.WorkList(("party", item.PartyConnection is not null ? null : item.Party is { } party ? party.Word() : PageUrls.Us), ("system", item.PartyConnection), ("code", item.Code));

    public static string CaseTitle(StuckCase item) =>
        item.Message.Length > 0 ? item.Message : item.Kind is { } kind ? StatusPresentation.Of(kind).Word : "Stuck without a stated reason";

    public static Look CaseLook(StuckCase item) => StatusPresentation.Of(item.Kind ?? FaultKind.Internal);

    /// <summary>Per minute, with one decimal below ten: <c>0.4 / min</c>, <c>38 / min</c>.</summary>
    public static string PerMinute(double value) =>
        value.ToString(value is > 0 and < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " / min";

    /// <summary>A round step that draws at most five lines, at least 1.</summary>
    public static int AxisStep(int largest)
    {
        if (largest <= 5)
            return 1;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(largest / 5.0)));
        foreach (var factor in new[] { 1, 2, 5, 10 })
            if (largest / (magnitude * factor) <= 5)
                return (int)(magnitude * factor);
        return (int)(magnitude * 10);
    }

    /// <summary>A label at each full hour of the viewer's zone, or at each ten minutes of a single hour; none between.</summary>
    public static string[] ChartLabels(IReadOnlyList<TrafficStep> steps, TimeSpan step, TimeZoneInfo zone)
    {
        var every = step < HomeQueries.ChartStep ? 10 : 60;
        return [.. steps.Select(s => TimeZoneInfo.ConvertTime(s.At, zone) is var at && at.Minute % every == 0 ? at.ToString("HH:mm", CultureInfo.InvariantCulture) : "")];
    }

    public static string ChartTitle(TimeSpan step) => step < HomeQueries.ChartStep ? "Orders per minute, last hour" : "Orders per five minutes, last six hours";

    /// <summary>The stops of the strip in the order in which an order passes them; empty ones are left out. Payment, tax and the like stand beside the way and are in the list of connections.</summary>
    public static IReadOnlyList<StripStop> Strip(HomeView view)
    {
        var channels = view.Systems.Where(s => s.Role?.Sells() == true).ToList();
        var erps = view.Systems.Where(s => s.Role == SystemRole.Erp).ToList();
        var warehouses = view.Systems.Where(s => s.Role is SystemRole.Wms or SystemRole.ThreePl).ToList();
        StripStop[] stops =
        [
            new("Channels", channels, channels.Sum(c => c.PerMinute), "orders in"),
            new("ControlPlane", [view.Ourselves], erps.Sum(e => e.PerMinute), "calls"),
            new("ERP", erps, warehouses.Sum(w => w.PerMinute), "calls"),
            new("Warehouses", warehouses, view.ClosedPerMinute, "orders closed"),
        ];
        return [.. stops.Where(s => s.Systems.Count > 0)];
    }
}

/// <summary>One column of the strip.</summary>
/// <param name="PerMinute">What passes on to the next stop.</param>
public sealed record StripStop(string Title, IReadOnlyList<SystemStanding> Systems, double PerMinute, string What);
