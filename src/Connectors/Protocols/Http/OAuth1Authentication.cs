using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http;

/// <summary>OAuth 1.0a (RFC 5849): each request is signed with the consumer's and the token's secret. HMAC-SHA256, or SHA-1 where a system knows no other.</summary>
public sealed class OAuth1Authentication : AuthenticationScheme
{
    public required ConnectionText ConsumerKey { get; init; }

    public required ConnectionText ConsumerSecret { get; init; }

    /// <summary>Null for requests that are signed by the consumer alone.</summary>
    public ConnectionText? Token { get; init; }

    public ConnectionText? TokenSecret { get; init; }

    /// <summary>An account, where the system wants it named.</summary>
    public ConnectionText? Realm { get; init; }

    public bool Sha256 { get; init; } = true;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public override ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        var address = request.Absolute ?? new Uri(connection.BaseAddress!.ToString().TrimEnd('/') + (request.Path.StartsWith('/') || request.Path.Length == 0 ? "" : "/") + request.Path);
        request.Headers["Authorization"] = Sign(request.Method.Method, address, connection,
            Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return ValueTask.CompletedTask;
    }

    public override IEnumerable<string> Check(Connection connection) =>
        new[] { ConsumerKey, ConsumerSecret, Token, TokenSecret, Realm }.OfType<ConnectionText>().SelectMany(t => t.Check(connection));

    /// <summary>The value of the header. Form bodies are not signed: what we send is JSON or XML (RFC 5849, 3.4.1.3.1).</summary>
    internal string Sign(string method, Uri address, Connection connection, string timestamp, string nonce)
    {
        var own = new List<(string Name, string Value)>
        {
            ("oauth_consumer_key", ConsumerKey.Render(connection)), ("oauth_nonce", nonce), ("oauth_signature_method", Sha256 ? "HMAC-SHA256" : "HMAC-SHA1"),
            ("oauth_timestamp", timestamp), ("oauth_version", "1.0"),
        };
        if (Token is not null)
            own.Add(("oauth_token", Token.Render(connection)));
        var key = $"{Encode(ConsumerSecret.Render(connection))}&{(TokenSecret is null ? "" : Encode(TokenSecret.Render(connection)))}";
        own.Add(("oauth_signature", Signature(Base(method, address, own.Concat(Query(address))), key)));
        var header = own.Select(p => $"{p.Name}=\"{Encode(p.Value)}\"");
        return "OAuth " + string.Join(", ", Realm is null ? header : header.Prepend($"realm=\"{Encode(Realm.Render(connection))}\""));
    }

    /// <summary>RFC 5849, 3.4.1: method, address without query, and all parameters in order, each encoded again.</summary>
    internal static string Base(string method, Uri address, IEnumerable<(string Name, string Value)> parameters)
    {
        var port = address.IsDefaultPort ? "" : $":{address.Port.ToString(CultureInfo.InvariantCulture)}";
        var sorted = parameters.Select(p => (Name: Encode(p.Name), Value: Encode(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}");
        return $"{method.ToUpperInvariant()}&{Encode($"{address.Scheme.ToLowerInvariant()}://{address.Host.ToLowerInvariant()}{port}{address.AbsolutePath}")}&{Encode(string.Join('&', sorted))}";
    }

    // RFC 5849 knows SHA-1 only; systems that have not moved on need it, and as a keyed hash it has not been broken.
#pragma warning disable CA5350
    private string Signature(string text, string key) => Convert.ToBase64String(
        Sha256 ? HMACSHA256.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(text)) : HMACSHA1.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5350

    internal static IEnumerable<(string Name, string Value)> Query(Uri address)
    {
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            yield return (Decode(at < 0 ? pair : pair[..at]), at < 0 ? "" : Decode(pair[(at + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>RFC 5849, 3.6: everything but letters, digits and -._~</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
