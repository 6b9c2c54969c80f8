using System.Diagnostics;
using System.Globalization;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Objectives;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>How long reading the scorecard takes over so many orders: <c>./bench.sh scorecard [orders]</c>. Not part of a test run.</summary>
public sealed class ScorecardFigures
{
    private static readonly TenantScope Us = TenantScope.Default;

    /// <summary>Milliseconds.</summary>
    private const double Target = 500;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Explicit = true), MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Reading_among_many(DatabaseProvider provider)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SCORECARD_ON") is { Length: > 0 } on && on != provider.ToString(), "Not asked for.");
        var orders = int.TryParse(Environment.GetEnvironmentVariable("SCORECARD_ORDERS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 20_000;
        // One that an earlier run filled, or a new one.
        var kept = Environment.GetEnvironmentVariable("SCORECARD_DATABASE");
        await using var database = kept is null ? await TestDatabase.CreateAsync(provider, Ct) : null;
        var (db, clock, connections) = (database?.Db ?? new ControlPlaneDb(new DatabaseOptions { Provider = provider.ToString(), ConnectionString = kept! }, Path.GetTempPath()), TimeProvider.System, SeedEstate.Connections());
        if (database is not null)
            await TimedAsync($"{orders:N0} orders over 35 days", async () => await new TransactionSeed(db).ManyAsync(orders, clock.GetUtcNow().AddDays(-35), TimeSpan.FromDays(35) / orders, fullEvery: int.MaxValue, Ct));
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton<IControlPlaneDb>(db).AddSingleton(clock)
            .AddSingleton<IConnectionRegistry>(connections).AddSingleton<OwnershipBoard>().AddObjectives().BuildServiceProvider();
        foreach (var document in ShippedObjectives.Documents())
            Assert.True((await services.GetRequiredService<ObjectiveStore>().PublishAsync(document, null, "bench", "bench", false, Ct)).Accepted);
        await TimedAsync("objectives counted", async () =>
        {
            // Without the pauses in which the product lets others work.
            await services.GetRequiredService<ObjectiveCounters>().TakeUpAsync(Ct);
            await services.GetRequiredService<JournalFollower>().FollowAsync(Ct);
            while (await services.GetRequiredService<Recounter>().StepAsync(Ct))
                Ct.ThrowIfCancellationRequested();
        });
        await TimedAsync("orders counted", () => new ScorecardKeeper(db, clock).RebuildAsync(Us, Ct));
        await using (var context = db.CreateContext())
        {
            if (provider == DatabaseProvider.PostgreSql)
                await context.Database.ExecuteSqlRawAsync("ANALYZE", Ct);
            Say($"{provider}: {await context.Journal.CountAsync(Ct):N0} journal events, {await context.ScorecardDays.CountAsync(Ct):N0} sums of days");
        }

        var lines = (await services.GetRequiredService<IObjectives>().AllAsync(Ct)).Count;
        Assert.True(lines >= 6, $"{lines} objectives");
        var scorecard = new ScorecardReader(db, services.GetRequiredService<IObjectives>(), services.GetRequiredService<IObjectiveFigures>(), new PenaltyBoard(), connections, Options.Create(new ScorecardOptions()), clock);
        await MeasureAsync("the page", () => scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct));
        await MeasureAsync("the page, one channel", () => scorecard.ReadAsync(Us, ScorecardAsk.Everything with { Scope = new(SeedEstate.Shop) }, Ct));
        await MeasureAsync("misses, first page", () => scorecard.OrdersAsync(Us, new(ScorecardListKind.Misses, ScorecardAsk.Everything), null, 50, Ct));
        await MeasureAsync("past deadline, first page", () => scorecard.OrdersAsync(Us, new(ScorecardListKind.PastDeadline, ScorecardAsk.Everything), null, 50, Ct));
    }

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        var from = Stopwatch.GetTimestamp();
        await act();
        Say($"{what}: {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s");
    }

    private static async Task MeasureAsync<T>(string what, Func<Task<T>> read)
    {
        for (var i = 0; i < 3; i++)
            await read();
        var times = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await read();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        times.Sort();
        Say($"{what}: p50 {times[19]:0.0} ms, p95 {times[37]:0.0} ms{(times[37] > Target ? "  MISSED" : "")}");
    }

    private static void Say(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
