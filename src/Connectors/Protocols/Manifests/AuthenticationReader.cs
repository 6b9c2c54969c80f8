using Connectors.Protocols.Calls;
using Connectors.Protocols.Http;
using Connectors.Protocols.JsonRpc;
using Connectors.Protocols.Soap;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>authentication:</c>. Values may hold <c>{settings.name}</c> and <c>{secrets.name}</c>; a secret itself never stands in a manifest.</summary>
internal static class AuthenticationReader
{
    public static AuthenticationScheme Read(YamlMap? map, string system, IReadOnlyDictionary<string, string> defaults, JsonRpcSpec? rpc = null)
    {
        if (map is null)
            return AuthenticationScheme.None;
        var scheme = map.Text("scheme") switch
        {
            "none" => AuthenticationScheme.None,
            "basic" => HeaderAuthentication.Basic(Text(map, "user", defaults), Text(map, "password", defaults)),
            "bearer" => HeaderAuthentication.Bearer(Text(map, "token", defaults)),
            "api-key" => HeaderAuthentication.ApiKey(Text(map, "header", defaults), Text(map, "key", defaults)),
            "oauth2" => Credentials(map, system, defaults),
            "oauth1" => OAuth1(map, defaults),
            "ws-security" => UsernameToken(map, defaults),
            "netsuite-token" => NetSuiteToken(map, defaults),
            "json-rpc-session" => JsonRpcSessionReader.Read(map, system, defaults, rpc),
            _ => Unknown(map),
        };
        map.Done();
        return scheme;
    }

    private static ClientCredentials Credentials(YamlMap map, string system, IReadOnlyDictionary<string, string> defaults) => new()
    {
        Target = system,
        TokenAddress = Text(map, "tokenAddress", defaults),
        ClientId = Text(map, "clientId", defaults),
        ClientSecret = Text(map, "clientSecret", defaults),
        Scope = map.Has("scope") ? Text(map, "scope", defaults) : null,
        RefreshToken = map.Has("refreshToken") ? Text(map, "refreshToken", defaults) : null,
        ClientInHeader = map.Choice("clientIn", false, ("form", false), ("header", true)),
        Header = map.Text("header") ?? "Authorization",
        TokenHeaders = ManifestReader.Headers(map, "tokenHeaders", defaults),
    };

    private static OAuth1Authentication OAuth1(YamlMap map, IReadOnlyDictionary<string, string> defaults) => new()
    {
        ConsumerKey = Text(map, "consumerKey", defaults),
        ConsumerSecret = Text(map, "consumerSecret", defaults),
        Token = map.Has("token") ? Text(map, "token", defaults) : null,
        TokenSecret = map.Has("tokenSecret") ? Text(map, "tokenSecret", defaults) : null,
        Realm = map.Has("realm") ? Text(map, "realm", defaults) : null,
        Sha256 = map.Choice("method", true, ("HMAC-SHA256", true), ("HMAC-SHA1", false)),
    };

    private static UsernameTokenAuthentication UsernameToken(YamlMap map, IReadOnlyDictionary<string, string> defaults) => new()
    {
        User = Text(map, "user", defaults),
        Password = Text(map, "password", defaults),
        Digest = map.Choice("type", false, ("text", false), ("digest", true)),
        Lifetime = map.Number("timestampSeconds", 1, 3_600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static NetSuiteTokenAuthentication NetSuiteToken(YamlMap map, IReadOnlyDictionary<string, string> defaults) => new()
    {
        Account = Text(map, "account", defaults),
        ConsumerKey = Text(map, "consumerKey", defaults),
        ConsumerSecret = Text(map, "consumerSecret", defaults),
        Token = Text(map, "token", defaults),
        TokenSecret = Text(map, "tokenSecret", defaults),
        Version = Text(map, "version", defaults),
    };

    private static AuthenticationScheme Unknown(YamlMap map)
    {
        map.Problem("scheme", $"'{map.Text("scheme")}' is no scheme. Allowed: none, basic, bearer, api-key, oauth1, oauth2, ws-security, netsuite-token, json-rpc-session.");
        return AuthenticationScheme.None;
    }

    private static ConnectionText Text(YamlMap map, string key, IReadOnlyDictionary<string, string> defaults)
    {
        var text = Placeholders.TryParse(map.Required(key), out var problem);
        if (text is null)
            map.Problem(key, problem);
        else if (text.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal) && !n.StartsWith(Placeholders.Secrets, StringComparison.Ordinal)) is { } other)
            map.Problem(key, $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}} and {{secrets.<name>}}.");
        return new(text ?? Placeholders.Empty, defaults);
    }
}
