using System.Diagnostics;
using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.QueryBench;

/// <summary>Fills a journal of ninety days, counts it, and measures the readings behind the pages of objectives. Exit code 1 when a p95 is above 500 ms.</summary>
internal static class ObjectiveBench
{
    private const int EventsEach = 8;

    private const double Target = 500;

    public static async Task<int> RunAsync(BenchOptions options, int events, CancellationToken ct)
    {
        var db = new ControlPlaneDb(
            options.Postgres is { } server ? new DatabaseOptions { Provider = "PostgreSql", ConnectionString = server } : new DatabaseOptions { Provider = "Sqlite", ConnectionString = $"Data Source={options.File}" }, Path.GetTempPath());
        using (var start = new DatabaseStart(db))
            await start.RunAsync(ct);
        var now = TimeProvider.System.GetUtcNow();
        await using (var context = db.CreateContext())
            if (!await context.Transactions.AnyAsync(ct))
                await TimedAsync($"{events:N0} events of {events / EventsEach:N0} orders written", () => SeedAsync(db, events / EventsEach, now, ct));
        var board = new ObjectiveBoard(db, new OwnershipBoard(db), NullLogger<ObjectiveBoard>.Instance);
        var store = new ObjectiveStore(db, board, TimeProvider.System);
        foreach (var document in Shipped())
            await store.PublishAsync(document, null, "bench", "bench", false, ct);
        var (counters, marks) = (new ObjectiveCounters(db, board, TimeProvider.System), new OrderMarks(db));
        var counter = new JournalCounter(SeedEstate.Connections(), marks, new ObjectiveOptions());
        var follower = new JournalFollower(db, counter, marks, counters, TimeProvider.System);
        var recounter = new Recounter(db, counter, follower, counters, TimeProvider.System);
        await counters.TakeUpAsync(ct);
        await follower.FollowAsync(ct);
        await TimedAsync("all indicators counted from nothing, without the pauses", async () =>
        {
            while (await recounter.StepAsync(ct))
            {
            }
        });
        var fresh = 2_000;
        await SeedAsync(db, fresh, now.AddMinutes(1), ct, over: TimeSpan.FromMinutes(1));
        var from = Stopwatch.GetTimestamp();
        while (await follower.FollowAsync(ct))
        {
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fresh / Stopwatch.GetElapsedTime(from).TotalSeconds,8:0} orders a second are followed ({fresh * EventsEach / Stopwatch.GetElapsedTime(from).TotalSeconds:0} events)"));
        var figures = new ObjectiveFigures(db, board);
        var standings = new ObjectiveStandings(store, figures, TimeProvider.System);
        var published = (await store.AllAsync(ct)).First(o => o.Objective.Name == "order-ingestion");
        var ninety = TimeSpan.FromDays(90);
        var period = new ObjectivePeriod(now - ninety, now);
        (string, Func<Task<string>>)[] questions =
        [
            ("all objectives, their own windows", async () => Said(await standings.AllAsync(ObjectiveScope.All, null, ct))),
            ("all objectives over 90 days", async () => Said(await standings.AllAsync(ObjectiveScope.All, ninety, ct))),
            ("all objectives of one channel, 90 days", async () => Said(await standings.AllAsync(new("shopify-eu"), ninety, ct))),
            ("one objective over 90 days", async () => $"{(await standings.FindAsync("order-ingestion", ObjectiveScope.All, ninety, ct))!.Ways.Whole.Events:N0} events"),
            ("its burn-down", async () => $"{(await standings.BurnDownAsync((await standings.FindAsync("order-ingestion", ObjectiveScope.All, ninety, ct))!, ObjectiveScope.All, ct)).Count} points"),
            ("shares by party", async () => $"{(await figures.TalliesByAsync("order-ingestion", ObjectiveDimension.Party, period, TimeSpan.FromDays(1), ObjectiveScope.All, ct)).Count} rows"),
            ("by channel and day", async () => $"{(await figures.TalliesByAsync("order-ingestion", ObjectiveDimension.Connection, period, TimeSpan.FromDays(1), ObjectiveScope.All, ct)).Count} rows"),
            ("the missed orders, first page", async () => $"{(await figures.MissedAsync("order-ingestion", period, ObjectiveScope.All, null, null, null, 50, ct)).Items.Count} orders"),
            ("what if another target, 90 days", async () => $"{(await standings.WhatIfAsync(published, 0.999m, null, ObjectiveScope.All, ct)).Then.Units:N0} events"),
            ("what if another limit, 90 days", async () => $"{(await standings.WhatIfAsync(published, null, TimeSpan.FromMinutes(5), ObjectiveScope.All, ct)).Then.Units:N0} events"),
        ];
        var missed = 0;
        Console.WriteLine($"{"reading",-46} {"p50 ms",8} {"p95 ms",8}  answer");
        foreach (var (name, run) in questions)
        {
            var times = new List<double>();
            var answer = await run();
            for (var i = 0; i < options.Rounds; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                await run();
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            times.Sort();
            var p95 = times[(int)Math.Ceiling(times.Count * 0.95) - 1];
            missed += p95 > Target ? 1 : 0;
            Console.WriteLine($"{name,-46} {times[times.Count / 2],8:0.0} {p95,8:0.0}  {answer}{(p95 > Target ? "  MISSED" : "")}");
        }

        return missed > 0 ? 1 : 0;
    }

    private static string Said((IReadOnlyList<ObjectiveFigure> Objectives, IReadOnlyList<CompositeFigure> Composites) read) => $"{read.Objectives.Count} objectives, {read.Objectives.Sum(o => o.Ways.Whole.Events):N0} events";

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        var from = Stopwatch.GetTimestamp();
        await act();
        Console.WriteLine($"{Stopwatch.GetElapsedTime(from).TotalSeconds,8:0.0} s  {what}");
    }

