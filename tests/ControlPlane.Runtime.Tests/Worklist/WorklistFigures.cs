using System.Diagnostics;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Worklist;

/// <summary>The figures of docs/worklist.md. Not part of a test run: <c>-explicit only -class "*WorklistFigures"</c>.</summary>
public sealed class WorklistFigures
{
    private const int Stuck = 100_000;

    private const int Closed = 200_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Explicit = true), MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Reading_a_page_among_a_hundred_thousand(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        for (var from = 0; from < Stuck + Closed; from += 5_000)
        {
            await using var context = rig.Db.CreateContext();
            context.ChangeTracker.AutoDetectChangesEnabled = false;
            context.Transactions.AddRange(Enumerable.Range(from, 5_000).Select(n => Row(rig, n, now)));
            await context.SaveChangesAsync(Ct);
        }

        if (provider == DatabaseProvider.PostgreSql)
            await using (var context = rig.Db.CreateContext())
                await context.Database.ExecuteSqlRawAsync("ANALYZE transactions", Ct);
        var list = new WorklistQueries(rig.Db, new WorkRanks(rig.Penalties, rig.Connections), Causes.Shipped, new NoWorkOwners(), new FlowsOf(rig.Flow), rig.Connections, rig.Clock);
        WorkCursor? deep = null;
        for (var i = 0; i < 100; i++)
            deep = (await list.ListAsync(TenantScope.Default, WorkFilter.None, deep, 200, Ct)).Further;
        await MeasureAsync(provider, "first page", () => list.ListAsync(TenantScope.Default, WorkFilter.None, null, 40, Ct));
        await MeasureAsync(provider, "page after 20,000 rows", () => list.ListAsync(TenantScope.Default, WorkFilter.None, deep, 40, Ct));
        await MeasureAsync(provider, "first page, due within 4 h", () => list.ListAsync(TenantScope.Default, new() { Due = WorkDue.Soon }, null, 40, Ct));
        await MeasureAsync(provider, "first page, one channel", () => list.ListAsync(TenantScope.Default, new() { Channel = "shop-b" }, null, 40, Ct));
        await MeasureAsync(provider, "a filter that nothing fits", () => list.ListAsync(TenantScope.Default, new() { Kind = "settlement" }, null, 40, Ct));
        await MeasureAsync(provider, "the sentence", () => list.SummaryAsync(TenantScope.Default, WorkFilter.None, Ct));
    }

    [Fact(Explicit = true)]
    public void Ranking_one_order()
    {
        var board = new PenaltyBoard();
        var ranks = new WorkRanks(board, new ConnectionsOf());
        var row = new TransactionRow { Connection = "shop", Currency = "EUR", TotalMinor = 12_640, PlacedAt = 1_780_000_000_000_000, Since = 1_780_000_000_000_000, ShipBy = 1_780_100_000_000_000 };
        for (var i = 0; i < 20_000; i++)
            ranks.Place(row);
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100_000; i++)
            ranks.Place(row);
        TestContext.Current.TestOutputHelper!.WriteLine($"rank of one order: {Stopwatch.GetElapsedTime(from).TotalMicroseconds / 100_000:0.00} µs ({board.Rules.All.Count} rules)");
        Assert.NotNull(row.WorkRank);
    }

    private static async Task MeasureAsync<T>(DatabaseProvider provider, string what, Func<Task<T>> read)
    {
        for (var i = 0; i < 5; i++)
            await read();
        var times = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await read();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"{provider} {what}: p50 {times[20]:0.0} ms, p95 {times[37]:0.0} ms");
    }

    private static TransactionRow Row(EngineRig rig, int n, DateTimeOffset now)
    {
        var stuck = n % 3 == 0;
        var at = now.AddMinutes(-n % 40_000).ToMicroseconds();
        return new()
        {
            Id = Guid.CreateVersion7(now.AddMilliseconds(n)), TenantId = 1, State = stuck ? TransactionState.Stuck : TransactionState.Closed, Stage = "received", Step = "erp-order", Connection = n % 30 == 0 ? "shop-b" : "shop",
            Flow = rig.Flow.Name, FlowVersion = 1, Number = $"#{n}", Reference = $"SHOP-{n}", CorrelationId = "c", Currency = "EUR", TotalMinor = 1_000 + n % 50_000, LineCount = 1, PlacedAt = at, ReceivedAt = at, UpdatedAt = at, Since = at,
            FaultKind = stuck ? FaultKind.Data : null, FaultCode = stuck ? "erp.refused" : null, FaultMessage = stuck ? "It was refused." : null, WorkRank = stuck ? n * 0.618 % 1 * 100 : null,
            ActBy = stuck ? now.AddMinutes(n % 20_000 - 60).ToMicroseconds() : null,
        };
    }
}
