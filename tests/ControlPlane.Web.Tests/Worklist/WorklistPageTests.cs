using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Features.Repair;
using ControlPlane.Web.Features.Worklist;
using ControlPlane.Web.Tests.Controls;
using ControlPlane.Web.Tests.ExceptionCases;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Worklist;

/// <summary>The morning page in its four states, by its address, with its panel, and following what changes.</summary>
public sealed class WorklistPageTests : ControlsContext
{
    private readonly ScriptedWorklist _work = new();
    private readonly ScriptedCases _cases = new();
    private readonly RecordedReplays _replays = new();
    private readonly NotedExports _records = new();
    private readonly BunitAuthorizationContext _who;

    public WorklistPageTests()
    {
        Services.AddSingleton<IWorklist>(_work);
        Services.AddSingleton<IWorkOwners, TwoTeams>();
        Services.AddSingleton<ICases>(_cases);
        Services.AddSingleton<IBulkReplays>(_replays);
        Services.AddSingleton<IExportRecords>(_records);
        Services.AddSingleton<ITransactionCommands, NoCommands>();
        Services.AddSingleton<IConnectionRegistry, Transactions.TwoConnections>();
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        // Boxes with tests of their own.
        ComponentFactories.AddStub<OwnerBox>();
        ComponentFactories.AddStub<FixBox>();
        ComponentFactories.AddStub<LastTimes>();
        ComponentFactories.AddStub<Features.Views.SavedViews>();
        _who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
        _cases.Items.Add(Tests.ExceptionCases.Given.Case(1));
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        _work.Gate = new();
        _work.Items.Add(Given.Work(1));
        var page = Page("/worklist");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Assert.Empty(page.FindAll("tbody tr"));
        _work.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Empty(page.FindAll(".cp-skeleton"));
    }

    [Fact]
    public void Without_work_it_says_so_and_with_filters_that_nothing_fits()
    {
        var page = Loaded("/worklist");
        Assert.Equal(("Nothing waits for anybody", "Nothing waits for anybody."), (page.Find(".cp-state-title").TextContent, page.Find(".cp-answer").TextContent));
        page = Loaded("/worklist?due=overdue");
        Assert.Equal(("Nothing fits", "/worklist"), (page.Find(".cp-state-title").TextContent, page.Find(".cp-state a").GetAttribute("href")));
        // A number of an order that waits for nobody is found elsewhere, and the way there is shown.
        page = Loaded("/worklist?q=50%2012");
        Assert.Equal("/transactions?q=50%2012", page.Find(".cp-state a.cp-link").GetAttribute("href"));
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        _work.Broken = true;
        var page = Loaded("/worklist");
        Assert.DoesNotContain("no such table", page.Markup, StringComparison.Ordinal);
        _work.Broken = false;
        _work.Items.Add(Given.Work(1));
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
    }

