using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Estate;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Tests.Changes;

/// <summary>The key <c>grace</c> of a call step, as somebody writes it into a flow.</summary>
public sealed class GraceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_deadline_of_the_warehouse_moves_by_the_grace_that_the_flow_gives()
    {
        var without = await DeadlineAsync("");
        var with = await DeadlineAsync(", grace: 20m");
        Assert.Equal((0, 20), (without.Minutes, with.Minutes));
        // The clock of whoever has to answer begins when it was told, not when the order came.
        Assert.Equal(TimeSpan.FromMinutes(20), with.Deadline - without.Deadline);
    }

    [Theory]
    [InlineData("role:erp", "createSalesOrder", "erp", "15m", "Grace is for calls of a warehouse or 3PL")]
    [InlineData("role:wms", "instructFulfilment", "wms", "25h", "grace")]
    [InlineData("role:wms", "instructFulfilment", "wms", "soon", "grace")]
    public void A_grace_that_cannot_hold_is_refused_with_its_line(string connection, string operation, string system, string grace, string said)
    {
        var (_, problems) = Yaml.Reader.Read([new("grace.yaml", $$"""
            kind: Flow
            metadata: { name: g }
            spec:
              title: G
              trigger: { event: order.created }
              steps:
                - { id: a, type: map, for: b }
                - { id: b, type: call, title: B, connection: "{{connection}}", operation: {{operation}}, system: {{system}}, grace: {{grace}} }
                - { id: c, type: close }
            """)]);
        Assert.Contains(problems, p => p.ToString().Contains(said, StringComparison.OrdinalIgnoreCase));
    }

    /// <returns>After how many minutes the warehouse was told, and until when it is expected to answer.</returns>
    private static async Task<(int Minutes, DateTimeOffset Deadline)> DeadlineAsync(string grace)
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, Flow(grace));
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        var minutes = 0;
        while (rig.Wms.Done.Count == 0 && minutes < 60)
        {
            var waiting = await rig.TransactionAsync(Ct);
            Assert.Equal((TransactionState.Waiting, "wms-order"), (waiting.State, waiting.Step));
            await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
            minutes++;
        }

        var told = await rig.TransactionAsync(Ct);
        Assert.Equal("wms-ack", told.Step);
        return (minutes, Instant.FromMicroseconds(told.DueAt!.Value));
    }

    private static FlowDefinition Flow(string grace)
    {
        var (objects, problems) = Yaml.Reader.Read([new("with-grace.yaml", $$"""
            kind: Flow
            metadata: { name: order-to-shipment }
            spec:
              title: Orders
              trigger: { event: order.created }
              steps:
                - { id: validate, type: validate, stage: validated }
                - { id: map-erp, type: map, for: erp-order, stage: mapped }
                - { id: erp-order, type: call, title: Post it, connection: "role:erp", operation: createSalesOrder, system: erp, stage: erp-posted }
                - { id: wms-order, type: call, title: Instruct, connection: "role:wms", operation: instructFulfilment, system: wms, stage: wms-instructed{{grace}} }
                - { id: wms-ack, type: wait, title: Acknowledged, system: wms, stage: wms-acknowledged, events: [warehouse.acknowledged], deadline: 30m }
                - { id: close, type: close }
            """)]);
        Assert.Empty(problems);
        return Assert.IsType<EstateObject.OfFlow>(Assert.Single(objects)).Flow;
    }
}
