using System.Text.Json;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>Which headers of a received request are kept beside its body: those that say what it is, none that prove who sent it.</summary>
internal static class KeptHeaders
{
    private static readonly string[] Exact = ["content-type", "user-agent", "webhook-id", "webhook-timestamp", "traceparent", "ce-id", "ce-type", "ce-source", "ce-time", "file-name"];

    /// <param name="reads">What the receiver itself needs to understand the document again.</param>
    public static string? ToJson(IReadOnlyDictionary<string, string> headers, IReadOnlyCollection<string> reads)
    {
        Dictionary<string, string>? kept = null;
        foreach (var (name, value) in headers)
            if (Exact.Contains(name, StringComparer.OrdinalIgnoreCase) || reads.Contains(name, StringComparer.OrdinalIgnoreCase)
                || (name.StartsWith("X-Shopify-", StringComparison.OrdinalIgnoreCase) && !name.Contains("Hmac", StringComparison.OrdinalIgnoreCase)))
                (kept ??= [])[name.ToLowerInvariant()] = value.Length <= 500 ? value : value[..500];
        return kept is null ? null : JsonSerializer.Serialize(kept);
    }
}
