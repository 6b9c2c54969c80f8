using System.Diagnostics;
using System.Globalization;
using System.Net;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 27: orders as fast as 64 connections bring them, each acknowledged after its commit. Nothing else runs.</summary>
public sealed class SustainedIngest(DatabaseKind database) : IRow
{
    public string Id => database == DatabaseKind.Sqlite ? "27" : "27p";

    public string Title => $"sustained ingest over 64 connections, {database}";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (database == DatabaseKind.PostgreSql && context.Postgres is null)
            return TwoNodes.NoPostgres;
        var seconds = context.Count(8, 60);
        // A node that only receives, as one beside workers would.
        await using var scene = await Scene.SetAsync(context, database, settings: (_, _) => new() { ["ControlPlane__Roles"] = "ingest" });
        await scene.StartAsync(1);
        await scene.Sender(64, 0, first: 8_000_000).RunAsync(1_000, context.Stop);
        var warm = scene.Sent.AcknowledgedCount;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        ended.CancelAfter(TimeSpan.FromSeconds(seconds));
        var from = Stopwatch.GetTimestamp();
        await scene.Sender(64, 0).RunAsync(int.MaxValue, ended.Token);
        var rate = (scene.Sent.AcknowledgedCount - warm) / Stopwatch.GetElapsedTime(from).TotalSeconds;
        var (target, p99) = (database == DatabaseKind.Sqlite ? 2_000 : 3_000, scene.Sent.Percentile(0.99));
        // Nobody works here: received is all that there is to check.
        var findings = await scene.CheckAsync() is var found ? found with { Unfinished = [] } : found;
        return await scene.VerdictAsync(findings, rate >= target && p99 <= 250, string.Create(CultureInfo.InvariantCulture,
            $"{rate:N0} acknowledged a second (target {target:N0}), p50 {scene.Sent.Percentile(0.5):0} ms, p99 {p99:0} ms (target 250 ms), p99.9 {scene.Sent.Percentile(0.999):0} ms; {findings.Words}; sender on the same cores"));
    }
}

/// <summary>Row 26: far more clients than can be served at once.</summary>
public sealed class Flood : IRow
{
    public string Id => "26";

    public string Title => "flood of 10,000 connections";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var limit = OpenFiles();
        var clients = Math.Min(10_000, limit - 1_500);
        if (clients < 1_000)
            return RowResult.Skip($"only {limit} files may be open; raise ulimit -n");
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        ended.CancelAfter(TimeSpan.FromSeconds(context.Count(15, 60)));
        var load = scene.Sender(clients, 0, redeliver: false, busySeconds: 2, obeys: true).RunAsync(int.MaxValue, ended.Token);
        var (memory, pages) = (0, new List<double>());
        while (!ended.IsCancellationRequested)
        {
            memory = Math.Max(memory, scene.Node.Process.MemoryMegabytes);
            var from = Stopwatch.GetTimestamp();
            await scene.Node.StatusAsync("/api/v1/transactions?limit=20", context.Stop);
            pages.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            await Task.Delay(200, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await load;
        var back = Stopwatch.GetTimestamp();
        while (await scene.Node.StatusAsync("/alive", context.Stop) != HttpStatusCode.OK && Stopwatch.GetElapsedTime(back) < TimeSpan.FromSeconds(30))
            await Task.Delay(50, context.Stop);
        var baseline = Stopwatch.GetElapsedTime(back).TotalSeconds;
        await scene.DrainAsync(TimeSpan.FromMinutes(3));
        var findings = await scene.CheckAsync();
        pages.Sort();
        var p95 = pages[(int)(pages.Count * 0.95)];
        var shed = scene.Sent.Statuses.Where(s => s.Key is 429 or 503).Sum(s => s.Value);
        var others = scene.Sent.Statuses.Where(s => s.Key is not (0 or 202 or 429 or 503)).Sum(s => s.Value);
        return await scene.VerdictAsync(findings, memory <= 1536 && p95 <= 1000 && others == 0 && baseline <= 10 && !scene.Node.Process.HasExited, string.Create(CultureInfo.InvariantCulture,
            $"{clients:N0} clients, {findings.Words}, {shed:N0} shed with 429 or 503, {others} other answers, {scene.Sent.Statuses.GetValueOrDefault(0):N0} without one, {memory:N0} MB at most (target 1,536), API p95 {p95:0} ms (target 1,000), quiet again after {baseline:0.0} s"));
    }

    private static int OpenFiles() =>
        File.ReadLines("/proc/self/limits").Where(l => l.StartsWith("Max open files", StringComparison.Ordinal)).Select(l => int.Parse(l[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)).FirstOrDefault(1024);
}
