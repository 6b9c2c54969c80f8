using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Objectives;
using ControlPlane.Web.Features.Scorecard;
using ControlPlane.Web.Shell;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Scorecard;

/// <summary>The executive's page in its states, its addresses, and where its figures lead.</summary>
public sealed class ScorecardPageTests : ControlsContext
{
    private readonly ScriptedScorecard _scorecard = new(Now);

    public ScorecardPageTests()
    {
        Services.AddSingleton<IScorecard>(_scorecard);
        Services.AddSingleton<IConnectionRegistry>(new ConnectionRegistry());
        Services.AddSingleton(TenantScope.Default);
        AddAuthorization().SetAuthorized("Ada").SetRoles(PortalRoles.Executive);
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_a_failure_without_its_innards()
    {
        _scorecard.Gate = new();
        var page = Open("/scorecard");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _scorecard.Broken = true;
        _scorecard.Gate.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup);
        _scorecard.Broken = false;
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".tile")));
    }

    [Fact]
    public void Without_objectives_and_data_nothing_is_green_or_red()
    {
        var page = Open("/scorecard");
        Assert.Equal("Nothing is promised yet, so nothing can be inside or outside of it.", page.Find(".cp-answer").TextContent);
        Assert.Equal(6, page.FindAll(".tile").Count);
        Assert.All(page.FindAll(".tile"), t => Assert.Contains("cp-tone-neutral", t.ClassName, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".cp-tone-done, .cp-tone-stuck"));
        Assert.Contains("Nothing is measured in this time, so there is nobody to name.", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.425, "42 % of the budget left")]
    [InlineData(0, "0 % of the budget left")]
    [InlineData(-0.001, "overspent by 1 %")]
    [InlineData(-9.99, "overspent by 999 %")]
    [InlineData(-10, "overspent 10 times over")]
    [InlineData(-1713.29, "overspent 1,713 times over")]
    public void A_budget_is_told_in_numbers_that_can_be_read(double left, string told) => Assert.Equal(told, ScorecardPresentation.Left((decimal)left));

    [Fact]
    public void It_answers_in_one_sentence_and_says_states_by_word_icon_and_colour()
    {
        _scorecard.View = _scorecard.Full();
        var page = Open("/scorecard");
        Assert.Equal("1 of 2 objectives is missed. At risk: 126.40 EUR + 50.00 USD. Most misses: ERP, 64.7 %.", page.Find(".cp-answer").TextContent);
        var tile = page.FindAll(".tile")[0];
        Assert.Contains("Missed", tile.TextContent, StringComparison.Ordinal);
        Assert.NotNull(tile.QuerySelector(".cp-chip svg"));
        Assert.Contains("98.5 %", tile.TextContent, StringComparison.Ordinal);
        Assert.Contains("overspent by 50 %", tile.TextContent, StringComparison.Ordinal);
        Assert.Contains("15 of 1,000 missed", tile.TextContent, StringComparison.Ordinal);
        var market = page.FindAll("th[scope=row]").First(h => h.TextContent.StartsWith("Amazon: late", StringComparison.Ordinal)).ParentElement!;
        foreach (var said in new[] { "Heading over", "30 of 1,000", "3 %", "4 %", "28 Nov 2026", "31" })
            Assert.Contains(said, market.TextContent, StringComparison.Ordinal);
        Assert.Contains("https://example.com/rules", page.Find(".sources").TextContent, StringComparison.Ordinal);
        Assert.Contains("Together 100.0 % of 17 misses", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tile_says_of_how_many_events_it_stands_and_up_to_when_budgets_judge()
    {
        var full = _scorecard.Full() with { ObjectivesUpTo = Now };
        var line = full.Capabilities[0].Objectives[0];
        var objective = line.Published.Objective with { MinimumCount = 20 };
        var exclusion = new Exclusion("erp-away", "orders", Now.AddHours(-2), Now.AddHours(-1), "The ERP was away", "Ada", "Bo");
        var both = BothWays.Of(objective, [new(Now.AddHours(-1), 700, 785)], [new(Now.AddHours(-1), 12, 12)], line.Period, [exclusion]);
        line = line with { Published = line.Published with { Objective = objective }, Both = both, Standing = ScorecardStanding.NoData };
        _scorecard.View = full with { Capabilities = [full.Capabilities[0] with { Objectives = [line], Standing = ScorecardStanding.NoData }, .. full.Capabilities.Skip(1)] };
        var tile = Open("/scorecard").Find(".tile").TextContent;
        Assert.Contains("12 of 785 events are left after what was excluded, and at least 20 are needed: neither met nor missed.", tile, StringComparison.Ordinal);
        Assert.DoesNotContain("Only 785", tile, StringComparison.Ordinal);
        Assert.Contains("With everything: 89.17 %. Left out: The ERP was away (approved by Bo).", tile, StringComparison.Ordinal);
        // The limit of the indicator is ten minutes.
        Assert.Contains($"the budget page counts what can be judged, until {TimeText.Absolute(Now.AddMinutes(-10), Viewer.Zone, Now)}.", tile, StringComparison.Ordinal);
        var few = line with { Both = BothWays.Of(objective, [new(Now.AddHours(-1), 12, 12)], [], line.Period, []) };
        Assert.Equal("Only 12 of at least 20 events: neither met nor missed.", ScorecardPresentation.TooFew(few));
    }

    [Fact]
    public void A_party_names_the_budget_that_it_took_most_of()
    {
        var full = _scorecard.Full();
        _scorecard.View = full with { Parties = [new("erp", 12, 2.53m, ScorecardStanding.Missed, true, full.Capabilities[0].Objectives[0].Published.Objective), new("us", 0, 0, ScorecardStanding.Inside, true)] };
        var parties = Open("/scorecard").FindAll(".party").Select(p => p.TextContent).ToList();
        Assert.Contains("All of it spent", parties[0], StringComparison.Ordinal);
        Assert.Contains("253 % of the budget of orders in time", parties[0], StringComparison.Ordinal);
        Assert.DoesNotContain("budget of", parties[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_leads_to_a_list_of_the_stretch_it_was_counted_in()
    {
        _scorecard.View = _scorecard.Full();
        var page = Open("/scorecard?channel=shop");
        var links = page.FindAll("a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith("/scorecard/orders", StringComparison.Ordinal)).Distinct().ToList();
        Assert.True(links.Count >= 8, string.Join("\n", links));
        foreach (var link in links)
        {
            var query = QueryHelpers.ParseQuery(new Uri("http://x" + link).Query);
            Assert.True(query.ContainsKey("from") && query.ContainsKey("to") && query.ContainsKey("list"), link);
            var ask = ScorecardListWords.Read(n => query.TryGetValue(n, out var v) ? v.ToString() : null, Now, TimeZoneInfo.Utc);
            Assert.Equal((Now.AddDays(-30), Now), (ask.Ask.Period!.From, ask.Ask.Period.To));
            Assert.NotNull(ask.Ask.Scope.Connection);
        }

        Assert.Contains(links, l => l.Contains("party=erp", StringComparison.Ordinal));
        Assert.Contains(links, l => l.Contains("hour=", StringComparison.Ordinal) && l.Contains("zone=Europe", StringComparison.Ordinal));
        Assert.Contains(links, l => l.Contains("list=to-save", StringComparison.Ordinal) && l.Contains("rule=amazon-late-shipment", StringComparison.Ordinal) && l.Contains("channel=amazon-de", StringComparison.Ordinal));
        Assert.Contains(links, l => l.Contains("objective=orders", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_looked_at_is_in_the_address()
    {
        var page = Open("/scorecard?period=7d&channel=shop&brand=Nord&about=order-ingestion");
        var ask = _scorecard.Asked[^1];
        Assert.Equal(("shop", "Nord", "order-ingestion", 7.0), (ask.Scope.Connection, ask.Scope.Brand, ask.About, (ask.Period!.To - ask.Period.From).TotalDays));
        page.Find("select[name=period]").Change("90d");
        Assert.EndsWith("/scorecard?channel=shop&brand=Nord&period=90d&about=order-ingestion", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Open("/scorecard?period=1y&from=2026-11-01&to=2026-10-01&about=anything");
        Assert.Equal((null, Capability.Everything), (_scorecard.Asked[^1].Period, _scorecard.Asked[^1].About));
    }

    [Fact]
    public void Orders_in_the_chart_are_those_of_the_table()
    {
        _scorecard.View = _scorecard.Full();
        var page = Open("/scorecard");
        Assert.Equal(7, page.FindAll("svg.ways rect").Count);
        page.FindAll(".cp-segments button")[1].Click();
        var rows = page.FindAll("[aria-label='Orders from system to system'] tbody tr").Select(r => string.Join('|', r.Children.Select(c => c.TextContent))).ToList();
        Assert.Contains("shop|ControlPlane|100", rows);
        Assert.Contains("ControlPlane|Stuck|10", rows);
        Assert.Contains("Carriers|Closed|90", rows);
        var sankey = Sankey.Of(_scorecard.View.Passages, k => k);
        Assert.All(sankey.Nodes.Where(n => n.Column is > 0 and < 5), n => Assert.Equal(sankey.Links.Where(l => l.To == n).Sum(l => l.Orders), sankey.Links.Where(l => l.From == n).Sum(l => l.Orders)));
        Assert.Empty(Sankey.Of([], k => k).Nodes);
    }

    [Fact]
    public void Every_band_is_a_link_to_its_orders_in_the_chart_and_in_the_table()
    {
        _scorecard.View = _scorecard.Full();
        var page = Open("/scorecard?brand=Nord");
        var sankey = Sankey.Of(_scorecard.View.Passages, k => k);
        var bands = page.FindAll("svg.ways a.band");
        Assert.Equal(sankey.Links.Count, bands.Count);
        Assert.Null(page.Find("svg.ways").GetAttribute("aria-hidden"));
        Assert.Equal(sankey.Links.Select(l => l.Title), bands.Select(b => b.GetAttribute("aria-label")));
        foreach (var (link, band) in sankey.Links.Zip(bands))
        {
            var query = QueryHelpers.ParseQuery(new Uri("http://x" + band.GetAttribute("href")).Query);
            var ask = ScorecardListWords.Read(n => query.TryGetValue(n, out var v) ? v.ToString() : null, Now, TimeZoneInfo.Utc);
            Assert.Equal((ScorecardListKind.Way, link.Way.Channel, null), (ask.Kind, ask.Ask.Scope.Connection, ask.Ask.Scope.Brand));
            Assert.Equal(link.Way with { Channel = null }, ask.Way);
            // What the address asks for is as much as the band is thick.
            Assert.Equal(link.Orders, _scorecard.View.Passages
                .Where(p => (link.Way.Channel ?? p.Channel) == p.Channel && (link.Way.Erp ?? p.Erp) == p.Erp && (link.Way.Warehouse ?? p.Warehouse) == p.Warehouse && (link.Way.End ?? p.End) == p.End)
                .Sum(p => link.Way.Shipped switch { true => p.Shipped, false => p.Orders - p.Shipped, _ => p.Orders }));
        }

        var hrefs = bands.Select(b => b.GetAttribute("href")).ToList();
        page.FindAll(".cp-segments button")[1].Click();
        Assert.Equal(hrefs, page.FindAll("[aria-label='Orders from system to system'] tbody a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Several_as_one_say_their_state_in_words_and_each_part_leads_to_its_misses()
    {
        _scorecard.View = _scorecard.Full();
        Assert.DoesNotContain("Several as one", Open("/scorecard").Markup, StringComparison.Ordinal);
        _scorecard.View = _scorecard.Composed();
        var row = Open("/scorecard").Find("[aria-label=Composites] tbody tr");
        Assert.Equal("Selling works", row.Children[0].TextContent);
        Assert.Equal(["State", "Attained", "Budget", "Made of"], row.QuerySelectorAll("td").Select(c => c.GetAttribute("data-label")));
        // Half overspent and four fifths left, two to one and a half.
        Assert.Equal("Running low", row.Children[1].TextContent.Trim());
        Assert.Equal("5 % of the budget left", row.Children[3].TextContent);
        var parts = row.QuerySelectorAll("li").Select(l => string.Join(' ', l.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(["orders in time × 2, missed", "shipments in time × 1.5, inside", "elsewhere × 1, not of what is looked at"], parts);
        Assert.Equal(2, row.QuerySelectorAll("li a").Length);
        Assert.Contains("objective=orders", row.QuerySelector("li a")!.GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_of_a_way_says_which_way()
    {
        var page = OpenOrders("/scorecard/orders?list=way&channel=shop&erp=erp&warehouse=-&shipped=no&end=stuck&from=2026-11-01T00:00Z&to=2026-11-08T00:00Z");
        Assert.Equal(new OrderWay(null, "erp", "", false, OrderEnd.Stuck), _scorecard.Listed[^1].Ask.Way);
        Assert.StartsWith("0 orders: shop, erp, no warehouse, not shipped, stuck, ", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        Assert.Equal("Orders of one way", page.Find("h1").TextContent);
    }

    [Fact]
    public void The_list_says_the_figure_and_its_rows_lead_to_the_orders()
    {
        var id = Guid.CreateVersion7();
        _scorecard.Orders = new(1234, [new(id, "#1001", "shop", Now.AddHours(-3), null, TimeSpan.FromMinutes(14), "3pl", new Money(12640, "EUR"), "order-ingestion"), new(Guid.CreateVersion7(), "#1002", "shop", Now, null, null, "", null, "order-ingestion")], "1~50", Now);
        var page = OpenOrders("/scorecard/orders?list=misses&from=2026-11-01T00:00Z&to=2026-11-08T00:00Z&party=wms&hour=9&zone=Europe/Berlin");
        var (ask, _) = _scorecard.Listed[^1];
        Assert.Equal((ScorecardListKind.Misses, "wms", 9, "Europe/Berlin"), (ask.Kind, ask.Party, ask.Hour, ask.Ask.Zone.Id));
        Assert.StartsWith("1,234 misses: caused by Warehouse, 09:00 to 09:59", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/transactions/{id:D}", page.Find("tbody a").GetAttribute("href"));
        Assert.Contains("14 min", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("never came", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("cursor=1~50", Uri.UnescapeDataString(page.Find(".more a").GetAttribute("href")!), StringComparison.Ordinal);
        Assert.Contains("party=wms", page.Find(".more a").GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_in_its_other_states_says_what_to_do()
    {
        var page = OpenOrders("/scorecard/orders?list=past-deadline");
        Assert.Equal("No order is behind this figure now", page.Find(".cp-state-title").TextContent);
        _scorecard.Broken = true;
        page = OpenOrders("/scorecard/orders?list=nonsense&hour=99");
        Assert.NotNull(page.Find("[role=alert] button"));
        Assert.Equal((ScorecardListKind.Misses, (int?)null), (_scorecard.Listed[^1].Ask.Kind, _scorecard.Listed[^1].Ask.Hour));
    }

    [Theory]
    [InlineData("list=bogus", "There is no list “bogus”")]
    [InlineData("list=way&end=gone", "Orders do not end as “gone”")]
    [InlineData("list=misses&party=bogus", "There is no party “bogus”")]
    [InlineData("list=misses&hour=99", "“99” is no hour of the day")]
    [InlineData("list=misses&from=2026-11-08T00:00Z&to=2026-11-01T00:00Z", "From and to are read together")]
    [InlineData("list=misses&zone=Nowhere", "There is no time zone “Nowhere”")]
    public void A_list_says_what_of_its_address_it_does_not_understand(string query, string said) =>
        Assert.StartsWith(said, OpenOrders("/scorecard/orders?" + query).Find(".cp-problem[role=alert]").TextContent.Trim(), StringComparison.Ordinal);

    [Fact]
    public void What_an_address_means_is_not_a_matter_of_capitals_and_what_is_understood_makes_no_notice()
    {
        var page = OpenOrders("/scorecard/orders?list=way&end=Stuck");
        Assert.Equal(OrderEnd.Stuck, _scorecard.Listed[^1].Ask.Way!.End);
        Assert.Empty(page.FindAll(".cp-problem"));
        Assert.Empty(Open("/scorecard?period=30d").FindAll(".cp-problem"));
        Assert.StartsWith("There is no period “nonsense”", Open("/scorecard?period=nonsense").Find(".cp-problem[role=alert]").TextContent.Trim(), StringComparison.Ordinal);
        Assert.StartsWith("From and to are read together", Open("/scorecard?from=2026-11-08&to=2026-11-01").Find(".cp-problem[role=alert]").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stuck_orders_that_are_not_in_the_money_at_risk_are_told_beside_it()
    {
        Assert.Empty(Open("/scorecard").FindAll(".undated"));
        var full = _scorecard.Full();
        _scorecard.View = full with { Money = full.Money with { Undated = new(3, [new Money(58_000_00, "EUR")]) } };
        var line = Open("/scorecard").Find(".undated");
        Assert.Equal("3 stuck orders worth 58,000.00 EUR have no deadline and are not in this.", line.TextContent);
        Assert.Contains("list=no-deadline", line.QuerySelector("a")!.GetAttribute("href")!, StringComparison.Ordinal);
        Assert.Equal("Stuck orders without a deadline", OpenOrders("/scorecard/orders?list=no-deadline").Find("h1").TextContent);
    }

    [Fact]
    public void Missed_orders_say_what_of_their_address_is_not_understood()
    {
        Assert.Null(ObjectiveAddress.Problem("7d", "shop", "erp", Guid.CreateVersion7().ToString("D"), _ => true));
        Assert.Null(ObjectiveAddress.Problem(null, "", null, null, _ => false));
        Assert.StartsWith("There is no party “bogus”", ObjectiveAddress.Problem(null, null, "bogus", null, _ => true), StringComparison.Ordinal);
        Assert.StartsWith("There is no period “1y”", ObjectiveAddress.Problem("1y", null, null, null, _ => true), StringComparison.Ordinal);
        Assert.StartsWith("There is no connection “bogus”", ObjectiveAddress.Problem(null, "bogus", null, null, _ => false), StringComparison.Ordinal);
        Assert.StartsWith("“zzz” is no id of a case", ObjectiveAddress.Problem(null, null, null, "zzz", _ => true), StringComparison.Ordinal);
        Assert.False(ObjectiveAddress.IsParty("bogus"));
    }

    [Theory]
    [InlineData("0.99999", "99.99 %")]
    [InlineData("1", "100 %")]
    [InlineData("0.985", "98.5 %")]
    public void Nothing_looks_met_that_is_not(string ratio, string said) => Assert.Equal(said, ScorecardPresentation.Percent(decimal.Parse(ratio, System.Globalization.CultureInfo.InvariantCulture)));

    private IRenderedComponent<ScorecardPage> Open(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<ScorecardPage>();
    }

    private IRenderedComponent<ScorecardOrdersPage> OpenOrders(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<ScorecardOrdersPage>();
    }
}
