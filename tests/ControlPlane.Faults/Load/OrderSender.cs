using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Bench.Peers;

namespace ControlPlane.Faults.Load;

/// <summary>
/// A shop that places orders and delivers each until it is acknowledged, as real ones do: the same delivery id again,
/// after a moment, to the next node.
/// </summary>
/// <param name="rate">Orders a second over all connections; 0: as fast as it is acknowledged.</param>
public sealed class OrderSender(OrderBodies bodies, SentOrders sent, IReadOnlyList<Uri> nodes, string connection, int connections, double rate)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>After an answer that is no acknowledgement. The product asks for two seconds where it is busy.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>True: comes again when it was asked to, and not before.</summary>
    public bool Obeys { get; init; }

    private int _next;
    private long _from;

    /// <summary>False: an order that is not acknowledged is given up.</summary>
    public bool Redeliver { get; init; } = true;

    public int First { get; init; }

    /// <param name="most">Orders in all; it ends when they are delivered or <paramref name="stop"/> comes.</param>
    public async Task RunAsync(int most, CancellationToken stop)
    {
        _from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => WorkAsync(i, most, stop), CancellationToken.None)));
    }

    private async Task WorkAsync(int worker, int most, CancellationToken stop)
    {
        var clients = nodes.Select(n => new WireClient(WireClient.Loopback(n))).ToArray();
        var turn = worker;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var index = Interlocked.Increment(ref _next) - 1;
                if (index >= most || !await DueAsync(index, stop))
                    return;
                var sequence = First + index;
                var body = bodies.Body(sequence);
                var delivery = string.Create(CultureInfo.InvariantCulture, $"d-{connection}-{sequence}");
                sent.Began(sequence);
                do
                {
                    var node = turn++ % nodes.Count;
                    var status = await TryAsync(clients[node], OrderBodies.Request(nodes[node].Authority, connection, body, delivery), stop);
                    // Our own end is nobody's failure.
                    if (status == 0 && stop.IsCancellationRequested)
                        break;
                    sent.Ended(sequence, status);
                    if (status is not (>= 200 and < 300))
                        await Task.Delay(status == 0 ? TimeSpan.FromMilliseconds(30) : Obeys && clients[node].RetryAfter is { } asked ? asked : Busy, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    else
                        break;
                    if (!Redeliver)
                        break;
                }
                while (!stop.IsCancellationRequested);
            }
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    private async Task<bool> DueAsync(int index, CancellationToken stop)
    {
        if (rate <= 0)
            return true;
        var wait = TimeSpan.FromSeconds(index / rate) - Stopwatch.GetElapsedTime(_from);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    /// <summary>0: no answer came.</summary>
    private static async Task<int> TryAsync(WireClient client, byte[] request, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AnswerLimit);
        try
        {
            return await client.SendAsync(request, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
