using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Faults.Stubs;

/// <summary>One system: what it remembers and how it behaves. What it did is written down before it answers.</summary>
public sealed class Partner(string name, EffectLedger ledger, int seed, TimeProvider clock)
{
    /// <summary>An order with this in its lines is refused with a 500 each time, as a system does that trips over its data.</summary>
    public const string Poison = "POISON";

    private readonly ConcurrentDictionary<string, string> _byKey = new();
    private readonly ConcurrentDictionary<string, string> _byOrder = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly Lock _lock = new();
    private double _tokens = 1;
    private long _filledAt = clock.GetTimestamp();
    private int _documents;
    private int _requests;
    private int _throttled;

    public Dials Dials { get; set; } = new();

    public object Stats => new { requests = _requests, documents = _documents, throttled = _throttled };

    public async Task HandleAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await LookUpAsync(http, http.Request.Query["ref"].ToString());
            return;
        }

        var dials = Dials;
        var (order, poisoned) = await ReadAsync(http);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        Interlocked.Increment(ref _requests);
        if (dials.Answer == Answer.Stall)
        {
            // Neither done nor answered: the worst of slow systems.
            ledger.Write(name, LedgerWord.Refused, order, key);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (dials is { Status: 0, Refuse.Length: > 0 } && order.EndsWith(dials.Refuse, StringComparison.Ordinal))
            dials = dials with { Status = 422 };
        if (dials.Answer != Answer.Json || dials.Status != 0 || poisoned || !TakeToken(dials))
        {
            ledger.Write(name, LedgerWord.Refused, order, key);
            await RefuseAsync(http, dials, poisoned);
            return;
        }

        var document = Do(dials, order, key);
        if (Lost(dials, order))
        {
            ledger.Write(name, LedgerWord.ReplyLost, order, key);
            http.Abort();
            return;
        }

        if (dials.Delay > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(dials.Delay), clock);
        await AnswerAsync(http, 201, $"{{\"id\":\"{document}\"}}");
    }

    private string Do(Dials dials, string order, string key)
    {
        string Make() => string.Create(CultureInfo.InvariantCulture, $"{name.ToUpperInvariant()}-{Interlocked.Increment(ref _documents):D7}");
        var memory = dials.Memory == Memory.Key && key.Length > 0 ? _byKey : _byOrder;
        var known = dials.Memory == Memory.Key && key.Length > 0 ? key : order;
        var fresh = Make();
        var isNew = memory.TryAdd(known, fresh);
        if (dials.Memory == Memory.Key)
            _byOrder.TryAdd(order, fresh);
        ledger.Write(name, isNew || dials.Memory == Memory.None ? LedgerWord.Effect : LedgerWord.Repeat, order, key);
        return memory[known];
    }

    private async Task LookUpAsync(HttpContext http, string order)
    {
        ledger.Write(name, LedgerWord.LookedUp, order, "");
        if (Dials.Status != 0)
            await RefuseAsync(http, Dials, poisoned: false);
        else if (_byOrder.TryGetValue(order, out var document))
            await AnswerAsync(http, 200, $"{{\"id\":\"{document}\"}}");
        else
            await AnswerAsync(http, 404, "{}");
    }

    private async Task RefuseAsync(HttpContext http, Dials dials, bool poisoned)
    {
        switch (dials.Answer)
        {
            case Answer.Html:
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body>We are back soon.</body></html>");
                return;
            case Answer.Redirect:
                http.Response.StatusCode = 302;
                http.Response.Headers.Location = "/elsewhere";
                return;
            case Answer.Endless:
                http.Response.ContentType = "application/json";
                var chunk = new byte[64 * 1024];
                try
                {
                    while (!http.RequestAborted.IsCancellationRequested)
                        await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    // It was cut off, as it should be.
                }

                return;
        }

        http.Response.StatusCode = poisoned ? 500 : dials.Status != 0 ? dials.Status : 429;
        if (dials.RetryAfter is ['d', .. var seconds])
            http.Response.Headers.RetryAfter = clock.GetUtcNow().AddSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture);
        else if (dials.RetryAfter.Length > 0)
            http.Response.Headers.RetryAfter = dials.RetryAfter;
        await http.Response.WriteAsync("{}");
    }

    private bool TakeToken(Dials dials)
    {
        if (dials.Rate <= 0)
            return true;
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(Math.Max(1, dials.Rate), _tokens + clock.GetElapsedTime(_filledAt, now).TotalSeconds * dials.Rate);
            _filledAt = now;
            if (_tokens < 1)
            {
                _throttled++;
                return false;
            }

            _tokens--;
            return true;
        }
    }

    /// <summary>Decided by order and try, not by the moment: the same seed loses the same answers.</summary>
    private bool Lost(Dials dials, string order)
    {
        if (dials.Drop <= 0)
            return false;
        var number = _asked.AddOrUpdate(order, 1, (_, n) => n + 1);
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{name}/{order}/{number}")), hash);
        return BitConverter.ToUInt32(hash) < dials.Drop * uint.MaxValue;
    }

    private static async Task AnswerAsync(HttpContext http, int status, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes);
    }

    private static async Task<(string Order, bool Poisoned)> ReadAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer);
        var body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        using var json = JsonDocument.Parse(body);
        var order = json.RootElement.TryGetProperty("externalReference", out var number) ? number.GetString() : json.RootElement.GetProperty("reference").GetString();
        return (order ?? "", body.Span.IndexOf("POISON"u8) >= 0);
    }
}
