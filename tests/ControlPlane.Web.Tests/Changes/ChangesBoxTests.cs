using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Changes;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Changes;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Changes;

/// <summary>What the channel changed after an order had begun, with the state of each system.</summary>
public sealed class ChangesBoxTests : ControlsContext
{
    private static readonly Guid Order = Guid.Parse("019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c");

    private readonly ScriptedChanges _changes = new();
    private readonly BunitAuthorizationContext _who;

    public ChangesBoxTests()
    {
        Services.AddSingleton<IOrderChanges>(_changes);
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        _who = AddAuthorization();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    [Fact]
    public void Where_nothing_was_changed_nothing_is_shown() => Assert.Equal("", Box().Markup.Trim());

    [Fact]
    public void Each_system_says_what_it_made_of_it()
    {
        _changes.Items.Add(Item(ChangeState.TooLate, "It left before. A return was begun.", Order));
        var box = Box();
        Assert.Equal(2, box.FindAll("li").Count);
        Assert.Contains("Picked already", box.Find("li").TextContent, StringComparison.Ordinal);
        Assert.Contains("it had version 2", box.Find("li").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/transactions/{Order:D}", box.Find("a.cp-link").GetAttribute("href"));
        Assert.Empty(box.FindAll("form"));
    }

    [Fact]
    public void What_no_system_takes_is_settled_once_with_a_reason()
    {
        _changes.Items.Add(Item(ChangeState.NeedsPerson, "Cancel it at the warehouse."));
        var box = Box();
        box.Find("input").Change("they took it out by hand");
        box.Find("form").Submit();
        box.WaitForAssertion(() => Assert.Equal((ChangeSettlement.Done, "they took it out by hand"), (Assert.Single(_changes.Settled).Settlement, _changes.Settled[0].Reason)));
        Assert.Equal("The order goes on.", box.Find("[role=status]").TextContent);
        Assert.Contains(box.FindAll("button"), b => b.TextContent == "Let the order run on");
    }

    [Fact]
    public void Whoever_may_only_look_is_told_which_role_settles()
    {
        _changes.Items.Add(Item(ChangeState.NeedsPerson, "Cancel it at the warehouse."));
        _who.SetRoles(PortalRoles.Executive);
        var box = Box();
        Assert.Empty(box.FindAll("form"));
        Assert.Contains("needs the role business, admin or operator", box.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<ChangesBox> Box() => Render<ChangesBox>(p => p.Add(b => b.TransactionId, Order).Add(b => b.Items, _changes.Items));

    private static ChangeItem Item(ChangeState state, string outcome, Guid? back = null) => new(
        Guid.CreateVersion7(), 1, ChangeKind.Cancellation, state, "The customer cancelled", outcome, [],
        [new("wms", "The warehouse", SystemAnswer.TooLate, "Picked already", 2, Now), new("erp", "The ERP", SystemAnswer.Kept, "The goods leave", 1, Now)], 2, Now, state == ChangeState.NeedsPerson ? null : Now, back, true);
}
