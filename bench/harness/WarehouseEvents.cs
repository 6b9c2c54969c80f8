using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Bench.Peers;

/// <summary>
/// What the warehouse tells of an order that it was given: that it took it, and that it shipped all of it. Signed as Standard
/// Webhooks are; told again until it is taken, as a real one does.
/// </summary>
public sealed class WarehouseEvents : IAsyncDisposable
{
    private readonly Channel<(int Seq, byte[] Body)> _queue = Channel.CreateUnbounded<(int, byte[])>();
    private readonly Uri _url;
    private readonly byte[] _key;
    private readonly Task[] _workers;

    public WarehouseEvents(Uri url, byte[] key, int connections)
    {
        (_url, _key) = (url, key);
        _workers = [.. Enumerable.Range(0, connections).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>While true, nothing is told.</summary>
    public bool Silent { get; set; }

    public void Tell(int seq, byte[] instruction)
    {
        if (!Silent)
            _queue.Writer.TryWrite((seq, instruction));
    }

    private async Task WorkAsync()
    {
        using var client = new WireClient(WireClient.Loopback(_url));
        await foreach (var (seq, body) in _queue.Reader.ReadAllAsync())
        {
            using var instruction = JsonDocument.Parse(body);
            var reference = instruction.RootElement.GetProperty("reference").GetString();
            var lines = instruction.RootElement.GetProperty("lines").GetRawText();
            await SendAsync(client, $"a-{seq}", $$$"""{"type":"order.acknowledged","data":{"reference":"{{{reference}}}","orderId":"FI-{{{seq:D7}}}"}}""");
            await SendAsync(client, $"s-{seq}",
                $$$$"""{"type":"shipment.confirmed","data":{"reference":"{{{{reference}}}}","orderId":"FI-{{{{seq:D7}}}}","shipment":{"id":"SHP-{{{{seq}}}}","shippedAt":"2026-11-23T09:00:00Z","carrier":"DHL","trackingNumber":"TRK{{{{seq:D10}}}}","lines":{{{{lines}}}}}}}""");
        }
    }

    private async Task SendAsync(WireClient client, string id, string body)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{time}.{body}")));
        var request = Encoding.UTF8.GetBytes(
            $"POST {_url.PathAndQuery} HTTP/1.1\r\nHost: {_url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + $"webhook-id: {id}\r\nwebhook-timestamp: {time}\r\nwebhook-signature: v1,{signature}\r\n\r\n{body}");
        for (var i = 0; i < 200; i++)
        {
            try
            {
                var status = await client.SendAsync(request, CancellationToken.None);
                if (status is >= 200 and < 300)
                    return;
                if (status is not (429 or 503))
                    throw new InvalidOperationException($"The event {id} was answered with {status}.");
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
            }

            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAny(Task.WhenAll(_workers), Task.Delay(1000));
    }
}
