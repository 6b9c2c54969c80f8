using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Repair;

/// <summary>Edits over the immutable original, the second person, the channel's newer version, discarding; and two people at once.</summary>
public sealed class RepairTests
{
    private static readonly TenantScope Tenant = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static EditRequest Street(string value) => new([new("shipTo.line1", value)], "wrong-address", "");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_changed_field_is_sent_and_the_original_stays_as_it_came(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var operation = rig.Operation();
        var done = await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, operation, Ct);
        Assert.True(done.Accepted, done.Message);
        Assert.Equal("already_done", (await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, operation, Ct)).Code);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("New 2", Assert.Single(rig.Engine.Erp.DoneOrders).ShipTo!.Line1);
        Assert.Equal("wms-ack", (await rig.OfAsync(stuck.Id, Ct)).Step);
        var overlay = Assert.Single(await rig.Engine.RowsAsync<TransactionOverlayRow>(Ct));
        Assert.Equal((OverlayState.Applied, 1, "Bo", stuck.CanonicalPayloadId), (overlay.State, overlay.Version, overlay.Author, overlay.BasePayloadId));
        await using var context = rig.Engine.Db.CreateContext();
        Assert.Equal("Old 1", (await PersonGrip.OrderAsync(context, stuck.CanonicalPayloadId, Ct))!.ShipTo!.Line1);
        // The journal says what was changed, and never a personal value.
        var told = (await rig.JournalAsync(stuck.Id, Ct)).Single(j => j.StartsWith("Bo changed", StringComparison.Ordinal));
        Assert.Equal("Bo changed the order (ship-to street): The customer gave another address", told);
        Assert.Null((await rig.OfAsync(stuck.Id, Ct)).CaseId);
    }

    [Fact]
    public async Task A_replay_keeps_the_change()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        rig.Engine.Erp.ThenFail(Domain.Faults.FaultKind.Data, "erp.refused");
        Assert.True((await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, rig.Operation(), Ct)).Accepted);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Stuck, (await rig.OfAsync(stuck.Id, Ct)).State);
        Assert.True((await rig.Engine.Commands.ReplayAsync(1, stuck.Id, new(ReplayRequest.Start, false, false), "Bo", "again", rig.Operation(), Ct)).Accepted);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("New 2", Assert.Single(rig.Engine.Erp.DoneOrders).ShipTo!.Line1);
    }

    [Theory]
    [InlineData("shipTo.line1", "", "invalid")]
    [InlineData("shipTo.countryCode", "xx", "invalid")]
    [InlineData("totalMinor", "1", "invalid")]
    [InlineData("shipTo.city", "Köln", "unchanged")]
    public async Task What_fails_validation_is_told_and_nothing_is_sent(string path, string value, string code)
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var outcome = await rig.Repairs.EditAsync(Tenant, stuck.Id, new([new(path, value)], "wrong-address", ""), RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal((false, code), (outcome.Accepted, outcome.Code));
        Assert.Empty(await rig.Engine.RowsAsync<TransactionOverlayRow>(Ct));
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
        Assert.Equal("reason", (await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2") with { Reason = "because" }, RepairRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Equal("note", (await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2") with { Reason = "other" }, RepairRig.Bo, rig.Operation(), Ct)).Code);
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_be_sent_and_stores_nothing()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var trial = (await rig.Repairs.TryAsync(Tenant, stuck.Id, [new("shipTo.line1", "New 2")], RepairRig.Bo, Ct))!;
        Assert.True(trial.IsFine);
        Assert.Equal(("erp", "createSalesOrder"), (trial.Run!.System, trial.Run.Operation));
        Assert.Contains("SHOP-1001", trial.Run.Document, StringComparison.Ordinal);
        Assert.Null(trial.SecondPerson);
        Assert.Empty(await rig.Engine.RowsAsync<TransactionOverlayRow>(Ct));
        Assert.Empty(rig.Engine.Erp.Done);
    }

    [Fact]
    public async Task A_field_of_a_line_is_named_by_the_lines_number_and_article()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var view = (await rig.Repairs.FindAsync(Tenant, stuck.Id, RepairRig.Bo, Ct))!;
        Assert.Equal("Line 1, SKU-1: SKU", view.Fields.First(f => f.Path == "lines[L1].sku").Title);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Above_a_value_somebody_else_has_to_agree(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct, total: 600_000))[0];
        var proposed = await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal((true, "proposed"), (proposed.Accepted, proposed.Code));
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
        var pending = Assert.Single(await rig.Repairs.PendingAsync(Tenant, RepairRig.Ada, Ct));
        // Who may change a value need not see it.
        Assert.Equal(("Old 1", "New 2", false), (pending.Fields[0].Old, pending.Fields[0].New, pending.Fields[0].Hidden));
        Assert.True(Assert.Single(await rig.Repairs.PendingAsync(Tenant, RepairRig.Bo, Ct)).Fields[0].Hidden);
        Assert.Equal("own_change", (await rig.Repairs.DecideAsync(Tenant, pending.Id, true, "fine", RepairRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Equal("reason_missing", (await rig.Repairs.DecideAsync(Tenant, pending.Id, true, "", RepairRig.Ada, rig.Operation(), Ct)).Code);
        // Nobody decided for weeks: it is still there.
        rig.Engine.Clock.Advance(TimeSpan.FromDays(40));
        Assert.Single(await rig.Repairs.PendingAsync(Tenant, RepairRig.Ada, Ct));
        Assert.True((await rig.Repairs.DecideAsync(Tenant, pending.Id, true, "asked the customer", RepairRig.Ada, rig.Operation(), Ct)).Accepted);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("New 2", Assert.Single(rig.Engine.Erp.DoneOrders).ShipTo!.Line1);
        var late = await rig.Repairs.DecideAsync(Tenant, pending.Id, false, "no", new("3", "Cy", ["admin"]), rig.Operation(), Ct);
        Assert.Equal(("decided", "Ada approved it already: asked the customer"), (late.Code, late.Message));
    }

    [Fact]
    public async Task A_refused_change_leaves_the_order_as_it_is()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct, total: 600_000))[0];
        await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, rig.Operation(), Ct);
        var pending = Assert.Single(await rig.Repairs.PendingAsync(Tenant, RepairRig.Ada, Ct));
        Assert.True((await rig.Repairs.DecideAsync(Tenant, pending.Id, false, "the old one is right", RepairRig.Ada, rig.Operation(), Ct)).Accepted);
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
        Assert.Equal((TransactionState.Stuck, stuck.CaseId), ((await rig.OfAsync(stuck.Id, Ct)).State, (await rig.OfAsync(stuck.Id, Ct)).CaseId));
        Assert.Contains("Ada refused the change that Bo proposed: the old one is right", await rig.JournalAsync(stuck.Id, Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_who_act_at_once_one_has_the_effect_and_the_other_is_told_who_did_what(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var (one, _) = await rig.Grip.TakeAsync(Tenant, stuck.Id, rig.Operation(), Ct);
        Assert.Equal("accepted", (await rig.Repairs.DiscardAsync(Tenant, [stuck.Id], "bought elsewhere", null, RepairRig.Ada, rig.Operation(), Ct))[0].Outcome.Code);
        one!.Journal(JournalEventType.Edited, rig.Grip.StepOf(one), "Bo changed the order");
        var late = (await rig.Grip.CommitAsync(one, WorkState.Ready, 0, rig.Operation(), Ct))!;
        Assert.Equal((false, "changed_meanwhile"), (late.Accepted, late.Code));
        Assert.Contains("Ada discarded it: bought elsewhere", late.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Bo changed the order", await rig.JournalAsync(stuck.Id, Ct));
        var after = await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("New 2"), RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal("ended", after.Code);
        Assert.Contains("Ada discarded it", after.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_discarded_ends_by_a_person_and_says_whom_it_does_not_tell()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = await rig.StuckAsync(3, Ct);
        var id = stuck[0].CaseId!.Value;
        Assert.Equal("reason_missing", (await rig.Repairs.DiscardAsync(Tenant, [stuck[0].Id], "", null, RepairRig.Bo, rig.Operation(), Ct))[0].Outcome.Code);
        var ended = (await rig.Repairs.DiscardAsync(Tenant, [stuck[0].Id, stuck[1].Id], "test orders", null, RepairRig.Bo, rig.Operation(), Ct)).Select(o => o.Outcome).ToList();
        Assert.All(ended, o => Assert.True(o.Accepted, o.Message));
        Assert.Contains("The channel will not be told, and no system has it", ended[0].Message, StringComparison.Ordinal);
        Assert.Equal((TransactionState.Cancelled, (Guid?)null), ((await rig.OfAsync(stuck[0].Id, Ct)).State, (await rig.OfAsync(stuck[0].Id, Ct)).CaseId));
        Assert.Equal(2, (await rig.Engine.RowsAsync<ExceptionCaseMemberRow>(Ct)).Count(m => m.CaseId == id && m.LeftBy == CaseExit.Person));
        Assert.Equal("cancelled", (await rig.Engine.Commands.ReplayAsync(1, stuck[0].Id, new(null, false, false), "Bo", "", rig.Operation(), Ct)).Code);
        var many = Enumerable.Range(0, 101).Select(_ => Guid.CreateVersion7()).ToList();
        Assert.Equal("confirm", (await rig.Repairs.DiscardAsync(Tenant, many, "r", null, RepairRig.Bo, rig.Operation(), Ct))[0].Outcome.Code);
        Assert.Equal("not_found", (await rig.Repairs.DiscardAsync(Tenant, many, "r", 101, RepairRig.Bo, rig.Operation(), Ct))[0].Outcome.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_case_is_left_by_proof_and_not_by_another_attempt(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        rig.Engine.Erp.ThenFail(Domain.Faults.FaultKind.Transient, "http.503");
        await rig.Engine.Commands.RetryNowAsync(1, stuck.Id, "Bo", "", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        // It moves, and nobody has confirmed anything.
        Assert.Equal((TransactionState.Retrying, stuck.CaseId), ((await rig.OfAsync(stuck.Id, Ct)).State, (await rig.OfAsync(stuck.Id, Ct)).CaseId));
        Assert.Null(Assert.Single(await rig.Engine.RowsAsync<ExceptionCaseMemberRow>(Ct)).LeftAt);
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(30), Ct);
        Assert.Null((await rig.OfAsync(stuck.Id, Ct)).CaseId);
        Assert.Equal(CaseExit.Proof, Assert.Single(await rig.Engine.RowsAsync<ExceptionCaseMemberRow>(Ct)).LeftBy);
    }

    [Fact]
    public async Task The_channels_newer_version_and_a_persons_change_meet_and_a_person_decides()
    {
        foreach (var ours in new[] { true, false })
        {
            var flow = EngineRig.OrderToShipment();
            flow = flow with { Steps = [flow.Steps[0], flow.Steps[1], flow.Steps[2], flow.Steps[3], new WaitStep { Id = "release", Events = ["order.updated"], Deadline = TimeSpan.FromDays(7) }, .. flow.Steps.Skip(4)] };
            await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct, flow);
            var stuck = (await rig.StuckAsync(1, Ct))[0];
            await rig.Repairs.EditAsync(Tenant, stuck.Id, Street("Ours 2"), RepairRig.Bo, rig.Operation(), Ct);
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal("release", (await rig.OfAsync(stuck.Id, Ct)).Step);
            await SignalAsync(rig, stuck.Id, Orders.Order(1) with { ShipTo = new() { Line1 = "Theirs 3", City = "Bonn", CountryCode = "DE" } });
            await rig.Engine.DrainAsync(Ct);
            var conflict = await rig.OfAsync(stuck.Id, Ct);
            Assert.Equal((TransactionState.Stuck, Repairs.ConflictCode), (conflict.State, conflict.FaultCode));
            var shown = Assert.Single((await rig.Repairs.FindAsync(Tenant, stuck.Id, RepairRig.Ada, Ct))!.Conflicts);
            Assert.Equal(("Ours 2", "Theirs 3"), (shown.Old, shown.New));
            Assert.True((await rig.Repairs.SettleAsync(Tenant, stuck.Id, ours, "asked", RepairRig.Ada, rig.Operation(), Ct)).Accepted);
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal("wms-ack", (await rig.OfAsync(stuck.Id, Ct)).Step);
            var told = Assert.Single(rig.Engine.Wms.DoneOrders).ShipTo!;
            Assert.Equal((ours ? "Ours 2" : "Theirs 3", "Bonn"), (told.Line1, told.City));
        }
    }

    /// <summary>As a receiver leaves it.</summary>
    private static async Task SignalAsync(RepairRig rig, Guid id, CanonicalOrder newer)
    {
        await using var context = rig.Engine.Db.CreateContext();
        context.Signals.Add(new()
        {
            Id = rig.Operation(), TenantId = 1, Connection = "shop", Event = "order.updated", TransactionId = id, CorrelationValue = "x", ReceivedAt = ControlPlane.Domain.Shared.Instant.ToMicroseconds(rig.Engine.Clock.GetUtcNow()),
            Body = System.Text.Json.JsonSerializer.Serialize(new SignalBody { Summary = "The shop sent a newer version", Order = newer }, SignalJson.Default.SignalBody),
        });
        await context.SaveChangesAsync(Ct);
        await context.WorkItems.Where(w => w.TransactionId == id).ExecuteUpdateAsync(s => s.SetProperty(w => w.State, WorkState.Ready).SetProperty(w => w.DueAt, 0L), Ct);
    }
}
