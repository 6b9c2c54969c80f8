using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Operations;
using ControlPlane.Web.Live;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Operations;

/// <summary>The dashboard and its lists, each in its states.</summary>
public sealed class OperationsPageTests : PagesContext
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public OperationsPageTests()
    {
        Slowly<OperationsQueries>();
        Slowly<OperationsFailures>();
        Take<IConnectionRegistry>();
        SignIn("Bo", PortalRoles.Operator);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        Database.Gate = new();
        var page = Render<OperationsPage>();
        Assert.Equal(5, page.FindAll(".tile-skeleton").Count);
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal(5, page.FindAll("section.tile").Count), Wait);
    }

    [Fact]
    public void What_cannot_be_read_says_so_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Render<OperationsPage>(), page => Assert.Equal(5, page.FindAll("section.tile").Count));
    }

    [Fact]
    public void Where_nothing_ever_came_no_figure_is_made_up_and_the_next_step_is_named()
    {
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.Equal(5, page.FindAll("section.tile").Count), Wait);
        Assert.Contains("No stock flow runs yet", Tile(page, "Inventory sync latency").TextContent, StringComparison.Ordinal);
        Assert.Contains("No settlement flow runs yet", Tile(page, "Settlement mismatches").TextContent, StringComparison.Ordinal);
        foreach (var title in new[] { "Inventory sync latency", "Settlement mismatches" })
        {
            Assert.Empty(Tile(page, title).QuerySelectorAll("[data-figure], svg.series-line, .cp-tone-done, .cp-tone-stuck"));
            Assert.NotEmpty(Tile(page, title).QuerySelectorAll(".cp-chip.cp-tone-neutral"));
            // Nothing to draw is no empty box.
            Assert.Contains("is-unmeasured", Tile(page, title).ClassName, StringComparison.Ordinal);
            Assert.Empty(Tile(page, title).QuerySelectorAll(".unmeasured, .tile-parts"));
        }

        Assert.Contains("See what is connected", page.Find(".calm").TextContent, StringComparison.Ordinal);
        Assert.Equal("0", page.Find("[data-figure=backlog]").TextContent);
    }

    [Fact]
    public async Task Each_figure_leads_to_a_list_of_as_many_rows()
    {
        await SeedAsync();
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.Equal("3", page.Find("[data-figure=transformations]").TextContent), Wait);
        Assert.Equal(("2", "9", "1"), (page.Find("[data-figure=backlog]").TextContent, page.Find("[data-figure=limits]").TextContent, page.Find("[data-figure=settlements]").TextContent));
        Assert.Equal("4.0 s", page.Find("[data-figure=stock]").TextContent);
        Assert.Contains("2 orders under way, 1 stuck", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        Assert.Equal("/transactions?state=running,waiting,retrying,stuck", Uri.UnescapeDataString(Tile(page, "Order backlog").QuerySelector("footer a")!.GetAttribute("href")!));
        foreach (var (title, figure, rows) in new[] { ("Failed transformations", "transformations", 3), ("Settlement mismatches", "settlements", 1), ("API rate-limit events", "limits", 2), ("Inventory sync latency", "stock", 1) })
        {
            var href = Tile(page, title).QuerySelector("footer a")!.GetAttribute("href")!;
            var list = List(href, figure);
            list.WaitForAssertion(() => Assert.Equal(rows, list.FindAll("tbody tr").Count), Wait);
        }

        var limits = List(Tile(page, "API rate-limit events").QuerySelector("footer a")!.GetAttribute("href")!, "limits");
        limits.WaitForAssertion(() => Assert.Equal(9, limits.FindAll("tbody td[data-label=Events]").Sum(t => int.Parse(t.TextContent, System.Globalization.CultureInfo.InvariantCulture))), Wait);
        // Of one kind, from the parts of the tile.
        var mapping = Tile(page, "Failed transformations").QuerySelectorAll(".shares a").Single(a => a.TextContent == "mapping").GetAttribute("href")!;
        var few = List(mapping, "transformations");
        few.WaitForAssertion(() => Assert.Single(few.FindAll("tbody tr")), Wait);
        Assert.StartsWith("/transactions/", few.Find("tbody td[data-label=What] a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_in_the_address_decides_and_nonsense_is_named()
    {
        await SeedAsync();
        Go("/operations?range=1h");
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.Equal("true", page.Find(".range-words a[href$='range=1h']").GetAttribute("aria-current")), Wait);
        page.WaitForAssertion(() => Assert.Equal("2", page.Find("[data-figure=transformations]").TextContent), Wait);
        Go("/operations?range=2h");
        page.WaitForAssertion(() => Assert.Contains("1h, 6h, 24h, 7d, 30d", page.Find("[role=alert]").TextContent), Wait);
        page.WaitForAssertion(() => Assert.Equal("3", page.Find("[data-figure=transformations]").TextContent), Wait);
        page.Find("#range-from").Input("2026-01-02T00:00");
        page.Find("#range-to").Input("2026-01-01T00:00");
        page.Find(".range-form").Submit();
        page.WaitForAssertion(() => Assert.Contains("It ends before it begins.", page.Find("[role=alert]").TextContent), Wait);
    }

    [Fact]
    public async Task A_chart_has_the_same_figures_as_a_table()
    {
        await SeedAsync();
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("svg rect.cp-tone-stuck")), Wait);
        Tile(page, "Failed transformations").QuerySelector("button")!.Click();
        var cells = Tile(page, "Failed transformations").QuerySelectorAll("tbody td.is-number").Select(c => int.Parse(c.TextContent, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal((3, 72), (cells.Sum(), cells.Count));
        Assert.Equal("true", Tile(page, "Failed transformations").QuerySelector("button")!.GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task Paused_it_stays_as_it_is_and_goes_on_when_it_is_followed_again()
    {
        await SeedAsync();
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.Equal("3", page.Find("[data-figure=transformations]").TextContent), Wait);
        Button(page, "Pause").Click();
        page.WaitForAssertion(() => Assert.True(Services.GetRequiredService<LiveState>().Paused), Wait);
        await AddAsync(Figure(OperationMeasure.TransformationFailed, "shop", "edi.segment", TimeSpan.FromMinutes(3), 4));
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("3", page.Find("[data-figure=transformations]").TextContent);
        Button(page, "Follow again").Click();
        Clock.Advance(TimeSpan.FromSeconds(4));
        page.WaitForAssertion(() => Assert.Equal("7", page.Find("[data-figure=transformations]").TextContent), Wait);
    }

    [Fact]
    public async Task What_is_not_folded_yet_shows_as_the_age_of_the_data()
    {
        await SeedAsync();
        await AddAsync(new OperationChangeRow { Id = EntityId.New(Clock), At = (Clock.GetUtcNow() - TimeSpan.FromSeconds(40)).ToMicroseconds(), Body = "[]"u8.ToArray() });
        var page = Render<OperationsPage>();
        page.WaitForAssertion(() => Assert.Contains("40 s ago", page.Find(".cp-page-head .cp-data-age").TextContent), Wait);
    }

    [Fact]
    public void A_list_without_rows_says_why()
    {
        var list = List("/operations/settlements", "settlements");
        list.WaitForAssertion(() => Assert.Equal("No settlement flow runs yet", list.Find(".cp-state-title").TextContent), Wait);
        Assert.Equal("No settlement flow runs yet.", list.Find(".cp-answer").TextContent);
        list = List("/operations/transformations?kind=verse", "transformations");
        list.WaitForAssertion(() => Assert.Equal("Nothing in this time", list.Find(".cp-state-title").TextContent), Wait);
        Assert.Contains("document, schema, mapping, crosswalk, validation", list.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        list = List("/operations/nonsense", "nonsense");
        list.WaitForAssertion(() => Assert.Equal("There is no such figure", list.Find(".cp-state-title").TextContent), Wait);
    }

    [Fact]
    public async Task A_long_list_has_pages_without_doubles()
    {
        var at = (Clock.GetUtcNow() - TimeSpan.FromMinutes(5)).ToMicroseconds();
        await AddAsync([.. Enumerable.Range(0, 120).Select(i => (object)new OperationFailureRow { Measure = OperationMeasure.TransformationFailed, At = at + i / 3, Subject = EntityId.New(Clock), IsMessage = true, Connection = "shop", Code = "edi.segment" })]);
        var (seen, href) = (new List<string>(), "/operations/transformations");
        for (var pages = 0; pages < 3; pages++)
        {
            var list = List(href, "transformations");
            list.WaitForAssertion(() => Assert.NotEmpty(list.FindAll("tbody tr")), Wait);
            seen.AddRange(list.FindAll("tbody td[data-label=What] a").Select(a => a.GetAttribute("href")!));
            Assert.Contains("120 documents", list.Find(".cp-answer").TextContent, StringComparison.Ordinal);
            href = list.FindAll(".pager a").FirstOrDefault(a => a.TextContent == "Older")?.GetAttribute("href") ?? "";
        }

        Assert.Equal("", href);
        Assert.Equal((120, 120), (seen.Count, seen.Distinct().Count()));
    }

    private IRenderedComponent<OperationsListPage> List(string href, string figure)
    {
        Go(href);
        return Render<OperationsListPage>(p => p.Add(l => l.Figure, figure));
    }

    private void Go(string href) => Services.GetRequiredService<NavigationManager>().NavigateTo(href);

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<OperationsPage> page, string text) => page.FindAll(".cp-page-actions button").Single(b => b.TextContent.Contains(text, StringComparison.Ordinal));

    private static AngleSharp.Dom.IElement Tile(IRenderedComponent<OperationsPage> page, string title) => page.FindAll("section.tile").Single(t => t.QuerySelector("h2")!.TextContent == title);

    private async Task SeedAsync()
    {
        Product.GetRequiredService<ConnectionRegistry>().Replace([new() { Key = "shop", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Shop" }]);
        var order = Order(TransactionState.Stuck);
        var (now, message) = (Clock.GetUtcNow(), EntityId.New(Clock));
        await AddAsync(
            order, Order(TransactionState.Waiting), Order(TransactionState.Closed),
            Figure(OperationMeasure.OrderReceived, "shop", "", TimeSpan.FromMinutes(40), 3), Figure(OperationMeasure.Transformed, "shop", "", TimeSpan.FromMinutes(40), 97),
            Figure(OperationMeasure.TransformationFailed, "shop", "mapping.required_missing", TimeSpan.FromMinutes(10), 1), Figure(OperationMeasure.TransformationFailed, "shop", "edi.segment", TimeSpan.FromMinutes(20), 1),
            Figure(OperationMeasure.TransformationFailed, "shop", "edi.segment", TimeSpan.FromHours(3), 1),
            Failure(OperationMeasure.TransformationFailed, order.Id, "mapping.required_missing", TimeSpan.FromMinutes(10), false), Failure(OperationMeasure.TransformationFailed, message, "edi.segment", TimeSpan.FromMinutes(20), true),
            Failure(OperationMeasure.TransformationFailed, EntityId.New(Clock), "edi.segment", TimeSpan.FromHours(3), true),
            Figure(OperationMeasure.RateRefused, "shop", "orders", TimeSpan.FromMinutes(10), 4), Figure(OperationMeasure.RateWaited, "shop", "stock", TimeSpan.FromMinutes(10), 5),
            Figure(OperationMeasure.StockReceived, "shop", "", TimeSpan.FromMinutes(10), 1), Figure(OperationMeasure.StockSynced, "shop", "", TimeSpan.FromMinutes(10), 1, 4_000_000),
            Figure(OperationMeasure.SettlementReceived, "shop", "", TimeSpan.FromMinutes(10), 1), Figure(OperationMeasure.SettlementMismatched, "shop", "settlement.amount_differs", TimeSpan.FromMinutes(10), 1),
            Failure(OperationMeasure.SettlementMismatched, EntityId.New(Clock), "settlement.amount_differs", TimeSpan.FromMinutes(10), false),
            new OperationHourRow { Minute = OperationTally.FloorTo(now.ToMicroseconds(), OperationTally.Hour), Measure = OperationMeasure.StockReceived, Connection = "shop", Count = 1 },
            new OperationHourRow { Minute = OperationTally.FloorTo(now.ToMicroseconds(), OperationTally.Hour), Measure = OperationMeasure.SettlementReceived, Connection = "shop", Count = 1 });
    }

    private TransactionRow Order(TransactionState state) => new()
    {
        Id = EntityId.New(Clock), State = state, Connection = "shop", Flow = "f", Number = "#1001", CorrelationId = "x", ReceivedAt = (Clock.GetUtcNow() - TimeSpan.FromMinutes(40)).ToMicroseconds(),
    };

    private OperationMinuteRow Figure(OperationMeasure measure, string connection, string code, TimeSpan ago, long count, long took = 0) => new()
    {
        Minute = OperationTally.FloorTo((Clock.GetUtcNow() - ago).ToMicroseconds(), OperationTally.Minute), Measure = measure, Connection = connection, Code = code, Bucket = took > 0 ? LatencyBuckets.Of(took) : (short)0, Count = count, Sum = took, Largest = took,
    };

    private OperationFailureRow Failure(OperationMeasure measure, Guid subject, string code, TimeSpan ago, bool message) => new()
    {
        Measure = measure, At = (Clock.GetUtcNow() - ago).ToMicroseconds(), Subject = subject, IsMessage = message, Connection = "shop", Code = code,
    };
}
