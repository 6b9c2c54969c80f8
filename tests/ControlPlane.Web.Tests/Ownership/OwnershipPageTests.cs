using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Ownership;

/// <summary>Queues, rules, teams and versions; what an admin may change, and what it would do before it does it.</summary>
public sealed class OwnershipPageTests : ControlsContext
{
    private readonly ScriptedOwnership _ownership = new();
    private readonly BunitAuthorizationContext _who;

    public OwnershipPageTests()
    {
        Services.AddSingleton<IOwnership>(_ownership);
        Services.AddSingleton<ITeamQueues>(_ownership);
        Services.AddSingleton<INotifications>(_ownership);
        Services.AddSingleton(TenantScope.Default);
        Services.AddSingleton<NotificationSignal>();
        _who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Ada").SetRoles(PortalRoles.Admin);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_a_failure_without_its_innards()
    {
        _ownership.Gate = new();
        var page = Open("/ownership");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _ownership.Broken = true;
        _ownership.Gate.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
        Assert.DoesNotContain("no such table", page.Markup);
        _ownership.Broken = false;
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
    }

    [Fact]
    public void Each_queue_says_how_many_how_old_and_what_nobody_has_taken()
    {
        var page = Open("/ownership");
        Assert.Equal("14 orders are stuck; 6 of them nobody has taken. 2 have no owner.", page.Find(".cp-answer").TextContent);
        var rows = page.FindAll("tbody tr");
        Assert.Contains("nobody owns it", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("is-nobodys", rows[0].ClassName, StringComparison.Ordinal);
        Assert.Contains("4 of 12 (33 %)", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 h 35 min", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("closed now", rows[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_told_is_shown_and_sent_again()
    {
        var id = Guid.CreateVersion7();
        _ownership.Unsent.Add(new(id, Now, NotificationChannel.Mail, "desk@example.com", "12 orders wait", true, 7, null, "The mail server did not answer."));
        var page = Open("/ownership");
        Assert.Contains("12 orders wait, by mail to desk@example.com", page.Find(".unsent").TextContent, StringComparison.Ordinal);
        page.Find(".unsent button").Click();
        Assert.Equal([$"again {id}"], _ownership.Done);
    }

    [Fact]
    public void Rules_are_added_moved_and_removed_by_button_and_by_key()
    {
        var page = Open("/ownership?tab=rules");
        Assert.Equal(2, page.FindAll(".rule").Count);
        Assert.Empty(page.FindAll(".bar"));
        page.Find("[aria-label='Move rule 2 up']").Click();
        Assert.Equal("erp.*", page.Find("[aria-label='Rule 2: values']").GetAttribute("value"));
        Assert.Contains("rules in another order", page.Find(".bar").TextContent, StringComparison.Ordinal);
        page.FindAll(".rule")[1].KeyDown(new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "ArrowUp", AltKey = true });
        Assert.Equal("erp.*", page.Find("[aria-label='Rule 1: values']").GetAttribute("value"));
        Assert.Empty(page.FindAll(".bar"));
        page.Find(".foot button").Click();
        page.Find("[aria-label='Rule 3: field']").Change("total");
        page.Find("[aria-label='Rule 3: values']").Change("500 EUR");
        page.Find("[aria-label='Rule 3: team']").Change("finance");
        Assert.Contains("rule added: total at least 500 EUR → finance", page.Find(".bar").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Remove rule 1']").Click();
        Assert.Contains("2 changes are not published yet", page.Find(".bar").TextContent, StringComparison.Ordinal);
        page.Find("#owner-reason").Change("finance is busy");
        page.Find(".publish").Submit();
        Assert.Equal(["publish on 3 by Ada: finance is busy"], _ownership.Done);
        Assert.Equal(["country is US or CA and order.extensions.brand is Nordfell → desk", "total at least 500 EUR → finance"], _ownership.Published!.Rules.Select(r => r.ToString()));
        Assert.Empty(page.FindAll(".bar"));
        Assert.Equal("Version 4 is in service.", page.Find(".said").TextContent);
    }

    [Fact]
    public void Before_it_is_published_it_says_who_would_have_got_the_last_ones()
    {
        var lost = new PreviewedOrder(Guid.CreateVersion7(), "#1003", "shop", "erp.article", "Article is not released.", null, "desk", null, null, true, false);
        _ownership.Preview = new(500, 41, 3, [new("finance", 100, 138), new("desk", 400, 359), new(null, 0, 3)], [138, 0], [lost], [lost], [new("fallback", "What no rule fits would be nobody's. Name a team for it, or say in the waiver why that is right.")]);
        var page = Open("/ownership?tab=rules");
        page.Find("#owner-fallback").Change("");
        page.Find(".bar .head button").Click();
        var said = page.Find(".preview").TextContent;
        Assert.Contains("Of the last 500 stuck orders 41 would have another team, and 3 would be nobody's.", said, StringComparison.Ordinal);
        Assert.Contains("#1003", page.Find(".orders").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".preview .is-nobody"));
        Assert.Contains("would be nobody's", page.Find(".bar [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("138 of the last 500", page.Find(".rule .count").TextContent, StringComparison.Ordinal);
        page.Find("#owner-waiver").Change("only finance is live");
        _ownership.Outcome = new(false, "changed_meanwhile", "Bea published version 4 meanwhile: r. Look at it, then publish again.", 4, []);
        page.Find("#owner-reason").Change("r");
        page.Find(".publish").Submit();
        Assert.StartsWith("Bea published version 4", page.Find(".said").TextContent, StringComparison.Ordinal);
        // What was typed is still there.
        Assert.NotEmpty(page.FindAll(".bar"));
    }

    [Fact]
    public void A_team_is_edited_as_text_and_what_cannot_be_read_is_said_before_anything_is_sent()
    {
        var page = Open("/ownership?tab=teams");
        page.FindAll("textarea")[0].Change("Bo\nrole:business");
        page.Find("input[placeholder^='30m']").Change("soon team");
        page.Find("#owner-reason").Change("r");
        page.Find(".publish").Submit();
        Assert.Empty(_ownership.Done);
        Assert.Contains("'soon team'", page.Find(".bar [role=alert]").TextContent, StringComparison.Ordinal);
        page.Find("input[placeholder^='30m']").Change("15m team, 1h lead");
        page.Find(".publish").Submit();
        Assert.Equal(["Bo", "role:business"], _ownership.Published!.Teams[0].Members);
        Assert.Equal("15m team, 1h lead", string.Join(", ", _ownership.Published.Teams[0].Ladder));
    }

    [Fact]
    public void A_version_is_gone_back_to_with_a_reason()
    {
        var page = Open("/ownership?tab=history");
        Assert.Contains("rule added: code is erp.* → finance", page.Find(".versions").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Go back to version 2']").Click();
        page.Find("#owner-back-2").Change("too much for finance");
        page.Find(".ask").Submit();
        Assert.Equal(["back to 2 on 3: too much for finance"], _ownership.Done);
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("teams")]
    [InlineData("history")]
    public void Everyone_reads_and_only_admins_change(string tab)
    {
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
        var page = Open($"/ownership?tab={tab}");
        Assert.Empty(page.FindAll("main button, section button, section input, section select, section textarea"));
        Assert.Contains(tab == "history" ? "Version 3" : "Desk", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bell_counts_what_is_unread_and_leads_to_it()
    {
        var id = Guid.CreateVersion7();
        _ownership.Bell = new(1, [new(id, Now.AddMinutes(-2), "Li Wan gave you order #1001", "call the customer", true, false, "/transactions/x")]);
        var bell = Render<NotificationBell>();
        Assert.Equal("Notifications, 1 unread", bell.Find(".bell").GetAttribute("aria-label"));
        Assert.Equal("/transactions/x", bell.Find("li a").GetAttribute("href"));
        bell.Find(".bell-all").Click();
        Assert.Equal(["read Ada"], _ownership.Done);
        Assert.Equal("Notifications, none unread", bell.Find(".bell").GetAttribute("aria-label"));
        // Seen at the next look, whoever wrote it.
        _ownership.Bell = new(2, []);
        Clock.Advance(TimeSpan.FromSeconds(20));
        bell.WaitForAssertion(() => Assert.Equal("2", bell.Find(".unread").TextContent));
    }

    private IRenderedComponent<OwnershipPage> Open(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<OwnershipPage>();
    }
}
