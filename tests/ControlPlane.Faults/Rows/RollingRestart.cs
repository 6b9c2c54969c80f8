using System.Globalization;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 3: the nodes are restarted in turn, in order, under load, as at a deployment of the same version.</summary>
public sealed class RollingRestart : IRow
{
    public string Id => "3";

    public string Title => "rolling SIGTERM across two nodes, 200/s";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (context.Postgres is null)
            return TwoNodes.NoPostgres;
        var switches = context.Count(6, 20);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.PostgreSql);
        await scene.StartAsync(2);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(24, 200).RunAsync(int.MaxValue, ended.Token);
        var (slowest, killed) = (TimeSpan.Zero, 0);
        for (var i = 0; i < switches; i++)
        {
            await Task.Delay(1000, context.Stop);
            var from = context.Clock.GetTimestamp();
            if (!await scene.Nodes[i % 2].Process.EndAsync(TimeSpan.FromSeconds(40)))
                killed++;
            var took = context.Clock.GetElapsedTime(from);
            slowest = took > slowest ? took : slowest;
            await scene.Nodes[i % 2].StartReadyAsync(context.Stop);
        }

        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        return await scene.VerdictAsync(
            findings, killed == 0 && findings.Repeats == 0 && findings.Parked.Count == 0 && scene.Sent.ServerErrors == 0 && slowest.TotalSeconds <= 30, string.Create(CultureInfo.InvariantCulture,
            $"{switches} switches, {findings.Words}, {findings.Repeats} repeated executions (target 0), {scene.Sent.ServerErrors} answers 5xx, drained in at most {slowest.TotalSeconds:0.0} s (target 30 s)"));
    }
}
