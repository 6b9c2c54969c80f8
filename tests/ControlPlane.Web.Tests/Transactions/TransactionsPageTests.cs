using Bunit;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Live;
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
        Services.AddSingleton<IFlowCatalog, OneFlow>();
        Services.AddMudServices();
        // The bar of views has tests of its own.
        ComponentFactories.AddStub<Features.Views.SavedViews>();
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
    [InlineData("stage=flying", "No flow has a stage “flying”. It is left out. There are received, mapped, closed.")]
    [InlineData("connection=ghost", "No connection is called “ghost” today; only orders from before it was removed can fit. There is shop.")]
    [InlineData("at=banana", "The place in the list was not understood")]
    [InlineData("least=10 EUR&most=20 USD", "Amounts in EUR and USD do not compare")]
    [InlineData("least=10 EUR&most=5 EUR", "The largest total is less than the smallest")]
    public void What_cannot_be_understood_is_named_and_the_rest_still_applies(string query, string problem)
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded($"/transactions?system=erp&{query}");
        Assert.Contains(problem, page.Find(".misunderstood").TextContent);
        Assert.Equal("erp", _queries.Asked[^1].PartyConnection);
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public void Only_what_is_in_force_has_a_chip()
    {
        var page = Loaded("/transactions?state=foo,stuck&from=banana&stage=flying&least=10%20eur");
        Assert.Equal(["State: Stuck", "Total at least: 10.00 EUR"], page.FindAll(".cp-filter > span").Select(c => c.TextContent));
        Assert.Equal("stuck", page.Find("#transactions-state").GetAttribute("value"));
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
            _queries.Rows.Add(i <= 9 ? Given.Overdue(i, Now) : Given.Item(i, TransactionState.Stuck, Now));
        Assert.Equal("12 orders are stuck, 9 of them wait for the warehouse.", Loaded("/transactions?state=stuck").Find(".cp-answer").TextContent);
    }

    [Fact]
    public void The_answer_counts_those_too_that_wait_behind_the_button()
    {
        _queries.Rows.Add(Given.Overdue(1, Now));
        var page = Loaded("/transactions?state=stuck");
        _queries.Rows.Add(Given.Overdue(2, Now));
        Tell(2);
        page.WaitForAssertion(() => Assert.Equal("2 orders are stuck, all of them wait for the warehouse.", page.Find(".cp-answer").TextContent), TimeSpan.FromSeconds(5));
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public void More_filters_are_folded_away_and_open_where_one_of_them_is_in_force()
    {
        var page = Loaded("/transactions");
        Assert.Empty(page.FindAll("#transactions-stage"));
        var button = page.Find("button[aria-expanded]");
        Assert.Equal(("false", "transactions-choices"), (button.GetAttribute("aria-expanded"), button.GetAttribute("aria-controls")));
        button.Click();
        Assert.Equal("true", page.Find("button[aria-expanded]").GetAttribute("aria-expanded"));
        foreach (var id in new[] { "state", "party", "channel", "system", "stage", "from", "to", "least", "most", "currency" })
            Assert.NotNull(page.Find($"label[for=transactions-{id}]"));
        Assert.Equal("true", Loaded("/transactions?stage=mapped").Find("button[aria-expanded]").GetAttribute("aria-expanded"));
    }

    [Fact]
    public void An_amount_gets_the_currency_that_stands_beside_it_and_both_ends_share_it()
    {
        var page = Loaded("/transactions?least=10%20GBP");
        Assert.Equal(("10", "GBP"), (page.Find("#transactions-least").GetAttribute("value"), page.Find("#transactions-currency").GetAttribute("value")));
        page.Find("#transactions-most").Change("99.50");
        Assert.EndsWith("/transactions?least=10%20GBP&most=99.50%20GBP", Uri);
        page.Find("#transactions-currency").Change("eur");
        Assert.EndsWith("/transactions?least=10%20EUR&most=99.50%20EUR", Uri);
        page.WaitForAssertion(() => Assert.Equal((new Money(1000, "EUR"), new Money(9950, "EUR")), (_queries.Asked[^1].TotalAtLeast, _queries.Asked[^1].TotalAtMost)));
    }

    [Fact]
    public void Enter_in_a_field_is_a_change_and_a_search_and_loses_neither()
    {
        var page = Loaded("/transactions?from=2026-11-20");
        page.Find("#transactions-search").Input("1001");
        page.Find("#transactions-to").Change("2026-11-22");
        page.Find("form.filters").Submit();
        Assert.EndsWith("/transactions?q=1001&from=2026-11-20&to=2026-11-22", Uri);
    }

    [Fact]
    public void After_going_older_and_back_new_orders_are_counted_still()
    {
        for (var i = 1; i <= 60; i++)
            _queries.Rows.Add(Given.Item(i, TransactionState.Closed, Now));
        var page = Loaded("/transactions");
        Follow(page, "rel=next", first: "#1020");
        Follow(page, "rel=prev", first: "#1060");
        Assert.Equal(40, page.FindAll("tbody tr").Count);
        _queries.Rows.Add(Given.Item(61, TransactionState.Running, Now));
        Tell(61);
        page.WaitForAssertion(() => Assert.Contains("1 new", page.Markup), TimeSpan.FromSeconds(5));
        page.FindAll("button").Single(b => b.TextContent.Contains("1 new", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal("#1061", page.Find("tbody a").TextContent));
        Assert.EndsWith("/transactions", Uri);
    }

    [Fact]
    public void More_new_orders_than_a_page_holds_are_counted_beyond_it()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Closed, Now));
        var page = Loaded("/transactions");
        for (var i = 2; i <= 58; i++)
            _queries.Rows.Add(Given.Item(i, TransactionState.Running, Now));
        Tell(2);
        page.WaitForAssertion(() => Assert.Contains("57 new", page.Markup), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void However_many_notes_come_the_rows_are_read_once_a_second()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Running, Now));
        Loaded("/transactions");
        var before = _queries.Asked.Count;
        for (var i = 0; i < 100; i++)
        {
            Publish(1);
            Clock.Advance(TimeSpan.FromMilliseconds(50)); // Five seconds in all.
        }

        Assert.InRange(_queries.Asked.Count - before, 4, 6);
    }

    [Fact]
    public void A_change_that_cannot_show_here_is_not_read_for()
    {
        _queries.Fits = (row, filter) => filter.States.Contains(row.State);
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        Loaded("/transactions?state=stuck");
        var before = _queries.Asked.Count;
        Tell(7);
        Assert.Equal(before, _queries.Asked.Count);
        Tell(1);
        Assert.Equal(before + 1, _queries.Asked.Count);
    }

    [Fact]
    public void A_page_is_read_once_when_it_opens_and_once_for_another_filter()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded("/transactions");
        Assert.Single(_queries.Asked);
        page.Find("#transactions-state").Change("stuck");
        page.WaitForAssertion(() => Assert.Equal(2, _queries.Asked.Count));
    }

    [Fact]
    public void A_changed_row_stays_marked_for_three_seconds_and_then_no_more()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Running, Now));
        var page = Loaded("/transactions");
        _queries.Rows[0] = Given.Item(1, TransactionState.Stuck, Now, revision: 2);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Publish(1);
        Clock.Advance(TimeSpan.Zero);
        page.WaitForAssertion(() => Assert.Equal(["cp-changed"], page.Find("tbody tr").ClassList), TimeSpan.FromSeconds(5));
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        _queries.Rows[0] = Given.Item(1, TransactionState.Closed, Now, revision: 3);
        Publish(1);
        Clock.Advance(TimeSpan.Zero);
        // A second change begins the mark anew.
        page.WaitForAssertion(() => Assert.Equal(["cp-changed-again"], page.Find("tbody tr").ClassList), TimeSpan.FromSeconds(5));
        Clock.Advance(TimeSpan.FromSeconds(2.9));
        page.Render();
        Assert.Equal(["cp-changed-again"], page.Find("tbody tr").ClassList);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        page.WaitForAssertion(() => Assert.Empty(page.Find("tbody tr").ClassList), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_was_prerendered_waits_for_the_circuit_under_its_ticket()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Closed, Now));
        SetRendererInfo(new("Static", false));
        var ticket = Loaded("/transactions").Instance.Ticket;
        Assert.Equal("#1001", Services.GetRequiredService<CarriedReadings>().Collect<TransactionsView>(ticket)!.Page.Items[0].Number);
    }

    [Fact]
    public void Columns_of_times_name_their_zone_and_hovering_tells_both()
    {
        _queries.Rows.Add(Given.Item(1, TransactionState.Stuck, Now));
        var page = Loaded("/transactions");
        Assert.Contains(page.FindAll("th"), th => th.TextContent == "Received UTC+1");
        Assert.Equal("2026-11-23 12:58:00.000 UTC, which is 13:58:00.000 UTC+1 in Europe/Berlin", page.Find("[data-label=Received] time").GetAttribute("title"));
    }

    private string Uri => Services.GetRequiredService<NavigationManager>().Uri;

    private void Follow(IRenderedComponent<TransactionsPage> page, string link, string first)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(page.Find($"a[{link}]").GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Equal(first, page.Find("tbody a").TextContent), TimeSpan.FromSeconds(5));
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
        Publish(orders);
        Clock.Advance(TimeSpan.FromSeconds(1));
    }

    private void Publish(params int[] orders) =>
        Services.GetRequiredService<IChangeFeed>().Publish([.. orders.Select(n => new ChangeNote(1, Given.Item(n, TransactionState.Running, Now).Id, _queries.Rows.FirstOrDefault(r => r.Number == $"#{1000 + n}")?.State ?? TransactionState.Running, "shop", false))]);
}
