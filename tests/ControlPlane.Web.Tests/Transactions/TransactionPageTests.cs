using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.Detail;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>One order's page in its four states, what it says, and what a person may do there.</summary>
public sealed class TransactionPageTests : ControlsContext
{
    private readonly ScriptedQueries _queries = new();
    private readonly RecordedCommands _commands = new();
    private readonly ExceptionCases.ScriptedCases _cases = new();
    private readonly BunitAuthorizationContext _who;

    public TransactionPageTests()
    {
        Services.AddSingleton<ITransactionQueries>(_queries);
        Services.AddSingleton<ITransactionCommands>(_commands);
        Services.AddSingleton<Runtime.ExceptionCases.ICases>(_cases);
        new Repair.ScriptedRepairs().Add(Services);
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        _who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    private static Guid Id => Given.Item(1, TransactionState.Stuck, Now).Id;

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        _queries.Gate = new();
        Add(TransactionState.Stuck);
        var page = Render<TransactionPage>(p => p.Add(x => x.Id, Id));
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _queries.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Contains("Order #1001", page.Find("h1").TextContent));
        Assert.Empty(page.FindAll(".cp-skeleton"));
    }

    [Fact]
    public void An_order_that_is_not_there_is_told_with_a_way_on()
    {
        var page = Loaded();
        Assert.Equal("There is no such transaction", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/transactions", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void A_stuck_order_names_its_cause_and_leads_to_the_others()
    {
        _cases.Items.Add(ExceptionCases.Given.Case(1, stuck: 43));
        Add(TransactionState.Stuck);
        var page = Loaded();
        page.WaitForAssertion(() => Assert.Contains("The customer is blocked in the ERP", page.Find(".case h2").TextContent));
        var link = page.Find(".case a");
        Assert.Equal(($"/cases/{ExceptionCases.Given.Id(1):D}", "What to do: 43 orders are stuck for it"), (link.GetAttribute("href"), link.TextContent));
    }

    [Fact]
    public void Without_its_case_the_order_is_still_shown()
    {
        _cases.Broken = true;
        Add(TransactionState.Stuck);
        var page = Loaded();
        page.WaitForAssertion(() => Assert.Contains("Order #1001", page.Find("h1").TextContent));
        Assert.Empty(page.FindAll(".case"));
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        _queries.Broken = true;
        var page = Loaded();
        Assert.DoesNotContain("no such table", page.Markup);
        _queries.Broken = false;
        Add(TransactionState.Stuck);
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Contains("Order #1001", page.Find("h1").TextContent));
    }

    [Fact]
    public void A_stuck_order_says_where_whose_move_it_is_since_when_and_on_what_evidence()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        var verdict = page.Find(".verdict");
        Assert.Contains("Business Central", verdict.TextContent);
        Assert.Contains("42 min", verdict.TextContent);
        Assert.Contains("400", verdict.TextContent);
        Assert.Equal(4, page.FindAll(".strip li").Count);
        Assert.Contains("The customer is blocked.", page.Find(".view").TextContent);
    }

    [Fact]
    public void Our_answer_stands_under_the_first_heading_received_and_names_its_time_once()
    {
        var given = Given.Detail(Given.Item(1, TransactionState.Stuck, Now, revision: (int)TransactionState.Stuck), Now);
        var shop = given.Timeline[0].System;
        _queries.Details[Id] = given with
        {
            Timeline =
            [
                given.Timeline[0],
                new(Now.AddMinutes(-43), 2, JournalEventType.Validated, "validate", "validated", null, "Order checked: 1 line, complete", null, 0, 0, null),
                new(Now.AddMinutes(-43), 3, JournalEventType.Acknowledged, "", "received", shop, "Shopify EU had our answer after 2 ms", null, 0, 2_100, null),
                .. given.Timeline.Skip(1).Select(t => t with { Sequence = t.Sequence + 2 }),
            ],
        };
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/transactions/{Id}?tab=timeline&detail=full");
        var page = Loaded();
        var received = Assert.Single(page.FindAll(".timeline > li"), s => s.QuerySelector("h3")?.TextContent == Features.Transactions.StageWords.Of("received"));
        Assert.Contains("had our answer after 2 ms", received.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("in 2 ms", received.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lane_counts_the_requests_that_are_listed()
    {
        var lane = new StoryLane("erp", [new(LaneKind.Call, Now, Now.AddSeconds(2))]);
        Assert.Equal(("1 call in 2.0 s", "3 calls in 2.0 s"), (TransactionPresentation.LaneWords(lane, 0), TransactionPresentation.LaneWords(lane, 3)));
    }

    [Theory]
    [InlineData("attempts", "POST")]
    [InlineData("lines", "TEE-RED-M")]
    [InlineData("numbers", "SHOP-1001")]
    public void Each_tab_has_an_address_and_shows_its_part(string tab, string expected)
    {
        Add(TransactionState.Stuck);
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/transactions/{Id}?tab={tab}");
        var page = Loaded();
        Assert.Contains(expected, page.Find(".view").TextContent);
        Assert.Equal("page", page.FindAll(".tabs a").Single(a => a.GetAttribute("href")!.Contains(tab, StringComparison.Ordinal)).GetAttribute("aria-current"));
    }

    [Fact]
    public void Fifteen_clicks_on_retry_are_one_command_with_who_and_why()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Retry now").Click();
        page.Find("#retry-reason").Change("customer released");
        for (var i = 0; i < 15 && page.FindAll("form.ask").Count > 0; i++)
            page.Find("form.ask").Submit();
        Assert.Single(_commands.Operations.Distinct());
        Assert.Equal(("Bo", "customer released"), _commands.Said[0]);
        Assert.Contains("is tried again now", page.Find("[role=status]").TextContent);
    }

    [Fact]
    public void Who_retries_goes_on_in_the_reason_and_the_button_is_quiet_where_it_cannot_help()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        Assert.Contains(VerdictWords.Unchanged, page.Find(".verdict").TextContent, StringComparison.Ordinal);
        var button = page.FindAll("button").Single(b => b.TextContent.Trim() == "Retry now");
        Assert.DoesNotContain("cp-button-primary", button.ClassList);
        button.Click();
        JSInterop.VerifyFocusAsyncInvoke().Arguments[0].ShouldBeElementReferenceTo(page.Find("#retry-reason"));
        page.FindAll("form.ask button").Single(b => b.TextContent == "Not now").Click();
        JSInterop.VerifyFocusAsyncInvoke(2)[1].Arguments[0].ShouldBeElementReferenceTo(page.FindAll("button").Single(b => b.TextContent.Trim() == "Retry now"));
    }

    [Fact]
    public void Whoever_may_only_look_is_told_which_role_retries()
    {
        _who.SetRoles(PortalRoles.Executive);
        Add(TransactionState.Stuck);
        var page = Loaded();
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Trim() == "Retry now");
        Assert.Contains("Retrying needs the role", page.Markup);
    }

    [Fact]
    public void A_closed_order_offers_no_retry()
    {
        Add(TransactionState.Closed);
        var page = Loaded();
        Assert.DoesNotContain("Retry now", page.Markup);
        Assert.Contains("Closed", page.Find("h1").ParentElement!.ParentElement!.TextContent);
    }

    [Fact]
    public void An_operator_replays_from_a_step_and_a_second_sending_needs_a_reason()
    {
        _who.SetRoles(PortalRoles.Operator);
        Add(TransactionState.Closed);
        var page = Loaded();
        page.Find("#replay-from").Change("map");
        page.Find(".replay input[type=checkbox]").Change(true);
        page.Find(".replay form").Submit();
        Assert.Contains("needs a reason", page.Find(".replay [role=status]").TextContent);
        Assert.Empty(_commands.Replays);
        page.Find("#replay-reason").Change("the ERP was restored from a backup");
        page.Find(".replay form").Submit();
        Assert.Equal([new ReplayRequest("map", false, true)], _commands.Replays);
        Assert.Contains("goes through the flow again", page.Find(".replay [role=status]").TextContent);
    }

    [Fact]
    public void A_business_user_is_not_offered_a_replay()
    {
        Add(TransactionState.Closed);
        Assert.Empty(Loaded().FindAll(".replay"));
    }

    [Fact]
    public void A_change_is_shown_without_being_asked_for()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        Add(TransactionState.Closed);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Services.GetRequiredService<IChangeFeed>().Publish([new(1, Id, TransactionState.Closed, "shop", false)]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.DoesNotContain("Retry now", page.Markup), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Every_identifier_can_be_copied_and_says_what_it_is()
    {
        Add(TransactionState.Stuck);
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/transactions/{Id}?tab=numbers");
        var page = Loaded();
        var labels = page.FindAll("[data-copy]").DistinctBy(b => b.GetAttribute("aria-label")).ToDictionary(b => b.GetAttribute("aria-label")!, b => b.GetAttribute("data-copy"));
        Assert.Equal("#1001", labels["Copy order number #1001"]);
        Assert.Equal(Id.ToString("N"), labels[$"Copy Correlation id {Id:N}"]);
        Assert.Equal(Id.ToString(), labels[$"Copy our id {Id}"]);
        Assert.Equal("cp-SHOP-1001-erp-order", labels["Copy idempotency key cp-SHOP-1001-erp-order"]);
    }

    [Fact]
    public void Numbers_are_named_in_words_those_that_people_ask_for_first_and_none_twice()
    {
        Add(TransactionState.Stuck);
        var detail = _queries.Details[Id];
        _queries.Details[Id] = detail with { Identifiers = [new("correlation-id", detail.CorrelationId), new("erp-order", "SO-1"), new("returns-slip", "R-9"), new("order-number", "#1001")] };
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/transactions/{Id}?tab=numbers");
        Assert.Equal(["Order number", "ERP order", "Returns slip", "Correlation id", "Our id", "Flow"], Loaded().FindAll(".view table")[0].QuerySelectorAll("tbody tr td:first-child").Select(td => td.TextContent));
    }

    [Fact]
    public void A_stop_of_the_strip_leads_to_its_place_in_the_timeline_of_this_order()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        Assert.Equal($"/transactions/{Id}#stage-mapped", page.FindAll(".strip a")[1].GetAttribute("href"));
        Assert.Single(page.FindAll("#stage-mapped"));
    }

    [Fact]
    public void An_order_that_others_wait_for_lets_them_pass_once_and_with_a_reason()
    {
        _queries.Details[Id] = Given.Detail(Given.Item(1, TransactionState.Stuck, Now), Now) with { Turn = new(null, 3) };
        var page = Loaded();
        Assert.Contains("3 orders wait behind this order", page.Find(".turn").TextContent);
        page.Find(".turn button").Click();
        page.Find("#turn-reason").Change("the customer waits");
        page.Find(".turn form").Submit();
        Assert.Equal(("Bo", "the customer waits"), Assert.Single(_commands.Said));
        Assert.Contains("go on, one after the other", page.Find(".turn [role=status]").TextContent);
    }

    [Fact]
    public void An_order_that_waits_for_its_turn_names_the_one_ahead()
    {
        var ahead = Guid.Parse("01900000-0000-7000-8000-000000000009");
        _queries.Details[Id] = Given.Detail(Given.Item(1, TransactionState.Waiting, Now), Now) with { Turn = new((ahead, "#0999", TransactionState.Stuck), 0) };
        var page = Loaded();
        Assert.Equal($"/transactions/{ahead}", page.Find(".turn a").GetAttribute("href"));
        Assert.Empty(page.FindAll(".turn button"));
    }

    [Fact]
    public void A_change_of_another_order_is_not_read_for()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        _queries.Broken = true;
        Clock.Advance(TimeSpan.FromSeconds(2));
        Services.GetRequiredService<IChangeFeed>().Publish([new(1, Guid.Parse("01900000-0000-7000-8000-000000000002"), TransactionState.Closed, "shop", false)]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(page.FindAll("[role=alert]"));
        Services.GetRequiredService<IChangeFeed>().Publish([new(1, Id, TransactionState.Closed, "shop", false)]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[role=alert]")), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Switching_the_zone_changes_every_time_on_the_page()
    {
        Add(TransactionState.Stuck);
        var page = Loaded();
        Assert.Contains("UTC+1", page.Find(".zone").TextContent);
        Viewer.Show(utc: true);
        page.WaitForAssertion(() => Assert.DoesNotContain("UTC+1", page.Find(".view").TextContent + page.Find(".verdict").TextContent), TimeSpan.FromSeconds(5));
    }

    private void Add(TransactionState state) => _queries.Details[Id] = Given.Detail(Given.Item(1, state, Now, revision: (int)state), Now);

    private IRenderedComponent<TransactionPage> Loaded()
    {
        var page = Render<TransactionPage>(p => p.Add(x => x.Id, Id));
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private sealed class RecordedCommands : ITransactionCommands
    {
        public List<Guid> Operations { get; } = [];

        public List<(string By, string Reason)> Said { get; } = [];

        public Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
        {
            Operations.Add(operationId);
            Said.Add((by, reason));
            return Task.FromResult(new CommandOutcome(true, "accepted", "Order #1001 is tried again now."));
        }

        public Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct)
        {
            Operations.Add(operationId);
            Replays.Add(request);
            return Task.FromResult(new CommandOutcome(true, "accepted", "Order #1001 goes through the flow again."));
        }

        public List<ReplayRequest> Replays { get; } = [];

        public Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
        {
            Operations.Add(operationId);
            Said.Add((by, reason));
            return Task.FromResult(new CommandOutcome(true, "accepted", "The 3 orders behind it go on, one after the other."));
        }
    }
}
