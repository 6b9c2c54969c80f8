using System.Diagnostics;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.QueryBench;

/// <summary>Seeds a file once, then measures each question that the portal asks. Exit code 1 when a p95 misses its target.</summary>
internal static class QueryBench
{
    /// <summary>At the 95th percentile: a first page and any search 300 ms, a filter 500, the next page 150.</summary>
    private static double Target(string question) => question.StartsWith("first page", StringComparison.Ordinal) || question.StartsWith("search", StringComparison.Ordinal) ? 300 : question.StartsWith("deep", StringComparison.Ordinal) ? 150 : 500;

    private static readonly DateTimeOffset First = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(9);

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken ct)
    {
        var db = new ControlPlaneDb(
            options.Postgres is { } server ? new DatabaseOptions { Provider = "PostgreSql", ConnectionString = server } : new DatabaseOptions { Provider = "Sqlite", ConnectionString = $"Data Source={options.File}" }, Path.GetTempPath());
        await SeedAsync(db, options, ct);
        if (options.SeedOnly)
            return 0;
        await using var services = new ServiceCollection()
            .AddSingleton<IControlPlaneDb>(db).AddSingleton(TenantScope.Default).AddSingleton(TimeProvider.System)
            .AddSingleton<IFlowCatalog>(SeedEstate.Flows()).AddSingleton<IConnectionRegistry>(SeedEstate.Connections())
            .AddTransactionQueries().BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<ITransactionQueries>();
        var missed = 0;
        Console.WriteLine($"{"query",-46} {"p50 ms",8} {"p95 ms",8}  answer");
        foreach (var (name, run) in await QuestionsAsync(db, queries, ct))
        {
            var (p50, p95, answer) = await MeasureAsync(run, options.Rounds);
            missed += p95 > Target(name) ? 1 : 0;
            Console.WriteLine($"{name,-46} {p50,8:0.0} {p95,8:0.0}  {answer}{(p95 > Target(name) ? $"  MISSED {Target(name):0}" : "")}");
        }

        Console.WriteLine(missed == 0 ? "every question within its target" : $"{missed} questions missed their target");
        await CleanAsync(db, options, ct);
        return missed > 0 ? 1 : 0;
    }

    /// <summary>Leaves nothing behind, unless it shall be kept.</summary>
    public static async Task CleanAsync(ControlPlaneDb db, BenchOptions options, CancellationToken ct)
    {
        if (!options.Keep && options.Postgres is not null)
        {
            await using var context = db.CreateContext();
            await context.Database.EnsureDeletedAsync(ct);
        }
        else if (!options.Keep)
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(options.File)!, Path.GetFileName(options.File) + "*"))
                File.Delete(file);
    }

    private static async Task SeedAsync(ControlPlaneDb db, BenchOptions options, CancellationToken ct)
    {
        if (options.Postgres is not null)
        {
            // As long a time as the million on SQLite, however many there are.
            await new PostgresSeed(db, First, Apart * 1_000_000 / options.Transactions).FillAsync(options.Transactions, ct);
            return;
        }

        await using var context = db.CreateContext();
        if (File.Exists(options.File) && new FileInfo(options.File).Length > 0)
            return;
        // As the product makes it, so that the product can go on with it.
        await context.Database.MigrateAsync(ct);
        var from = Stopwatch.GetTimestamp();
        await new TransactionSeed(db).ManyAsync(options.Transactions, First, Apart, fullEvery: 200, ct);
        Console.WriteLine($"seeded {options.Transactions:N0} transactions in {Stopwatch.GetElapsedTime(from).TotalSeconds:0} s, file of {new FileInfo(options.File).Length / 1024 / 1024:N0} MB");
    }

    private static async Task<IReadOnlyList<(string, Func<int, Task<string>>)>> QuestionsAsync(ControlPlaneDb db, ITransactionQueries queries, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var count = await context.Transactions.CountAsync(ct);
        var numbers = await context.TransactionIdentifiers.Where(i => i.Kind == IdentifierKinds.Tracking || i.Kind == IdentifierKinds.ErpOrder).Select(i => i.Value).Take(2_000).ToListAsync(ct);
        var full = await context.Attempts.Select(a => a.TransactionId).Distinct().Take(200).ToListAsync(ct);
        var deep = (await context.Transactions.OrderBy(t => t.Id).Skip(count / 2).FirstAsync(ct)).Id;
        var middle = Instant.FromMicroseconds((await context.Transactions.FirstAsync(t => t.Id == deep, ct)).ReceivedAt);
        var step = Math.Max(1, count / 1_000);
        // Without bodies there is nothing more to read than of any other.
        if (full.Count == 0)
            full = await context.Transactions.OrderByDescending(t => t.Id).Take(200).Select(t => t.Id).ToListAsync(ct);
        var popular = await context.TransactionIdentifiers.AnyAsync(i => i.Value == "TEE-ORG-M", ct) ? "TEE-ORG-M" : "J";
        var fiveHundred = await context.TransactionIdentifiers.Where(i => i.Value == popular).OrderByDescending(i => i.TransactionId).Skip(500).Select(i => (Guid?)i.TransactionId).FirstOrDefaultAsync(ct);
        Func<int, Task<string>> Page(TransactionFilter filter, PageCursor? at = null) => async _ => $"{(await queries.ListAsync(filter, at, 50, ct)).Items.Count} rows";
        Func<int, Task<string>> Count(TransactionFilter filter) => async _ => (await queries.CountAsync(filter, ct)).ToString();
        (string, Func<int, Task<string>>)[] Both(string name, TransactionFilter filter) => [(name, Page(filter)), (name + ", counted", Count(filter))];
        return
        [
            .. Both("first page", TransactionFilter.None),
            ("deep page (middle of all)", Page(TransactionFilter.None, new PageCursor(true, deep))),
            ("deep page, newer", Page(TransactionFilter.None, new PageCursor(false, deep))),
            .. Both("state stuck", new() { States = [TransactionState.Stuck] }),
            ("state stuck, where they stand", async _ => string.Join(", ", (await queries.StandingAsync(new() { States = [TransactionState.Stuck] }, ct)).Select(s => $"{s.Count} {s.Party?.Word() ?? "us"}"))),
            .. Both("state closed", new() { States = [TransactionState.Closed] }),
            .. Both("states stuck, retrying, waiting", new() { States = [TransactionState.Stuck, TransactionState.Retrying, TransactionState.Waiting] }),
            .. Both("connection", new() { Connection = SeedEstate.Till }),
            .. Both("connection and stuck", new() { Connection = SeedEstate.Till, States = [TransactionState.Stuck] }),
            .. Both("connection and closed", new() { Connection = SeedEstate.Till, States = [TransactionState.Closed] }),
            .. Both("connection of nobody and closed", new() { Connection = "nobody", States = [TransactionState.Closed] }),
            .. Both("stage erp-posted", new() { Stage = "erp-posted" }),
            .. Both("stage closed", new() { Stage = "closed" }),
            .. Both("stage of no flow", new() { Stage = "no-such-stage" }),
            .. Both("party erp", new() { Party = SystemRole.Erp }),
            .. Both("party system of nobody", new() { PartyConnection = "nobody" }),
            .. Both("ours", new() { Ours = true }),
            .. Both("one day in the middle", new() { ReceivedFrom = middle, ReceivedTo = middle.AddDays(1) }),
            .. Both("an hour before everything", new() { ReceivedFrom = First.AddDays(-2), ReceivedTo = First.AddDays(-1) }),
            .. Both("at least 100 EUR", new() { TotalAtLeast = new Money(10_000, "EUR") }),
            .. Both("100 to 110 EUR", new() { TotalAtLeast = new Money(10_000, "EUR"), TotalAtMost = new Money(11_000, "EUR") }),
            .. Both("at least 5,000 EUR (none)", new() { TotalAtLeast = new Money(500_000, "EUR") }),
            .. Both("at least 2,000 SEK (few)", new() { TotalAtLeast = new Money(200_000, "SEK") }),
            .. Both("fault code", new() { FaultCode = "erp.refused" }),
            .. Both("fault code of nobody", new() { FaultCode = "no.such_code" }),
            ("search: exact number", round => Search(numbers[round % numbers.Count])),
            ("search: an article that many orders have", _ => Search(popular)),
            ("search: its page at row 500", async _ => $"{(await queries.ListAsync(new() { Search = popular }, fiveHundred is { } row ? new PageCursor(true, row) : null, 50, ct)).Items.Count} rows"),
            ("search: order number anywhere", round => Search($"#{1001 + round * step * 7 % count}")),
            ("ten views, counted in one reading", async _ => string.Join(" ", await queries.CountManyAsync(Views, ct))),
            ("search: order number and a filter", async round => $"{(await queries.ListAsync(new() { Search = $"#{1001 + round * 7}", States = [TransactionState.Closed] }, null, 50, ct)).Items.Count} rows"),
            ("search: beginning of a number", round => Search("SO-" + (10 + round % 80))),
            ("search: one letter", _ => Search("J")),
            ("search: nobody's number", round => Search("NOBODY-" + round)),
            ("new since the newest", async _ => $"{await queries.CountNewerAsync(TransactionFilter.None, deep, 100, ct)} newer"),
            ("detail of one", async round => $"{(await queries.FindAsync(full[round % full.Count], ct))!.Timeline.Count} events"),
            ("lines of one", async round => $"{(await queries.LinesAsync(full[round % full.Count], ct))?.Lines.Count ?? 0} lines"),
        ];

        async Task<string> Search(string text)
        {
            var page = await queries.ListAsync(new() { Search = text }, null, 50, ct);
            return $"{page.Items.Count} rows, {page.Match}";
        }
    }

    /// <summary>What a team keeps above its list.</summary>
    private static readonly TransactionFilter[] Views =
    [
        new() { States = [TransactionState.Stuck] }, new() { States = [TransactionState.Stuck], Party = SystemRole.Erp }, new() { States = [TransactionState.Stuck], Connection = SeedEstate.Till }, new() { States = [TransactionState.Waiting] },
        new() { States = [TransactionState.Retrying] }, new() { Ours = true }, new() { Connection = SeedEstate.Shop }, new() { FaultCode = "erp.refused" }, new() { States = [TransactionState.Closed] }, TransactionFilter.None,
    ];

    public static async Task<(double P50, double P95, string Answer)> MeasureAsync(Func<int, Task<string>> run, int rounds)
    {
        var answer = await run(0);
        var times = new List<double>(rounds);
        for (var round = 1; round <= rounds; round++)
        {
            var from = Stopwatch.GetTimestamp();
            answer = await run(round);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[(int)Math.Ceiling(times.Count * 0.95) - 1], answer);
    }
}
