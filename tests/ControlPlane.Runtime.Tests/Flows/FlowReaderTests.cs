using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Tests.Estate;

namespace ControlPlane.Runtime.Tests.Flows;

public sealed class FlowReaderTests
{
    private static FlowDefinition Read(EstateDocument document)
    {
        var (objects, problems) = Yaml.Reader.Read([document]);
        Assert.Empty(problems);
        return Assert.IsType<EstateObject.OfFlow>(Assert.Single(objects)).Flow;
    }

    [Fact]
    public void The_shipped_flow_is_sound_and_goes_through_every_stage()
    {
        var flow = Read(Assert.Single(EstateStart.Flows(), f => f.Source.EndsWith("order-to-shipment.yaml", StringComparison.Ordinal)));
        Assert.Equal(("order-to-shipment", "order.created", Lane.Orders), (flow.Name, flow.Trigger.Event, flow.Lane));
        Assert.Equal(
            ["received", "validated", "enriched", "mapped", "erp-posted", "wms-instructed", "wms-acknowledged", "shipped", "erp-shipped", "channel-fulfilled", "customer-notified", "closed"],
            flow.Stages().Select(s => s.Name));
        var acknowledged = Assert.IsType<WaitStep>(flow.Steps.Single(s => s.Stage == "wms-acknowledged"));
        Assert.Equal((TimeSpan.FromMinutes(30), SystemRole.Wms), (acknowledged.Deadline, acknowledged.Role!.Value));
        Assert.Equal(["shipment.confirmed"], acknowledged.ImpliedBy);
        var shipped = Assert.IsType<WaitStep>(flow.Steps.Single(s => s.Stage == "shipped"));
        Assert.Equal(TimeSpan.FromHours(24), shipped.Deadline);
        Assert.Same(shipped, flow.After(flow.Steps.OfType<BranchStep>().Single(b => b.Question == "all-lines-shipped"), Outcomes.No));
        Assert.All(flow.Steps.OfType<CallStep>().Where(c => c.Connection == CallStep.Source), c => Assert.True(c.Optional, c.Id));
    }

    [Fact]
    public void Every_setting_of_a_step_is_read()
    {
        var flow = Read(new("all.yaml", """
            kind: Flow
            metadata: { name: all }
            spec:
              title: All
              connectivity: event-driven
              lane: inventory
              turns: { of: order, policy: newest, until: c }
              trigger: { event: stock.adjusted, connections: [wms-1, wms-2] }
              steps:
                - { id: a, type: validate, mostTotalMinor: 500000 }
                - { id: b, type: enrich, enricher: tax, settings: { rate.DE: "19" } }
                - { id: c, type: call, title: Post it, connection: erp-1, operation: post, system: 3pl, optional: true, stage: posted, retry: { attempts: 3, first: 500ms, longest: 1.5m }, next: { skipped: end } }
                - { id: d, type: wait, events: [a.b], failedBy: [c.d], deadline: 2d, system: payment }
                - { id: e, type: close }
            """));
        Assert.Equal((ConnectivityModel.EventDriven, Lane.Inventory), (flow.Connectivity, flow.Lane));
        Assert.Equal(new TurnRule(TurnEntity.Order, TurnPolicy.Newest, "c"), flow.Turns);
        Assert.True(flow.Trigger.Fits("stock.adjusted", "wms-2"));
        Assert.False(flow.Trigger.Fits("stock.adjusted", "wms-3"));
        Assert.Equal(500000, ((ValidateStep)flow.Steps[0]).MostTotalMinor);
        Assert.Equal("19", ((EnrichStep)flow.Steps[1]).Settings["rate.DE"]);
        var call = (CallStep)flow.Steps[2];
        Assert.Equal((true, SystemRole.ThreePl, "posted", "Post it", "end"), (call.Optional, call.System, call.Stage, call.Title, call.Next["skipped"]));
        Assert.Equal((3, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(90)), (call.Retry.MostAttempts, call.Retry.First, call.Retry.Longest));
        Assert.Equal((TimeSpan.FromDays(2), SystemRole.Payment), (((WaitStep)flow.Steps[3]).Deadline, ((WaitStep)flow.Steps[3]).System));
    }

