using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Soap;

/// <summary>
/// NetSuite's token-based authentication for SOAP: a header block tokenPassport whose signature is HMAC-SHA256 over account, consumer
/// key, token, nonce and Unix time, with both secrets as key. Each nonce counts once, so each try is signed anew.
/// </summary>
public sealed class NetSuiteTokenAuthentication : EnvelopeAuthentication
{
    /// <summary>As NetSuite writes it, with underscore and capitals for a sandbox: <c>1234567_SB1</c>.</summary>
    public required ConnectionText Account { get; init; }

    public required ConnectionText ConsumerKey { get; init; }

    public required ConnectionText ConsumerSecret { get; init; }

    public required ConnectionText Token { get; init; }

    public required ConnectionText TokenSecret { get; init; }

    /// <summary>Of the endpoint: <c>2020_2</c>.</summary>
    public required ConnectionText Version { get; init; }

    protected override IEnumerable<ConnectionText> Texts => [Account, ConsumerKey, ConsumerSecret, Token, TokenSecret, Version];

    internal override string Block(Connection connection, DateTimeOffset now, string nonce)
    {
        var (account, key, token, version) = (Account.Render(connection), ConsumerKey.Render(connection), Token.Render(connection), SecurityElement.Escape(Version.Render(connection)));
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Sign($"{account}&{key}&{token}&{nonce}&{time}", $"{ConsumerSecret.Render(connection)}&{TokenSecret.Render(connection)}");
        return $"<m:tokenPassport xmlns:m=\"urn:messages_{version}.platform.webservices.netsuite.com\" xmlns:c=\"urn:core_{version}.platform.webservices.netsuite.com\">"
            + $"<c:account>{SecurityElement.Escape(account)}</c:account><c:consumerKey>{SecurityElement.Escape(key)}</c:consumerKey><c:token>{SecurityElement.Escape(token)}</c:token>"
            + $"<c:nonce>{nonce}</c:nonce><c:timestamp>{time}</c:timestamp><c:signature algorithm=\"HMAC-SHA256\">{signature}</c:signature></m:tokenPassport>";
    }

    internal static string Sign(string text, string key) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
