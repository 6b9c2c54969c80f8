using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Bench.Peers;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 29: correctly signed rubbish. JSON only: it is the format that the product takes at its door.</summary>
public sealed class MalformedOrders : IRow
{
    public string Id => "29";

    public string Title => "malformed payloads with good signatures";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var count = context.Count(10_000, 100_000);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        await SendAsync(scene, context, 0, 500);
        var before = scene.Node.Process.MemoryMegabytes;
        var (statuses, slowest) = await SendAsync(scene, context, 500, count);
        var grown = scene.Node.Process.MemoryMegabytes - before;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var bad = statuses.Where(s => s.Key is >= 500 or 0).Sum(s => s.Value);
        var kept = await scene.Database.CountAsync("SELECT COUNT(*) FROM messages WHERE state = 3", context.Stop);
        return await scene.VerdictAsync(findings, bad == 0 && !scene.Node.Process.HasExited && slowest <= 1000 && grown <= 100, string.Create(CultureInfo.InvariantCulture,
            $"{count:N0} payloads: {string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Value:N0} × {s.Key}"))}; {bad} server errors (target 0), slowest {slowest:0} ms (target 1,000), {grown} MB grown (target 100), {kept:N0} kept with their reason"));
    }

    private static async Task<(Dictionary<int, int> Statuses, double Slowest)> SendAsync(Scene scene, RowContext context, int first, int count)
    {
        var (next, slowest, sync) = (first - 1, 0.0, new Lock());
        var statuses = new Dictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var client = new WireClient(WireClient.Loopback(scene.Node.Address));
            for (int at; (at = Interlocked.Increment(ref next)) < first + count;)
            {
                var body = Spoil(scene.Bodies.Body(at), new Random(context.Seed + at));
                var from = Stopwatch.GetTimestamp();
                var status = 0;
                try
                {
                    status = await client.SendAsync(OrderBodies.Request(scene.Node.Address.Authority, "shop", body, $"m-{at}"), context.Stop);
                }
                catch (Exception e) when (e is IOException or SocketException)
                {
                    // No answer is the worst answer.
                }

                lock (sync)
                {
                    statuses[status] = statuses.GetValueOrDefault(status) + 1;
                    slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                }
            }
        })));
        return (statuses, slowest);
    }

    private static byte[] Spoil(byte[] body, Random random)
    {
        var text = Encoding.UTF8.GetString(body);
        switch (random.Next(12))
        {
            case 0: return body[..random.Next(body.Length)];
            case 1:
                for (var i = random.Next(1, 6); i > 0; i--)
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                return body;
            case 2: return Encoding.UTF8.GetBytes(text.Insert(1, "\"id\":1,\"id\":2,"));
            case 3: return Encoding.UTF8.GetBytes(new string('[', random.Next(60, 100_000)));
            case 4: return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", random.Next(60, 5_000))) + "1");
            case 5: return Encoding.UTF8.GetBytes(text.Replace("\"quantity\":1", "\"quantity\":1e" + random.Next(5, 999_999).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            case 6: return Encoding.UTF8.GetBytes(text.Replace("\"total_price\":\"", "\"total_price\":\"" + new string('9', random.Next(20, 2_000)), StringComparison.Ordinal));
            case 7:
                body[random.Next(body.Length)] = 0xC3;
                body[random.Next(body.Length)] = 0x28;
                return body;
            case 8: return [0xEF, 0xBB, 0xBF, .. body];
            case 9: return Encoding.UTF8.GetBytes(text.Replace("\"name\":\"", "\"name\":\"\\u0000", StringComparison.Ordinal));
            case 10: return Encoding.UTF8.GetBytes(text.Replace("\"line_items\":[", random.Next(2) == 0 ? "\"line_items\":null,\"x\":[" : "\"line_items\":[null,", StringComparison.Ordinal));
            default: return Encoding.UTF8.GetBytes(random.Next(3) switch { 0 => "null", 1 => "", _ => "{\"id\":\"" + new string('x', random.Next(1, 300_000)) + "\"}" });
        }
    }
}
