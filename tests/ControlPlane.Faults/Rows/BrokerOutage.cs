using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Faults.Brokers;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Proxy;

namespace ControlPlane.Faults.Rows;

/// <summary>
/// Row 12: the broker that brings the orders is killed under load and comes back to a shop full of orders; every fifth comes
/// twice, and the product's lines are cut while it catches up, so that the broker gives out again what was in hand.
/// </summary>
public sealed class BrokerOutage(DatabaseKind database) : IRow
{
    private const int Cuts = 5;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(120);

    /// <summary>Beside the benchmark's flow and systems: their orders by way of a queue.</summary>
    private const string Bus = """

        ---
        kind: Connection
        metadata: { name: bus }
        spec:
          connector: rabbitmq
          role: storefront
          displayName: Event bus
          allowPrivateNetwork: true
          settings: { host: 127.0.0.1, port: "${env:BROKER_PORT}", tls: "false", user: "${env:BROKER_USER}", queue: rig-orders, documents: shopify }
          secrets: { password: "${env:BROKER_PASSWORD}" }
        """;

    public string Id => database == DatabaseKind.Sqlite ? "12" : "12p";

    public string Title => $"broker killed under load, {(database == DatabaseKind.Sqlite ? "one node, Sqlite" : "two nodes, PostgreSql")}";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (database == DatabaseKind.PostgreSql && context.Postgres is null)
            return TwoNodes.NoPostgres;
        var (found, why) = await RigBroker.FindAsync(context.Stop);
        if (found is null)
            return RowResult.Skip(why);
        await using var broker = found;
        await using var scene = await Scene.SetAsync(context, database, settings: (_, _) => new()
        {
            ["BROKER_PORT"] = broker.Relay.Port.ToString(CultureInfo.InvariantCulture), ["BROKER_USER"] = broker.User, ["BROKER_PASSWORD"] = broker.Password,
        }, edit: text => text + Bus);
        var shop = new BrokerShop(broker, "rig-orders", scene.Bodies, scene.Sent, context.Random);
        await shop.DeclareAsync(context.Stop);
        await scene.StartAsync(database == DatabaseKind.Sqlite ? 1 : 2);

        var down = TimeSpan.FromSeconds(context.Count(20, 300));
        var backlog = context.Count(2_000, 10_000);
        var rate = backlog / down.TotalSeconds;
        var load = shop.RunAsync(backlog + (int)(rate * 15), rate, context.Stop);
        await Task.Delay(8_000, context.Stop);
        var before = scene.Sent.AcknowledgedCount;
        await broker.DownAsync(context.Stop);
        await Task.Delay(down, context.Stop);
        var told = await StateAsync(scene, context.Stop);
        var piled = shop.Waiting;
        await broker.UpAsync(context.Stop);
        var back = Stopwatch.GetTimestamp();
        for (var cut = 0; cut < Cuts; cut++)
        {
            await Task.Delay(1_500, context.Stop);
            broker.Relay.Set(ProxyMode.Refuse);
            broker.Relay.Set(ProxyMode.Pass);
        }

        await load;
        var limit = Target + TimeSpan.FromSeconds(60);
        while (await scene.Database.CountAsync("SELECT COUNT(*) FROM transactions", context.Stop) < scene.Sent.AcknowledgedCount && Stopwatch.GetElapsedTime(back) < limit)
            await Task.Delay(100, context.Stop);
        await scene.DrainAsync(limit);
        var drained = Stopwatch.GetElapsedTime(back);
        await shop.CloseAsync();
        await Task.Delay(2_000, context.Stop);
        var well = await StateAsync(scene, context.Stop);
        // SIGTERM: everything is told to the broker before the process ends, so that nothing lies in the queue.
        var graceful = true;
        foreach (var node in scene.Nodes)
            graceful &= await node.Process.EndAsync(TimeSpan.FromSeconds(30));
        var (left, copies) = (await LeftAsync(broker, context.Stop), shop.Confirmed - scene.Sent.AcknowledgedCount);
        var findings = await scene.CheckAsync();
        var exact = findings.Effects == 2 * scene.Sent.AcknowledgedCount && left == 0;
        return await scene.VerdictAsync(findings, exact && graceful && findings.Parked.Count == 0 && drained <= Target && told == "failing" && well is "working", string.Create(CultureInfo.InvariantCulture,
            $"broker {(broker.IsOwn ? "killed" : "cut off")} for {down.TotalSeconds:0} s after {before:N0} orders, {piled:N0} messages piled up, drained {drained.TotalSeconds:0.0} s after its return (target {Target.TotalSeconds:0} s) through {Cuts} cut lines; {findings.Words}, {copies:N0} extra copies, {findings.Effects:N0} effects (target {2 * scene.Sent.AcknowledgedCount:N0}), {findings.Repeats} repeated executions, {left} left in the queue; shown as {told}, then {well}"));
    }

    /// <summary>As the API says it, hence the page.</summary>
    private static async Task<string> StateAsync(Scene scene, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(await scene.Node.Client.GetStringAsync("/api/v1/connections?limit=100", ct));
        return json.RootElement.GetProperty("items").EnumerateArray().First(c => c.GetProperty("key").GetString() == "bus").GetProperty("state").GetString() ?? "";
    }

    private static async Task<uint> LeftAsync(RigBroker broker, CancellationToken ct)
    {
        await using var link = await new RabbitMQ.Client.ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(ct);
        await using var channel = await link.CreateChannelAsync(cancellationToken: ct);
        return (await channel.QueueDeclarePassiveAsync("rig-orders", ct)).MessageCount;
    }
}
