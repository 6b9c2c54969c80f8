using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>Whoever collects the telemetry may be gone, or take it and never answer: orders go on as fast, in as much memory, and the log stays quiet.</summary>
public sealed class SinkDownTests
{
    private const int Orders = 600;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_is_away_or_hangs_costs_neither_pace_nor_memory_nor_log()
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        var taken = new List<TcpClient>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var taking = Task.Run(async () =>
        {
            while (true)
                taken.Add(await hanging.AcceptTcpClientAsync(stop.Token));
        }, stop.Token);
        var none = await RunAsync("");
        var away = await RunAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ProductProcess.FreePort()}"));
        var hangs = await RunAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)hanging.LocalEndpoint).Port}"));
        Assert.NotEmpty(taken);
        await stop.CancelAsync();
        await Task.WhenAny(taking);
        taken.ForEach(t => t.Dispose());
        TestContext.Current.SendDiagnosticMessage($"none {none}, away {away}, hangs {hangs}");
        foreach (var (what, run) in new[] { ("away", away), ("hanging", hangs) })
        {
            // Wide bounds, as the machine may be busy: a queue that blocked would stand for ten seconds a batch, and there are six or more. The measured figure is in docs/reliability.md, row 38.
            Assert.True(run.Took < none.Took * 2 + TimeSpan.FromSeconds(15), $"{what}: {run.Took} against {none.Took}");
            Assert.True(run.Megabytes < none.Megabytes + 150, $"{what}: {run.Megabytes} MB against {none.Megabytes}");
            Assert.True(run.Lines <= none.Lines + 20, $"{what}: {run.Lines} lines against {none.Lines}");
        }
    }

    private static async Task<(TimeSpan Took, long Megabytes, int Lines)> RunAsync(string sink)
    {
        await using var partners = await TracedPartners.StartAsync();
        await using var product = new ProductProcess(partners.Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", sink), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "1000")));
        product.Start();
        await product.AliveAsync(Ct);
        // Compiled once.
        await SendAsync(product, partners, 0, 100);
        var from = Stopwatch.GetTimestamp();
        await SendAsync(product, partners, 100, Orders);
        var took = Stopwatch.GetElapsedTime(from);
        product.Process.Refresh();
        return (took, product.Process.WorkingSet64 / 1048576, product.Output.Count(c => c == '\n'));
    }

    private static async Task SendAsync(ProductProcess product, TracedPartners partners, int first, int count)
    {
        await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Ct }, async (i, _) => await partners.SendAsync(product.Client, i));
        await ProductProcess.EventuallyAsync(() => Task.FromResult(partners.Instructed >= first + count ? "all" : null), TimeSpan.FromSeconds(90), $"{first + count} orders at the warehouse", Ct);
    }
}
