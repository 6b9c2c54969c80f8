using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Ownership;

/// <summary>Who has an order: what the box says, and what a person may do with it.</summary>
public sealed class OwnerBoxTests : ControlsContext
{
    private static readonly Guid Order = Guid.Parse("02900000-0000-7000-8000-000000000001");

    private readonly ScriptedClaims _claims;
    private readonly BunitAuthorizationContext _who;

    public OwnerBoxTests()
    {
        _claims = new(Clock);
        Services.AddSingleton<IClaims>(_claims);
        Services.AddSingleton(TenantScope.Default);
        _who = AddAuthorization();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    [Fact]
    public void It_says_whose_it_is_and_one_key_takes_it()
    {
        var box = Box();
        Assert.Contains("Finance", box.Find(".team").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nobody has taken it", box.Find(".holder").TextContent, StringComparison.Ordinal);
        box.Find("[data-key=c]").Click();
        Assert.Equal(["claim Bo"], _claims.Done);
        Assert.Contains("You have it since 14:40:00, until 15:10:00", string.Join(' ', box.Find(".holder").TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("Give back", box.Find(".buttons button").TextContent);
        Assert.Equal("Hand over", box.Find("[data-key=a]").TextContent);
    }

    [Fact]
    public void What_was_taken_or_given_back_a_moment_ago_is_taken_back()
    {
        var box = Box();
        box.Find("[data-key=c]").Click();
        Assert.Contains("You took it.", box.Find(".cp-undo").TextContent, StringComparison.Ordinal);
        box.Find("[data-key=u]").Click();
        Assert.Equal(["claim Bo", "release Bo"], _claims.Done);
        Assert.Empty(box.FindAll("[data-key=u]"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        box.Find("[data-key=c]").Click();
        // A click that was meant for Claim gives nothing back.
        box.FindAll(".buttons button").Single(b => b.TextContent == "Give back").Click();
        Assert.Equal("claim Bo", _claims.Done[^1]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        box.FindAll(".buttons button").Single(b => b.TextContent == "Give back").Click();
        Assert.Contains("You gave it back.", box.Find(".cp-undo").TextContent, StringComparison.Ordinal);
        box.Find("[data-key=u]").Click();
        Assert.Equal(["claim Bo", "release Bo", "claim Bo", "release Bo", "claim Bo"], _claims.Done);
        // Each by an operation of its own, and a comment in between ends the offer.
        Assert.Equal(5, _claims.Operations.Distinct().Count());
        Clock.Advance(TimeSpan.FromSeconds(1));
        box.FindAll(".buttons button").Single(b => b.TextContent == "Give back").Click();
        Clock.Advance(UndoOffer.For);
        box.WaitForAssertion(() => Assert.Empty(box.FindAll("[data-key=u]")));
    }

    [Fact]
    public void The_focus_stays_at_the_button_and_comes_back_to_what_opened_a_form()
    {
        _claims.Gate = new();
        var box = Box();
        var button = box.Find("[data-key=c]").Id;
        box.Find("[data-key=c]").Click();
        // A disabled button would lose it.
        Assert.False(box.Find("[data-key=c]").HasAttribute("disabled"));
        _claims.Gate.SetResult();
        box.WaitForAssertion(() => Assert.Equal("Give back", box.Find($"#{button}").TextContent));
        box.Find("[data-key=a]").Click();
        JSInterop.VerifyFocusAsyncInvoke().Arguments[0].ShouldBeElementReferenceTo(box.Find("#owner-to"));
        Assert.Equal(box.Find("[data-key=a]").Id, box.Find(".ask").GetAttribute("data-leave-to"));
        box.FindAll(".ask button")[^1].Click();
        // An element that was drawn again has lost the mark that it could be told by: not the field, at least, which is gone.
        var moved = JSInterop.VerifyFocusAsyncInvoke(2).Select(f => ((Microsoft.AspNetCore.Components.ElementReference)f.Arguments[0]!).Id).ToList();
        Assert.NotEqual(moved[0], moved[1]);
    }

    [Fact]
    public void Fifteen_clicks_are_one_command()
    {
        _claims.Gate = new();
        var box = Box();
        for (var i = 0; i < 15; i++)
            box.Find("[data-key=c]").Click();
        _claims.Gate.SetResult();
        box.WaitForAssertion(() => Assert.Contains("You have it", box.Markup, StringComparison.Ordinal));
        Assert.Single(_claims.Done);
    }

    [Fact]
    public void Who_types_a_comment_while_the_claim_is_under_way_loses_nothing()
    {
        _claims.Gate = new();
        var box = Box();
        box.Find("[data-key=c]").Click();
        box.FindAll(".buttons button")[^1].Click();
        box.Find("#owner-comment").Change("Called them.");
        Assert.False(box.Find(".ask [type=submit]").HasAttribute("disabled"));
        box.Find(".ask").Submit();
        box.Find(".ask").Submit();
        Assert.Equal(["claim Bo"], _claims.Done);
        _claims.Gate.SetResult();
        box.WaitForAssertion(() => Assert.Equal(["claim Bo", "comment Called them."], _claims.Done));
        box.WaitForAssertion(() => Assert.Empty(box.FindAll(".ask")));

        // One that is still being typed stays.
        box.WaitForAssertion(() => Assert.False(box.Find("[data-key=c]").HasAttribute("disabled")));
        Clock.Advance(TimeSpan.FromSeconds(1));
        _claims.Gate = new();
        box.Find("[data-key=c]").Click();
        box.FindAll(".buttons button")[^1].Click();
        box.Find("#owner-comment").Change("They called ba");
        _claims.Gate.SetResult();
        box.WaitForAssertion(() => Assert.Contains("You took it.", box.Find(".cp-undo").TextContent, StringComparison.Ordinal));
        Assert.Equal("They called ba", box.Find("#owner-comment").GetAttribute("value"));
    }

    [Fact]
    public void Who_was_second_is_told_who_has_it_since_when_and_can_take_over_with_a_reason()
    {
        _claims.Answer = new(false, "held", "", new WorkClaim("Li", "Li Wan", Now.AddMinutes(-8), Now.AddMinutes(22)));
        var box = Box();
        _claims.Custody = _claims.Custody! with { Claim = _claims.Answer.Holder };
        box.Find("[data-key=c]").Click();
        Assert.Equal("Li Wan was first: has it since 14:32:00, until 15:02:00 UTC+1. Ask, or take it over with a reason.", box.Find("[role=status]").TextContent);
        _claims.Answer = null;
        box.Find("[data-key=c]").Click();
        Assert.Contains("from Li Wan", box.Find(".ask label").TextContent, StringComparison.Ordinal);
        box.Find("#owner-why").Change("Li is ill");
        box.Find(".ask").Submit();
        Assert.Equal("claim Bo Li is ill", _claims.Done[^1]);
        Assert.Equal(2, _claims.Operations.Distinct().Count());
        Assert.Empty(box.FindAll(".ask"));
    }

    [Fact]
    public void It_is_handed_to_a_person_or_a_team_with_a_note()
    {
        var box = Box();
        box.Find("[data-key=a]").Click();
        Assert.Equal(["choose", "Bo Lind (you)", "Li Wan", "Finance", "Desk"], box.FindAll("#owner-to option").Select(o => o.TextContent));
        box.Find("#owner-to").Change("team:desk");
        box.Find("#owner-note").Change(" they know the customer ");
        box.Find(".ask").Submit();
        box.Find("[data-key=a]").Click();
        box.Find("#owner-to").Change("person:Li");
        box.Find("#owner-note").Change("yours");
        box.Find(".ask").Submit();
        Assert.Equal(["assign desk: they know the customer", "assign Li: yours"], _claims.Done);
    }

    [Fact]
    public void What_was_said_is_shown_and_more_can_be_said()
    {
        _claims.Custody = _claims.Custody! with { Events = [new(Now.AddMinutes(-3), WorkEventKind.Commented, "Li Wan", "The customer pays tomorrow."), new(Now.AddMinutes(-9), WorkEventKind.Expired, "", "The lease of Bo Lind ran out; it is back in the queue")] };
        var box = Box();
        Assert.Equal(["14:37:00 Li Wan: The customer pays tomorrow.", "14:31:00 The lease of Bo Lind ran out; it is back in the queue"], box.FindAll(".events li").Select(l => string.Join(' ', l.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))));
        box.FindAll(".buttons button")[^1].Click();
        box.Find("#owner-comment").Change("Called them.");
        box.Find(".ask").Submit();
        Assert.Equal("comment Called them.", _claims.Done.Single());
    }

    [Fact]
    public void While_it_is_open_the_lease_of_who_has_it_goes_on()
    {
        var box = Box();
        Clock.Advance(OwnerBox.RenewEvery);
        Assert.Equal(0, _claims.Renewed);
        box.Find("[data-key=c]").Click();
        Clock.Advance(OwnerBox.RenewEvery);
        box.WaitForAssertion(() => Assert.Equal(1, _claims.Renewed));
    }

    [Fact]
    public void Nobodys_is_red_and_who_only_reads_has_no_buttons()
    {
        _claims.Custody = _claims.Custody! with { Team = null, TeamKey = null };
        _who.SetRoles(PortalRoles.Executive);
        var box = Box();
        Assert.Equal("nobody owns it", box.Find(".cp-tone-stuck").TextContent.Trim());
        Assert.Empty(box.FindAll("button"));
    }

    [Fact]
    public void An_order_that_needs_nobody_has_no_box()
    {
        _claims.Custody = _claims.Custody! with { NeedsSomebody = false };
        Assert.Empty(Box().Markup.Trim());
        _claims.Custody = null;
        Assert.Empty(Box().Markup.Trim());
    }

    private IRenderedComponent<OwnerBox> Box() => Render<OwnerBox>(p => p.Add(b => b.TransactionId, Order));
}
