using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Connectors.Sandbox.Webhooks;

/// <summary>
/// Signs as the Standard Webhooks specification says: HMAC-SHA256 over <c>id.timestamp.body</c>, base64, after <c>v1,</c>.
/// Written apart from the checking side of the product on purpose: two readings of the specification check each other.
/// </summary>
internal static class StandardWebhookSignature
{
    private const string Prefix = "whsec_";

    public static string Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>Whole seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The specification asks for 24 to 64 bytes.</summary>
    public static bool IsSecret(string secret)
    {
        Span<byte> bytes = stackalloc byte[64];
        return secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
            && length >= 24;
    }
}
