using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Alerts;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Alerts;

/// <summary>What burns first, what is watched when nothing does; who may take, silence, waive and change.</summary>
public sealed class AlertsPageTests : ControlsContext
{
    private readonly ScriptedAlerts _alerts = new(Now);
    private readonly BunitAuthorizationContext _who;

    public AlertsPageTests()
    {
        Services.AddSingleton<IAlerts>(_alerts);
        Services.AddSingleton<IBudgetGate>(_alerts);
        Services.AddSingleton<IAlertChannels>(_alerts);
        Services.AddSingleton<IAlertChannelTester>(_alerts);
        Services.AddSingleton(TenantScope.Default);
        _who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Ada").SetRoles(PortalRoles.Admin);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_a_failure_without_its_innards()
    {
        _alerts.Gate = new();
        var page = Open("/alerts");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _alerts.Broken = true;
        _alerts.Gate.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_burns_it_says_what_is_watched()
    {
        Assert.Contains("No objective is counted yet", Open("/alerts").Markup, StringComparison.Ordinal);
        _alerts.Board = new([new("orders", "Orders", null, 0.2m, BudgetMeasure.Nothing, null, Now, null)], [], [], Now);
        var page = Open("/alerts");
        Assert.Contains("1 objective is looked at every half minute", page.Markup, StringComparison.Ordinal);
        Assert.Equal("Nothing burns.", page.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void An_incident_says_what_why_and_whose_and_is_taken_by_those_who_may()
    {
        var id = Incident(AlertState.Firing).Id;
        var page = Open("/alerts");
        Assert.Equal("1 incident nobody has taken.", page.Find(".cp-answer").TextContent);
        var row = page.Find("tbody tr");
        Assert.Contains("look now", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("80 % of 1,000 misses have one cause: The tax code EU19 is unknown.", row.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/alerts/{id:D}", row.QuerySelector("a")!.GetAttribute("href"));
        page.Find("tbody button").Click();
        Assert.Equal([$"take {id} Ada"], _alerts.Done);
        _who.SetRoles(PortalRoles.Executive);
        Assert.Empty(Open("/alerts").FindAll("tbody button"));
    }

    [Fact]
    public void A_silenced_one_says_so_and_one_that_is_over_is_under_its_filter()
    {
        Incident(AlertState.Firing, quiet: "Silenced by Bo until 2026-11-24 10:00 UTC: they move");
        Incident(AlertState.Resolved);
        var page = Open("/alerts");
        Assert.Contains("Silenced by Bo until 24 Nov 11:00 UTC+1: they move", Assert.Single(page.FindAll("tbody tr")).TextContent, StringComparison.Ordinal);
        Assert.Equal(2, Open("/alerts?state=all").FindAll("tbody tr").Count);
    }

    [Fact]
    public void Silences_are_made_with_a_reason_and_ended()
    {
        var held = Guid.CreateVersion7();
        _alerts.Held.Add(new(new(held, "orders", null, "erp", "Bo", "they move", Now, Now.AddHours(1)), null, true));
        var page = Open("/alerts?tab=silences");
        Assert.Contains("objective orders, due to erp", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        // What there is to choose, and nothing that is made up.
        Assert.Equal(["", "orders"], page.FindAll("#s-objective option").Select(o => o.GetAttribute("value")));
        Assert.Equal(["any", "The ERP (erp)"], page.FindAll("#s-connection option").Select(o => o.TextContent));
        Assert.Equal(["anybody", "the ERP", "us"], page.FindAll("#s-party option").Select(o => o.TextContent));
        page.Find("#s-connection").Change("erp");
        page.Find("#s-length").Change("240");
        page.Find("#s-reason").Change("patches");
        page.Find("form").Submit();
        page.Find("tbody button").Click();
        Assert.Equal(["silence /erp/ 240 patches", $"end {held}"], _alerts.Done);
    }

    [Fact]
    public void A_frozen_budget_shows_its_note_and_an_admin_waives_it_by_name()
    {
        _alerts.Board = new([new("orders", "Orders", "shop", 1.06m, BudgetMeasure.Freeze, Now, Now, null)], [], [new(Guid.CreateVersion7(), "orders", "Budget used up: Orders", "106 % is spent.", Now)], Now);
        var page = Open("/alerts?tab=budgets");
        Assert.Contains("106 %", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains("frozen: nothing is published", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains("Budget used up: Orders", page.Markup, StringComparison.Ordinal);
        page.Find("#b-connection").Change("shop");
        page.Find("#b-reason").Change("Friday");
        page.Find("form").Submit();
        Assert.Equal(["waive shop 1440 Friday"], _alerts.Done);
        _who.SetRoles(PortalRoles.Operator);
        Assert.Empty(Open("/alerts?tab=budgets").FindAll("form"));
    }

    [Fact]
    public void A_channel_that_fails_is_red_with_its_reason_tested_and_changed()
    {
        _alerts.Channels.Add(new("desk", new() { Name = "desk", Type = AlertChannelType.Mail, To = ["desk@example.com"] }, "", 3, "Ada", Now, 4, Now, "The mail server did not answer.", null, 2, 1, null));
        var page = Open("/alerts?tab=channels");
        Assert.Contains("The mail server did not answer.", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Send a test by desk']").Click();
        page.WaitForAssertion(() => Assert.Contains("Done: test desk", page.Find("[role=status].said").TextContent, StringComparison.Ordinal));
        page.Find("[aria-label='Send again what desk did not take']").Click();
        page.Find("[aria-label='Change desk']").Click();
        page.Find("#c-to").Change("desk@example.com, lead@example.com");
        page.Find("#c-reason").Change("the lead too");
        page.Find("form").Submit();
        Assert.Equal(["test desk", "again desk", "save desk Mail desk@example.com+lead@example.com 3 the lead too"], _alerts.Done);
        _who.SetRoles(PortalRoles.Business);
        Assert.Contains("Channels are the operators' and admins'", Open("/alerts?tab=channels").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_of_a_channel_says_its_state_and_is_empty_once_it_is_saved()
    {
        var page = Open("/alerts?tab=channels");
        Assert.Equal("on", page.Find("#c-enabled").GetAttribute("value"));
        Assert.Equal(["on", "off"], page.FindAll("#c-enabled option").Select(o => o.GetAttribute("value")));
        page.Find("#c-name").Change("desk");
        page.Find("#c-enabled").Change("off");
        page.Find("#c-reason").Change("first");
        page.Find("form").Submit();
        // No address: what is refused stays to be mended, and is said in the tone of an error.
        page.WaitForAssertion(() => Assert.Contains("is-refused", page.Find("[role=status].said").ClassName, StringComparison.Ordinal));
        Assert.Equal("desk", page.Find("#c-name").GetAttribute("value"));
        page.Find("#c-to").Change("desk@example.com");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal("", page.Find("#c-name").GetAttribute("value") ?? ""));
        Assert.Equal("on", page.Find("#c-enabled").GetAttribute("value"));
        Assert.DoesNotContain("is-refused", page.Find("[role=status].said").ClassName, StringComparison.Ordinal);
        Assert.Equal("save desk Mail desk@example.com 0 first off", _alerts.Done[^1]);
    }

    [Fact]
    public void A_test_that_failed_is_said_in_the_row_and_in_the_tone_of_an_error()
    {
        _alerts.Channels.Add(new("desk", new() { Name = "desk", Type = AlertChannelType.Mail, To = ["desk@example.com"] }, "", 3, "Ada", Now, 0, Now, "No mail server is set.", null, 0, 0, null));
        _alerts.Arrives = false;
        var page = Open("/alerts?tab=channels");
        Assert.Contains("the test failed", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains("No mail server is set.", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Send a test by desk']").Click();
        page.WaitForAssertion(() => Assert.Contains("is-refused", page.Find("[role=status].said").ClassName, StringComparison.Ordinal));
    }

    [Fact]
    public void One_incident_shows_windows_with_their_thresholds_budget_runbook_and_story()
    {
        var id = Incident(AlertState.Firing).Id;
        _alerts.Events.Add(new(Now, AlertEventKind.Opened, "", "Orders burn"));
        var page = Render<ControlPlane.Web.Features.Alerts.AlertPage>(p => p.Add(x => x.Id, id.ToString("D")));
        Assert.Contains("14.4 ×", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("62 % of the budget is spent; at this pace the rest is gone on 2026-12-01 00:00 UTC.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("https://wiki.example.com/orders", page.Find("dl a").GetAttribute("href"));
        Assert.Contains("ControlPlane: Orders burn", page.Markup, StringComparison.Ordinal);
        // A composite names its parts, each with its own page.
        Assert.DoesNotContain("Made of", page.Markup, StringComparison.Ordinal);
        var whole = _alerts.Incidents[^1];
        _alerts.Incidents[^1] = whole with { Facts = whole.Facts with { Objectives = [whole.Facts.Objectives[0] with { Name = "selling", Title = "Selling", Parts = ["orders", "shipments"] }] } };
        page = Render<ControlPlane.Web.Features.Alerts.AlertPage>(p => p.Add(x => x.Id, id.ToString("D")));
        Assert.Equal(["/objectives/orders", "/objectives/shipments"], page.FindAll("p a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith("/objectives/", StringComparison.Ordinal)));
        Assert.Contains("There is no such alert", Render<ControlPlane.Web.Features.Alerts.AlertPage>(p => p.Add(x => x.Id, "nonsense")).Markup, StringComparison.Ordinal);
    }

    private AlertIncident Incident(AlertState state, string? quiet = null)
    {
        var of = new AlertObjective(
            "orders", "Orders", "orders", AlertUrgency.Page, false, 20m, 0.62m, new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), "operations", "https://wiki.example.com/orders", ["shop"],
            [new(AlertUrgency.Page, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4m, 20m, 30m, true)], Now.AddHours(-1), Now);
        var facts = new AlertFacts(AlertCauseKind.Case, "c", Guid.CreateVersion7(), "The tax code EU19 is unknown.", "erp", "erp", 0.8m, 1_000, [of]);
        var incident = new AlertIncident(Guid.CreateVersion7(), "case:c", state, AlertUrgency.Page, AlertWords.Title(facts), "operations", facts, Now.AddMinutes(-5), Now, null, null, state == AlertState.Resolved ? Now : null, quiet, Now);
        _alerts.Incidents.Add(incident);
        return incident;
    }

    private IRenderedComponent<AlertsPage> Open(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<AlertsPage>();
    }
}
