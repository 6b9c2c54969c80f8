using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Repair;

/// <summary>A missing value, mended from the order that is stuck for it: what it frees is counted exactly, and each is proven by its own event.</summary>
public sealed class CrosswalkFixTests
{
    private static readonly TenantScope Tenant = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Message(string value, string table = "carrier") => $"carrier in order: the crosswalk {table} has no entry for '{value}' of The ERP. Add it, or let the mapping row say what to do without one (onMissing).";

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Fixed_once_all_are_freed_five_first_and_each_is_proven(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        await TableAsync(rig, approval: false);
        var stuck = await rig.StuckAsync(8, Ct, Message("USPS-GA"), MissingEquivalence.RefusalCode);
        await rig.StuckAsync(2, Ct, Message("usps-ga"), MissingEquivalence.RefusalCode, from: 20);
        await rig.StuckAsync(3, Ct, Message("UPS"), MissingEquivalence.RefusalCode, from: 30);
        var missing = (await rig.Fixes.OfAsync(Tenant, stuck[6].Id, Ct))!;
        Assert.Equal(("carrier", "USPS-GA", "erp", CrosswalkDirection.ToTheirs, 10, false), (missing.Table, missing.Value, missing.Connection, missing.Direction, missing.Frees, missing.NeedsSecondPerson));
        var preview = await rig.Fixes.PreviewAsync(Tenant, missing, "92", RepairRig.Bo, Ct);
        Assert.Equal((10, 0L, null), (preview.Frees, preview.Changes, preview.Problem));
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Fixes.SaveAsync(Tenant, missing, "92", "asked the carrier", RepairRig.Bo, Ct));

        var replays = new BulkReplays(rig.Engine.Db, rig.Engine.Clock);
        var id = rig.Operation();
        Assert.True((await replays.StartAsync(Tenant, id, new(new(TransactionState.Stuck, null, null, null) { Messages = missing.Messages }, null, false, 100, 5, "mapped") { AsksAfterCanary = true, First = stuck[6].Id }, "Bo", Ct)).Accepted);
        var runner = BulkReplayTests.Runner(rig.Engine);
        await runner.TickAsync(Ct);
        Assert.Equal((10, 5), ((await replays.FindAsync(Tenant, id, Ct))!.Total, (await replays.FindAsync(Tenant, id, Ct))!.Sent));
        Assert.Equal(BulkReplayItemState.Sent, (await replays.ItemsAsync(Tenant, id, null, null, 50, Ct)).Items.Single(i => i.TransactionId == stuck[6].Id).State);
        await rig.Engine.DrainAsync(Ct);
        await runner.TickAsync(Ct);
        var asked = (await replays.FindAsync(Tenant, id, Ct))!;
        Assert.Equal((BulkReplayState.Paused, 5), (asked.State, asked.Proven));
        // What came since is named, and not swept in.
        await rig.StuckAsync(1, Ct, Message("USPS-GA"), MissingEquivalence.RefusalCode, from: 40);
        Assert.Equal(1, await replays.CameSinceAsync(Tenant, id, Ct));
        await replays.ChangeAsync(Tenant, id, BulkReplayState.Running, "Bo", Ct);
        await runner.TickAsync(Ct);
        await rig.Engine.DrainAsync(Ct);
        await runner.TickAsync(Ct);
        var done = (await replays.FindAsync(Tenant, id, Ct))!;
        Assert.Equal((BulkReplayState.Done, 10, 10, 0), (done.State, done.Sent, done.Proven, done.StuckAgain));
        var items = (await replays.ItemsAsync(Tenant, id, BulkReplayItemState.Proven, null, 50, Ct)).Items;
        Assert.Equal(10, items.Count);
        // The clock of the test stands still while the two calls of an order are made: either is then the first.
        Assert.All(items, i => Assert.Matches("^(createSalesOrder|instructFulfilment) done for SHOP-", i.Outcome));
        Assert.Equal(4, (await rig.Engine.RowsAsync<TransactionRow>(Ct)).Count(t => t.State == TransactionState.Stuck));
    }

    [Fact]
    public async Task Where_the_crosswalk_asks_for_it_a_second_person_agrees_first()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await TableAsync(rig, approval: true);
        var stuck = (await rig.StuckAsync(2, Ct, Message("USPS-GA"), MissingEquivalence.RefusalCode))[0];
        var missing = (await rig.Fixes.OfAsync(Tenant, stuck.Id, Ct))!;
        Assert.True(missing.NeedsSecondPerson);
        Assert.IsType<CrosswalkOutcome.Proposed>(await rig.Fixes.SaveAsync(Tenant, missing, "92", "asked", RepairRig.Bo, Ct));
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
    }

    [Fact]
    public async Task What_others_rely_on_is_changed_by_administrators_only()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await TableAsync(rig, approval: false);
        var stuck = (await rig.StuckAsync(1, Ct, Message("USPS-GA"), MissingEquivalence.RefusalCode))[0];
        var missing = (await rig.Fixes.OfAsync(Tenant, stuck.Id, Ct))!;
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Fixes.SaveAsync(Tenant, missing, "92", "first", RepairRig.Bo, Ct));
        Assert.Equal("crosswalk.role", Assert.IsType<CrosswalkOutcome.NotPossible>(await rig.Fixes.SaveAsync(Tenant, missing, "93", "second thoughts", RepairRig.Bo, Ct)).Code);
        Assert.Contains("role admin", (await rig.Fixes.PreviewAsync(Tenant, missing, "93", RepairRig.Bo, Ct)).Problem, StringComparison.Ordinal);
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Fixes.SaveAsync(Tenant, missing, "93", "second thoughts", RepairRig.Ada, Ct));
    }

    [Fact]
    public async Task Another_failure_is_nothing_for_a_crosswalk()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Null(await rig.Fixes.OfAsync(Tenant, (await rig.StuckAsync(1, Ct))[0].Id, Ct));
        Assert.Null(await rig.Fixes.OfAsync(Tenant, Guid.CreateVersion7(), Ct));
    }

    private static async Task TableAsync(RepairRig rig, bool approval) =>
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Store.SetTableAsync(Tenant, new CrosswalkTable("carrier", "Carriers") { Approval = approval }, CrosswalkAuthor.System("test"), "test", Ct));
}
