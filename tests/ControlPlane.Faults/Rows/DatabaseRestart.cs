using System.Globalization;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 10: the database server is stopped at once and started again, under load.</summary>
public sealed class DatabaseRestart : IRow
{
    public string Id => "10";

    public string Title => "PostgreSql stopped at once and restarted";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        await using var server = await OwnPostgres.StartAsync(context.Stop);
        if (server is null)
            return RowResult.Skip("PostgreSQL is not installed here");
        var restarts = context.Count(3, 20);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.PostgreSql, server: server.Server);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(16, 150).RunAsync(int.MaxValue, ended.Token);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < restarts; i++)
        {
            await Task.Delay(context.Random.Next(1500, 3000), context.Stop);
            await server.DownAsync(context.Stop);
            await Task.Delay(2000, context.Stop);
            await server.UpAsync(context.Stop);
            var (from, before) = (context.Clock.GetTimestamp(), scene.Sent.AcknowledgedCount);
            while (scene.Sent.AcknowledgedCount <= before && context.Clock.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
                await Task.Delay(20, context.Stop);
            var took = context.Clock.GetElapsedTime(from);
            slowest = took > slowest ? took : slowest;
        }

        await Task.Delay(1000, context.Stop);
        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(120));
        var findings = await scene.CheckAsync();
        var others = scene.Sent.Statuses.Where(s => s.Key is not (0 or 202 or 503)).Sum(s => s.Value);
        return await scene.VerdictAsync(findings, slowest.TotalSeconds <= 5 && findings.Parked.Count == 0 && others == 0 && !scene.Node.Process.HasExited, string.Create(CultureInfo.InvariantCulture,
            $"{restarts} restarts, {findings.Words}, takes orders {slowest.TotalSeconds:0.0} s after the restart (target 5 s), {scene.Sent.Statuses.GetValueOrDefault(503):N0} × 503, {others} other errors"));
    }
}
