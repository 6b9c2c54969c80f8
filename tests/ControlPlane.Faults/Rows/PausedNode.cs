using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Processes;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 4: a node stands still for twice its lease, loses its work to the other, and wakes up.</summary>
public sealed class PausedNode : IRow
{
    private const int LeaseSeconds = 10;

    public string Id => "4";

    public string Title => "a paused node wakes after twice its lease";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (context.Postgres is null)
            return TwoNodes.NoPostgres;
        var pauses = context.Count(2, 50);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.PostgreSql, "kinds", (_, _) => new()
        {
            ["ControlPlane__Engine__LeaseSeconds"] = LeaseSeconds.ToString(CultureInfo.InvariantCulture),
            ["ControlPlane__Engine__NodeTimeoutSeconds"] = "5",
        });
        scene.Systems = ["keyed", "upsert", "asked", "deaf"];
        foreach (var (system, memory) in Kinds.Memories)
            await scene.Stub.TurnAsync(system, $"memory={memory}&delay=40", context.Stop);
        await scene.StartAsync(2);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(24, 120).RunAsync(int.MaxValue, ended.Token);
        for (var pause = 0; pause < pauses; pause++)
        {
            await Task.Delay(context.Random.Next(700, 1500), context.Stop);
            var process = scene.Nodes[pause % 2].Process;
            process.Send(Signal.Stop);
            await Task.Delay(TimeSpan.FromSeconds(2 * LeaseSeconds), context.Stop);
            process.Send(Signal.Continue);
        }

        await Task.Delay(1500, context.Stop);
        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var stale = await TwoNodes.DoubleEventsAsync(scene.Database, context.Stop);
        var wrong = TwoNodes.ParkedWrongly(findings);
        return await scene.VerdictAsync(findings, stale == 0 && wrong == 0, string.Create(CultureInfo.InvariantCulture,
            $"{pauses} pauses of {2 * LeaseSeconds} s, {findings.Words}, {stale} commits by the stale holder (target 0), {findings.Repeats} repeats recognised by partners"));
    }
}
