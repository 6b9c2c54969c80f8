using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.ExceptionCases;

/// <summary>The list of cases and the page of one, in their four states, by their address, and what a person may do there.</summary>
public sealed class CasesPageTests : ControlsContext
{
    private readonly ScriptedCases _cases = new();
    private readonly RecordedCaseCommands _commands = new();
    private readonly RecordedReplays _replays = new();
    private readonly BunitAuthorizationContext _who;

    public CasesPageTests()
    {
        Services.AddSingleton<ICases>(_cases);
        Services.AddSingleton<ICaseCommands>(_commands);
        Services.AddSingleton<ILastTimes>(new ToldEndings { Endings = new(20, [new(Ending.TriedAgain, 16, 14), new(Ending.Cancelled, 4, 4)], TimeSpan.FromMinutes(11), new(Ending.TriedAgain, 16, 14)) });
        Services.AddSingleton<IBulkReplays>(_replays);
        Services.AddSingleton<IConnectionRegistry, Transactions.TwoConnections>();
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        _who = AddAuthorization();
        // The bar of views has tests of its own.
        ComponentFactories.AddStub<Features.Views.SavedViews>();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        _cases.Gate = new();
        _cases.Items.Add(Given.Case(1));
        var page = List("/cases");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _cases.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Empty(page.FindAll(".cp-skeleton"));
    }

    [Fact]
    public void Without_a_case_it_says_that_nothing_needs_anybody()
    {
        var page = List("/cases");
        page.WaitForAssertion(() => Assert.Equal("Nothing needs anybody", page.Find(".cp-state-title").TextContent));
        Assert.Equal("No order is stuck.", page.Find(".cp-answer").TextContent);
        Assert.Equal("/cases?state=all", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        _cases.Broken = true;
        var page = List("/cases");
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup);
        _cases.Broken = false;
        _cases.Items.Add(Given.Case(1));
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
    }

