using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Faults.Load;

/// <summary>The benchmark's orders, each with a number of its own, and the signature that its shop adds.</summary>
public sealed class OrderBodies
{
    /// <summary>Of every connection <c>shop…</c> in the rig's estates.</summary>
    public const string Secret = "fault-rig-webhook-secret";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);

    private readonly string[] _templates;
    private readonly string _prefix;
    private readonly string _now;

    public OrderBodies(TimeProvider clock, string prefix = "FR-")
    {
        _prefix = prefix;
        _now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
        _templates = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Templates"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
    }

    /// <summary>Orders for which this holds carry a line that the ERP trips over.</summary>
    public Func<int, bool> Poisoned { get; init; } = _ => false;

    /// <summary>What people and partners call the order.</summary>
    public string Number(int sequence) => _prefix + sequence.ToString("D7", CultureInfo.InvariantCulture);

    public static long Id(int sequence) => 5_500_000_000_000 + sequence;

    public byte[] Body(int sequence)
    {
        var text = _templates[sequence % _templates.Length]
            .Replace("{{id}}", Id(sequence).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{seq}}", sequence.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{token}}", Number(sequence), StringComparison.Ordinal)
            .Replace("{{now}}", _now, StringComparison.Ordinal);
        if (Poisoned(sequence))
        {
            var at = text.IndexOf("\"sku\":\"", StringComparison.Ordinal) + "\"sku\":\"".Length;
            text = text[..at] + Stubs.Partner.Poison + text[text.IndexOf('"', at)..];
        }

        return Encoding.UTF8.GetBytes(text);
    }

    public static string Sign(ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(Key, body));

    /// <summary>The whole request, as it goes over the wire.</summary>
    /// <param name="delivery">The sender's id of this delivery.</param>
    public static byte[] Request(string host, string connection, byte[] body, string delivery) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /in/{connection}/orders/create HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nX-Shopify-Topic: orders/create\r\nX-Shopify-Webhook-Id: {delivery}\r\nX-Shopify-Hmac-Sha256: {Sign(body)}\r\n\r\n")),
        .. body,
    ];
}
