using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;
using ControlPlane.Web.Features.Repair;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Repair;

/// <summary>The page of holds and the page of a replay, in their four states.</summary>
public sealed class RepairPagesTests : ControlsContext
{
    private readonly ScriptedRepairs _repairs = new();

    public RepairPagesTests()
    {
        _repairs.Add(Services);
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        var who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    [Fact]
    public void Holds_shows_its_shape_then_nothing_then_what_waits()
    {
        _repairs.Gate = new();
        var page = Render<HoldsPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        _repairs.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("Nothing is held", page.Find(".cp-state-title").TextContent));
        Assert.Equal("No order is put aside.", page.Find(".cp-answer").TextContent);
        _repairs.Held.Add(new(Guid.CreateVersion7(), ScriptedRepairs.Id, "#1001", "The shop", "credit note", "Ada", Now.AddHours(-2), HoldCondition.OnEvent("order.updated"), "the event order.updated comes"));
        page = Render<HoldsPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        foreach (var part in new[] { "#1001", "The shop", "the event order.updated comes", "credit note", "Ada" })
            Assert.Contains(part, page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        page.Find("[aria-label='Wake now: order #1001']").Click();
        Assert.Equal("wake Bo", _repairs.Done[^1]);
        // The row goes with its button: what became of it has the focus.
        page.WaitForAssertion(() => JSInterop.VerifyFocusAsyncInvoke());
        Assert.NotEmpty(page.Find("p.said[tabindex='-1']").TextContent);
    }

    /// <summary>Waits until at least five are there.</summary>
    internal static HoldItem Figure(string? last, DateTimeOffset? read) => new(
        Guid.CreateVersion7(), ScriptedRepairs.Id, "#1001", "The shop", "too few", "Ada", Now.AddHours(-2),
        HoldCondition.OnFigure(new("wms", "stockOf", new Dictionary<string, string> { ["sku"] = "TEE-M" }, "available", FigureTest.AtLeast, "5")), "available of TEE-M at The warehouse is at least 5")
    {
        LastFigure = last, LookedAt = read,
    };

    [Theory]
    [InlineData("3", "3 of 5, read 14:38:00")]
    [InlineData("The warehouse gave no answer.", "The warehouse gave no answer, read 14:38:00")]
    public void Holds_shows_the_last_figure_and_when_it_was_read(string last, string shown)
    {
        _repairs.Held.Add(Figure(last, Now.AddMinutes(-2)));
        var page = Render<HoldsPage>();
        page.WaitForAssertion(() => Assert.StartsWith(shown, page.Find("tbody .seen").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Equal("2 min ago", page.Find("tbody .seen .cp-age").TextContent);
    }

    [Fact]
    public void What_waits_for_a_second_person_is_shown_with_its_order()
    {
        _repairs.Pending.Add(new(Guid.CreateVersion7(), ScriptedRepairs.Id, "#1001", 1, OverlayState.Proposed, [new("shipTo.city", "ship-to city", "Köln", "Bonn", false)], "The customer asked for it", "", "Ada", false, Now.AddDays(-3), null, null, null));
        var page = Render<HoldsPage>();
        page.WaitForAssertion(() => Assert.Contains("One change waits for a second person.", page.Find(".cp-answer").TextContent, StringComparison.Ordinal));
        Assert.Equal($"/transactions/{ScriptedRepairs.Id:D}", page.Find(".edits a").GetAttribute("href"));
        Assert.Contains("ship-to city: Köln → Bonn", page.Find(".edits").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_told_without_its_innards()
    {
        _repairs.Broken = true;
        foreach (var page in new IRenderedComponent<IComponent>[] { Render<HoldsPage>(), Render<ReplayPage>(p => p.Add(x => x.Id, ScriptedRepairs.Id)) })
        {
            page.WaitForAssertion(() => Assert.NotNull(page.Find("[role=alert] button")));
            Assert.DoesNotContain("no such table", page.Markup);
        }
    }

    [Fact]
    public void A_replay_tells_how_it_goes_and_what_became_of_each()
    {
        _repairs.Row = ScriptedRepairs.Replay(BulkReplayState.Running, 20, 17, 2);
        _repairs.Items = new(
        [
            new(Guid.CreateVersion7(), "#1001", BulkReplayItemState.Proven, Now, "ERP created SO-1", TransactionState.Waiting),
            new(Guid.CreateVersion7(), "#1002", BulkReplayItemState.StuckAgain, Now, "The street is not known.", TransactionState.Stuck),
            new(Guid.CreateVersion7(), "#1003", BulkReplayItemState.LeftOut, Now, "Order #1003 is cancelled.", TransactionState.Cancelled),
            new(Guid.CreateVersion7(), "#1004", BulkReplayItemState.Pending, null, null, TransactionState.Stuck),
        ], ScriptedRepairs.Id);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/replays/x?state=stuck-again");
        var page = Render<ReplayPage>(p => p.Add(x => x.Id, ScriptedRepairs.Id));
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
        Assert.Contains("17 of 43 confirmed, 2 stuck again, 1 on its way, 23 not sent yet", page.Find(".progress").TextContent, StringComparison.Ordinal);
        var text = page.Find("tbody").TextContent;
        foreach (var part in new[] { "Confirmed", "ERP created SO-1", "Stuck again", "The street is not known.", "Left out", "is cancelled", "Not sent yet" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Equal($"/replays/{ScriptedRepairs.Id:D}?state=stuck-again&after={ScriptedRepairs.Id:D}", page.Find("a[rel=next]").GetAttribute("href"));
        Assert.Contains("items StuckAgain ", _repairs.Done);
        page.FindAll(".progress button").First(b => b.TextContent == "Pause").Click();
        page.FindAll(".progress button").First(b => b.TextContent == "Cancel the rest").Click();
        Assert.Equal(["Paused Bo", "Cancelled Bo"], _repairs.Done.Where(d => d.EndsWith(" Bo", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_somebody_else_started_is_not_stopped_without_the_right()
    {
        _repairs.Row = ScriptedRepairs.Replay(BulkReplayState.Running, 20, 17);
        _repairs.Row.CreatedBy = "Ada";
        var page = Render<ReplayPage>(p => p.Add(x => x.Id, ScriptedRepairs.Id));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".progress button")));
        page.FindAll(".progress button").First(b => b.TextContent == "Pause").Click();
        Assert.Contains("Ada started it. Stopping or resuming it needs the role admin or operator.", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Paused Bo", _repairs.Done);
    }

    [Fact]
    public void A_replay_that_is_not_there_is_told_with_a_way_on()
    {
        var page = Render<ReplayPage>(p => p.Add(x => x.Id, ScriptedRepairs.Id));
        page.WaitForAssertion(() => Assert.Equal("There is no such replay", page.Find(".cp-state-title").TextContent));
    }
}
