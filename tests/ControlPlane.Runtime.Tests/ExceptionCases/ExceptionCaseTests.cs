using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.ExceptionCases;

/// <summary>Cases in the engine: made along with the failing step, kept over decisions of people, and told as one row a cause.</summary>
public sealed class ExceptionCaseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Orders_that_fail_for_one_cause_are_one_case_from_the_moment_they_are_stuck(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 12; i++)
            await FailAsync(rig, i, $"Customer {1000 + i} is blocked.");
        await FailAsync(rig, 13, "Article SKU-13 is blocked.");
        await rig.DrainAsync(Ct);
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.NotNull(t.CaseId));
        var list = await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open with { Sort = CaseSort.Stuck }, 1, Ct);
        Assert.Equal([12, 1], list.Items.Select(c => c.Stuck));
        Assert.Equal((2, 13, 0), (list.Total, list.Stuck, list.Ungrouped));
        var first = list.Items[0];
        Assert.Equal(("customer-blocked", CasePhase.New, "customer # is blocked", "createSalesOrder", "erp"), (first.Cause?.Id, first.Standing.Phase, first.Pattern, first.Operation, first.System?.Key));
        Assert.Equal((12, 12), (first.Failures, first.Trend[^1]));
        Assert.Equal(VerdictMove.Us, first.Move);
        Assert.NotEmpty(first.Money);
        Assert.Equal(first.Money.Sum(m => m.MinorUnits), (await rig.RowsAsync<TransactionRow>(Ct)).Where(t => t.CaseId == first.Id).Sum(t => t.TotalMinor));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_moves_on_leaves_the_case_and_what_fails_again_is_counted_again(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await FailAsync(rig, 2, "Customer 2 is blocked.");
        await rig.DrainAsync(Ct);
        var id = (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.Single().Id;
        rig.Clock.Advance(TimeSpan.FromMinutes(11));
        var stuck = (await rig.RowsAsync<TransactionRow>(Ct)).OrderBy(t => t.Id).ToList();
        await rig.Commands.RetryNowAsync(1, stuck[0].Id, "Bo", "released", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        rig.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new Fault(FaultKind.Data, "erp.customer_blocked", "Customer 2 is blocked.")));
        await rig.Commands.RetryNowAsync(1, stuck[1].Id, "Bo", "perhaps", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);

        var detail = (await Queries(rig).FindAsync(TenantScope.Default, id, null, Ct))!;
        Assert.Equal((1, 3), (detail.Item.Stuck, detail.Item.Failures));
        Assert.Equal(stuck[1].Id, Assert.Single(detail.Members).TransactionId);
        Assert.Equal((2, 1, 1, TimeSpan.FromMinutes(11)), (detail.History.Of, detail.History.Moving, detail.History.StuckAgain, detail.History.Median));
        Assert.Null((await rig.RowsAsync<TransactionRow>(Ct)).Single(t => t.Id == stuck[0].Id).CaseId);
        Assert.Equal(3, (await rig.RowsAsync<ExceptionCaseMemberRow>(Ct)).Count);
    }

    [Fact]
    public async Task Cases_are_named_without_being_counted_and_what_does_not_exist_is_left_out()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await rig.DrainAsync(Ct);
        var item = Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);
        var (id, name) = Assert.Single(await Queries(rig).NamesAsync(TenantScope.Default, [item.Id, Guid.CreateVersion7()], Ct));
        Assert.Equal((item.Id, item.Id, item.Title, "customer-blocked"), (id, name.Id, name.Title, name.Cause?.Id));
        Assert.Empty(await Queries(rig).NamesAsync(TenantScope.Default, [], Ct));
    }

    [Fact]
    public async Task Silence_makes_a_case_once()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        var item = Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);
        Assert.Equal(("wait.overdue", "wait warehouse.acknowledged", 1, 1), (item.Code, item.Operation, item.Stuck, item.Failures));
        // The event comes late and frees it.
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001");
        await rig.DrainAsync(Ct);
        Assert.Null((await rig.TransactionAsync(Ct)).CaseId);
    }

    /// <summary>The warehouse's refusal is one cause, whether its acknowledgement or the shipment was awaited.</summary>
    [Fact]
    public async Task What_an_event_told_is_one_case_whichever_event_was_awaited()
    {
        var flow = EngineRig.OrderToShipment();
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, flow with { Steps = [.. flow.Steps.Select(s => s is WaitStep { Id: "shipment" } wait ? wait with { FailedBy = ["warehouse.rejected"] } : s)] });
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.ReceiveAsync("shop", Orders.Order(2));
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1002");
        await rig.DrainAsync(Ct);
        foreach (var reference in new[] { "SHOP-1001", "SHOP-1002" })
            await rig.EventAsync("warehouse.rejected", reference, ",\"reason\":\"damaged in pick\"");
        await rig.DrainAsync(Ct);
        var stuck = await rig.RowsAsync<TransactionRow>(Ct);
        Assert.Equal(["shipment", "wms-ack"], stuck.Select(t => t.Step).Order(StringComparer.Ordinal));
        Assert.Single(stuck.Select(t => t.CaseId).Distinct());
        var @case = Assert.Single(await rig.RowsAsync<ExceptionCaseRow>(Ct));
        Assert.Equal(("warehouse.rejected", Fingerprint.Told, Fingerprint.Newest), (@case.FaultCode, @case.Operation, @case.Algorithm));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Orders_stuck_from_before_are_put_into_cases_a_piece_at_a_time(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 5; i++)
            await FailAsync(rig, i, $"Customer {i} is blocked.");
        await rig.DrainAsync(Ct);
        var engine = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        await using (var context = rig.Db.CreateContext())
        {
            await context.Transactions.ExecuteUpdateAsync(s => s.SetProperty(t => t.CaseId, (Guid?)null), Ct);
            await context.ExceptionCaseMembers.ExecuteDeleteAsync(Ct);
            await context.ExceptionCaseHours.ExecuteDeleteAsync(Ct);
            await context.ExceptionCases.ExecuteDeleteAsync(Ct);
            context.Connections.Add(new() { TenantId = 1, Key = "erp", Connector = "erp", Document = "" });
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal(5, (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Ungrouped);
        var keeper = Keeper(rig);
        Assert.Equal(5, await keeper.BackfillAsync(Ct));
        Assert.Equal(0, await keeper.BackfillAsync(Ct));
        await keeper.KeepAsync(Ct);
        var item = Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);
        Assert.Equal((engine, 5, 5), (item.Id, item.Stuck, item.Failures));
    }

    [Fact]
    public async Task A_split_is_remembered_and_can_be_taken_back()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Article 'BLUE' is not released.");
        await FailAsync(rig, 2, "Article 'RED' is not released.");
        await rig.DrainAsync(Ct);
        var origin = (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.Single().Id;
        var split = new CaseSplit(origin, SplitBy.Text, "BLUE");
        Assert.Equal("reason_missing", (await Commands(rig).SplitAsync(TenantScope.Default, split, "Bo", "", Ct)).Code);
        Assert.Equal("not_found", (await Commands(rig).SplitAsync(TenantScope.Default, split with { Case = Guid.Empty }, "Bo", "r", Ct)).Code);
        Assert.Equal("One order is in a case of its own now.", (await Commands(rig).SplitAsync(TenantScope.Default, split, "Bo", "another team", Ct)).Message);
        Assert.Equal("already_done", (await Commands(rig).SplitAsync(TenantScope.Default, split, "Bo", "another team", Ct)).Code);
        // What fails tomorrow is parted the same way, by the failing step itself.
        await FailAsync(rig, 3, "Article 'BLUE' is not released.");
        await rig.DrainAsync(Ct);
        var cases = (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.ToDictionary(c => c.Id, c => c.Stuck);
        Assert.Equal((1, 2), (cases[origin], cases[split.Target]));
        Assert.Equal(origin, (await Queries(rig).FindAsync(TenantScope.Default, split.Target, null, Ct))!.SplitFrom?.Id);

        Assert.True((await Commands(rig).UnsplitAsync(TenantScope.Default, split.Target, "Bo", Ct)).Accepted);
        await FailAsync(rig, 4, "Article 'BLUE' is not released.");
        await rig.DrainAsync(Ct);
        Assert.Equal(4, Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items).Stuck);
        // Parted once more: the part stands for itself again.
        Assert.True((await Commands(rig).SplitAsync(TenantScope.Default, split, "Bo", "after all", Ct)).Accepted);
        Assert.Equal(2, (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.Count);
    }

    [Fact]
    public async Task What_another_node_grouped_before_it_knew_of_a_split_is_put_right()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Article 'BLUE' is not released.");
        await rig.DrainAsync(Ct);
        var origin = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        var elsewhere = new CaseSplits(rig.Db);
        await new CaseCommands(rig.Db, elsewhere, new CaseKeeper(rig.Db, elsewhere, new FlowsOf(rig.Flow), rig.Node, rig.Clock), Queries(rig), rig.Clock)
            .SplitAsync(TenantScope.Default, new(origin, SplitBy.Text, "BLUE"), "Bo", "another team", Ct);
        await FailAsync(rig, 2, "Article 'BLUE' is not released.");
        await rig.DrainAsync(Ct);
        Assert.Contains(await rig.RowsAsync<TransactionRow>(Ct), t => t.CaseId == origin);
        Assert.Equal(1, await Keeper(rig).PartAsync(Ct));
        Assert.DoesNotContain(await rig.RowsAsync<TransactionRow>(Ct), t => t.CaseId == origin);
    }

    [Fact]
    public async Task A_merge_shows_one_case_now_and_tomorrow_and_can_be_taken_back()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await FailAsync(rig, 2, "The debtor 2 is on the blacklist.");
        await rig.DrainAsync(Ct);
        var ids = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).OrderBy(c => c.FirstSeenAt).Select(c => c.Id).ToList();
        var commands = Commands(rig);
        Assert.Equal("circle", (await commands.MergeAsync(TenantScope.Default, ids[1], ids[1], "Bo", "same", Ct)).Code);
        Assert.True((await commands.MergeAsync(TenantScope.Default, ids[1], ids[0], "Bo", "same", Ct)).Accepted);
        Assert.Equal("circle", (await commands.MergeAsync(TenantScope.Default, ids[0], ids[1], "Bo", "same", Ct)).Code);
        await FailAsync(rig, 3, "The debtor 3 is on the blacklist.");
        await rig.DrainAsync(Ct);
        var item = Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);
        Assert.Equal((ids[0], 3, 3), (item.Id, item.Stuck, item.Failures));
        Assert.Equal(ids.Order(), item.Parts.Order());
        var detail = (await Queries(rig).FindAsync(TenantScope.Default, ids[1], null, Ct))!;
        Assert.Equal((ids[0], 3), (detail.MergedInto, detail.Members.Count));
        Assert.Contains(detail.Events, e => e.By == "Bo" && e.Text.Contains("merged it into", StringComparison.Ordinal));
        // All of it is released at once.
        var preview = await new BulkReplays(rig.Db, rig.Clock).PreviewAsync(TenantScope.Default, new(TransactionState.Stuck, null, null, null, item.Parts), Ct);
        Assert.Equal(3, preview.Count);
        Assert.True((await commands.UnmergeAsync(TenantScope.Default, ids[1], "Bo", Ct)).Accepted);
        Assert.Equal(2, (await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.Count);
    }

    [Fact]
    public async Task A_muted_case_is_out_of_the_way_until_its_time_and_a_mended_one_comes_back_as_regressed()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await rig.DrainAsync(Ct);
        var id = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        Assert.Equal("until", (await Commands(rig).MuteAsync(TenantScope.Default, id, rig.Clock.GetUtcNow(), "Bo", "known", Ct)).Code);
        Assert.Equal("reason_missing", (await Commands(rig).MuteAsync(TenantScope.Default, id, rig.Clock.GetUtcNow().AddHours(1), "Bo", "", Ct)).Code);
        Assert.True((await Commands(rig).MuteAsync(TenantScope.Default, id, rig.Clock.GetUtcNow().AddHours(1), "Bo", "known", Ct)).Accepted);
        Assert.Empty((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);
        Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open with { Phases = [CasePhase.Muted] }, 1, Ct)).Items);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single((await Queries(rig).ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items);

        Assert.True((await Commands(rig).SettleAsync(TenantScope.Default, id, "flow 13", "Bo", Ct)).Accepted);
        rig.Clock.Advance(TimeSpan.FromHours(2));
        await FailAsync(rig, 2, "Customer 2 is blocked.");
        await rig.DrainAsync(Ct);
        var back = (await Queries(rig).FindAsync(TenantScope.Default, id, null, Ct))!;
        Assert.Equal((CasePhase.Regressed, "flow 13"), (back.Item.Standing.Phase, back.SettledWith));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_case_that_came_back_names_what_was_published_in_between(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await using (var context = rig.Db.CreateContext())
        {
            context.Connections.AddRange(new() { TenantId = 1, Key = "erp", Connector = "erp" }, new() { TenantId = 1, Key = "shop", Connector = "shop" });
            await context.SaveChangesAsync(Ct);
        }

        await PublishAsync(rig, 1, "before the first failure");
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await rig.DrainAsync(Ct);
        var id = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        Assert.True((await Commands(rig).SettleAsync(TenantScope.Default, id, "credit limits", "Bo", Ct)).Accepted);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await PublishAsync(rig, 2, "new address field");
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await FailAsync(rig, 2, "Customer 2 is blocked.");
        await rig.DrainAsync(Ct);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await PublishAsync(rig, 3, "after it was back");
        var back = (await Queries(rig).FindAsync(TenantScope.Default, id, null, Ct))!;
        Assert.Equal(CasePhase.Regressed, back.Item.Standing.Phase);
        Assert.Equal([("connector erp", 2, "Kim", "new address field"), ("flow order-to-shipment", 2, "Kim", "new address field")],
            back.Changes.Select(c => (c.What, c.Version, c.By, c.Reason)).OrderBy(c => c.What, StringComparer.Ordinal));
    }

    private static async Task PublishAsync(EngineRig rig, int version, string reason)
    {
        await using var context = rig.Db.CreateContext();
        var now = rig.Clock.GetUtcNow().ToMicroseconds();
        context.ConnectorVersions.AddRange(
            new() { TenantId = 1, Name = "erp", Version = version, CreatedAt = now, CreatedBy = "Kim", Reason = reason, Digest = new string('0', 64) },
            new() { TenantId = 1, Name = "another", Version = version, CreatedAt = now, CreatedBy = "Kim", Reason = reason, Digest = new string('0', 64) });
        context.FlowVersions.Add(new() { TenantId = 1, Name = "order-to-shipment", Version = version, CreatedAt = now, CreatedBy = "Kim", Reason = reason, Digest = new string('0', 64) });
        await context.SaveChangesAsync(Ct);
    }

    [Fact]
    public async Task Cases_of_another_tenant_are_not_seen()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await rig.DrainAsync(Ct);
        var id = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        Assert.Empty((await Queries(rig).ListAsync(new(2), CaseFilter.Open, 1, Ct)).Items);
        Assert.Null(await Queries(rig).FindAsync(new(2), id, null, Ct));
        Assert.Equal("not_found", (await Commands(rig).UnmergeAsync(new(2), id, "Bo", Ct)).Code);
    }

    [Fact]
    public async Task Old_members_and_hours_are_forgotten_stuck_ones_are_not()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await FailAsync(rig, 1, "Customer 1 is blocked.");
        await FailAsync(rig, 2, "Customer 2 is blocked.");
        await rig.DrainAsync(Ct);
        await rig.Commands.RetryNowAsync(1, (await rig.RowsAsync<TransactionRow>(Ct)).MinBy(t => t.Id)!.Id, "Bo", "r", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        rig.Clock.Advance(CaseKeeper.Kept + TimeSpan.FromHours(2));
        await Keeper(rig).KeepAsync(Ct);
        Assert.Empty(await rig.RowsAsync<ExceptionCaseHourRow>(Ct));
        Assert.Null(Assert.Single(await rig.RowsAsync<ExceptionCaseMemberRow>(Ct)).LeftAt);
    }

    private static async Task FailAsync(EngineRig rig, int order, string message)
    {
        rig.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new Fault(FaultKind.Data, "erp.customer_blocked", message)));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await rig.ReceiveAsync("shop", Orders.Order(order));
    }

    private static CaseQueries Queries(EngineRig rig) => new(rig.Db, Causes.Shipped(), new FlowsOf(rig.Flow), rig.Connections, rig.Clock);

    private static CaseKeeper Keeper(EngineRig rig) => new(rig.Db, rig.Splits, new FlowsOf(rig.Flow), rig.Node, rig.Clock);

    private static CaseCommands Commands(EngineRig rig) => new(rig.Db, rig.Splits, Keeper(rig), Queries(rig), rig.Clock);
}
