using System.Globalization;
using Bench.Peers;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 13: each order comes one to five times, at once and later, under the same delivery id and under new ones.</summary>
public sealed class DuplicateDeliveries : IRow
{
    public string Id => "13";

    public string Title => "each order delivered 1 to 5 times";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var orders = context.Count(1_500, 20_000);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        var deliveries = new List<(int Sequence, string Id)>();
        var late = new List<(int, string)>();
        for (var sequence = 0; sequence < orders; sequence++)
        {
            for (var copy = context.Random.Next(1, 6); copy > 0; copy--)
            {
                var id = context.Random.Next(2) == 0 ? $"d-{sequence}" : $"d-{sequence}-{copy}";
                (context.Random.Next(5) == 0 ? late : deliveries).Add((sequence, id));
            }

            if (context.Random.Next(3) == 0)
            {
                // Twins: next to each other, so that two connections send them at the same moment.
                deliveries.Add((sequence, $"d-{sequence}-twin1"));
                deliveries.Add((sequence, $"d-{sequence}-twin2"));
            }
        }

        await SendAsync(scene, deliveries, context.Stop);
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        await SendAsync(scene, late, context.Stop);
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var transactions = await scene.Database.CountAsync("SELECT COUNT(*) FROM transactions", context.Stop);
        var exact = findings.Effects == 2 * transactions && transactions == scene.Sent.Count && findings.Acknowledged == scene.Sent.Count;
        return await scene.VerdictAsync(findings, exact && findings.Parked.Count == 0, string.Create(CultureInfo.InvariantCulture,
            $"{deliveries.Count + late.Count:N0} deliveries of {scene.Sent.Count:N0} orders, {findings.Words}, {findings.Effects:N0} effects (target {2 * scene.Sent.Count:N0})"));
    }

    private static async Task SendAsync(Scene scene, List<(int Sequence, string Id)> deliveries, CancellationToken stop)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            using var client = new WireClient(WireClient.Loopback(scene.Node.Address));
            for (int at; (at = Interlocked.Increment(ref next)) < deliveries.Count;)
            {
                var (sequence, id) = deliveries[at];
                scene.Sent.Began(sequence);
                scene.Sent.Ended(sequence, await client.SendAsync(OrderBodies.Request(scene.Node.Address.Authority, "shop", scene.Bodies.Body(sequence), id), stop));
            }
        }, stop)));
    }
}
