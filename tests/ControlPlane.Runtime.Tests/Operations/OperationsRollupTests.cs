using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Operations;

/// <summary>Each event counts once: whatever crashes, comes twice or late, and whoever counts anew meanwhile.</summary>
public sealed class OperationsRollupTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task After_random_traffic_crashes_repeats_and_rebuilds_the_figures_equal_a_count_of_everything(DatabaseProvider provider)
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(provider, Ct), seed: 20261129);
        for (var round = 0; round < 120; round++)
        {
            var batch = rig.Batch();
            switch (rig.Random.Next(8))
            {
                case 0:
                    // The node dies before its commit: nothing of it was there; the sender comes again.
                    await rig.CommitAsync(batch, lost: true);
                    await rig.CommitAsync(batch);
                    break;
                case 1 when batch.All(u => u.BudgetMinutes.Count == 0):
                    // The commit succeeded and its answer was lost: it is written once more.
                    await rig.CommitAsync(batch);
                    await rig.CommitAsync(batch);
                    break;
                default:
                    await rig.CommitAsync(batch);
                    break;
            }

            if (rig.Random.Next(4) == 0)
                await rig.Folder.FoldAsync(Ct);
            if (rig.Random.Next(25) == 0)
                Assert.NotNull(await rig.Rebuild.RunAsync(Ct));
        }

        await rig.Folder.FoldAsync(Ct);
        await rig.AssertExactAsync();
        Assert.NotNull(await rig.Rebuild.RunAsync(Ct));
        await rig.AssertExactAsync();
        // Nothing is left to fold, and folding nothing changes nothing.
        Assert.Equal(0, await rig.Folder.FoldAsync(Ct));
        await rig.AssertExactAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_written_while_everything_is_counted_anew_counts_once(DatabaseProvider provider)
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(provider, Ct), seed: 7);
        for (var i = 0; i < 20; i++)
            await rig.CommitAsync(rig.Batch());
        var rebuild = rig.Rebuild;
        rebuild.Between = async () =>
        {
            await rig.CommitAsync(rig.Batch());
            // Nobody else folds meanwhile.
            Assert.Null(await rig.Folder.FoldAsync(Ct));
            await rig.CommitAsync(rig.Batch());
        };
        Assert.NotNull(await rebuild.RunAsync(Ct));
        await rig.Folder.FoldAsync(Ct);
        await rig.AssertExactAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_rebuild_that_lost_its_lease_changes_nothing(DatabaseProvider provider)
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(provider, Ct), seed: 8);
        for (var i = 0; i < 10; i++)
            await rig.CommitAsync(rig.Batch());
        await rig.Folder.FoldAsync(Ct);
        var before = await rig.FiguresAsync();
        var rebuild = rig.Rebuild;
        rebuild.Between = async () =>
        {
            // It stood still for longer than its lease; another folds what came in.
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
            await rig.CommitAsync(rig.Batch());
            Assert.True(await rig.Folder.FoldAsync(Ct) > 0);
            before = await rig.FiguresAsync();
        };
        Assert.Null(await rebuild.RunAsync(Ct));
        var after = await rig.FiguresAsync();
        Assert.Equal(before.Minutes, after.Minutes);
        Assert.Equal(before.Hours, after.Hours);
        await rig.AssertExactAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Several_nodes_fold_and_write_at_once_and_nothing_counts_twice(DatabaseProvider provider)
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(provider, Ct), seed: 9);
        var batches = Enumerable.Range(0, 60).Select(_ => rig.Batch()).ToList();
        var writing = Task.Run(async () =>
        {
            foreach (var batch in batches)
                await rig.CommitAsync(batch);
        }, Ct);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!writing.IsCompleted)
            {
                await rig.Folder.FoldAsync(Ct);
                await Task.Delay(5, Ct);
            }
        }, Ct)).Append(writing));
        while (await rig.Folder.FoldAsync(Ct) is not 0)
            await Task.Delay(10, Ct);
        await rig.AssertExactAsync();
    }

    [Fact]
    public async Task A_late_event_counts_in_the_minute_in_which_it_happened()
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct), seed: 1);
        var at = (OperationsRig.Now - TimeSpan.FromHours(5)).ToMicroseconds();
        var transaction = new TransactionRow { Id = EntityId.New(rig.Clock), TenantId = 1, State = TransactionState.Running, Connection = "shop", Flow = "f", ReceivedAt = at, CorrelationId = "x" };
        var unit = new CommitUnit { NewTransaction = transaction };
        unit.Journal.Add(OperationsRig.Event(transaction, at, 1, JournalEventType.Received, null));
        await rig.CommitAsync([unit]);
        await rig.Folder.FoldAsync(Ct);
        await using var context = rig.Db.CreateContext();
        Assert.All(await context.OperationMinutes.ToListAsync(Ct), m => Assert.Equal(OperationTally.FloorTo(at, OperationTally.Minute), m.Minute));
    }

    [Fact]
    public async Task What_was_stored_before_figures_were_kept_is_counted_once_at_the_first_start()
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct), seed: 3);
        for (var i = 0; i < 20; i++)
            await rig.CommitAsync(rig.Batch());
        await using (var context = rig.Db.CreateContext())
        {
            // As the version before left it.
            await context.OperationChanges.IgnoreQueryFilters().ExecuteDeleteAsync(Ct);
            await context.OperationFailures.IgnoreQueryFilters().ExecuteDeleteAsync(Ct);
        }

        var keeper = Keeper(rig);
        await keeper.TickAsync(Ct);
        await rig.AssertExactAsync();
        await using var after = rig.Db.CreateContext();
        var failed = await after.OperationMinutes.IgnoreQueryFilters().Where(m => m.Measure == OperationMeasure.TransformationFailed || m.Measure == OperationMeasure.SettlementMismatched).SumAsync(m => m.Count, Ct);
        Assert.True(failed > 0);
        var rebuilt = await after.OperationFolds.Select(f => f.RebuiltAt).SingleAsync(Ct);
        await keeper.TickAsync(Ct);
        Assert.Equal(rebuilt, await after.OperationFolds.Select(f => f.RebuiltAt).SingleAsync(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_backlog_is_sampled_and_a_recount_finds_the_same_from_the_orders_alone(DatabaseProvider provider)
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(provider, Ct), seed: 4);
        for (var i = 0; i < 30; i++)
            await rig.CommitAsync(rig.Batch());
        await rig.Folder.SampleAsync(Ct);
        var minute = OperationTally.FloorTo(OperationsRig.Now.ToMicroseconds(), OperationTally.Minute);
        var sampled = await StandingAsync(rig, minute);
        Assert.Contains(sampled, s => s.Contains(" c0 ", StringComparison.Ordinal));
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(await rig.Rebuild.RunAsync(Ct));
        Assert.Equal(sampled, await StandingAsync(rig, minute));
        // An hour back, by a plain count.
        var then = minute - OperationTally.Hour;
        await using var context = rig.Db.CreateContext();
        var expected = (await context.Transactions.IgnoreQueryFilters().Where(t => t.Kind == "order").ToListAsync(Ct))
            .Where(t => t.ReceivedAt < then + OperationTally.Minute && (t.ClosedAt is null || t.ClosedAt >= then + OperationTally.Minute)).GroupBy(t => (t.TenantId, t.Connection)).Select(g => $"{g.Key.TenantId} {g.Key.Connection} {g.Count()}").Order();
        Assert.Equal(expected, await StandingAsync(rig, then));
    }

    [Fact]
    public async Task What_is_no_longer_open_does_not_stay_in_the_sample()
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct), seed: 5);
        await using var context = rig.Db.CreateContext();
        var order = new TransactionRow { Id = EntityId.New(rig.Clock), TenantId = 1, State = TransactionState.Stuck, Connection = "shop", Flow = "f", CorrelationId = "x" };
        context.Transactions.Add(order);
        await context.SaveChangesAsync(Ct);
        await rig.Folder.SampleAsync(Ct);
        order.State = TransactionState.Closed;
        await context.SaveChangesAsync(Ct);
        await rig.Folder.SampleAsync(Ct);
        Assert.Equal(0, (await context.OperationStandings.SingleAsync(s => s.Connection == "shop", Ct)).Count);
    }

    [Fact]
    public async Task Old_minutes_are_forgotten_and_their_hours_stay()
    {
        await using var rig = new OperationsRig(await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct), seed: 6);
        for (var i = 0; i < 40; i++)
            await rig.CommitAsync(rig.Batch());
        await rig.Folder.FoldAsync(Ct);
        Assert.NotNull(await rig.Rebuild.RunAsync(Ct));
        var hours = (await rig.FiguresAsync()).Hours;
        await Keeper(rig).SweepAsync(Ct);
        await rig.AssertExactAsync();
        rig.Clock.Advance(TimeSpan.FromDays(9));
        await Keeper(rig).SweepAsync(Ct);
        await using var context = rig.Db.CreateContext();
        Assert.Empty(await context.OperationMinutes.IgnoreQueryFilters().ToListAsync(Ct));
        Assert.All(await context.OperationStandings.IgnoreQueryFilters().ToListAsync(Ct), s => Assert.Equal(OperationTally.Hour - OperationTally.Minute, s.Minute % OperationTally.Hour));
        Assert.Equal(hours, (await rig.FiguresAsync()).Hours);
    }

    private static OperationsKeeper Keeper(OperationsRig rig) => new(rig.Folder, rig.Rebuild, rig.Db, rig.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<OperationsKeeper>.Instance);

    private static async Task<List<string>> StandingAsync(OperationsRig rig, long minute)
    {
        await using var context = rig.Db.CreateContext();
        return [.. (await context.OperationStandings.IgnoreQueryFilters().Where(s => s.Minute == minute && s.Count > 0).ToListAsync(Ct)).Select(s => $"{s.TenantId} {s.Connection} {s.Count}").Order()];
    }
}