    /// <summary>Orders evenly over ninety days (or less), one in fifty late, in four channels.</summary>
    private static async Task SeedAsync(ControlPlaneDb db, int orders, DateTimeOffset until, CancellationToken ct, TimeSpan? over = null)
    {
        string[] channels = ["shopify-eu", "amazon-de", "pos-hamburg", "shopify-us"];
        var (span, random) = (over ?? TimeSpan.FromDays(89), new Random(orders));
        await using var connection = await db.OpenAsync(ct);
        var (dialect, sql) = (CommitWriter.DialectOf(db.Provider), new BatchSql(connection));
        for (var from = 0; from < orders; from += 5_000)
        {
            await sql.ExecuteAsync(dialect.BeginStatement, ct);
            var (rows, journal) = (new List<Runtime.Transactions.TransactionRow>(), new List<Runtime.Transactions.JournalRow>());
            for (var i = from; i < Math.Min(orders, from + 5_000); i++)
            {
                var at = until - span + span * ((double)i / orders);
                var (id, time) = (Guid.CreateVersion7(at), at.ToMicroseconds());
                var late = random.Next(50) == 0;
                rows.Add(new() { Id = id, TenantId = 1, State = TransactionState.Closed, Stage = "closed", Step = "close", Connection = channels[i % 4], Flow = "order-to-shipment", Number = $"#{i}", Reference = $"R-{i}", CorrelationId = id.ToString("N"), Currency = "EUR", TotalMinor = 5000, LineCount = 1, PlacedAt = time, ReceivedAt = time, UpdatedAt = time, Since = time });
                (JournalEventType Type, string Stage, string? System, double Minutes)[] story =
                [
                    (JournalEventType.Received, "", null, 0), (JournalEventType.Validated, "validated", null, 0.01), (JournalEventType.Mapped, "mapped", null, 0.02),
                    (late ? JournalEventType.RetryScheduled : JournalEventType.Enriched, "erp-posted", SeedEstate.Erp, 0.03), (JournalEventType.CallSucceeded, "erp-posted", SeedEstate.Erp, late ? 30 : 0.05 + random.NextDouble() * 6),
                    (JournalEventType.SignalReceived, "shipped", SeedEstate.Wms, 300), (JournalEventType.CallSucceeded, "channel-fulfilled", channels[i % 4], late ? 400 : 301), (JournalEventType.Closed, "closed", null, 402),
                ];
                journal.AddRange(story.Select((e, n) => new Runtime.Transactions.JournalRow { TransactionId = id, TenantId = 1, At = over is null ? time + (long)(e.Minutes * 60_000_000) : time, Sequence = n + 1, Type = e.Type, Step = "", Stage = e.Stage, System = e.System, Summary = "" }));
            }

            await dialect.InsertAsync(connection, Tables.Transactions, rows, ct);
            await dialect.InsertAsync(connection, Tables.Journal, journal, ct);
            await sql.ExecuteAsync("COMMIT", ct);
        }

        (dialect as Runtime.Persistence.Providers.Sqlite.SqliteDialect)?.Forget(connection);
        await sql.ExecuteAsync("ANALYZE", ct);
    }

    private static string[] Shipped()
    {
        using var reader = new StreamReader(typeof(EstateStart).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Objectives.Shipped.objectives.yaml")!);
        return reader.ReadToEnd().Split("\n---\n");
    }
}
