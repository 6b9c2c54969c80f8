using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;

namespace ControlPlane.Domain.Tests.Flows;

public sealed class FlowRulesTests
{
    private static readonly CallStep Call = new() { Id = "call", Connection = "role:erp", Operation = "createSalesOrder" };

    private static readonly WaitStep Wait = new() { Id = "wait", Events = ["shipment.confirmed"], Deadline = TimeSpan.FromHours(1) };

    private static readonly CloseStep Close = new() { Id = "close", Stage = "closed" };

    private static FlowDefinition Flow(params StepDefinition[] steps) => new() { Name = "test-flow", Trigger = new("order.created", []), Steps = steps };

    private static IReadOnlyDictionary<string, string> Next(params (string Outcome, string Step)[] edges) => edges.ToDictionary(e => e.Outcome, e => e.Step);

    private static void Refused(FlowDefinition flow, string step, string message) =>
        Assert.Contains(FlowRules.Check(flow), p => p.Step == step && p.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_sound_flow_has_no_findings() => Assert.Empty(FlowRules.Check(Flow(
        new ValidateStep { Id = "validate" }, new MapStep { Id = "map", For = "call" }, Call, Wait,
        new BranchStep { Id = "all", Question = "all-lines-shipped", Next = Next(("no", "wait")) }, Close)));

    [Fact]
    public void A_flow_without_steps_is_refused() => Refused(Flow(), "", "at least one step");

    [Fact]
    public void Two_steps_of_one_id_are_refused() => Refused(Flow(Call, Call, Close), "call", "Two steps");

    [Theory]
    [InlineData("")]
    [InlineData("Has Space")]
    [InlineData("-begins")]
    [InlineData("end")]
    [InlineData("a-name-that-is-longer-than-the-sixty-four-characters-that-the-tables-take")]
    public void An_id_that_the_tables_or_addresses_cannot_take_is_refused(string id)
    {
        Refused(Flow(Call with { Id = id }, Close), id, "The id is not allowed");
        if (id != "end" && id.Length > 0)
            Refused(Flow(Call with { Stage = id }, Close), "call", "The stage");
    }

    [Fact]
    public void Names_and_events_have_a_form()
    {
        Refused(Flow(Call, Close) with { Name = "Order To Cash" }, "", "The name 'Order To Cash'");
        Refused(Flow(Call, Close) with { Trigger = new("", []) }, "", "The trigger's event");
        Refused(Flow(Wait with { Events = ["Shipped"] }, Close), "wait", "The event 'Shipped'");
    }

    [Fact]
    public void An_edge_leads_to_a_step_and_belongs_to_an_outcome()
    {
        Refused(Flow(Call with { Next = Next(("done", "nowhere")) }, Close), "call", "leads to 'nowhere'");
        Refused(Flow(Call with { Next = Next(("skipped", "close")) }, Close), "call", "It never ends with 'skipped'. Its outcomes: done.");
        Refused(Flow(Wait with { Next = Next(("shipment.confimed", "close")) }, Close), "wait", "It never ends with 'shipment.confimed'");
        Refused(Flow(Call, Close with { Next = Next(("done", "call")) }), "close", "Nothing comes after");
        Assert.Empty(FlowRules.Check(Flow(Call with { Optional = true, Next = Next(("skipped", "end")) }, Close)));
    }

    [Fact]
    public void A_wait_for_an_acknowledgement_names_the_call_whose_document_it_is_about()
    {
        Assert.Empty(FlowRules.Check(Flow(Call, Wait with { Acknowledges = "call" }, Close)));
        Refused(Flow(Call, Wait with { Acknowledges = "nobody" }, Close), "wait", "It waits for what acknowledges 'nobody', which is no call step.");
        Refused(Flow(Call, Wait with { Acknowledges = "close" }, Close), "wait", "which is no call step");
    }

    [Fact]
    public void A_step_that_no_path_leads_to_is_named()
    {
        Refused(Flow(Call with { Next = Next(("done", "close")) }, Wait, Close), "wait", "No path leads");
        Refused(Flow(Close, Call), "call", "No path leads");
        // All its events lead elsewhere, so it never goes on to the step below it.
        Refused(Flow(Wait with { Next = Next(("shipment.confirmed", "close")) }, Call, Close), "call", "No path leads");
        // An optional call may be skipped, and then the step below it follows.
        Assert.Empty(FlowRules.Check(Flow(Call with { Optional = true, Next = Next(("done", "close")) }, Wait, Close)));
    }

    [Fact]
    public void A_flow_has_a_way_to_its_end() => Refused(Flow(Wait with { Next = Next(("shipment.confirmed", "wait")) }), "", "No path leads to the end");

    [Fact]
    public void A_loop_without_a_wait_is_refused()
    {
        var branch = new BranchStep { Id = "again", Question = "order-pending", Next = Next(("yes", "call")) };
        Refused(Flow(Call, branch, Close), "call", "run in circles");
        Assert.Empty(FlowRules.Check(Flow(Call, Wait, branch, Close)));
    }

    [Fact]
    public void A_wait_has_events_and_a_deadline_that_a_person_would_set()
    {
        Refused(Flow(Wait with { Events = [] }, Close), "wait", "waits for no event");
        foreach (var deadline in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(999), TimeSpan.FromDays(30) + TimeSpan.FromTicks(1) })
            Refused(Flow(Wait with { Deadline = deadline }, Close), "wait", "The deadline");
        Refused(Flow(Wait with { FailedBy = ["shipment.confirmed"] }, Close), "wait", "named twice");
        Refused(Flow(Wait with { ImpliedBy = ["warehouse.packed"] }, Close), "wait", "no step waits for it");
    }

    [Fact]
    public void Steps_name_what_exists()
    {
        Refused(Flow(new MapStep { Id = "map", For = "close" }, Close), "map", "no call step");
        Refused(Flow(new BranchStep { Id = "b", Question = "is-it-raining" }, Close), "b", "all-lines-shipped");
        Refused(Flow(new EnrichStep { Id = "e", Enricher = "horoscope" }, Close), "e", "customer-match");
        Refused(Flow(Call with { Connection = "role:pope" }, Close), "call", "role:erp");
        Refused(Flow(Call with { Operation = "" }, Close), "call", "no operation");
    }

    [Fact]
    public void A_close_step_ends_the_flow_wherever_it_stands()
    {
        var flow = Flow(Close, Call with { System = SystemRole.Erp });
        Assert.Null(flow.After(Close, Outcomes.Done));
    }
}
