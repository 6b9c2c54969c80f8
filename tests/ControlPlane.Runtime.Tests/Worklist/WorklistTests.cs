using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Worklist;

/// <summary>The worklist in the engine: its places come with the failing step, stay in order, and go when an order is freed.</summary>
public sealed class WorklistTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly TenantScope Us = TenantScope.Default;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_failing_step_writes_the_place_and_the_list_is_in_its_order(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        await FailAsync(rig, 1, 10_000, now.AddHours(40));
        await FailAsync(rig, 2, 10_000, now.AddHours(2));
        await FailAsync(rig, 3, 90_000, now.AddHours(40));
        await FailAsync(rig, 4, 10_000, null);
        await rig.ReceiveAsync("shop", Orders.Order(5));
        await rig.DrainAsync(Ct);
        var rows = await rig.RowsAsync<TransactionRow>(Ct);
        Assert.Equal(4, rows.Count(r => r.WorkRank is not null));
        Assert.Null(rows.Single(r => r.Number == "#1005").WorkRank);
        Assert.Equal(now.AddHours(2).ToMicroseconds(), rows.Single(r => r.Number == "#1002").ActBy);
        var page = await List(rig).ListAsync(Us, WorkFilter.None, null, 50, Ct);
        Assert.Equal(["#1002", "#1003", "#1001", "#1004"], page.Items.Select(i => i.Item.Number));
        Assert.Equal((null, null), (page.Further, page.Back));
        var first = page.Items[0];
        Assert.Equal(("The customer is blocked in the ERP", "promise-broken", new Money(10_000, "EUR")), (first.Cause, first.Stake?.Rule.Id, first.Stake?.Loss));
        Assert.NotNull(first.CaseId);
        Assert.Null(first.Owner);
        var summary = await List(rig).SummaryAsync(Us, WorkFilter.None, Ct);
        Assert.Equal((4, new Money(120_000, "EUR"), 0, now.AddHours(2)), (summary.Count.Value, Assert.Single(summary.Money), summary.Overdue, summary.Next));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_freed_leaves_the_list_and_what_is_retried_in_vain_comes_back(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await FailAsync(rig, 1, 10_000, rig.Clock.GetUtcNow().AddHours(5));
        await rig.DrainAsync(Ct);
        var id = (await rig.TransactionAsync(Ct)).Id;
        rig.Erp.Script.Enqueue(_ => new OperationResult.Failed(new Fault(FaultKind.Data, "erp.customer_blocked", "Customer 1 is blocked.")));
        await rig.Commands.RetryNowAsync(1, id, "Bo", "perhaps", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        Assert.Single((await List(rig).ListAsync(Us, WorkFilter.None, null, 50, Ct)).Items);
        await rig.Commands.RetryNowAsync(1, id, "Bo", "released", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        Assert.Empty((await List(rig).ListAsync(Us, WorkFilter.None, null, 50, Ct)).Items);
        var row = await rig.TransactionAsync(Ct);
        Assert.Equal((null, null), (row.WorkRank, row.ActBy));
        // Somebody who looks still sees it where it stood.
        var left = Assert.Single(await List(rig).ReadAsync(Us, [id, Guid.CreateVersion7()], Ct));
        Assert.True(left.IsLeft);
        Assert.Equal(TransactionState.Waiting, left.Item.State);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_replay_clears_the_place_before_the_flow_runs(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await FailAsync(rig, 1, 10_000, rig.Clock.GetUtcNow().AddHours(5));
        await rig.DrainAsync(Ct);
        var outcome = await rig.Commands.ReplayAsync(1, (await rig.TransactionAsync(Ct)).Id, new(null, false, false), "Bo", "again", EntityId.New(rig.Clock), Ct);
        Assert.True(outcome.Accepted, outcome.Message);
        Assert.Null((await rig.TransactionAsync(Ct)).WorkRank);
    }

    [Fact]
    public async Task Silence_puts_an_order_on_the_list_once_and_the_late_event_takes_it_off()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        var rank = (await rig.TransactionAsync(Ct)).WorkRank;
        Assert.NotNull(rank);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        Assert.Equal(rank, (await rig.TransactionAsync(Ct)).WorkRank);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001");
        await rig.DrainAsync(Ct);
        Assert.Null((await rig.TransactionAsync(Ct)).WorkRank);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Pages_meet_exactly_in_both_directions_and_stay_while_others_come_and_go(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        // Equal ranks among them: the id decides.
        await AddAsync(rig, [.. Enumerable.Range(0, 23).Select(i => Row(rig, i, 50 - i / 3, null))]);
        var all = (await List(rig).ListAsync(Us, WorkFilter.None, null, 200, Ct)).Items.Select(i => i.Item.Id).ToList();
        var seen = new List<Guid>();
        WorkCursor? at = null;
        var backs = new List<WorkCursor>();
        do
        {
            var page = await List(rig).ListAsync(Us, WorkFilter.None, at, 5, Ct);
            seen.AddRange(page.Items.Select(i => i.Item.Id));
            if (page.Back is { } back)
                backs.Add(back);
            if (seen.Count == 5)
                // Above the page just read, so that no page after it moves.
                await AddAsync(rig, [Row(rig, 100, 99, null)]);
            at = page.Further is { } further && WorkCursor.TryParse(further.ToString(), out var parsed) ? parsed : null;
        }
        while (at is not null);
        Assert.Equal(all, seen);
        var before = await List(rig).ListAsync(Us, WorkFilter.None, backs[1], 5, Ct);
        Assert.Equal(all[5..10], before.Items.Select(i => i.Item.Id));
        Assert.NotNull(before.Back);
        Assert.NotNull(before.Further);
        var top = await List(rig).ListAsync(Us, WorkFilter.None, before.Back, 5, Ct);
        Assert.Equal(all[..5], top.Items.Select(i => i.Item.Id));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Filters_narrow_and_the_sentence_counts_the_same(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        var (late, soon, today, far) = (Row(rig, 1, 9, now.AddHours(-1)), Row(rig, 2, 8, now.AddHours(3)), Row(rig, 3, 7, now.AddHours(11)), Row(rig, 4, 6, now.AddDays(3)));
        (late.Connection, soon.Party, soon.PartyConnection, today.Kind, far.TotalMinor, far.Currency) = ("shop-b", SystemRole.Wms, "wms", "return", 900_000, "USD");
        (late.CaseId, far.FaultCode) = (EntityId.New(rig.Clock), "other.code");
        await AddAsync(rig, [late, soon, today, far,
            new ExceptionCaseRow { Id = late.CaseId.Value, TenantId = 1, FaultCode = "x.y", Sample = "A", FirstSeenAt = 1, MergedInto = far.Id }, new ExceptionCaseRow { Id = far.Id, TenantId = 1, FaultCode = "x.z", Sample = "Root of both", FirstSeenAt = 1 },
            new TransactionIdentifierRow { TenantId = 1, TransactionId = soon.Id, Kind = IdentifierKinds.OrderNumber, Value = Identifier.Normalize(soon.Number), Written = soon.Number }]);
        foreach (var (filter, expected) in new (WorkFilter, TransactionRow[])[]
                 {
                     (new() { Channel = "shop-b" }, [late]), (new() { Party = SystemRole.Wms }, [soon]), (new() { System = "wms" }, [soon]), (new() { Ours = true }, [late, today, far]),
                     (new() { Kind = "return" }, [today]), (new() { Least = new(500_000, "USD") }, [far]), (new() { Code = "other.code" }, [far]), (new() { Case = far.Id }, [late]),
                     (new() { Due = WorkDue.Overdue }, [late]), (new() { Due = WorkDue.Soon }, [late, soon]), (new() { Due = WorkDue.Today }, [late, soon, today]), (new() { Search = soon.Number }, [soon]),
                     (new() { Search = "nobody-has-this" }, []), (new() { Owner = "team-a" }, []), (new() { Owner = WorkFilter.Nobody }, [late, soon, today, far]),
                     // 12:00 UTC is 21:00 there: its day ends three hours later.
                     (new() { Due = WorkDue.Today, Zone = TimeZoneInfo.CreateCustomTimeZone("nine", TimeSpan.FromHours(9), "nine", "nine") }, [late]),
                 })
        {
            Assert.Equal(expected.Select(r => r.Id), (await List(rig).ListAsync(Us, filter, null, 50, Ct)).Items.Select(i => i.Item.Id));
            Assert.Equal(expected.Length, (await List(rig).SummaryAsync(Us, filter, Ct)).Count.Value);
        }

        Assert.Equal("Root of both", (await List(rig).ReadAsync(Us, [late.Id], Ct)).Single().Cause);
        var summary = await List(rig).SummaryAsync(Us, WorkFilter.None, Ct);
        Assert.Equal((1, now.AddHours(3)), (summary.Overdue, summary.Next));
        Assert.Equal(["USD", "EUR"], summary.Money.Select(m => m.Currency));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Orders_stuck_from_before_get_their_places_a_piece_at_a_time_and_anew_when_the_rules_change(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await FailAsync(rig, 1, 10_000, rig.Clock.GetUtcNow().AddHours(2));
        await rig.DrainAsync(Ct);
        var engine = await rig.TransactionAsync(Ct);
        await using (var context = rig.Db.CreateContext())
        {
            context.Connections.Add(new() { TenantId = 1, Key = "shop", Connector = "shop", Document = "" });
            await context.SaveChangesAsync(Ct);
            await context.Transactions.ExecuteUpdateAsync(s => s.SetProperty(t => t.WorkRank, (double?)null).SetProperty(t => t.ActBy, (long?)null), Ct);
        }

        var extra = Enumerable.Range(0, WorkKeeper.MostAtOnce + 3).Select(i => Row(rig, i, null, null)).ToArray();
        var moved = Row(rig, 999, 5, null);
        moved.State = TransactionState.Running;
        await AddAsync(rig, [.. extra, moved]);
        var keeper = new WorkKeeper(rig.Db, new WorkRanks(rig.Penalties, rig.Connections), rig.Clock);
        Assert.Equal(WorkKeeper.MostAtOnce, await keeper.BackfillAsync(Ct));
        Assert.Equal(4, await keeper.BackfillAsync(Ct));
        Assert.Equal(0, await keeper.BackfillAsync(Ct));
        var rows = (await rig.RowsAsync<TransactionRow>(Ct)).ToDictionary(r => r.Id);
        Assert.Equal((engine.WorkRank, engine.ActBy), (rows[engine.Id].WorkRank, rows[engine.Id].ActBy));
        Assert.All(extra, r => Assert.NotNull(rows[r.Id].WorkRank));
        Assert.Null(rows[moved.Id].WorkRank);
        await keeper.KeepAsync(Ct);
        rig.Penalties.Replace([new([], new Dictionary<string, double> { ["EUR"] = 2 }, null, null)]);
        await keeper.KeepAsync(Ct);
        await keeper.KeepAsync(Ct);
        Assert.Equal(engine.WorkRank!.Value + Math.Log(2), (await rig.RowsAsync<TransactionRow>(Ct)).Single(r => r.Id == engine.Id).WorkRank!.Value, 6);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Orders_chosen_one_by_one_are_replayed_and_no_others(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var rows = Enumerable.Range(1, 4).Select(i => Row(rig, i, i, null)).ToList();
        await AddAsync(rig, [.. rows]);
        var replays = new BulkReplays(rig.Db, rig.Clock);
        var selection = new BulkSelection(TransactionState.Stuck, null, null, null) { Ids = [rows[0].Id, rows[2].Id, Guid.CreateVersion7()] };
        Assert.Equal(2, (await replays.PreviewAsync(Us, selection, Ct)).Count);
        Assert.True((await replays.StartAsync(Us, EntityId.New(rig.Clock), new(selection, null, false, 10, 0, "mended"), "Bo", Ct)).Accepted);
        Assert.Equal(rows.Where((_, i) => i is 0 or 2).Select(r => r.Id), (await rig.RowsAsync<BulkReplayItemRow>(Ct)).Select(i => i.TransactionId).Order());
        var many = selection with { Ids = [.. Enumerable.Range(0, BulkSelection.MostIds + 1).Select(_ => Guid.CreateVersion7())] };
        Assert.Equal("too_many_ids", (await replays.StartAsync(Us, EntityId.New(rig.Clock), new(many, null, false, 10, 0, "mended"), "Bo", Ct)).Code);
    }

    [Fact]
    public void A_cursor_that_is_none_is_refused()
    {
        foreach (var text in new[] { null, "", "x", new string('a', 34), new string('!', 34) })
            Assert.False(WorkCursor.TryParse(text, out _));
    }

    private static IWorklist List(EngineRig rig) =>
        new WorklistQueries(rig.Db, new WorkRanks(rig.Penalties, rig.Connections), Causes.Shipped, new NoWorkOwners(), new FlowsOf(rig.Flow), rig.Connections, rig.Clock);

    private static async Task FailAsync(EngineRig rig, int n, long total, DateTimeOffset? shipBy)
    {
        rig.Erp.Script.Enqueue(_ => new OperationResult.Failed(new Fault(FaultKind.Data, "erp.customer_blocked", $"Customer {n} is blocked.")));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await rig.ReceiveAsync("shop", Orders.Order(n) with { TotalMinor = total, ShipBy = shipBy });
    }

    private static TransactionRow Row(EngineRig rig, int n, double? rank, DateTimeOffset? actBy)
    {
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var now = rig.Clock.GetUtcNow();
        return new()
        {
            Id = EntityId.New(rig.Clock), TenantId = 1, State = TransactionState.Stuck, Stage = "received", Step = "erp-order", Connection = "shop", Flow = rig.Flow.Name, FlowVersion = 1, Number = $"#{2000 + n}",
            Reference = $"SHOP-{2000 + n}", CorrelationId = "c", Currency = "EUR", TotalMinor = 1_000, LineCount = 1, PlacedAt = now.ToMicroseconds(), ReceivedAt = now.ToMicroseconds(), UpdatedAt = now.ToMicroseconds(),
            Since = now.ToMicroseconds(), FaultKind = FaultKind.Data, FaultCode = "erp.refused", FaultMessage = "It was refused.", WorkRank = rank, ActBy = actBy?.ToMicroseconds(),
        };
    }

    private static async Task AddAsync(EngineRig rig, object[] rows)
    {
        await using var context = rig.Db.CreateContext();
        context.AddRange(rows);
        await context.SaveChangesAsync(Ct);
    }
}
