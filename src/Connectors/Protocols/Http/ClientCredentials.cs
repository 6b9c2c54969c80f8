using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>
/// OAuth 2 tokens (RFC 6749): the client-credentials grant, or a refresh token where one is given; the client is proven by a secret or by
/// a signed statement. The token is kept by the cache and put into a header of the manifest's choice.
/// </summary>
public sealed class ClientCredentials : AuthenticationScheme
{
    private const string TokenName = "oauth2";

    private const string ApplicationTokenName = "oauth2-application";

    /// <summary>RFC 6749 lets a server leave out <c>expires_in</c>; five minutes is shorter than any server we know gives.</summary>
    private static readonly TimeSpan LifetimeWhenUnsaid = TimeSpan.FromMinutes(5);

    public required string Target { get; init; }

    public required ConnectionText TokenAddress { get; init; }

    /// <summary>Null where a refresh token alone is enough.</summary>
    public ConnectionText? ClientId { get; init; }

    public ConnectionText? ClientSecret { get; init; }

    /// <summary>Instead of the secret.</summary>
    public PrivateKeyJwt? Assertion { get; init; }

    /// <summary>True: each answer replaces the refresh token, and the new one is kept durably before its access token is used.</summary>
    public bool Rotates { get; init; }

    /// <summary>True: the request is JSON, as some servers want it against RFC 6749.</summary>
    public bool Json { get; init; }

    /// <summary>Members of the request that only this server wants.</summary>
    public IReadOnlyList<KeyValuePair<string, ConnectionText>> Fields { get; init; } = [];

    /// <summary>Statuses that say that the token is refused, where 401 is not the only one.</summary>
    public IReadOnlyList<int> RefusedWith { get; init; } = [401];

    /// <summary>Null leaves it out.</summary>
    public ConnectionText? Scope { get; init; }

