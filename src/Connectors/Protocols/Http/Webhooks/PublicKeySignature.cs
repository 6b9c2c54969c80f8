using System.Security.Cryptography;

namespace Connectors.Protocols.Http.Webhooks;

/// <summary>Signatures that the sender makes with a private key, and that we check with its public one. Pure: keys are at hand.</summary>
public static class PublicKeySignature
{
    /// <summary>A signature of RSA with 8192 bits has 1,024 bytes; nothing longer is looked at.</summary>
    private const int LongestSignature = 2_048;

    /// <summary>Senders that rotate have two.</summary>
    private const int MostKeys = 8;

    /// <summary>What a manifest may name.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["rsa-sha256", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha1"];

    /// <param name="keys">One or several public keys in PEM, one behind the other: all hold while one replaces another.</param>
    /// <param name="signature">RSA: PKCS #1 v1.5. ECDSA: DER.</param>
    public static bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, string? keys)
    {
        if (signature.IsEmpty || signature.Length > LongestSignature || string.IsNullOrEmpty(keys))
            return false;
        var rest = keys.AsSpan();
        for (var i = 0; i < MostKeys && PemEncoding.TryFind(rest, out var found); i++)
        {
            try
            {
                if (Fits(algorithm, signed, signature, rest[found.Location]))
                    return true;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // A key of another kind, or a signature that is none: it does not fit, and the next may.
            }

            rest = rest[found.Location.End..];
        }

        return false;
    }

    // eBay signs with SHA-1 still, and gives no other choice.
#pragma warning disable CA5350
    private static bool Fits(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, ReadOnlySpan<char> pem)
    {
        if (algorithm.StartsWith("rsa-", StringComparison.Ordinal))
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.VerifyData(signed, signature, algorithm == "rsa-sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var curve = ECDsa.Create();
        curve.ImportFromPem(pem);
        return curve.VerifyData(signed, signature, algorithm == "ecdsa-sha1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
#pragma warning restore CA5350
}
