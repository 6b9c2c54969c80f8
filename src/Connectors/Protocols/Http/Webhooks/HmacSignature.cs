using System.Security.Cryptography;
using System.Text;

namespace Connectors.Protocols.Http.Webhooks;

/// <summary>HMAC-SHA256 of the raw body in one header: base64 as Shopify and WooCommerce send it, or hexadecimal. Constant-time.</summary>
public static class HmacSignature
{
    /// <param name="secrets">One or several, separated by spaces: both hold while one replaces the other.</param>
    public static bool VerifyBase64(ReadOnlySpan<byte> body, string? secrets, string? header) =>
        Verify(body, secrets, header, static hash => Convert.ToBase64String(hash));

    /// <summary>Upper or lower case.</summary>
    public static bool VerifyHex(ReadOnlySpan<byte> body, string? secrets, string? header) =>
        Verify(body, secrets, header?.ToLowerInvariant(), static hash => Convert.ToHexStringLower(hash));

    private static bool Verify(ReadOnlySpan<byte> body, string? secrets, string? header, Func<byte[], string> write)
    {
        if (string.IsNullOrEmpty(secrets) || string.IsNullOrEmpty(header))
            return false;
        var given = Encoding.UTF8.GetBytes(header);
        var valid = false;
        foreach (var secret in secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            valid |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(write(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))), given);
        return valid;
    }
}