    [Theory]
    [InlineData("stage: validated }", "stage: validated, colour: red }", "test.yaml, line 7, spec.steps[0].colour: This key is not known here. Allowed: expect, id, mostTotalMinor, next, retry, stage, title, type.")]
    [InlineData("type: validate", "type: verify", "test.yaml, line 7, spec.steps[0].type: Expected validate, enrich, map, call, confirm, wait, branch or close.")]
    [InlineData("type: validate,", "", "test.yaml, line 7, spec.steps[0].type: This key is required.")]
    [InlineData("type: validate", "type: validate, mostTotalMinor: lots", "test.yaml, line 7, spec.steps[0].mostTotalMinor: Expected a whole number.")]
    [InlineData("type: validate", "type: validate, retry: { attempts: 0 }", "test.yaml, line 7, spec.steps[0].retry.attempts: Expected a whole number from 1 to 100.")]
    [InlineData("type: validate", "type: validate, retry: { first: 1h, longest: 1m }", "test.yaml, line 7, spec.steps[0].retry.first: The first wait must not be longer than the longest.")]
    [InlineData("type: validate", "type: validate, retry: soon", "test.yaml, line 7, spec.steps[0].retry: A mapping is expected here.")]
    [InlineData("type: validate", "type: validate, next: { done: away }", "test.yaml, line 6, spec.steps: Step 'check': The outcome 'done' leads to 'away', which is no step.")]
    [InlineData("id: close", "id: check", "test.yaml, line 6, spec.steps: Step 'check': Two steps have this id.")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: wait, events: [a.b], deadline: 31d }", "test.yaml, line 8, spec.steps[1].deadline: Expected a duration like 30s, 15m or 24h, from 1s to 30d.")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: wait, events: a.b, deadline: 1d }", "test.yaml, line 8, spec.steps[1].events: A list of texts is expected here: [one, two].")]
    [InlineData("  title: One", "  titel: One", "test.yaml, line 4, spec.titel: This key is not known here. Allowed: connectivity, lane, steps, title, trigger, turns.")]
    [InlineData("  title: One", "  turns: { of: planet }", "test.yaml, line 4, spec.turns.of: Expected customer, channel, order.")]
    [InlineData("  title: One", "  turns: { policy: newest }", "test.yaml, line 4, spec.turns.of: This key is required")]
    [InlineData("  title: One", "  turns: { of: customer, until: nowhere }", "Turns end after 'nowhere', which is no step.")]
    [InlineData("  title: One", "  lane: fast", "test.yaml, line 4, spec.lane: Expected orders, fulfilment, inventory, finance, catalogue, polling, bulk.")]
    [InlineData("trigger: { event: order.created }", "trigger: order.created", "test.yaml, line 5, spec.trigger: A mapping is expected here.")]
    [InlineData("metadata: { name: one }", "metadata: { name: one, owner: me }", "test.yaml, line 2, metadata.owner: This key is not known here. Allowed: name.")]
    [InlineData("metadata: { name: one }", "metadata: {}", "test.yaml, line 2, metadata.name: This key is required.")]
    [InlineData("type: validate", "type: validate, expect: { within: 10m }", "Step 'check': Only what a call or a wait brings can be expected")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: wait, events: [a.b], deadline: 1d, expect: { before: shipment - 4h } }", "test.yaml, line 8, spec.steps[1].expect.before: Expected shipBy, or shipBy and a duration, such as shipBy - 4h.")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: wait, events: [a.b], deadline: 1d, expect: { before: shipBy - 9d } }", "The time before the ship-by promise must be between nothing and 7 days.")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: call, connection: erp, operation: post, expect: { openHours: true } }", "What is expected needs a deadline: within, before or pickUps.")]
    [InlineData("{ id: close, type: close, stage: closed }", "{ id: close, type: wait, events: [a.b], deadline: 1d, onlyPromised: true }", "does not say of which call: acknowledges.")]
    [InlineData("kind: Flow", "kind: Flwo", "test.yaml, line 1, kind: Expected Flow, Connection, ")]
    [InlineData("kind: Flow", "kind: Flow\nkind: Flow", "test.yaml, line 2: This is not YAML: Duplicate key")]
    [InlineData("trigger: {", "trigger: [", "This is not YAML")]
    public void A_mistake_is_named_with_file_line_key_and_what_is_allowed(string right, string wrong, string expected)
    {
        var text = Yaml.Flow.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Yaml.Flow, text);
        Assert.Contains(Yaml.Problems(text), p => p.StartsWith(expected, StringComparison.Ordinal) || p.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(Yaml.Reader.Read([new("test.yaml", text)]).Objects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n# nothing\n")]
    [InlineData("just text")]
    [InlineData("- a\n- b")]
    [InlineData("kind: Flow")]
    [InlineData("a: &x [1]\nb: *x")]
    public void What_is_no_document_is_refused_or_empty_but_never_an_exception(string text)
    {
        var (objects, _) = Yaml.Reader.Read([new("test.yaml", text)]);
        Assert.Empty(objects);
    }

    [Fact]
    public void A_document_that_would_exhaust_the_process_is_refused()
    {
        Assert.Contains("nested more than 32 deep", Assert.Single(Yaml.Problems("a: " + new string('[', 100_000))), StringComparison.Ordinal);
        Assert.Contains("longer than", Assert.Single(Yaml.Problems("a: " + new string('x', 1_100_000))), StringComparison.Ordinal);
        Assert.Contains("Aliases", Assert.Single(Yaml.Problems("a: &x { b: 1 }\nc: *x")), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_documents_of_a_file_keep_their_lines()
    {
        var broken = Yaml.Flow.Replace("metadata: { name: one }", "metadata: { name: two }", StringComparison.Ordinal).Replace("type: close", "type: clsoe", StringComparison.Ordinal);
        foreach (var separator in new[] { "\n---\n", "\n---   \n", "\n--- # next\n", "\r\n---\r\n" })
        {
            var (objects, problems) = Yaml.Reader.Read([new("both.yaml", "---\n" + Yaml.Flow + separator + broken + "\n---\n")]);
            Assert.Equal("one", Assert.Single(objects).Name);
            Assert.Contains("both.yaml, line 18, spec.steps[1].type", Assert.Single(problems, p => p.Field.EndsWith("type", StringComparison.Ordinal)).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_name_twice_is_refused()
    {
        var (_, problems) = Yaml.Reader.Read([new("a.yaml", Yaml.Flow), new("b.yaml", Yaml.Flow)]);
        Assert.Equal("b.yaml, metadata.name: 'one' is defined twice; it is also in a.yaml.", Assert.Single(problems).ToString());
    }
}
