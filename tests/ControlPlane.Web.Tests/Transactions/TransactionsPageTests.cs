using Bunit;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>The list in its four states, by its address, and following what changes.</summary>
public sealed class TransactionsPageTests : ControlsContext
{
    private readonly ScriptedQueries _queries = new();

    public TransactionsPageTests()
    {
        Services.AddSingleton<ITransactionQueries>(_queries);
        Services.AddSingleton<IConnectionRegistry, TwoConnections>();
        Services.AddSingleton<IFlowCatalog, NoFlows>();
        Services.AddMudServices();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        _queries.Gate = new();
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Page("/transactions");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Assert.Empty(page.FindAll("tbody tr"));
        _queries.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Empty(page.FindAll(".cp-skeleton"));
    }

    [Fact]
    public void Without_any_order_it_says_where_they_come_from()
    {
        var page = Loaded("/transactions");
        Assert.Equal("No orders yet", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/connections", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void When_nothing_fits_the_filters_can_be_cleared()
    {
        var page = Loaded("/transactions?state=stuck");
        Assert.Equal("Nothing fits", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/transactions", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        _queries.Broken = true;
        var page = Loaded("/transactions");
        Assert.DoesNotContain("no such table", page.Markup);
        _queries.Broken = false;
        _queries.Rows.Add(Given.Item(1, TransactionState.Closed, Now));
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
    }

    [Fact]
    public void A_row_says_in_words_what_it_is_and_leads_to_the_order()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var row = Loaded("/transactions").Find("tbody tr");
        Assert.Equal("#1001", row.QuerySelector("a")!.TextContent);
        Assert.Equal("/transactions/01900000-0000-7000-8000-000000000001", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("Stuck", row.QuerySelector("[data-label=State] .cp-chip")!.TextContent.Trim());
        Assert.Contains("126.40 EUR", row.TextContent);
        Assert.Equal("42 min", row.QuerySelector("[data-label=Since]")!.TextContent.Trim());
    }

    [Fact]
    public void The_address_is_the_filter_and_each_part_can_be_taken_away()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded("/transactions?state=stuck,retrying&system=erp&from=2026-11-20&to=2026-11-23&least=250%20eur");
        var filter = _queries.Asked[^1];
        Assert.Equal([TransactionState.Stuck, TransactionState.Retrying], filter.States);
        Assert.Equal(("erp", new Money(25000, "EUR")), (filter.PartyConnection, filter.TotalAtLeast));
        // Days are the viewer's: in Berlin they begin at 23:00 UTC.
        Assert.Equal(new DateTimeOffset(2026, 11, 19, 23, 0, 0, TimeSpan.Zero), filter.ReceivedFrom);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 23, 0, 0, TimeSpan.Zero), filter.ReceivedTo);
        Assert.Empty(page.FindAll(".misunderstood"));
        Assert.Equal(5, page.FindAll(".cp-filter").Count);
    }

    [Theory]
    [InlineData("state=foo", "There is no state “foo”")]
    [InlineData("party=bank", "Nobody is called “bank”")]
    [InlineData("from=banana", "“banana” is no day")]
    [InlineData("to=2026-13-41", "“2026-13-41” is no day")]
    [InlineData("least=250", "“250” is no amount")]
    [InlineData("least=1 XXQ", "“1 XXQ” is no amount")]
    [InlineData("from=2026-11-23&to=2026-11-20", "The last day lies before the first")]
    public void What_cannot_be_understood_is_named_and_the_rest_still_applies(string query, string problem)
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded($"/transactions?system=erp&{query}");
        Assert.Contains(problem, page.Find(".misunderstood").TextContent);
        Assert.Equal("erp", _queries.Asked[^1].PartyConnection);
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public void Choosing_a_state_changes_the_address()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded("/transactions?q=1001");
        page.Find("#transactions-state").Change("stuck");
        Assert.EndsWith("/transactions?q=1001&state=stuck", Services.GetRequiredService<NavigationManager>().Uri);
    }

    [Fact]
    public void New_orders_wait_behind_a_button_and_rows_stay_where_they_are()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Closed, Now));
        var page = Loaded("/transactions");
        _queries.Rows.Add(Given.Item(2, TransactionState.Running, Now));
        Tell(2);
        page.WaitForAssertion(() => Assert.Contains("1 new", page.Markup), TimeSpan.FromSeconds(5));
        Assert.Equal(["#1001"], page.FindAll("tbody a").Select(a => a.TextContent));
        page.FindAll("button").Single(b => b.TextContent.Contains("1 new", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(["#1002", "#1001"], page.FindAll("tbody a").Select(a => a.TextContent)));
    }

    [Fact]
    public void An_older_order_that_becomes_stuck_is_announced_and_one_that_is_freed_stays_in_its_place()
    {
        _queries.Fits = (row, filter) => filter.States.Count == 0 || filter.States.Contains(row.State);
        _queries.Rows.Add(Given.Item(1, TransactionState.Running, Now));
        _queries.Rows.Add(Given.Item(2, TransactionState.Stuck, Now));
        var page = Loaded("/transactions?state=stuck");
        _queries.Rows[0] = Given.Item(1, TransactionState.Stuck, Now, revision: 2);
        _queries.Rows[1] = Given.Item(2, TransactionState.Closed, Now, revision: 2);
        Tell(1, 2);
        page.WaitForAssertion(() => Assert.Contains("1 new", page.Markup), TimeSpan.FromSeconds(5));
        var row = page.Find("tbody tr");
        Assert.Equal(("#1002", "Closed"), (row.QuerySelector("a")!.TextContent, row.QuerySelector("[data-label=State] .cp-chip")!.TextContent.Trim()));
        Assert.Contains("cp-changed", row.ClassList);
    }

    [Fact]
    public void The_answer_counts_in_business_words()
    {
        for (var i = 1; i <= 12; i++)
            _queries.Rows.Add(Given.Item(i, TransactionState.Stuck, Now));
        Assert.StartsWith("12 orders are stuck; it is the move of", Loaded("/transactions?state=stuck").Find(".cp-answer").TextContent);
    }

    private IRenderedComponent<TransactionsPage> Page(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<TransactionsPage>();
    }

    private IRenderedComponent<TransactionsPage> Loaded(string address)
    {
        var page = Page(address);
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private void Tell(params int[] orders)
    {
        Clock.Advance(TimeSpan.FromSeconds(2));
        Services.GetRequiredService<IChangeFeed>().Publish([.. orders.Select(n => new ChangeNote(1, Given.Item(n, TransactionState.Running, Now).Id, TransactionState.Running, "shop", false))]);
        Clock.Advance(TimeSpan.FromSeconds(1));
    }
}