    [Fact]
    public void A_row_says_money_and_deadline_first_then_the_cause_in_business_words()
    {
        _work.Items.AddRange([Given.Work(1, TimeSpan.FromHours(-2), owner: "Order desk EMEA"), Given.Work(2, TimeSpan.FromMinutes(42)), Given.Work(3, TimeSpan.FromHours(30)), Given.Work(4)]);
        var page = Loaded("/worklist");
        Assert.Equal("4 orders wait for somebody, 505.60 EUR held up, 1 overdue, the next deadline in 42 min.", page.Find(".cp-answer").TextContent);
        Assert.Equal(["Overdue", "Due soon", "Due", "No deadline"], page.FindAll("td.stake .cp-chip").Select(c => c.TextContent.Trim()));
        Assert.Equal(["2 h ago", "in 42 min", "in 1 d 6 h"], page.FindAll("td.stake .in").Select(c => c.TextContent));
        var cells = page.FindAll("tbody tr")[0].QuerySelectorAll("td").Select(t => string.Join(' ', t.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.StartsWith("126.40 EUR", cells[1], StringComparison.Ordinal);
        Assert.Equal(["The customer is blocked in the ERP#1001 · Shopify EU", "Business CentralOrder desk EMEA", "42 min"], cells[2..].Select(c => c.Replace("ERP #", "ERP#", StringComparison.Ordinal).Replace("Central Order", "CentralOrder", StringComparison.Ordinal)));
        Assert.Equal("unclaimed", page.FindAll("tbody tr")[1].QuerySelector("em")!.TextContent);
        Assert.Equal($"/worklist?order={Given.Id(1):D}", page.Find("a[data-row]").GetAttribute("href"));
    }

    [Fact]
    public void The_address_is_the_filter_and_each_part_can_be_taken_away()
    {
        _work.Items.Add(Given.Work(1));
        var page = Loaded($"/worklist?q=1001&channel=shop&party=erp&system=erp&case={Given.Cause:D}&code=x.y&owner=emea&due=today&least=250%20eur&kind=return&at={new WorkCursor(true, 4.5, Given.Id(9))}");
        var asked = _work.Asked[^1];
        Assert.Equal(("1001", "shop", SystemRole.Erp, "erp", Given.Cause, "x.y"), (asked.Search, asked.Channel, asked.Party, asked.System, asked.Case, asked.Code));
        Assert.Equal(("emea", WorkDue.Today, new Money(25_000, "EUR"), "return"), (asked.Owner, asked.Due, asked.Least, asked.Kind));
        Assert.Equal("Europe/Berlin", asked.Zone!.Id);
        Assert.Equal(new WorkCursor(true, 4.5, Given.Id(9)), _work.At);
        Assert.Equal(10, page.FindAll(".cp-filter").Count);
        Assert.Equal(["Order desk EMEA", "Today", "The customer is blocked in the ERP"], new[] { "Owner", "Due", "Cause" }.Select(n => page.FindAll(".cp-filter > span").Single(s => s.TextContent.StartsWith(n + ":", StringComparison.Ordinal)).QuerySelector("strong")!.TextContent));
        Assert.Empty(page.FindAll(".misunderstood"));
        page.Find("#worklist-due").Change("overdue");
        Assert.Contains("due=overdue", Uri, StringComparison.Ordinal);
        Assert.DoesNotContain("at=", Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("party=bank", "Nobody is called “bank”")]
    [InlineData("due=never", "There is no deadline “never”. It is left out. There are overdue, 4h, today.")]
    [InlineData("owner=ghosts", "No team is called “ghosts”")]
    [InlineData("case=banana", "“banana” is no case")]
    [InlineData("kind=parcel", "There is no kind “parcel”")]
    [InlineData("least=250", "“250” is no amount")]
    [InlineData("channel=ghost", "No connection is called “ghost” today")]
    [InlineData("at=banana", "The place in the list was not understood")]
    public void What_cannot_be_understood_is_named_and_the_rest_still_applies(string query, string problem)
    {
        _work.Items.Add(Given.Work(1));
        var page = Loaded($"/worklist?code=x.y&{query}");
        Assert.Contains(problem, page.Find(".misunderstood").TextContent, StringComparison.Ordinal);
        Assert.Equal("x.y", _work.Asked[^1].Code);
    }

    [Fact]
    public void The_panel_says_why_what_and_how_and_has_its_own_address()
    {
        _work.Items.AddRange([Given.Work(1, TimeSpan.FromHours(3)), Given.Work(2)]);
        var page = Loaded("/worklist?due=today");
        page.Find($"#{WorkRow.LinkId(Given.Id(1))}");
        Navigate($"/worklist?due=today&order={Given.Id(1):D}");
        page.WaitForAssertion(() => Assert.Contains("Ask credit control.", page.Find(".panel").TextContent, StringComparison.Ordinal));
        var panel = page.Find(".panel").TextContent;
        foreach (var part in new[] { "Order #1001", "126.40 EUR would be lost when Walmart cancels it, in 3 h.", "Probability 98 %. In force from 2023-01-01. Source, read 2026-11-20:", "Next:", "The customer is blocked in the ERP" })
            Assert.Contains(part, panel, StringComparison.Ordinal);
        Assert.Equal("true", page.Find("tr.is-current a[data-row]").GetAttribute("aria-current"));
        Assert.Equal("/worklist?due=today", page.Find("[data-key=Escape]").GetAttribute("href"));
        Assert.Equal("https://marketplacelearn.walmart.com", page.Find(".panel details a").GetAttribute("href"));
        Assert.Equal([$"/transactions/{Given.Id(1):D}", $"/cases/{Given.Cause:D}", $"/worklist?case={Given.Cause:D}"], page.FindAll(".links a").Select(a => a.GetAttribute("href")));
        Assert.NotNull(page.Find(".panel [data-key=r]"));
        // The list was read once: a panel is no filter.
        Assert.Single(_work.Asked);
        Assert.Contains(JSInterop.Invocations, i => i.Identifier == "portal.focusOn" && Equals(i.Arguments[0], WorkPanel.TitleId));
        foreach (var box in new[] { page.FindComponent<Stub<OwnerBox>>().Instance.Parameters.Get(b => b.TransactionId), page.FindComponent<Stub<FixBox>>().Instance.Parameters.Get(b => b.TransactionId) })
            Assert.Equal(Given.Id(1), box);
        // One button retries: the box has none of its own.
        Assert.True(page.FindComponent<Stub<FixBox>>().Instance.Parameters.Get(b => b.RetryElsewhere));
        Assert.Equal(Given.Cause, page.FindComponent<Stub<LastTimes>>().Instance.Parameters.Get(b => b.CaseId));
        Navigate("/worklist?due=today");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".panel")));
        Assert.Contains(JSInterop.Invocations, i => i.Identifier == "portal.focusOn" && Equals(i.Arguments[0], WorkRow.LinkId(Given.Id(1))));
    }

