using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Http;

/// <summary>
/// SAP's guard against forged writes: a token is fetched with <c>x-csrf-token: Fetch</c>, and holds only together with the session cookies that
/// came with it. Both go with every write. A session that ended, or landed on another server, is answered 403 with <c>x-csrf-token: Required</c>:
/// then both are fetched anew, and the refused call, which did nothing, is sent once more.
/// </summary>
/// <param name="path">Of a cheap read, below the connection's address.</param>
public sealed class CsrfSession(string system, ConnectionText path, string header)
{
    private const string TokenName = "csrf";

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>SAP ends a session after 30 minutes without a call; one fetch in twenty minutes costs nothing.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    /// <param name="authenticate">Adds the credentials: the token is given to whom it will be used by.</param>
    public async ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, Func<ExchangeRequest, ValueTask> authenticate, CancellationToken ct)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head)
            return;
        var pair = (await tokens.GetAsync(connection.Key, TokenName, c => FetchAsync(connection, exchange, authenticate, c), ct)).Split('\n', 2);
        request.Headers[header] = pair[0];
        request.Headers.Remove("Cookie");
        if (pair is [_, { Length: > 0 } cookies])
            request.Headers["Cookie"] = cookies;
    }

    public bool Refused(ExchangeAnswer answer) => answer.Status == 403 && string.Equals(answer.Header(header), "Required", StringComparison.OrdinalIgnoreCase);

    public static void Forget(Connection connection, ITokenCache tokens) => tokens.Forget(connection.Key, TokenName);

    public IEnumerable<string> Check(Connection connection) => path.Check(connection);

    private async Task<AccessToken> FetchAsync(Connection connection, IExchange exchange, Func<ExchangeRequest, ValueTask> authenticate, CancellationToken ct)
    {
        // Not recorded, as a token request is not: what comes back is a secret.
        var fetch = new ExchangeRequest { Method = HttpMethod.Get, Path = path.Render(connection), Authenticated = false, Headers = { [header] = "Fetch", ["Accept"] = "application/json" } };
        await authenticate(fetch);
        var answer = await exchange.SendAsync(fetch, ct);
        if (answer.Header(header) is { Length: > 0 } token && !string.Equals(token, "Required", StringComparison.OrdinalIgnoreCase) && answer.IsSuccess)
            return new($"{token}\n{Cookies(answer.Header("Set-Cookie"))}", Lifetime);
        throw new ExchangeException(answer.IsSuccess
            ? new Fault(FaultKind.Internal, "csrf.no_token", $"{system} answered without a CSRF token. Check the path that is asked for one.")
            : HttpFaults.From(answer, system, Clock.GetUtcNow()));
    }

    /// <summary>Several Set-Cookie headers come joined by commas, and the date of an expiry holds one itself (RFC 6265, 3).</summary>
    internal static string Cookies(string? header)
    {
        var cookies = new List<string>();
        foreach (var part in (header ?? "").Split(','))
        {
            var pair = part.Split(';')[0].Trim();
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair.AsSpan(0, equals).IndexOfAny(" \t\"") < 0)
                cookies.Add(pair);
        }

        return string.Join("; ", cookies);
    }
}
