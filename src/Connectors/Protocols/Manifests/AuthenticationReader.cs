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

    private static ClientCredentials Credentials(YamlMap map, string system, IReadOnlyDictionary<string, string> defaults)
    {
        var credentials = new ClientCredentials
        {
            Target = system,
            TokenAddress = Text(map, "tokenAddress", defaults),
            ClientId = Maybe(map, "clientId", defaults),
            ClientSecret = Maybe(map, "clientSecret", defaults),
            Assertion = map.Map("assertion") is { } assertion ? Assertion(assertion, defaults) : null,
            Scope = Maybe(map, "scope", defaults),
            ApplicationScope = Maybe(map, "applicationScope", defaults),
            RefreshToken = Maybe(map, "refreshToken", defaults),
            Rotates = map.Flag("rotates"),
            Json = map.Choice("tokenRequest", false, ("form", false), ("json", true)),
            Fields = Fields(map, defaults),
            ClientInHeader = map.Choice("clientIn", false, ("form", false), ("header", true)),
            Header = map.Text("header") ?? "Authorization",
            TokenHeaders = ManifestReader.Headers(map, "tokenHeaders", defaults),
            RefusedWith = map.Has("refusedWith") ? map.Statuses("refusedWith") : [401],
        };
        if (credentials.RefreshToken is null && (credentials.ClientId is null || credentials.ClientSecret is null == credentials.Assertion is null))
            map.Problem("clientId", "A client is proven by clientId with clientSecret, by clientId with assertion, or by a refreshToken. One of the three is needed.");
        if (credentials is { Assertion: not null, ClientId: null })
            map.Problem("clientId", "An assertion is made in the name of a client. Give clientId.");
        if (credentials is { ClientInHeader: true } && (credentials.ClientId is null || credentials.ClientSecret is null))
            map.Problem("clientIn", "The header takes clientId and clientSecret, which are not both there.");
        if (credentials.ApplicationScope is not null && (credentials.ClientId is null || credentials.ClientSecret is null))
            map.Problem("applicationScope", "The application is proven by clientId and clientSecret, which are not both there.");
        if (credentials is { Rotates: true, RefreshToken: null })
            map.Problem("rotates", "There is no refreshToken that could be replaced.");
        return credentials;
    }

    private static PrivateKeyJwt Assertion(YamlMap map, IReadOnlyDictionary<string, string> defaults)
    {
        var assertion = new PrivateKeyJwt
        {
            PrivateKey = Text(map, "privateKey", defaults),
            Algorithm = map.Choice("algorithm", "PS256", ("PS256", "PS256"), ("RS256", "RS256"), ("ES256", "ES256")),
            KeyId = Maybe(map, "keyId", defaults),
            Certificate = Maybe(map, "certificate", defaults),
            Audience = Maybe(map, "audience", defaults),
            Subject = Maybe(map, "subject", defaults),
            Scope = Maybe(map, "scope", defaults),
            Lifetime = TimeSpan.FromSeconds(map.Number("lifetimeSeconds", 60, 3_600) ?? 300),
        };
        map.Done();
        return assertion;
    }

    private static List<KeyValuePair<string, ConnectionText>> Fields(YamlMap map, IReadOnlyDictionary<string, string> defaults) =>
        map.Map("tokenFields") is { } fields ? [.. map.Pairs("tokenFields").Select(f => KeyValuePair.Create(f.Key, Text(fields, f.Key, defaults)))] : [];

    private static ConnectionText? Maybe(YamlMap map, string key, IReadOnlyDictionary<string, string> defaults) => map.Has(key) ? Text(map, key, defaults) : null;

    /// <summary>Reads <c>tls:</c>.</summary>
    public static MutualTls? Tls(YamlMap? map, IReadOnlyDictionary<string, string> defaults)
    {
        if (map is null)
            return null;
        var tls = new MutualTls
        {
            Certificate = Maybe(map, "certificate", defaults),
            Key = Maybe(map, "key", defaults),
            Password = Maybe(map, "password", defaults),
            Authority = Maybe(map, "authority", defaults),
        };
        if (tls is { Certificate: null, Authority: null })
            map.Problem("certificate", "A certificate that we show, an authority that is believed, or both are needed.");
        map.Done();
        return tls;
    }

    /// <summary>Reads <c>csrf:</c>.</summary>
    public static CsrfSession? Csrf(YamlMap? map, string system, IReadOnlyDictionary<string, string> defaults)
    {
        if (map is null)
            return null;
        var session = new CsrfSession(system, Text(map, "path", defaults), map.Text("header") ?? "x-csrf-token");
        map.Done();
        return session;
    }

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
