using System.Globalization;
using ControlPlane.Faults.Checker;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>What the rows with two nodes on one PostgreSQL have in common.</summary>
internal static class TwoNodes
{
    public static readonly RowResult NoPostgres = RowResult.Skip("no PostgreSQL: set CONTROLPLANE_TEST_POSTGRES");

    /// <summary>The id under which the node that was started last holds its work.</summary>
    public static async Task<string> NewestNodeAsync(RigDatabase database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM nodes ORDER BY started_at DESC LIMIT 1";
        return ((Guid)(await command.ExecuteScalarAsync(ct))!).ToString();
    }

    /// <summary>Events that two holders of the same work both wrote: a stale one would number its own as the new one does.</summary>
    public static Task<long> DoubleEventsAsync(RigDatabase database, CancellationToken ct) =>
        database.CountAsync("SELECT COUNT(*) FROM (SELECT transaction_id FROM journal WHERE sequence > 0 GROUP BY transaction_id, sequence HAVING COUNT(*) > 1) twice", ct);

    /// <summary>Parked for another reason than that nobody can know.</summary>
    public static int ParkedWrongly(Findings findings) => findings.Parked.Count(p => p.Value is not ("effect.cut_short" or "outbound.cut_off" or "outbound.timeout"));
}

/// <summary>Row 2: one of two nodes dies; the other takes its work over.</summary>
public sealed class KillOfOneOfTwoNodes : IRow
{
    private const int Workers = 64;

    public string Id => "2";

    public string Title => "kill -9 of one of two nodes, PostgreSql";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (context.Postgres is null)
            return TwoNodes.NoPostgres;
        var kills = context.Count(10, 100);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.PostgreSql, "kinds", (_, _) => new() { ["ControlPlane__Engine__NodeTimeoutSeconds"] = "4" });
        scene.Systems = ["keyed", "upsert", "asked", "deaf"];
        foreach (var (system, memory) in Kinds.Memories)
            await scene.Stub.TurnAsync(system, $"memory={memory}&delay=25", context.Stop);
        var ids = new string[2];
        for (var i = 0; i < 2; i++)
        {
            await scene.AddNode().StartReadyAsync(context.Stop);
            ids[i] = await TwoNodes.NewestNodeAsync(scene.Database, context.Stop);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(24, 120).RunAsync(int.MaxValue, ended.Token);
        var slowest = TimeSpan.Zero;
        var orphans = 0L;
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(context.Random.Next(300, 1200), context.Stop);
            var victim = kill % 2;
            await scene.Nodes[victim].KillAsync();
            var from = context.Clock.GetTimestamp();
            var held = $"SELECT COUNT(*) FROM work_items WHERE state = 2 AND owner = '{ids[victim]}'";
            orphans += await scene.Database.CountAsync(held, context.Stop);
            // It comes back under another id: the takeover is the other node's all the same.
            var restarted = scene.Nodes[victim].StartReadyAsync(context.Stop);
            while (await scene.Database.CountAsync(held, context.Stop) > 0 && context.Clock.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
                await Task.Delay(100, context.Stop);
            var took = context.Clock.GetElapsedTime(from);
            slowest = took > slowest ? took : slowest;
            await restarted;
            ids[victim] = await TwoNodes.NewestNodeAsync(scene.Database, context.Stop);
        }

        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var wrong = TwoNodes.ParkedWrongly(findings);
        return await scene.VerdictAsync(findings, wrong == 0 && findings.Repeats <= Workers * kills && slowest.TotalSeconds <= 30, string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills, {findings.Words}, {orphans:N0} orphans resumed in at most {slowest.TotalSeconds:0.0} s (target 30 s), {findings.Repeats} repeated executions ({Workers} a kill allowed)"));
    }
}
