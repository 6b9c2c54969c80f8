using System.Globalization;
using System.Net;
using ControlPlane.Faults.Databases;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 11: writers, readers and a backup on one SQLite file.</summary>
public sealed class WriterContention : IRow
{
    public string Id => "11";

    public string Title => "32 writers, 8 readers and a backup on SQLite";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        ended.CancelAfter(TimeSpan.FromSeconds(context.Count(12, 300)));
        var (refused, reads, backups) = (0, 0, 0);
        var readers = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                if (await scene.Node.StatusAsync(i % 2 == 0 ? "/api/v1/transactions?limit=50" : $"/api/v1/transactions?q={scene.Bodies.Number(i)}", context.Stop) != HttpStatusCode.OK)
                    Interlocked.Increment(ref refused);
                Interlocked.Increment(ref reads);
                await Task.Delay(20, context.Stop);
            }
        }));
        var backup = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                await using var from = new SqliteConnection(new SqliteConnectionStringBuilder(scene.Database.ConnectionString) { Pooling = false }.ToString());
                await using var to = new SqliteConnection($"Data Source={Path.Combine(context.Folder, "backup.db")};Pooling=False");
                await from.OpenAsync(context.Stop);
                await to.OpenAsync(context.Stop);
                from.BackupDatabase(to);
                backups++;
                await Task.Delay(500, context.Stop);
            }
        });
        await Task.WhenAll([scene.Sender(32, 300).RunAsync(int.MaxValue, ended.Token), backup, .. readers]);
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var locked = File.ReadLines(scene.Node.Process.Log).Count(l => l.Contains("database is locked", StringComparison.OrdinalIgnoreCase) || l.Contains("database table is locked", StringComparison.OrdinalIgnoreCase));
        var p99 = scene.Sent.Percentile(0.99);
        return await scene.VerdictAsync(findings, refused == 0 && locked == 0 && scene.Sent.ServerErrors == 0 && p99 <= 250, string.Create(CultureInfo.InvariantCulture,
            $"{findings.Words}, {reads:N0} reads with {refused} refused, {backups} backups, {locked} times locked, {scene.Sent.ServerErrors} server errors (target 0), write p99 {p99:0} ms (target 250 ms)"));
    }
}
