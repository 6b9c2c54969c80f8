using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>
/// OAuth 2 tokens (RFC 6749): the client-credentials grant, or a refresh token where one is given. The token is kept by
/// the cache and put into a header of the manifest's choice.
/// </summary>
public sealed class ClientCredentials : AuthenticationScheme
{
    private const string TokenName = "oauth2";

    /// <summary>RFC 6749 lets a server leave out <c>expires_in</c>; five minutes is shorter than any server we know gives.</summary>
    private static readonly TimeSpan LifetimeWhenUnsaid = TimeSpan.FromMinutes(5);

    public required string Target { get; init; }

    public required ConnectionText TokenAddress { get; init; }

    public required ConnectionText ClientId { get; init; }

    public required ConnectionText ClientSecret { get; init; }

    /// <summary>Null leaves it out.</summary>
    public ConnectionText? Scope { get; init; }

    /// <summary>Null = grant type <c>client_credentials</c>; otherwise <c>refresh_token</c>.</summary>
    public ConnectionText? RefreshToken { get; init; }

    /// <summary>True: id and secret go into a basic header instead of the form.</summary>
    public bool ClientInHeader { get; init; }

    /// <summary>Where the access token goes; <c>Authorization</c> has <c>Bearer</c> before it, any other the token alone.</summary>
    public string Header { get; init; } = "Authorization";

    /// <summary>Headers of the token request beside the usual ones; null = a new id for each.</summary>
    public IReadOnlyList<KeyValuePair<string, ConnectionText?>> TokenHeaders { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public override async ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        var token = await tokens.GetAsync(connection.Key, TokenName, c => FetchAsync(connection, exchange, c), ct);
        request.Headers[Header] = Header == "Authorization" ? $"Bearer {token}" : token;
    }

    public override bool Forget(Connection connection, ITokenCache tokens)
    {
        tokens.Forget(connection.Key, TokenName);
        return true;
    }

    public override IEnumerable<string> Check(Connection connection)
    {
        foreach (var text in Texts())
            foreach (var problem in text.Check(connection))
                yield return problem;
        if (!TokenAddress.Check(connection).Any() && !Uri.TryCreate(TokenAddress.Render(connection), UriKind.Absolute, out _))
            yield return $"The token address of the connection {connection.Key} is no absolute address. Write it with https:// and the host.";
    }

    private IEnumerable<ConnectionText> Texts()
    {
        yield return TokenAddress;
        yield return ClientId;
        yield return ClientSecret;
        if (Scope is not null)
            yield return Scope;
        if (RefreshToken is not null)
            yield return RefreshToken;
    }

    private async Task<AccessToken> FetchAsync(Connection connection, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(Request(connection), ct);
        using var body = AnswerBody.Read(answer);
        var root = body.Root;
        if (answer.IsSuccess && Member(root, "access_token") is { Length: > 0 } token)
            return new(token, Lifetime(root));
        var error = Member(root, "error");
        throw new ExchangeException(answer.IsSuccess
            ? new Fault(FaultKind.Transient, "oauth.no_token", $"The token address of {Target} answered without a token. Check that it is the right address.")
            : answer.Status is 400 or 401 or 403
                ? new Fault(FaultKind.Authentication, "oauth.refused", $"{Target} gives no token for our credentials. Check client id, secret and scope.", null, error)
                : HttpFaults.From(answer, Target, Clock.GetUtcNow(), error));
    }

    private ExchangeRequest Request(Connection connection)
    {
        if (!Uri.TryCreate(TokenAddress.Render(connection), UriKind.Absolute, out var address))
            throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_invalid", $"The token address of the connection {connection.Key} is no absolute address."));
        var form = new List<(string Name, string Value)> { ("grant_type", RefreshToken is null ? "client_credentials" : "refresh_token") };
        if (RefreshToken is not null)
            form.Add(("refresh_token", RefreshToken.Render(connection)));
        if (Scope is not null)
            form.Add(("scope", Scope.Render(connection)));
        var (id, secret) = (ClientId.Render(connection), ClientSecret.Render(connection));
        if (!ClientInHeader)
            form.AddRange([("client_id", id), ("client_secret", secret)]);
        var request = new ExchangeRequest
        {
            Method = HttpMethod.Post,
            Path = "",
            Absolute = address,
            Authenticated = false,
            ContentType = "application/x-www-form-urlencoded",
            Body = Encoding.ASCII.GetBytes(string.Join('&', form.Select(f => $"{f.Name}={WebUtility.UrlEncode(f.Value)}"))),
        };
        request.Headers["Accept"] = "application/json";
        foreach (var (name, value) in TokenHeaders)
            request.Headers[name] = value?.Render(connection) ?? EntityId.New(Clock).ToString();
        if (ClientInHeader) // RFC 6749, 2.3.1: both parts are form-encoded before the base64.
            request.Headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"))}";
        return request;
    }

    private static TimeSpan Lifetime(JsonElement root) =>
        double.TryParse(Member(root, "expires_in"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 31_536_000
            ? TimeSpan.FromSeconds(seconds) : LifetimeWhenUnsaid;

    private static string? Member(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => JsonText.String(value), JsonValueKind.Number => value.GetRawText(), _ => null }
            : null;

}