    /// <summary>Of a token that speaks for the application and not for the account, by the client-credentials grant; null where no call needs one.</summary>
    public ConnectionText? ApplicationScope { get; init; }

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
        var token = request.ByApplication && ApplicationScope is not null
            ? await tokens.GetAsync(connection.Key, ApplicationTokenName, c => FetchAsync(connection, null, exchange, null, c, ApplicationScope), ct)
            : await tokens.GetAsync(connection.Key, TokenName, c => FetchAsync(connection, exchange, tokens, c), ct);
        request.Headers[Header] = Header == "Authorization" ? $"Bearer {token}" : token;
    }

    public override bool Forget(Connection connection, ITokenCache tokens)
    {
        tokens.Forget(connection.Key, TokenName);
        if (ApplicationScope is not null)
            tokens.Forget(connection.Key, ApplicationTokenName);
        return true;
    }

    public override IEnumerable<string> Check(Connection connection)
    {
        foreach (var text in Texts())
            foreach (var problem in text.Check(connection))
                yield return problem;
        foreach (var text in Assertion?.Texts() ?? [])
            foreach (var problem in text.CheckText(connection))
                yield return problem;
        if (!TokenAddress.Check(connection).Any() && !Uri.TryCreate(TokenAddress.Render(connection), UriKind.Absolute, out _))
            yield return $"The token address of the connection {connection.Key} is no absolute address. Write it with https:// and the host.";
    }

    public override bool Refused(ExchangeAnswer answer) => RefusedWith.Contains(answer.Status);

    public override IEnumerable<CredentialExpiry> Expiries(Connection connection) =>
        Assertion?.Certificate is { } certificate && CredentialFiles.Expiry(certificate, null, null, connection, "certificate") is { } expiry ? [expiry] : [];

    private IEnumerable<ConnectionText> Texts() =>
        new[] { TokenAddress, ClientId, ClientSecret, Scope, ApplicationScope, RefreshToken }.OfType<ConnectionText>().Concat(Fields.Select(f => f.Value));

    private async Task<AccessToken> FetchAsync(Connection connection, IExchange exchange, ITokenCache tokens, CancellationToken ct)
    {
        if (RefreshToken is null || !Rotates || tokens.Kept is not { } kept)
            return await FetchAsync(connection, RefreshToken?.Render(connection), exchange, null, ct);
        var rotating = new RotatingToken(kept, connection.Key, RefreshToken.Render(connection));
        var current = await rotating.ReadAsync(ct);
        try
        {
            return await FetchAsync(connection, current, exchange, rotating, ct);
        }
        catch (ExchangeException e) when (e.Fault.Code == RefusedCode)
        {
            // Another node may have used it a moment ago; what it was given is kept.
            var newer = await rotating.ReadAsync(ct);
            if (newer == current)
                throw;
            return await FetchAsync(connection, newer, exchange, rotating, ct);
        }
    }

    private const string RefusedCode = "oauth.refused";

    private async Task<AccessToken> FetchAsync(Connection connection, string? refreshToken, IExchange exchange, RotatingToken? rotating, CancellationToken ct, ConnectionText? scope = null)
    {
        var answer = await exchange.SendAsync(Request(connection, refreshToken, scope ?? Scope), ct);
        using var body = AnswerBody.Read(answer);
        var root = body.Root;
        if (answer.IsSuccess && Member(root, "access_token") is { Length: > 0 } token)
        {
            if (rotating is not null && Member(root, "refresh_token") is { Length: > 0 } next && next != refreshToken)
                await rotating.KeepAsync(next, ct);
            return new(token, Lifetime(root));
        }

        var error = Member(root, "error");
        throw new ExchangeException(answer.IsSuccess
            ? new Fault(FaultKind.Transient, "oauth.no_token", $"The token address of {Target} answered without a token. Check that it is the right address.")
            : answer.Status is 400 or 401 or 403
                ? new Fault(FaultKind.Authentication, RefusedCode, $"{Target} gives no token for our credentials. Check client id, {(Assertion is null ? "secret" : "key")} and scope.", null, error)
                : HttpFaults.From(answer, Target, Clock.GetUtcNow(), error));
    }

    private ExchangeRequest Request(Connection connection, string? refreshToken, ConnectionText? scope)
    {
        if (!Uri.TryCreate(TokenAddress.Render(connection), UriKind.Absolute, out var address))
            throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_invalid", $"The token address of the connection {connection.Key} is no absolute address."));
        var form = new List<(string Name, string Value)> { ("grant_type", refreshToken is null ? "client_credentials" : "refresh_token") };
        if (refreshToken is not null)
            form.Add(("refresh_token", refreshToken));
        if (scope is not null && Assertion?.Scope is null)
            form.Add(("scope", scope.Render(connection)));
        var (id, secret) = (ClientId?.Render(connection), ClientSecret?.Render(connection));
        if (Assertion is not null)
            form.AddRange([("client_id", id!), ("client_assertion_type", PrivateKeyJwt.AssertionType), ("client_assertion", Assertion.Write(connection, id!, address.ToString(), Clock.GetUtcNow(), EntityId.New(Clock)))]);
        else if (!ClientInHeader && id is not null)
            form.Add(("client_id", id));
        if (Assertion is null && !ClientInHeader && secret is not null)
            form.Add(("client_secret", secret));
        form.AddRange(Fields.Select(f => (f.Key, f.Value.Render(connection))));
        var request = new ExchangeRequest
        {
            Method = HttpMethod.Post,
            Path = "",
            Absolute = address,
            Authenticated = false,
            ContentType = Json ? "application/json" : "application/x-www-form-urlencoded",
            Body = Json
                ? JsonSerializer.SerializeToUtf8Bytes(form.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal))
                : Encoding.ASCII.GetBytes(string.Join('&', form.Select(f => $"{f.Name}={WebUtility.UrlEncode(f.Value)}"))),
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

/// <summary>A refresh token and its successors. A token that a person enters anew in the connection takes the place of what was kept.</summary>
internal sealed class RotatingToken(IKeptTokens kept, string connectionKey, string entered)
{
    private const string Name = "refresh-token";

    /// <summary>Marks whose successors are kept, without telling the token itself.</summary>
    private readonly string _mark = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(entered)))[..16] + ":";

    public async ValueTask<string> ReadAsync(CancellationToken ct) =>
        await kept.ReadAsync(connectionKey, Name, ct) is { } text && text.StartsWith(_mark, StringComparison.Ordinal) ? text[_mark.Length..] : entered;

    public ValueTask KeepAsync(string next, CancellationToken ct) => kept.KeepAsync(connectionKey, Name, _mark + next, ct);
}
