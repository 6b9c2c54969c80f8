using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Features.Reports;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Scorecard;

/// <summary>Planned reports and those that were made; who may plan.</summary>
public sealed class ReportsPageTests : ControlsContext
{
    private readonly ScriptedReports _reports = new();
    private readonly BunitAuthorizationContext _who;

    public ReportsPageTests()
    {
        Services.AddSingleton<IReports>(_reports);
        Services.AddSingleton<IConnectionRegistry>(new ConnectionRegistry());
        Services.AddSingleton(TenantScope.Default);
        _who = AddAuthorization();
        _who.SetAuthorized("Ada").SetRoles(PortalRoles.Admin);
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_a_failure_without_its_innards()
    {
        _reports.Gate = new();
        var page = Render<ReportsPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _reports.Broken = true;
        _reports.Gate.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup);
        _reports.Broken = false;
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Equal("No report is planned", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public void One_is_planned_in_a_form_that_says_what_is_wrong()
    {
        var page = Render<ReportsPage>();
        page.Find(".cp-card-tools button").Click();
        Assert.Equal("Europe/Berlin", page.Find("input[placeholder='Europe/Berlin']").GetAttribute("value"));
        page.Find("input[placeholder='Monthly board report']").Change("Board");
        page.Find("input[placeholder='board-monthly']").Change("board");
        page.Find("select").Change("4-4-5");
        page.Find("input[placeholder='2026-02-01']").Change("2026-02-01");
        page.Find("textarea").Change("a@example.com\n b@example.com ");
        // A date that is none is not the same as none.
        page.Find("input[placeholder='2026-02-01']").Change("2026-13-45");
        page.Find("form").Submit();
        Assert.Contains("First day of a retail year: “2026-13-45” is no date.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Null(_reports.Saved);
        page.Find("input[placeholder='2026-02-01']").Change("2026-02-01");
        _reports.Problems = [new("title", "Another title.")];
        page.Find("form").Submit();
        Assert.Contains("Title: Another title.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        _reports.Problems = [];
        page.Find("form").Submit();
        Assert.Empty(page.FindAll("form"));
        var plan = _reports.Saved!;
        Assert.Equal(("board", "Board", ReportRhythm.Retail445, new DateOnly(2026, 2, 1), "a@example.com|b@example.com"), (plan.Name, plan.Title, plan.Rhythm, plan.RetailYear!.Value, string.Join('|', plan.Recipients)));
        Assert.Contains("Every 4-4-5 period", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains("Made now, it is of 1 Oct 2026 to 31 Oct 2026", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Make Board now']").Click();
        Assert.Equal(["make board by Ada"], _reports.Done);
        Assert.Equal("Board of 1 Oct 2026 to 31 Oct 2026 is made. Without a PDF.", page.Find(".said").TextContent);
    }

    [Fact]
    public void What_was_made_can_be_taken_and_checked_and_says_when_it_did_not_reach_anybody()
    {
        _reports.Made.Add(ScriptedReports.Item("board"));
        var page = Render<ReportsPage>();
        var id = _reports.Made[0].Id;
        Assert.Equal([$"/reports/{id:D}/html", $"/reports/{id:D}/csv"], page.FindAll(".files a").Select(a => a.GetAttribute("href")));
        Assert.Contains("Not sent", page.Markup, StringComparison.Ordinal);
        // On a phone a row is a card whose cells name their columns.
        Assert.Equal(["Period", "Made", "Sent", "Files"], page.FindAll("table.cp-table-cards td[data-label]").Select(c => c.GetAttribute("data-label")));
        Assert.Contains("Some could not be sent", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label^='Make Board of']").Click();
        Assert.Contains("byte for byte", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_executive_reads_and_plans_nothing()
    {
        _who.SetAuthorized("Ex").SetRoles(PortalRoles.Executive);
        _reports.Plans.Add(new(new("board", "Board", ReportRhythm.Week, "UTC", null, [], ObjectiveScope.All, true), Now, "Ada", Now.AddDays(3)));
        _reports.Made.Add(ScriptedReports.Item("board"));
        var page = Render<ReportsPage>();
        Assert.Empty(page.FindAll("form, [aria-label^='Change'], [aria-label='Make Board now']"));
        Assert.Equal(2, page.FindAll(".files a").Count);
    }

    private sealed class ScriptedReports : IReports
    {
        public TaskCompletionSource? Gate { get; set; }

        public bool Broken { get; set; }

        public List<ReportPlanItem> Plans { get; } = [];

        public List<ReportItem> Made { get; } = [];

        public List<string> Done { get; } = [];

        public ReportPlan? Saved { get; private set; }

        public IReadOnlyList<ReportProblem> Problems { get; set; } = [];

        public static ReportItem Item(string name) => new(
            Guid.CreateVersion7(), name, "Board", new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), Now, "UTC", Now, "schedule", true, false, "abc", "Without a PDF.", null, 2, false);

        public async Task<IReadOnlyList<ReportPlanItem>> PlansAsync(TenantScope tenant, CancellationToken ct)
        {
            if (Gate is not null)
                await Gate.Task;
            return Broken ? throw new InvalidOperationException("no such table", new TimeoutException()) : [.. Plans];
        }

        public Task<IReadOnlyList<ReportProblem>> SaveAsync(TenantScope tenant, ReportPlan plan, string by, CancellationToken ct)
        {
            if (Problems.Count == 0)
            {
                Saved = plan;
                Plans.Add(new(plan, Now, by, Now.AddDays(8), Last: new(new(2026, 9, 30, 22, 0, 0, TimeSpan.Zero), new(2026, 10, 31, 23, 0, 0, TimeSpan.Zero))));
            }

            return Task.FromResult(Problems);
        }

        public Task<bool> RemoveAsync(TenantScope tenant, string name, CancellationToken ct) => Task.FromResult(true);

        public Task<IReadOnlyList<ReportItem>> ListAsync(TenantScope tenant, Guid? before, int size, CancellationToken ct) => Task.FromResult<IReadOnlyList<ReportItem>>([.. Made]);

        public Task<ReportItem?> MakeAsync(TenantScope tenant, string name, string by, CancellationToken ct)
        {
            Done.Add($"make {name} by {by}");
            Made.Add(Item(name));
            return Task.FromResult<ReportItem?>(Made[^1]);
        }

        public Task<(byte[] Bytes, string Type, string FileName)?> FileAsync(TenantScope tenant, Guid id, string format, CancellationToken ct) => Task.FromResult<(byte[], string, string)?>(null);

        public Task<ReportCheck?> CheckAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult<ReportCheck?>(new(true, "Made again from the same events, it is the same, byte for byte."));
    }
}
