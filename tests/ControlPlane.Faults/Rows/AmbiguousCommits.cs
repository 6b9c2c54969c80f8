using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Proxy;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 5: the line to the database breaks while a commit is under way, before or after the server saw it.</summary>
public sealed class AmbiguousCommits : IRow
{
    public string Id => "5";

    public string Title => "ambiguous commits on PostgreSql";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (context.Postgres is null)
            return TwoNodes.NoPostgres;
        var cuts = context.Count(100, 500);
        TcpProxy? proxy = null;
        await using var scene = await Scene.SetAsync(context, DatabaseKind.PostgreSql, "reference", (database, _) => database.Settings((proxy = new TcpProxy(database.ServerPort)).Port));
        await using var relay = proxy!;
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(16, 150).RunAsync(int.MaxValue, ended.Token);
        for (var cut = 0; cut < cuts; cut++)
        {
            // Three of four after the server had it: those are the ones that nobody can tell from failures.
            relay.Arm("COMMIT", cut % 4 == 0 ? Cut.Before : Cut.After);
            while (relay.IsArmed)
                await Task.Delay(10, context.Stop);
            await Task.Delay(context.Random.Next(20, 120), context.Stop);
        }

        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(90));
        var findings = await scene.CheckAsync();
        var transactions = await scene.Database.CountAsync("SELECT COUNT(*) FROM transactions", context.Stop);
        var messages = await scene.Database.CountAsync("SELECT COUNT(*) FROM messages", context.Stop);
        var events = await TwoNodes.DoubleEventsAsync(scene.Database, context.Stop);
        return await scene.VerdictAsync(findings, messages == transactions && events == 0 && findings.Parked.Count == 0 && relay.Cuts == cuts, string.Create(CultureInfo.InvariantCulture,
            $"{relay.Cuts} commits cut, {findings.Words}, {messages - transactions} duplicate inbox rows, {events} duplicate events, {findings.Parked.Count} wrong parks (target 0)"));
    }
}
