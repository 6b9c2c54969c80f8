using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Soap;

/// <summary>WS-Security UsernameToken Profile 1.0 (OASIS, 2004), with the password as text or as digest, and a timestamp where the system wants one.</summary>
public sealed class UsernameTokenAuthentication : EnvelopeAuthentication
{
    private const string Extension = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private const string Utility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    private const string Profile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
    private const string Base64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

    public required ConnectionText User { get; init; }

    public required ConnectionText Password { get; init; }

    public bool Digest { get; init; }

    /// <summary>How long the message counts; null = it carries no Timestamp.</summary>
    public TimeSpan? Lifetime { get; init; }

    protected override IEnumerable<ConnectionText> Texts => [User, Password];

    internal override string Block(Connection connection, DateTimeOffset now, string nonce)
    {
        var created = Written(now);
        var timestamp = Lifetime is { } lifetime ? $"<wsu:Timestamp wsu:Id=\"TS-1\"><wsu:Created>{created}</wsu:Created><wsu:Expires>{Written(now + lifetime)}</wsu:Expires></wsu:Timestamp>" : "";
        var password = Digest
            ? $"<wsse:Password Type=\"{Profile}#PasswordDigest\">{DigestOf(Encoding.ASCII.GetBytes(nonce), created, Password.Render(connection))}</wsse:Password>"
                + $"<wsse:Nonce EncodingType=\"{Base64}\">{Convert.ToBase64String(Encoding.ASCII.GetBytes(nonce))}</wsse:Nonce><wsu:Created>{created}</wsu:Created>"
            : $"<wsse:Password Type=\"{Profile}#PasswordText\">{Escaped(Password, connection)}</wsse:Password>";
        return $"<wsse:Security xmlns:wsse=\"{Extension}\" xmlns:wsu=\"{Utility}\" soap:mustUnderstand=\"1\">{timestamp}"
            + $"<wsse:UsernameToken wsu:Id=\"UsernameToken-1\"><wsse:Username>{Escaped(User, connection)}</wsse:Username>{password}</wsse:UsernameToken></wsse:Security>";
    }

    // The profile knows SHA-1 only. It hides the password from the wire under TLS; it is not what protects it.
#pragma warning disable CA5350
    internal static string DigestOf(byte[] nonce, string created, string password) =>
        Convert.ToBase64String(SHA1.HashData([.. nonce, .. Encoding.UTF8.GetBytes(created), .. Encoding.UTF8.GetBytes(password)]));
#pragma warning restore CA5350

    private static string Written(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
