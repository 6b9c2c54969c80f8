using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.QueryBench;

/// <summary>The operations dashboard over a large journal: counted once from everything that is stored, then read in every range. Exit code 1 when a p95 misses 500 ms.</summary>
internal static class OperationsBench
{
    private const double Target = 500;

    public static async Task<int> RunAsync(BenchOptions options, int events, CancellationToken ct)
    {
        var db = new ControlPlaneDb(
            options.Postgres is { } server ? new DatabaseOptions { Provider = "PostgreSql", ConnectionString = server } : new DatabaseOptions { Provider = "Sqlite", ConnectionString = $"Data Source={options.File}" }, Path.GetTempPath());
        await new OperationsSeed(db, events).FillAsync(ct);
        await using var services = new ServiceCollection()
            .AddSingleton<IControlPlaneDb>(db).AddSingleton(TimeProvider.System).AddSingleton<IConnectionRegistry>(SeedEstate.Connections()).AddSingleton<LeaseClock>().AddOperationsRollup().BuildServiceProvider();
        var rebuilt = await services.GetRequiredService<IOperationsRebuild>().RunAsync(ct) ?? throw new InvalidOperationException("Somebody else counts.");
        Console.WriteLine($"counted {rebuilt.Events:N0} events that matter of {events:N0} in {rebuilt.Took.TotalSeconds:0.0} s: {rebuilt.Minutes:N0} figures by the minute, {rebuilt.Hours:N0} by the hour, {rebuilt.Failures:N0} failures; {Environment.WorkingSet / 1024 / 1024:N0} MB");
        if (db.Provider == DatabaseProvider.PostgreSql)
        {
            await using var context = db.CreateContext();
            await context.Database.ExecuteSqlRawAsync("ANALYZE", ct);
        }

        var (queries, failures) = (services.GetRequiredService<OperationsQueries>(), services.GetRequiredService<OperationsFailures>());
        var questions = OperationRange.Words.Select(word => ($"dashboard, {word}", (Func<int, Task<string>>)(async _ =>
        {
            // Without a word it is read each time; with one, once a second for everybody.
            var view = await queries.ReadAsync(TenantScope.Default, OperationRange.Of(word, TimeProvider.System.GetUtcNow()) with { Word = null }, ct);
            return $"{view.Backlog.Total:N0} open, {view.Transformations.Failed:N0} of {view.Transformations.Transformed:N0} failed, {view.Rates.Events:N0} rate-limit events";
        }))).ToList();
        foreach (var word in new[] { "6h", "30d" })
        {
            var range = OperationRange.Of(word, TimeProvider.System.GetUtcNow());
            questions.Add(($"failures, {word}", async _ => $"{(await failures.ListAsync(TenantScope.Default, new(OperationMeasure.TransformationFailed, range.From, range.To), null, OperationsFailures.PageSize, ct)).Total:N0} rows"));
            questions.Add(($"failures of one kind, {word}", async _ => $"{(await failures.ListAsync(TenantScope.Default, new(OperationMeasure.TransformationFailed, range.From, range.To, Kind: TransformationFault.Mapping), null, OperationsFailures.PageSize, ct)).Total:N0} rows"));
        }

        var missed = 0;
        Console.WriteLine($"{"query",-32} {"p50 ms",8} {"p95 ms",8}  answer");
        foreach (var (name, run) in questions)
        {
            var (p50, p95, answer) = await QueryBench.MeasureAsync(run, options.Rounds);
            missed += p95 > Target ? 1 : 0;
            Console.WriteLine($"{name,-32} {p50,8:0.0} {p95,8:0.0}  {answer}{(p95 > Target ? $"  MISSED {Target:0}" : "")}");
        }

        Console.WriteLine(missed == 0 ? $"every question within {Target:0} ms" : $"{missed} questions missed {Target:0} ms");
        await QueryBench.CleanAsync(db, options, ct);
        return missed > 0 ? 1 : 0;
    }
}