    [Fact]
    public void An_order_that_is_not_among_the_rows_has_its_panel_and_one_that_does_not_exist_is_told()
    {
        _work.Items.Add(Given.Work(1));
        _work.Elsewhere.Add(Given.Freed(7));
        var page = Loaded($"/worklist?order={Given.Id(7):D}");
        Assert.Contains("It waits for nobody any more.", page.Find(".panel").TextContent, StringComparison.Ordinal);
        page = Loaded($"/worklist?order={Guid.CreateVersion7():D}");
        Assert.Contains("There is no such order", page.Find(".panel").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void When_its_case_cannot_be_read_the_panel_keeps_what_the_row_says()
    {
        _cases.Broken = true;
        _work.Items.Add(Given.Work(1, TimeSpan.FromHours(3)));
        var page = Loaded($"/worklist?order={Given.Id(1):D}");
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".panel [role=alert] button")));
        Assert.Contains("126.40 EUR would be lost", page.Find(".panel").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("no such table", page.Markup, StringComparison.Ordinal);
        _cases.Broken = false;
        page.Find(".panel [role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Contains("Ask credit control.", page.Find(".panel").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void New_failures_wait_behind_a_button_and_what_is_freed_stays_in_its_place()
    {
        _work.Items.AddRange([Given.Work(1), Given.Work(2)]);
        var page = Loaded("/worklist");
        // The first is freed; a third is more urgent than both.
        _work.Elsewhere.Add(Given.Freed(1));
        _work.Items.RemoveAt(0);
        _work.Items.Insert(0, Given.Work(3, TimeSpan.FromMinutes(5)));
        Tell(1, 3);
        page.WaitForAssertion(() => Assert.Contains("1 new", page.Find(".cp-page-actions").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        Assert.Equal([WorkRow.LinkId(Given.Id(1)), WorkRow.LinkId(Given.Id(2))], page.FindAll("a[data-row]").Select(a => a.Id));
        var first = page.Find("tbody tr");
        Assert.Contains("cp-changed", first.ClassList);
        Assert.Equal("Closed", first.QuerySelector("td.stake .cp-chip")!.TextContent.Trim());
        page.Find(".cp-page-actions button").Click();
        page.WaitForAssertion(() => Assert.Equal([WorkRow.LinkId(Given.Id(3)), WorkRow.LinkId(Given.Id(2))], page.FindAll("a[data-row]").Select(a => a.Id)));
    }

    [Fact]
    public void What_goes_its_way_elsewhere_is_not_worth_a_reading()
    {
        _work.Items.Add(Given.Work(1));
        var page = Loaded("/worklist");
        var before = _work.Asked.Count;
        Tell(TransactionState.Running, 40);
        Assert.Equal(before, _work.Asked.Count);
        Tell(TransactionState.Stuck, 41);
        page.WaitForAssertion(() => Assert.True(_work.Asked.Count > before), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Pages_are_linked_in_both_directions_and_hold_fewer_than_sixty_rows()
    {
        _work.Items.AddRange(Enumerable.Range(1, 300).Select(n => Given.Work(n)));
        (_work.Further, _work.Back) = (new(true, 5, Given.Id(4)), new(false, 9, Given.Id(2)));
        var page = Loaded("/worklist?due=today");
        Assert.InRange(page.FindAll("tr").Count, 2, 60);
        Assert.Equal($"/worklist?due=today&at={_work.Further}", page.Find("a[rel=next]").GetAttribute("href"));
        Assert.Equal($"/worklist?due=today&at={_work.Back}", page.Find("a[rel=prev]").GetAttribute("href"));
    }

    [Fact]
    public void What_is_selected_is_retried_with_a_reason_once_however_often_it_is_clicked()
    {
        _work.Items.AddRange([Given.Work(1), Given.Work(2), Given.Work(3)]);
        var page = Loaded("/worklist");
        Assert.Empty(page.FindAll(".bar"));
        page.FindAll("tbody input[data-key=x]")[0].Change(true);
        page.FindAll("tbody input[data-key=x]")[2].Change(true);
        Assert.StartsWith("2 selected, 252.80 EUR", page.Find(".bar p").TextContent, StringComparison.Ordinal);
        page.Find(".bar .cp-button-primary").Click();
        page.Find(".bar form").Submit();
        Assert.Empty(_replays.Started);
        page.Find("#work-why-all").Change("released by finance");
        page.Find(".bar form").Submit();
        page.WaitForAssertion(() => Assert.Single(_replays.Started));
        Assert.Equal([Given.Id(1), Given.Id(3)], _replays.Started[0].Request.Selection.Ids!.Order());
        Assert.Equal(("released by finance", "Bo"), (_replays.Started[0].Request.Reason, _replays.Started[0].By));
        page.FindAll(".bar button").Single(b => b.TextContent == "Select none").Click();
        Assert.Empty(page.FindAll(".bar"));
    }

    [Fact]
    public void Of_more_than_five_the_first_five_are_tried_and_the_rest_waits_for_a_person()
    {
        _work.Items.AddRange(Enumerable.Range(1, 7).Select(n => Given.Work(n)));
        var page = Loaded("/worklist");
        for (var i = 0; i < 7; i++)
            page.FindAll("tbody input[data-key=x]")[i].Change(true);
        page.Find(".bar .cp-button-primary").Click();
        Assert.Equal("Try 5 of 7", page.Find(".bar button[type=submit]").TextContent);
        page.Find("#work-why-all").Change("released by finance");
        _replays.Row = Tests.Repair.ScriptedRepairs.Replay(BulkReplayState.Paused, total: 7);
        page.Find(".bar form").Submit();
        page.WaitForAssertion(() => Assert.Single(_replays.Started));
        Assert.Equal((5, true, 7), (_replays.Started[0].Request.Canary, _replays.Started[0].Request.AsksAfterCanary, _replays.Started[0].Request.Selection.Ids!.Count));
        page.WaitForAssertion(() => Assert.Equal("Release the other 2", page.Find(".bar [data-key=r]").TextContent));
        page.Find(".bar [data-key=r]").Click();
        Assert.Equal(["Running Bo"], _replays.Changed);
    }

    [Fact]
    public void What_is_selected_is_exported_as_a_file_that_no_spreadsheet_runs()
    {
        _work.Items.Add(Given.Work(1, TimeSpan.FromHours(3)) with { Cause = "=1+1, \"quoted\"" });
        var page = Loaded("/worklist");
        page.Find("tbody input[data-key=x]").Change(true);
        page.Find(".bar [data-key=e]").Click();
        var saved = JSInterop.Invocations.Single(i => i.Identifier == "portal.save");
        // Who took it and how many is on record, as of every export.
        Assert.Equal(("worklist", "chosen one by one = 1", "Bo", true, 1L, (long)System.Text.Encoding.UTF8.GetByteCount((string)saved.Arguments[1]!)), Assert.Single(_records.Noted));
        Assert.Equal("worklist-2026-11-23-1340.csv", saved.Arguments[0]);
        Assert.Contains($"#1001,order,Shopify EU,126.40,EUR,2026-11-23 16:40:00,\"'=1+1, \"\"quoted\"\"\",Business Central,,,2026-11-23 12:58:00,{Given.Id(1):D}\r\n", (string)saved.Arguments[1]!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_executive_looks_and_is_told_which_right_is_missing()
    {
        _who.SetRoles(PortalRoles.Executive);
        _work.Items.Add(Given.Work(1));
        var page = Loaded("/worklist");
        page.Find("tbody input[data-key=x]").Change(true);
        Assert.Contains("needs the role business, admin or operator", page.Find(".bar").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".bar .cp-button-primary"));
    }

    private string Uri => Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<WorklistPage> Page(string address)
    {
        Navigate(address);
        return Render<WorklistPage>();
    }

    private IRenderedComponent<WorklistPage> Loaded(string address)
    {
        var page = Page(address);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".cp-skeleton")));
        return page;
    }

    private void Navigate(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private void Tell(params int[] orders) => Tell(TransactionState.Stuck, orders);

    private void Tell(TransactionState state, params int[] orders)
    {
        Clock.Advance(TimeSpan.FromSeconds(2));
        Services.GetRequiredService<IChangeFeed>().Publish([.. orders.Select(n => new ChangeNote(1, Given.Id(n), state, "shop", false))]);
        Clock.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class NoCommands : ITransactionCommands
    {
        public Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct) => throw new NotSupportedException();

        public Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct) => throw new NotSupportedException();

        public Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct) => throw new NotSupportedException();
    }

    private sealed class RecordedReplays : IBulkReplays
    {
        public List<(Guid Id, BulkReplayRequest Request, string By)> Started { get; } = [];

        public List<string> Changed { get; } = [];

        public BulkReplayRow? Row { get; set; }

        public Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct) => Task.FromResult(new BulkPreview(0, []));

        public Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct)
        {
            Started.Add((id, request, by));
            return Task.FromResult(new CommandOutcome(true, "accepted", "2 orders are replayed, 20 a second at most."));
        }

        public Task<IReadOnlyList<BulkReplayRow>> ListAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<BulkReplayRow>>([]);

        public Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult(Row);

        public Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct)
        {
            Changed.Add($"{to} {by}");
            return Task.FromResult(new CommandOutcome(true, "accepted", "It goes on."));
        }
    }

    private sealed class NotedExports : IExportRecords
    {
        public List<(string Source, string Filter, string By, bool Masked, long Rows, long Bytes)> Noted { get; } = [];

        public Task NoteAsync(TenantScope tenant, string source, IReadOnlyList<(string Name, string Value)> filter, ExportViewer viewer, long rows, long bytes, CancellationToken ct)
        {
            Noted.Add((source, string.Join("; ", filter.Select(f => $"{f.Name} = {f.Value}")), viewer.PersonName, !viewer.Reveal, rows, bytes));
            return Task.CompletedTask;
        }
    }
}