    [Fact]
    public void A_row_says_cause_move_count_money_and_trend()
    {
        _cases.Items.AddRange([Given.Case(1, phase: CasePhase.Escalating), Given.Case(2, explained: false, stuck: 1)]);
        var page = List("/cases");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var row = page.FindAll("tbody tr")[0].TextContent;
        foreach (var part in new[] { "The customer is blocked in the ERP", "Escalating", "Business Central", "3,120.00", "EUR", "99.00", "USD", "5 failures in the last 24 hours, most (3) in this hour" })
            Assert.Contains(part, row, StringComparison.Ordinal);
        Assert.Contains("not explained yet", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal($"/cases/{Given.Id(1):D}", page.Find("a[data-row]").GetAttribute("href"));
        Assert.Equal("4 stuck orders in 2 cases, 3,120.00 EUR + 3,120.00 EUR + 2 more currencies held up. The cause is known of 75 %.", page.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void Rows_of_one_title_are_told_apart_by_their_message_without_the_ids_of_a_partner()
    {
        const string Noise = "  CorrelationId:  3dfd1018-0c1d-4f5e-9a77-0a1b2c3d4e5f.";
        _cases.Items.AddRange([Given.Case(1) with { Sample = "Customer 10442 is blocked." + Noise }, Given.Case(2) with { Sample = "Customer 10443 may not buy here." }, Given.Case(3, explained: false) with { Sample = "Customer 7 is on the list" }]);
        var page = List("/cases");
        page.WaitForAssertion(() => Assert.Equal(["Customer 10442 is blocked.", "Customer 10443 may not buy here."], page.FindAll(".says").Select(s => s.TextContent)));
    }

    [Fact]
    public void A_case_shows_what_can_be_done_before_its_orders_and_its_own_words_as_they_came()
    {
        const string Noise = "  CorrelationId:  3dfd1018-0c1d-4f5e-9a77-0a1b2c3d4e5f.";
        _cases.Items.Add(Given.Case(1));
        _cases.Adjust = d => d with { Messages = ["Customer 10442 is blocked." + Noise], Members = [.. d.Members.Select(m => m with { Message = m.Message + Noise })] };
        var page = One(1);
        page.WaitForAssertion(() => Assert.Equal("Customer 10442 is blocked.", page.Find("td.message").TextContent));
        Assert.Contains("3dfd1018", page.Find(".messages").TextContent, StringComparison.Ordinal);
        Assert.True(page.Markup.IndexOf("case-mute-why", StringComparison.Ordinal) < page.Markup.IndexOf("td data-label=\"Message\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_stay_where_they_are_while_somebody_looks_and_the_new_order_waits_behind_a_button()
    {
        _cases.Items.AddRange([Given.Case(1), Given.Case(2), Given.Case(3)]);
        var page = List("/cases");
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
        // The third overtakes, a new one comes, the second is settled and leaves the page.
        var second = Given.Case(2, phase: CasePhase.Settled, stuck: 0);
        (_cases.Items[0], _cases.Items[1], _cases.Items[2]) = (Given.Case(3, stuck: 77), Given.Case(4), Given.Case(1));
        _cases.Elsewhere.Add(second);
        Clock.Advance(TimeSpan.FromSeconds(31));
        page.WaitForAssertion(() => Assert.Contains("77", page.FindAll("tbody tr")[2].TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        Assert.Equal(new[] { 1, 2, 3 }.Select(n => $"/cases/{Given.Id(n):D}"), page.FindAll("a[data-row]").Select(a => a.GetAttribute("href")));
        Assert.Contains("Settled", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        page.FindAll("button").Single(b => b.TextContent.Contains("3 changed, show", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(new[] { 3, 4, 1 }.Select(n => $"/cases/{Given.Id(n):D}"), page.FindAll("a[data-row]").Select(a => a.GetAttribute("href"))), TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("changed, show", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_is_the_state_and_the_choices_write_it()
    {
        _cases.Items.Add(Given.Case(1));
        var page = List("/cases?state=muted&system=erp&sort=age&q=blocked&page=3");
        page.WaitForAssertion(() => Assert.NotNull(_cases.Asked));
        Assert.Equal([CasePhase.Muted], _cases.Asked!.Phases);
        Assert.Equal(("erp", "blocked", CaseSort.Age, 3), (_cases.Asked.System, _cases.Asked.Text, _cases.Asked.Sort, _cases.AskedPage));
        page.Find("#cases-state").Change("all");
        Assert.EndsWith("/cases?q=blocked&state=all&system=erp&sort=age", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(6, _cases.Asked!.Phases.Count));
    }

    [Fact]
    public void A_word_that_is_no_state_is_told_and_left_out()
    {
        var page = List("/cases?state=angry&system=us");
        page.WaitForAssertion(() => Assert.Contains("There is no state “angry”", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal(("", 0), (_cases.Asked!.System, _cases.Asked.Phases.Count));
    }

    [Fact]
    public void An_order_and_a_system_that_are_unknown_are_told_and_nothing_is_said_of_what_is_not_there()
    {
        var page = List("/cases?sort=zz&system=nope");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".cp-problem p").Count));
        var told = page.Find(".cp-problem").TextContent;
        Assert.Contains("No connection is called “nope” today; only cases from before it was removed can fit. Allowed: us, erp, shop.", told, StringComparison.Ordinal);
        Assert.Contains("Nothing is sorted by “zz”; it is left out. Allowed: money, stuck, age, recent.", told, StringComparison.Ordinal);
        Assert.Equal(("nope", CaseSort.Money), (_cases.Asked!.System, _cases.Asked.Sort));
        Assert.Equal("No case fits.", CasesPresentation.Answer(new([], 0, 0, [], 5, 5, 0, Now), open: false));
    }

    [Fact]
    public void More_than_a_page_goes_on_by_a_link()
    {
        _cases.Items.Add(Given.Case(1));
        _cases.Total = 120;
        var page = List("/cases?page=2");
        page.WaitForAssertion(() => Assert.Equal("/cases?page=3", page.Find("a[rel=next]").GetAttribute("href")));
        Assert.Equal("/cases", page.Find("a[rel=prev]").GetAttribute("href"));
    }

    [Fact]
    public void A_case_says_what_happened_whose_move_it_is_and_what_to_do()
    {
        _cases.Items.Add(Given.Case(1, stuck: 43));
        var page = One(1);
        page.WaitForAssertion(() => Assert.Equal("The customer is blocked in the ERP", page.Find("h1").TextContent));
        var text = string.Join(' ', string.Join(' ', page.Nodes.Select(n => n.TextContent)).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in new[]
                 {
                     "The ERP does not sell to it now.", "Somebody of the business (ask finance)", "Ask credit control.", "Field to look at: customer", "Customer 10442 is blocked.", "The last 20 times: 16× tried again by a person, 4× cancelled; half of them within 11 min.",
                     "channel Amazon DE: 100 % of them, 25 % of the orders that went well lately", "#1001", "muted it until noon", "Release 43 orders",
                 })
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Equal($"/cases/{Given.Id(1):D}?after={Given.Id(900):D}", page.Find("a[rel=next]").GetAttribute("href"));
    }

    [Fact]
    public void A_case_that_is_not_there_is_told_with_a_way_on()
    {
        var page = One(7);
        page.WaitForAssertion(() => Assert.Equal("There is no such case", page.Find(".cp-state-title").TextContent));
        Assert.Equal("/cases", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void A_case_that_cannot_be_read_says_so_and_while_it_reads_shows_its_shape()
    {
        _cases.Items.Add(Given.Case(1));
        _cases.Gate = new();
        var page = One(1);
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _cases.Broken = true;
        _cases.Gate.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup);
    }

    [Fact]
    public void Its_orders_are_released_with_a_reason_once_however_often_it_is_clicked()
    {
        _cases.Items.Add(Given.Case(1));
        var page = One(1);
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".release button")));
        page.Find(".release button").Click();
        JSInterop.Invocations.Last(i => i.Identifier.EndsWith("domWrapper.focus", StringComparison.Ordinal)).Arguments[0].ShouldBeElementReferenceTo(page.Find("#case-canary"));
        page.Find(".release form").Submit();
        Assert.Empty(_replays.Started);
        page.Find("#case-why").Change("released by finance");
        page.Find(".release form").Submit();
        page.WaitForAssertion(() => Assert.Single(_replays.Started));
        var (_, request, by) = _replays.Started[0];
        Assert.Equal(("Bo", "released by finance", 5, 20, false), (by, request.Reason, request.Canary, request.PerSecond, request.Newest));
        Assert.Equal([Given.Id(1)], request.Selection.Cases);
    }

    [Fact]
    public void It_is_muted_parted_merged_and_called_mended()
    {
        _cases.Items.AddRange([Given.Case(1), Given.Case(2, explained: false)]);
        var page = One(1);
        page.WaitForAssertion(() => Assert.NotNull(page.Find("#case-mute-why")));
        page.Find("#case-mute-why").Change("known");
        page.Find("#case-mute-why").Closest("form")!.Submit();
        page.Find("#case-with").Change("flow 13");
        page.Find("#case-with").Closest("form")!.Submit();
        page.Find("#case-by").Change("text");
        page.Find("#case-value").Change("BLUE");
        page.Find("#case-split-why").Change("another team");
        page.Find("#case-value").Closest("form")!.Submit();
        page.Find("#case-merge-why").Change("same words");
        page.Find("#case-into").Closest("form")!.Submit();
        Assert.Contains("Choose the other case", page.Find(".said").TextContent, StringComparison.Ordinal);
        page.Find("#case-into").Change(Given.Id(2).ToString());
        page.Find("#case-into").Closest("form")!.Submit();
        page.WaitForAssertion(() => Assert.Equal(["mute 17:40 Bo: known", "settle flow 13 Bo", "split text BLUE Bo: another team", $"merge {Given.Id(2):D} Bo: same words"], _commands.Done));
    }

    [Fact]
    public void Merges_and_splits_that_are_remembered_can_be_taken_back()
    {
        _cases.Items.Add(Given.Case(1));
        _cases.Adjust = d => d with { Merged = [(Given.Id(2), "Another")], Splits = [new(Given.Id(3), SplitBy.Channel, "amazon-de", "Ines", Given.Now, "their team", false)] };
        var page = One(1);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".kept button").Count));
        page.Find("[aria-label='Take back the merge with Another']").Click();
        page.Find("[aria-label='Take back the split by amazon-de']").Click();
        Assert.Equal(["unmerge Bo", $"unsplit {Given.Id(3):D} Bo"], _commands.Done);
    }

    [Fact]
    public void An_executive_looks_and_changes_nothing()
    {
        _who.SetRoles(PortalRoles.Executive);
        _cases.Items.Add(Given.Case(1));
        var page = One(1);
        page.WaitForAssertion(() => Assert.Contains("needs the role business, admin or operator", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".release"));
        Assert.Empty(page.FindAll(".forms form"));
    }

    private IRenderedComponent<CasesPage> List(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<CasesPage>();
    }

    [Fact]
    public void A_mute_is_taken_back_within_ten_seconds_and_so_is_hearing_of_it_again()
    {
        _cases.Items.Add(Given.Case(1));
        var page = One(1);
        page.WaitForAssertion(() => Assert.NotNull(page.Find("#case-mute-why")));
        page.Find("#case-mute-why").Change("known");
        page.Find("#case-mute-why").Closest("form")!.Submit();
        page.WaitForAssertion(() => Assert.Contains("It is muted.", page.Find(".cp-undo").TextContent, StringComparison.Ordinal));
        page.Find(".cp-undo [data-key=u]").Click();
        page.WaitForAssertion(() => Assert.Equal(["mute 17:40 Bo: known", "mute  Bo: "], _commands.Done));
        Assert.Empty(page.FindAll(".cp-undo button"));
        _cases.Items[0] = _cases.Items[0] with { MutedUntil = Now.AddHours(3) };
        page = One(1);
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => b.TextContent == "Hear of it again"));
        page.FindAll("button").Single(b => b.TextContent == "Hear of it again").Click();
        page.WaitForAssertion(() => Assert.Contains("It is heard again.", page.Find(".cp-undo").TextContent, StringComparison.Ordinal));
        page.Find(".cp-undo [data-key=u]").Click();
        page.WaitForAssertion(() => Assert.Equal("mute 16:40 Bo: as it was: hearing of it again was taken back", _commands.Done[^1]));
    }

    private IRenderedComponent<CasePage> One(int n) => Render<CasePage>(p => p.Add(x => x.Id, Given.Id(n)));

    private sealed class RecordedReplays : IBulkReplays
    {
        public List<(Guid Id, BulkReplayRequest Request, string By)> Started { get; } = [];

        public Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct) => Task.FromResult(new BulkPreview(0, []));

        public Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct)
        {
            if (Started.All(s => s.Id != id))
                Started.Add((id, request, by));
            return Task.FromResult(new CommandOutcome(true, "accepted", "3 orders are replayed, 20 a second at most."));
        }

        public Task<IReadOnlyList<BulkReplayRow>> ListAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<BulkReplayRow>>([]);

        public Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult<BulkReplayRow?>(null);

        public Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct) => Task.FromResult(new CommandOutcome(false, "not_found", ""));
    }
}
