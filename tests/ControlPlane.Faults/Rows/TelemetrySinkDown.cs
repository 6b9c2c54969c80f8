using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;
using ControlPlane.Faults.Proxy;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 38: whoever collects the telemetry is gone, or takes it and never answers.</summary>
public sealed class TelemetrySinkDown : IRow
{
    public string Id => "38";

    public string Title => "telemetry sink refuses, then stalls";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        TcpProxy? proxy = null;
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, settings: (_, stub) => new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{(proxy = new TcpProxy(stub.Port)).Port}"),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        });
        await using var sink = proxy!;
        await scene.StartAsync(1);
        var all = new List<(SentOrders, OrderBodies)>();
        async Task<double> PhaseAsync(ProxyMode mode, int round)
        {
            sink.Set(mode);
            var shop = scene.Shop("shop", string.Create(CultureInfo.InvariantCulture, $"T{round}-"));
            all.Add((shop.Sent, shop.Bodies));
            await shop.Sender(16, 200, round * 100_000).RunAsync(context.Count(500, 8_000), context.Stop);
            return shop.Sent.Percentile(0.99);
        }

        await PhaseAsync(ProxyMode.Pass, 0);
        var (up, down) = (new List<double>(), new List<double>());
        var before = scene.Node.Process.MemoryMegabytes;
        for (var round = 0; round < 4; round++)
        {
            up.Add(await PhaseAsync(ProxyMode.Pass, 1 + 2 * round));
            down.Add(await PhaseAsync(round % 2 == 0 ? ProxyMode.Refuse : ProxyMode.Stall, 2 + 2 * round));
        }

        var grown = scene.Node.Process.MemoryMegabytes - before;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync(all);
        // The middle of each, as one hiccup of the machine would decide otherwise.
        double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
        var change = Middle(down) / Middle(up) - 1;
        return await scene.VerdictAsync(findings, change <= 0.05 && grown <= 100, string.Create(CultureInfo.InvariantCulture,
            $"ingest p99 {Middle(down):0.0} ms without a sink, {Middle(up):0.0} ms with it ({change:+0 %;-0 %}, target 5 %), {grown} MB grown; {findings.Words}"));
    }
}
