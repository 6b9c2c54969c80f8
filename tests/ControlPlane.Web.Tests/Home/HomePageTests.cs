using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Features.Home;
using ControlPlane.Web.Live;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Home;

/// <summary>Home and connections over a real database file, in their four states, and following the changes.</summary>
public sealed class HomePageTests : ControlsContext, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cp-home-").FullName;
    private readonly ControlPlaneDb _db;

    public HomePageTests()
    {
        _db = new ControlPlaneDb(new DatabaseOptions { ConnectionString = $"Data Source={Path.Combine(_folder, "test.db")}" }, _folder);
        Services.AddSingleton<IControlPlaneDb>(_db);
        Services.AddSingleton<IFlowCatalog, FlowCatalog>();
        Services.AddSingleton<IConnectionRegistry, ConnectionRegistry>();
        Services.AddSingleton<HomeQueries>();
        Services.AddSingleton<ConnectionQueries>();
        Services.AddMudServices();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var start = new DatabaseStart(_db);
        await start.RunAsync(Ct);
    }

    [Fact]
    public void Without_connections_it_says_what_to_do()
    {
        var page = Loaded();
        Assert.Equal("Nothing is connected yet", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/connections", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Connected_but_without_orders_it_says_that_none_came_yet()
    {
        await ConnectAsync();
        Assert.Equal("No orders yet", Loaded().Find(".cp-state-title").TextContent);
    }

    [Fact]
    public async Task With_orders_it_answers_and_every_case_is_a_link_with_word_icon_and_party()
    {
        await ConnectAsync();
        await AddAsync(TransactionState.Stuck);
        var page = Loaded();
        Assert.Contains("1 order needs someone; oldest 42 min", page.Find(".cp-answer").TextContent);
        var row = page.Find(".cases tbody tr");
        Assert.Equal("/worklist?system=erp&code=erp.customer_blocked", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("Refused", row.QuerySelector(".cp-chip")!.TextContent.Trim());
        Assert.Equal("ControlPlane", row.QuerySelector(".cp-party")!.TextContent.Trim()); // Nothing proves that the ERP has seen it.
        Assert.Contains("126.40 EUR", row.TextContent);
        var erp = page.FindAll("a.strip-system").Single(a => a.TextContent.Contains("Business Central", StringComparison.Ordinal));
        Assert.Equal("/transactions?state=stuck&system=erp", erp.GetAttribute("href"));
        Assert.Contains("Orders stuck", erp.TextContent);
    }

    [Fact]
    public async Task The_chart_has_its_figures_as_a_table()
    {
        await ConnectAsync();
        await AddAsync(TransactionState.Closed);
        await using (var context = _db.CreateContext())
        {
            context.Traffic.Add(new TrafficRow { Minute = Now.AddHours(-2).ToMicroseconds(), Connection = "shop", NodeId = Guid.CreateVersion7(), Received = 1 });
            context.Traffic.Add(new TrafficRow { Minute = Now.AddMinutes(-7).ToMicroseconds(), Connection = "shop", NodeId = Guid.CreateVersion7(), Received = 7, Closed = 6, Stuck = 1 });
            await context.SaveChangesAsync(Ct);
        }

        var page = Loaded();
        Assert.Contains("8 received, 6 closed and 1 became stuck", page.Markup);
        page.FindAll(".cp-segments button").Single(b => b.TextContent == "Table").Click();
        var rows = page.FindAll("section tbody tr");
        Assert.Equal(73, rows.Count);
        Assert.Contains("so far", rows[0].TextContent);
        Assert.Equal(["14:30:00", "7", "6", "1"], rows[2].QuerySelectorAll("td").Select(td => td.TextContent.Trim()));
    }

    [Fact]
    public async Task A_change_is_shown_without_being_asked_for()
    {
        await ConnectAsync();
        await AddAsync(TransactionState.Closed);
        var page = Loaded();
        Assert.Contains("Nothing needs anyone", page.Find(".cp-answer").TextContent);
        await AddAsync(TransactionState.Stuck);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Services.GetRequiredService<IChangeFeed>().Publish([new(1, Guid.CreateVersion7(), TransactionState.Stuck, "shop", true)]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Contains("1 order needs someone", page.Find(".cp-answer").TextContent), TimeSpan.FromSeconds(10));
        Assert.True(Services.GetRequiredService<LiveState>().DataAt > Now);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_and_can_be_tried_again()
    {
        SqliteConnection.ClearAllPools();
        await using (var context = _db.CreateContext())
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE transactions RENAME TO away", Ct);
        var page = Loaded();
        Assert.Contains("The database did not answer.", page.Find("[role=alert]").TextContent);
        Assert.DoesNotContain("no such table", page.Markup);
        await using (var context = _db.CreateContext())
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO transactions", Ct);
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Equal("Nothing is connected yet", page.Find(".cp-state-title").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_page_that_is_left_follows_no_more()
    {
        await ConnectAsync();
        await AddAsync(TransactionState.Closed);
        Loaded();
        var live = Services.GetRequiredService<LiveState>();
        Assert.True(live.Followed);
        await DisposeComponentsAsync();
        Assert.False(live.Followed);
        Services.GetRequiredService<IChangeFeed>().Publish([new(1, Guid.CreateVersion7(), TransactionState.Stuck, "shop", true)]);
        Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task The_list_of_connections_shows_channels_before_systems()
    {
        await ConnectAsync();
        await AddAsync(TransactionState.Stuck);
        var page = Render<ConnectionsPage>();
        page.WaitForElement("table");
        Assert.Equal(["Channels", "Systems"], page.FindAll("h2").Select(h => h.TextContent));
        Assert.Equal("2 connections are switched on. Business Central has trouble.", page.Find(".cp-answer").TextContent);
        var erp = page.Find("tr#erp");
        Assert.Equal("Orders stuck", erp.QuerySelector(".cp-chip")!.TextContent.Trim());
        Assert.Equal(["/connections/erp", "/transactions?state=stuck&system=erp"], erp.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
        Assert.Contains("none in the last hour", erp.TextContent);
        Assert.Contains("no owner", erp.TextContent);
    }

    [Fact]
    public void Without_connections_the_list_says_how_to_make_one()
    {
        var page = Render<ConnectionsPage>();
        page.WaitForElement(".cp-state");
        Assert.Contains("ControlPlane:Estate", page.Find(".cp-state-text").TextContent);
    }

    private IRenderedComponent<HomePage> Loaded()
    {
        var page = Render<HomePage>();
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private async Task ConnectAsync()
    {
        await using var context = _db.CreateContext();
        context.Connections.AddRange(
            new ConnectionRow { Key = "shop", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Shopify EU" },
            new ConnectionRow { Key = "erp", Connector = "business-central", Role = SystemRole.Erp, DisplayName = "Business Central" });
        await context.SaveChangesAsync(Ct);
    }

    private async Task AddAsync(TransactionState state)
    {
        var at = Now.AddMinutes(-42).ToMicroseconds();
        var stuck = state == TransactionState.Stuck;
        await using var context = _db.CreateContext();
        context.Transactions.Add(new TransactionRow
        {
            Id = Guid.CreateVersion7(Now.AddMinutes(-42)), State = state, Connection = "shop", Flow = "f", Number = "#1001", Reference = "R", CorrelationId = "c", Currency = "EUR",
            TotalMinor = 126_40, ReceivedAt = at, PlacedAt = at, UpdatedAt = at, Since = at, Party = stuck ? SystemRole.Erp : null, PartyConnection = stuck ? "erp" : null,
            FaultKind = stuck ? FaultKind.Data : null, FaultCode = stuck ? "erp.customer_blocked" : null, FaultMessage = stuck ? "The customer is blocked." : null,
        });
        await context.SaveChangesAsync(Ct);
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
