using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>
/// Proves a client by a signed statement instead of a secret (RFC 7523, <c>private_key_jwt</c> of OpenID Connect): what NetSuite and
/// Microsoft Entra ask for. The private key never leaves this process.
/// </summary>
public sealed class PrivateKeyJwt
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>PEM: PKCS#8, or the older forms of RSA and EC.</summary>
    public required ConnectionText PrivateKey { get; init; }

    /// <summary>RS256, PS256 or ES256 (RFC 7518, 3.1).</summary>
    public required string Algorithm { get; init; }

    /// <summary>Header <c>kid</c>: which of our keys it is, as the system names it.</summary>
    public ConnectionText? KeyId { get; init; }

    /// <summary>PEM of the certificate that the system knows: its thumbprints go into the header, and its end is watched.</summary>
    public ConnectionText? Certificate { get; init; }

    /// <summary>Null = the token address.</summary>
    public ConnectionText? Audience { get; init; }

    /// <summary>Null leaves it out: NetSuite knows the subject from the certificate.</summary>
    public ConnectionText? Subject { get; init; }

    /// <summary>NetSuite reads the scope from the statement, not from the form.</summary>
    public ConnectionText? Scope { get; init; }

    /// <summary>1 minute to 1 hour; short, since it is used once.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    public IEnumerable<ConnectionText> Texts() => new[] { PrivateKey, KeyId, Certificate, Audience, Subject, Scope }.OfType<ConnectionText>();

    /// <exception cref="ExchangeException">The key or the certificate cannot be read.</exception>
    public string Write(Connection connection, string issuer, string tokenAddress, DateTimeOffset now, Guid id)
    {
        var header = new JsonObject { ["alg"] = Algorithm, ["typ"] = "JWT" };
        if (KeyId is not null)
            header["kid"] = KeyId.Render(connection);
        if (Certificate is not null)
        {
            using var certificate = CredentialFiles.Certificate(Certificate, null, null, connection, "certificate");
            header["x5t#S256"] = Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256));
            header["x5t"] = Base64Url.EncodeToString(certificate.GetCertHash());
        }

        var claims = new JsonObject { ["iss"] = issuer, ["aud"] = Audience?.Render(connection) ?? tokenAddress, ["jti"] = id.ToString() };
        if (Subject is not null)
            claims["sub"] = Subject.Render(connection);
        if (Scope is not null)
            claims["scope"] = Scope.Render(connection);
        // Clocks differ: what begins a little ago is believed by those that are behind.
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["nbf"] = now.ToUnixTimeSeconds() - 30;
        claims["exp"] = (now + Lifetime).ToUnixTimeSeconds();
        return Sign(header.ToJsonString(), claims.ToJsonString(), PrivateKey.RenderText(connection), Algorithm, connection);
    }

    /// <summary>JWS compact serialization (RFC 7515, 3.1).</summary>
    internal static string Sign(string header, string claims, string pem, string algorithm, Connection connection)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        try
        {
            return $"{signed}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(signed), pem, algorithm))}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The message of the cause could quote the key.
            throw new ExchangeException(new Fault(FaultKind.Internal, "connection.key_unreadable",
                $"The private key of the connection {connection.Key} cannot be read for {algorithm}. Give it as PEM, {(algorithm == "ES256" ? "an EC key on P-256" : "an RSA key")} without a password."));
        }
    }

    private static byte[] Signature(byte[] bytes, string pem, string algorithm)
    {
        if (algorithm == "ES256")
        {
            using var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return curve.KeySize == 256 ? curve.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) : throw new CryptographicException("P-256 is needed.");
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa.SignData(bytes, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}

/// <summary>Certificates and keys that a connection holds as secrets.</summary>
internal static class CredentialFiles
{
    /// <param name="what">Name of the secret or setting, for the message.</param>
    /// <param name="key">PEM of its private key; null = the certificate alone, or it is a PKCS#12 file.</param>
    /// <exception cref="ExchangeException">It cannot be read.</exception>
    public static X509Certificate2 Certificate(ConnectionText text, ConnectionText? key, ConnectionText? password, Connection connection, string what)
    {
        var content = text.RenderText(connection);
        try
        {
            if (!content.Contains("-----BEGIN", StringComparison.Ordinal))
                return X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(content), password?.RenderText(connection), X509KeyStorageFlags.EphemeralKeySet, Bounded);
            if (key is null)
                return X509Certificate2.CreateFromPem(content);
            return password is null ? X509Certificate2.CreateFromPem(content, key.RenderText(connection)) : X509Certificate2.CreateFromEncryptedPem(content, key.RenderText(connection), password.RenderText(connection));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw new ExchangeException(new Fault(FaultKind.Internal, "connection.certificate_unreadable",
                $"The {what} of the connection {connection.Key} cannot be read. Give certificate and key as PEM, or one PKCS#12 file as base64 with its password."));
        }
    }

    public static CredentialExpiry? Expiry(ConnectionText text, ConnectionText? key, ConnectionText? password, Connection connection, string what)
    {
        try
        {
            using var certificate = Certificate(text, key, password, connection, what);
            return new(what, certificate.Subject, certificate.NotAfter.ToUniversalTime());
        }
        catch (ExchangeException)
        {
            return null;
        }
    }

    /// <summary>A file that asks for endless key stretching is refused.</summary>
    private static readonly Pkcs12LoaderLimits Bounded = new() { IndividualKdfIterationLimit = 600_000, TotalKdfIterationLimit = 1_500_000 };
}
