using System.Security.Cryptography;
using System.Text;

namespace Connectors.Sandbox.Webhooks;

/// <summary>Base64 of HMAC-SHA256 over the raw body, keyed with the app's client secret.</summary>
internal static class ShopifySignature
{
    public static string Sign(string secret, ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
