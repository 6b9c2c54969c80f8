using System.Globalization;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 1: the process dies at any moment under load, and starts again. The deaf ledger cannot recognise a repeat and cannot be asked.</summary>
public sealed class KillOfTheOnlyNode(DatabaseKind database) : IRow
{
    public string Id => database == DatabaseKind.Sqlite ? "1" : "1p";

    public string Title => $"kill -9 of the only node, {database}";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (database == DatabaseKind.PostgreSql && context.Postgres is null)
            return RowResult.Skip("no PostgreSQL: set CONTROLPLANE_TEST_POSTGRES");
        var kills = database == DatabaseKind.Sqlite ? context.Count(20, 200) : context.Count(5, 50);
        await using var scene = await Scene.SetAsync(context, database, "kinds");
        scene.Systems = ["keyed", "upsert", "asked", "deaf"];
        foreach (var (system, memory) in Kinds.Memories)
            await scene.Stub.TurnAsync(system, $"memory={memory}&delay=25", context.Stop);
        var node = scene.AddNode();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        // More than it finishes between two kills: some hundreds are always in flight.
        var load = scene.Sender(32, 250).RunAsync(int.MaxValue, ended.Token);
        for (var kill = 0; kill < kills; kill++)
        {
            await node.StartReadyAsync(context.Stop);
            await Task.Delay(context.Random.Next(150, 1200), context.Stop);
            await node.KillAsync();
        }

        await node.StartReadyAsync(context.Stop);
        await Task.Delay(500, context.Stop);
        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(120));
        var findings = await scene.CheckAsync();
        var ready = node.SlowestReady.TotalSeconds;
        var wrong = TwoNodes.ParkedWrongly(findings);
        return await scene.VerdictAsync(findings, ready <= 10 && wrong == 0,
            string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {findings.Words} ({wrong} wrongly), ready {ready:0.0} s (target 10 s)"));
    }
}

/// <summary>The four partners of the estate <c>kinds</c>, and how each remembers.</summary>
internal static class Kinds
{
    public static readonly (string System, string Memory)[] Memories = [("keyed", "key"), ("upsert", "order"), ("asked", "none"), ("deaf", "none")];
}
