using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Connectors.Protocols.Http.Webhooks;

/// <summary>
/// A header of the form <c>t=1492774577,v1=hex,v1=hex</c>, as Stripe sends it and others since: HMAC-SHA256 over <c>t.body</c>, in
/// hexadecimal. One good signature of several is enough; schemes that are not known are passed over.
/// </summary>
public static class TimestampedSignature
{
    private const int LongestHeader = 2_000;
    private const int MostSignatures = 8;

    /// <param name="secrets">One or several, separated by spaces: both hold while one replaces the other.</param>
    public static bool Verify(ReadOnlySpan<byte> body, string? header, string? secrets, DateTimeOffset receivedAt, TimeSpan tolerance)
    {
        if (header is not { Length: > 0 and <= LongestHeader } || string.IsNullOrEmpty(secrets))
            return false;
        string? time = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
            if (part.StartsWith("t=", StringComparison.Ordinal))
            {
                // Twice would leave open which one was signed.
                if (time is not null)
                    return false;
                time = part[2..];
            }
            else if (part.StartsWith("v1=", StringComparison.Ordinal) && signatures.Count < MostSignatures)
                signatures.Add(Encoding.UTF8.GetBytes(part[3..]));
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is <= 0 or >= 253_402_300_800
            || (receivedAt - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > tolerance)
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        var fits = false;
        foreach (var secret in secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
            foreach (var signature in signatures)
                fits |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return fits;
    }
}
