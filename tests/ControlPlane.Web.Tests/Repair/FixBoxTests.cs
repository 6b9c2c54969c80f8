using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Repair;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Repair;

/// <summary>What a person can mend about an order, where it is read.</summary>
public sealed class FixBoxTests : ControlsContext
{
    private readonly ScriptedRepairs _repairs = new() { View = ScriptedRepairs.Fix() };
    private readonly BunitAuthorizationContext _who;

    public FixBoxTests()
    {
        _repairs.Add(Services);
        Services.AddSingleton<ITransactionCommands>(new NoCommands(_repairs.Done));
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        _who = AddAuthorization();
        SetRendererInfo(new("Server", true));
        _who.SetAuthorized("Bo").SetRoles(PortalRoles.Business);
    }

    [Fact]
    public void A_missing_value_is_mapped_to_a_suggestion_and_five_go_first()
    {
        _repairs.Missing = ScriptedRepairs.Value();
        var box = Box();
        Assert.Equal("f", box.Find("input[type=radio]").GetAttribute("data-key"));
        box.Find("form").Submit();
        Assert.Contains("Choose a code, or write one.", box.Markup, StringComparison.Ordinal);
        Assert.Empty(_repairs.Done);
        box.Find("input[type=radio]").Change("92");
        Assert.Equal("Frees 43 stuck orders, changes 0 already posted.", box.Find(".effect").TextContent);
        Assert.Equal("Save and try 5", box.Find("form button[type=submit]").TextContent);
        box.Find("form").Submit();
        box.WaitForAssertion(() => Assert.Single(_repairs.Started));
        var (_, request, by) = _repairs.Started[0];
        Assert.Equal(("map USPS-GA=92 Bo", "Bo", 5, true, ScriptedRepairs.Id), (_repairs.Done[0], by, request.Canary, request.AsksAfterCanary, request.First));
        Assert.Contains("0 of 43 confirmed, 5 on their way, 38 not sent yet", box.Find(".progress").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_code_is_written_and_a_wrong_one_is_told_before_it_is_saved()
    {
        _repairs.Missing = ScriptedRepairs.Value(frees: 1);
        var box = Box();
        box.Find(".other input").Change("bad");
        Assert.Equal("No such code.", box.Find(".effect").TextContent);
        Assert.True(box.Find("form button[type=submit]").HasAttribute("disabled"));
        box.Find(".other input").Change("77");
        Assert.Equal("Frees 1 stuck order, changes 0 already posted.", box.Find(".effect").TextContent);
        box.Find("form").Submit();
        Assert.Equal(("map USPS-GA=77 Bo", 0), (_repairs.Done[0], _repairs.Started[0].Request.Canary));
    }

    [Fact]
    public void Where_a_second_person_is_needed_it_is_proposed_and_nothing_goes()
    {
        _repairs.Missing = ScriptedRepairs.Value(second: true);
        _repairs.Saved = new CrosswalkOutcome.Proposed(Guid.CreateVersion7(), "d", new([]));
        var box = Box();
        box.Find("input[type=radio]").Change("92");
        Assert.StartsWith("Once somebody else approves it, it frees 43", box.Find(".effect").TextContent, StringComparison.Ordinal);
        Assert.Equal("Propose it", box.Find("form button[type=submit]").TextContent);
        box.Find("form").Submit();
        Assert.Empty(_repairs.Started);
        Assert.Contains("Proposed", box.Find(".said").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_first_ones_the_rest_is_released_by_one_press()
    {
        _repairs.Missing = ScriptedRepairs.Value();
        _repairs.Row = ScriptedRepairs.Replay(BulkReplayState.Paused);
        _repairs.Since = 7;
        var box = Box();
        box.Find("input[type=radio]").Change("92");
        box.Find("form").Submit();
        box.WaitForAssertion(() => Assert.Equal("Release the other 38", box.Find(".progress [data-key=r]").TextContent));
        Assert.Contains("7 more came since; they are not included.", box.Find(".progress").TextContent, StringComparison.Ordinal);
        box.Find(".progress [data-key=r]").Click();
        Assert.Contains("Running Bo", _repairs.Done);
    }

    [Fact]
    public void A_field_that_the_failure_names_comes_first_is_tried_and_sent()
    {
        var box = Box();
        Assert.Equal("shipTo.line1", box.Find(".field-fix select").GetAttribute("value"));
        Assert.Contains("administrators see it", box.Find(".now").TextContent, StringComparison.Ordinal);
        box.Find(".value input").Input("New 2");
        box.Find(".field-fix .buttons button[type=button]").Click();
        Assert.Contains("This would be sent to The ERP (createSalesOrder)", box.Find(".trial").TextContent, StringComparison.Ordinal);
        Assert.Contains("+   \"city\": \"Bonn\"", box.Find("pre").TextContent, StringComparison.Ordinal);
        box.Find(".field-fix").Submit();
        Assert.Equal("edit shipTo.line1=New 2 wrong-address Bo", _repairs.Done[^1]);
        Assert.Contains("was changed and goes on", box.Find(".said").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_is_masked_in_the_document_is_named_with_what_was_typed()
    {
        const string Masked = "{\n  \"street\": \"•••\"\n}";
        _repairs.Trial = new([], new("erp", "The ERP", "createSalesOrder", Masked, Masked, []) { Differs = true }, null);
        var box = Box();
        box.Find(".value input").Input("New 2");
        box.Find(".field-fix .buttons button[type=button]").Click();
        Assert.Equal("Ship-to street: “New 2”. What stands there now is hidden here.", box.Find(".tried").TextContent);
        Assert.Equal("Ship-to street: changed (hidden here).", box.Find(".unseen").TextContent);
        Assert.Empty(box.FindAll(".trial pre"));
        _repairs.Trial = new([], new("erp", "The ERP", "createSalesOrder", Masked, Masked, []), null);
        box.Find(".field-fix .buttons button[type=button]").Click();
        Assert.Equal("The document is the same: the change is not in it.", box.Find(".unseen").TextContent);
    }

    [Fact]
    public void What_is_refused_is_told_and_what_was_typed_stays()
    {
        _repairs.Answer = new(false, "invalid", "The ship-to street: a value is needed.");
        _repairs.Trial = new([new("edit.value", "shipTo.line1", "The ship-to street: a value is needed.")], null, null);
        var box = Box();
        box.Find(".value input").Input("x");
        box.Find(".field-fix").Submit();
        Assert.Contains("a value is needed", box.Find(".trial .bad").TextContent, StringComparison.Ordinal);
        Assert.Equal("x", box.Find(".value input").GetAttribute("value"));
    }

    [Fact]
    public void A_conflict_shows_both_values_and_waits_for_a_decision()
    {
        _repairs.View = ScriptedRepairs.Fix() with { Conflicts = [new("shipTo.city", "ship-to city", "Köln", "Bonn", false)] };
        var box = Box();
        Assert.Contains("Köln", box.Find(".conflict table").TextContent, StringComparison.Ordinal);
        box.Find(".conflict input").Change("asked the customer");
        box.Find(".conflict").Submit();
        Assert.Equal("settle True asked the customer", _repairs.Done[^1]);
    }

    [Fact]
    public void It_is_retried_held_and_discarded_with_a_reason()
    {
        var box = Box();
        box.Find("button[data-key=r]").Click();
        Assert.Equal("retry Bo", _repairs.Done[^1]);
        box.Find("button[data-key=h]").Click();
        box.Find(".hold .why input").Change("waits for the credit note");
        box.Find(".hold").Submit();
        // Tomorrow at nine in Berlin.
        Assert.Equal("hold until 2026-11-24 08:00 UTC Bo: waits for the credit note", _repairs.Done[^1]);
        box.FindAll(".others button")[^1].Click();
        Assert.Contains("This cannot be undone. The channel will not be told", box.Find(".discard").TextContent.Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        box.Find(".discard input").Change("test order");
        box.Find(".discard").Submit();
        Assert.Equal("discard Bo: test order", _repairs.Done[^1]);
    }

    [Fact]
    public void When_a_form_closes_the_focus_goes_to_what_is_there_instead()
    {
        var box = Box();
        box.Find("button[data-key=h]").Click();
        box.Find(".hold .why input").Change("waits for the credit note");
        box.Find(".hold").Submit();
        // By another element than the form's field: one that was drawn again has lost the mark that it could be told by.
        box.WaitForAssertion(() => Assert.True(JSInterop.Invocations.Where(i => i.Identifier.EndsWith("domWrapper.focus", StringComparison.Ordinal)).Select(i => ((Microsoft.AspNetCore.Components.ElementReference)i.Arguments[0]!).Id).Distinct().Count() >= 2));
    }

    [Fact]
    public void A_held_order_says_what_it_waits_for_and_is_woken()
    {
        _repairs.View = ScriptedRepairs.Fix(TransactionState.Retrying);
        _repairs.Choices = new(new(Guid.CreateVersion7(), ScriptedRepairs.Id, "#1001", "Shop", "credit note", "Ada", Now, HoldCondition.OnEvent("order.updated"), "the event order.updated comes"), [], []);
        var box = Box();
        Assert.Contains("Ada holds it until the event order.updated comes: credit note", box.Find(".others").TextContent, StringComparison.Ordinal);
        box.Find("button[data-key=h]").Click();
        Assert.Equal("wake Bo", _repairs.Done[^1]);
    }

    [Fact]
    public void A_hold_is_taken_back_within_ten_seconds_and_not_after()
    {
        var box = Box();
        void Hold()
        {
            box.Find("button[data-key=h]").Click();
            box.Find(".hold .why input").Change("waits for the credit note");
            box.Find(".hold").Submit();
        }

        Hold();
        Assert.Equal("It is held. Undo", string.Join(' ', box.Find(".cp-undo").TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        box.Find(".cp-undo [data-key=u]").Click();
        Assert.Equal("take back the hold of just now Bo", _repairs.Done[^1]);
        Assert.Empty(box.FindAll(".cp-undo button"));
        Hold();
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.NotEmpty(box.FindAll(".cp-undo button"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        box.WaitForAssertion(() => Assert.Empty(box.FindAll(".cp-undo button")));
    }

    [Fact]
    public void An_order_that_waits_for_a_figure_shows_the_last_one_and_when_it_was_read()
    {
        _repairs.View = ScriptedRepairs.Fix(TransactionState.Retrying);
        _repairs.Choices = new(RepairPagesTests.Figure("3", Now.AddMinutes(-2)), [], []);
        var box = Box();
        Assert.StartsWith("3 of 5, read 14:38:00", box.Find(".others .seen").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal("2 min ago", box.Find(".others .seen .cp-age").TextContent);
    }

    [Fact]
    public void A_figure_is_waited_for_until_a_time_at_the_latest()
    {
        _repairs.Choices = new(null, [], []) { LookUps = [new("wms", "The warehouse", "stockOf", "Stock of a product", ["sku"], ["available"])], Sku = "TEE-M" };
        var box = Box();
        box.Find("button[data-key=h]").Click();
        box.Find(".hold select").Change("figure");
        box.Find(".hold input[id$=-value]").Change("5");
        box.Find(".hold input[id$=-latest]").Change("2026-11-24T09:00:00");
        box.Find(".hold .why input").Change("too few");
        box.Find(".hold").Submit();
        Assert.Equal("hold until available of TEE-M at wms is at least 5, at the latest 2026-11-24 08:00 UTC Bo: too few", _repairs.Done[^1]);
    }

    [Fact]
    public void Events_have_words_and_a_figure_can_be_looked_at_before_it_is_held()
    {
        _repairs.Choices = new(null, ["warehouse.acknowledged", "order.updated"], []) { LookUps = [new("wms", "The warehouse", "stockOf", "Stock of a product", ["sku"], ["available"])], Sku = "TEE-M" };
        var box = Box();
        box.Find("button[data-key=h]").Click();
        box.Find(".hold select").Change("event");
        Assert.Equal(["The warehouse accepts the order", "The channel changes the order"], box.FindAll(".hold select[id$=-event] option").Select(o => o.TextContent));
        Assert.Equal("warehouse.acknowledged", box.Find(".hold code").TextContent);
        box.Find(".hold select").Change("figure");
        box.Find(".hold .now button").Click();
        Assert.Equal("available of TEE-M is 3 now.", box.Find(".hold .now [role=status]").TextContent);
    }

    [Fact]
    public void A_proposed_change_is_approved_by_another_and_never_by_its_author()
    {
        var edit = new EditItem(Guid.CreateVersion7(), ScriptedRepairs.Id, "#1001", 1, OverlayState.Proposed, [new("shipTo.line1", "ship-to street", "•••", "•••", true)], "The customer gave another address", "", "Ada", false, Now, null, null, null);
        _repairs.View = ScriptedRepairs.Fix() with { Edits = [edit] };
        var box = Box();
        box.Find(".edits input").Change("fine");
        box.Find(".edits form").Submit();
        Assert.Equal("approve Bo: fine", _repairs.Done[^1]);
        _repairs.View = ScriptedRepairs.Fix() with { Edits = [edit with { Own = true }] };
        box = Box();
        Assert.Single(box.FindAll(".edits form button"));
        box.Find(".edits input").Change("wrong");
        box.Find(".edits form").Submit();
        Assert.Equal("refuse Bo: wrong", _repairs.Done[^1]);
    }

    [Fact]
    public void Without_the_right_it_says_which_is_missing()
    {
        _who.SetRoles(PortalRoles.Executive);
        Assert.Contains("needs the role business, admin or operator", Box().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_is_said_and_read_again()
    {
        _repairs.Broken = true;
        var box = Box();
        Assert.Contains("could not be read", box.Find(".fix").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Mend it here", box.Markup, StringComparison.Ordinal);
        _repairs.Broken = false;
        box.Find(".fix button").Click();
        Assert.DoesNotContain("could not be read", box.Markup, StringComparison.Ordinal);
        Assert.Contains("Mend it here", box.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_order_has_nothing_to_mend()
    {
        _repairs.View = ScriptedRepairs.Fix(TransactionState.Closed);
        Assert.Empty(Box().FindAll(".fix"));
    }

    private IRenderedComponent<FixBox> Box() => Render<FixBox>(p => p.Add(x => x.TransactionId, ScriptedRepairs.Id));

    private sealed class NoCommands(List<string> done) : ITransactionCommands
    {
        public Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
        {
            done.Add($"retry {by}");
            return Task.FromResult(new CommandOutcome(true, "accepted", "It is tried again now."));
        }

        public Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct) => throw new NotSupportedException();

        public Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct) => throw new NotSupportedException();
    }
}
