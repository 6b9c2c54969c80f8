using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 28: clients that send headers or a body drop by drop hold no place that others need.</summary>
public sealed class SlowSenders : IRow
{
    public string Id => "28";

    public string Title => "2,000 dribbling connections beside normal load";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(8, 50).RunAsync(int.MaxValue, ended.Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var lives = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(() => DribbleAsync(scene.Node.Address.Port, body: i % 2 == 1, patience.Token))));
        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(30));
        var findings = await scene.CheckAsync();
        var (longest, p99) = (lives.Max(), scene.Sent.Percentile(0.99));
        return await scene.VerdictAsync(findings, longest <= 15 && p99 <= 500, string.Create(CultureInfo.InvariantCulture,
            $"the last slow one cut after {longest:0.0} s (target 15 s), normal p99 {p99:0} ms (target 500 ms), {findings.Words}"));
    }

    /// <returns>Seconds until the server had enough.</returns>
    private static async Task<double> DribbleAsync(int port, bool body, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var from = Stopwatch.GetTimestamp();
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, ct);
            from = Stopwatch.GetTimestamp();
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /in/shop/orders/create HTTP/1.1\r\nHost: rig\r\n" + (body ? "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{" : "X-Slow: ")), ct);
            var answer = new byte[512];
            var reading = socket.ReceiveAsync(answer, ct).AsTask();
            while (!reading.IsCompleted)
            {
                await socket.SendAsync("a"u8.ToArray(), ct);
                await Task.WhenAny(reading, Task.Delay(1000, ct));
            }

            // An answer or the end: either way the place is free.
            await reading;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Cut off, or never given up on: the time says which.
        }

        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }
}
