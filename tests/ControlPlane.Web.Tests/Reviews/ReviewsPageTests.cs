using Bunit;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Web.Features.Reviews;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Reviews;

/// <summary>The review clock and runbooks in their states; a review with its undo.</summary>
public sealed class ReviewsPageTests : PagesContext
{
    public ReviewsPageTests()
    {
        Services.AddSingleton<IReviews>(_ => ActivatorUtilities.CreateInstance<ReviewBoard>(Product, Database));
        Take<EstateVersions>();
        Services.AddSingleton(_ => new Runbooks(ActivatorUtilities.CreateInstance<EstateVersions>(Product, Database)));
        SignIn("Ada", PortalRoles.Admin);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_with_nothing_it_says_what_comes()
    {
        var gate = Database.Gate = new();
        var page = Page("/reviews");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("Nothing to look at yet", page.Find(".cp-state-title").TextContent));
        Assert.Equal("Nothing stands on the review clock yet.", page.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Page("/reviews"), page => Assert.Equal("Nothing to look at yet", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task What_is_overdue_leads_and_a_review_can_be_taken_back_for_ten_seconds()
    {
        await ConnectionAsync("erp", "The ERP", -400);
        await ConnectionAsync("wms", "The warehouse", -10);
        var page = Page("/reviews");
        page.WaitForAssertion(() => Assert.Equal(["The ERP", "The warehouse"], page.FindAll("tbody th a").Select(a => a.TextContent)));
        Assert.Equal("1 review is overdue, the longest by 35 days. None is due within 14 days.", page.Find(".cp-answer").TextContent);
        Assert.Contains("35 days overdue", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        page = Page("/reviews?open=connection/erp");
        page.WaitForAssertion(() => Assert.Contains("Nobody looked at it yet", page.Markup, StringComparison.Ordinal));
        page.FindAll("input[type=radio]")[2].Change("on");
        page.Find("form.form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Say what changes", page.Find(".wrong").TextContent, StringComparison.Ordinal));
        page.Find("form.form textarea").Change("We buy another one.");
        page.Find("form.form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Noted: The ERP, retire.", page.Find(".said").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal("No review is overdue. None is due within 14 days.", page.Find(".cp-answer").TextContent));
        page.Find(".said button").Click();
        page.WaitForAssertion(() => Assert.StartsWith("1 review is overdue", page.Find(".cp-answer").TextContent, StringComparison.Ordinal));
        // The second time the offer runs out.
        page = Page("/reviews?open=connection/erp");
        page.WaitForAssertion(() => Assert.Contains("taken back", page.Find(".story").TextContent, StringComparison.Ordinal));
        page.Find("form.form").Submit();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".said button")));
        Clock.Advance(ReviewsPage.UndoFor);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".said button")));
    }

    [Fact]
    public async Task Filters_are_in_the_address_and_what_does_not_fit_says_so()
    {
        await ConnectionAsync("erp", "The ERP", -400);
        await ConnectionAsync("wms", "The warehouse", -10);
        var page = Page("/reviews?state=later&kind=connection");
        page.WaitForAssertion(() => Assert.Equal(["The warehouse"], page.FindAll("tbody th a").Select(a => a.TextContent)));
        Assert.Equal("page", page.FindAll(".views a").Single(a => a.TextContent.StartsWith("Later", StringComparison.Ordinal)).GetAttribute("aria-current"));
        page.Find("#reviews-owner").Change("none");
        Assert.EndsWith("/reviews?state=later&kind=connection&owner=none", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page = Page("/reviews?kind=cause");
        page.WaitForAssertion(() => Assert.Equal("Nothing fits", page.Find(".cp-state-title").TextContent));
        page = Page("/reviews?open=connection/nobody");
        page.WaitForAssertion(() => Assert.Contains("not on the review clock any more", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Executives_read()
    {
        SignIn("Eve", PortalRoles.Executive);
        await ConnectionAsync("erp", "The ERP", -400);
        var page = Page("/reviews?open=connection/erp");
        page.WaitForAssertion(() => Assert.Contains("You may read this", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("form.form"));
        Assert.Empty(page.FindAll("form.interval"));
    }

    [Fact]
    public async Task An_admin_gives_a_thing_its_own_interval()
    {
        await ConnectionAsync("erp", "The ERP", -400);
        var page = Page("/reviews?open=connection/erp");
        page.WaitForAssertion(() => Assert.NotNull(page.Find("form.interval")));
        page.Find("form.interval select").Change("FREQ=YEARLY;INTERVAL=2");
        page.Find("form.interval input").Change("nothing happens there");
        page.Find("form.interval").Submit();
        page.WaitForAssertion(() => Assert.Contains("every 2 years (its own)", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_runbook_is_written_mended_and_taken_out()
    {
        var page = Runbook("/runbooks/new?connection=erp", "new");
        page.WaitForAssertion(() => Assert.Contains("connections: [erp]", page.Find("textarea").GetAttribute("value") ?? page.Find("textarea").TextContent, StringComparison.Ordinal));
        page.Find("textarea").Change("kind: Runbook\nmetadata: { name: erp-down }\nspec: { title: ERP down, txt: ask, connections: [erp] }");
        page.Find(".why input").Change("first");
        page.Find("form.document").Submit();
        page.WaitForAssertion(() => Assert.Contains("Line 3, spec.txt: This key is not known here.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        page.Find("textarea").Change("kind: Runbook\nmetadata: { name: erp-down }\nspec: { title: ERP down, text: ask, connections: [erp] }");
        page.Find("form.document").Submit();
        page.WaitForAssertion(() => Assert.EndsWith("/runbooks/erp-down", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var shown = Runbook("/runbooks/erp-down", "erp-down");
        shown.WaitForAssertion(() => Assert.Equal("ask", shown.Find(".text").TextContent));
        shown.FindAll("button").First(b => b.TextContent == "Take it out of service").Click();
        Assert.Single(await Product.GetRequiredService<Runbooks>().AllAsync(TenantScope.Default, Ct));
        shown.FindAll("button").First(b => b.TextContent == "Really take it out of service").Click();
        shown.WaitForAssertion(() => Assert.EndsWith("/runbooks", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Empty(await Product.GetRequiredService<Runbooks>().AllAsync(TenantScope.Default, Ct));
    }

    [Fact]
    public void Runbooks_say_what_they_are_for_and_a_failure_can_be_tried_again()
    {
        var page = Runbook("/runbooks", null);
        page.WaitForAssertion(() => Assert.Equal("No runbook yet", page.Find(".cp-state-title").TextContent));
        Database.Broken = true;
        FailsAndRecovers(Runbook("/runbooks", null), p => Assert.Equal("No runbook yet", p.Find(".cp-state-title").TextContent));
        var missing = Runbook("/runbooks/nothing", "nothing");
        missing.WaitForAssertion(() => Assert.Equal("There is no such runbook", missing.Find(".cp-state-title").TextContent));
    }

    private Task ConnectionAsync(string key, string name, int days) => AddAsync(new Runtime.Connections.ConnectionRow
    {
        TenantId = 1, Key = key, Connector = "netsuite", Role = Domain.Connections.SystemRole.Erp, DisplayName = name, Document = "kind: Connection", Revision = 1,
        UpdatedAt = Domain.Shared.Instant.ToMicroseconds(Clock.GetUtcNow().AddDays(days)),
    });

    private IRenderedComponent<ReviewsPage> Page(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<ReviewsPage>();
    }

    private IRenderedComponent<RunbooksPage> Runbook(string address, string? key)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<RunbooksPage>(p => p.Add(r => r.Key, key));
    }
}
