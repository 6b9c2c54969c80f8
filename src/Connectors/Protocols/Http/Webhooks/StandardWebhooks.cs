using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http.Webhooks;

/// <summary>
/// Checks webhooks signed as the Standard Webhooks specification (v1) says: base64 of HMAC-SHA256 over
/// <c>id.timestamp.body</c>, in a list of <c>v1,signature</c>.
/// </summary>
public static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The specification's own: a recording older than this is no longer believed.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";
    private const string SecretPrefix = "whsec_";

    /// <summary>Senders that rotate send two; more than this is no rotation but work for us.</summary>
    private const int MostSignatures = 8;
    private const int LongestId = 256;

    /// <param name="secrets">One or several, separated by spaces, each base64 after <c>whsec_</c>. Several while one replaces another.</param>
    public static bool Verify(InboundRequest request, string? secrets)
    {
        var id = request.Header(IdHeader);
        var timestamp = request.Header(TimestampHeader);
        var signatures = request.Header(SignatureHeader);
        if (string.IsNullOrEmpty(secrets) || id is not { Length: > 0 and <= LongestId } || string.IsNullOrEmpty(signatures) || !IsFresh(timestamp, request.ReceivedAt))
            return false;
        var prefix = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var valid = false;
        foreach (var secret in secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (Key(secret) is { } key)
                valid |= AnyFits(signatures, Sign(key, prefix, request.Body.Span));
        return valid;
    }

    /// <summary>Null when it is no secret of this kind; for checking a connection's settings.</summary>
    public static byte[]? Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length > 0 ? key[..length] : null;
    }

    private static bool IsFresh(string? timestamp, DateTimeOffset receivedAt) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 253_402_300_800
        && (receivedAt - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Tolerance;

    private static byte[] Sign(byte[] key, byte[] prefix, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(prefix);
        hmac.AppendData(body);
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(hmac.GetHashAndReset()));
    }

    /// <summary>Compared as text: base64 has several spellings of the same bytes, and only one of them is what the sender made.</summary>
    private static bool AnyFits(string signatures, byte[] expected)
    {
        var fits = false;
        foreach (var signature in signatures.Split(' ', MostSignatures + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostSignatures))
            if (signature.StartsWith(Version, StringComparison.Ordinal))
                fits |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature[Version.Length..]), expected);
        return fits;
    }
}
