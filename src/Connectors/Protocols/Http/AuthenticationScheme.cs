using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Http;

/// <summary>How requests of a connection prove who we are.</summary>
public abstract class AuthenticationScheme
{
    public static AuthenticationScheme None { get; } = new NoAuthentication();

    public abstract ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct);

    /// <summary>True when a token was forgotten, so that asking for a new one can help.</summary>
    public virtual bool Forget(Connection connection, ITokenCache tokens) => false;

    /// <summary>True when the answer refused a token, so that a new one is worth a try. 401 says so everywhere.</summary>
    public virtual bool Refused(ExchangeAnswer answer) => answer.Status == 401;

    /// <summary>Until when its credentials hold, as far as they say so themselves.</summary>
    public virtual IEnumerable<CredentialExpiry> Expiries(Connection connection) => [];

    /// <summary>What the connection lacks for it, each naming the setting or secret.</summary>
    public virtual IEnumerable<string> Check(Connection connection) => [];

    private sealed class NoAuthentication : AuthenticationScheme
    {
        public override ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => ValueTask.CompletedTask;
    }
}

/// <summary>Text of a manifest about the connection alone, with the manifest's defaults.</summary>
public sealed record ConnectionText(Placeholders Text, IReadOnlyDictionary<string, string> Defaults)
{
    /// <exception cref="ExchangeException">A setting or secret is missing; names it.</exception>
    public string Render(Connection connection) =>
        Text.Render(connection, Defaults, PlaceholderUse.Header, out var missing)
        ?? throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_missing", Missing(connection, missing)));

    /// <summary>As it is, with line breaks: a key or a certificate.</summary>
    /// <exception cref="ExchangeException">As <see cref="Render"/>.</exception>
    public string RenderText(Connection connection) =>
        Text.Render(connection, Defaults, PlaceholderUse.Plain, out var missing)
        ?? throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_missing", $"The connection {connection.Key} has no {missing}."));

    public bool IsGiven(Connection connection) => Text.Render(connection, Defaults, PlaceholderUse.Plain, out _) is { Length: > 0 };

    public IEnumerable<string> CheckText(Connection connection)
    {
        if (Text.Render(connection, Defaults, PlaceholderUse.Plain, out var missing) is null)
            yield return $"The connection {connection.Key} has no {missing}.";
    }

    public IEnumerable<string> Check(Connection connection)
    {
        if (Text.Render(connection, Defaults, PlaceholderUse.Header, out var missing) is null)
            yield return Missing(connection, missing);
    }

    private static string Missing(Connection connection, string name) =>
        $"The connection {connection.Key} has no usable {name}. Give it a value without line breaks.";
}

/// <summary>One header with a value from the connection: a bearer token, an API key, or basic (RFC 7617).</summary>
public sealed class HeaderAuthentication : AuthenticationScheme
{
    private readonly ConnectionText[] _texts;
    private readonly Func<string[], string> _compose;
    private readonly ConnectionText _header;

    private HeaderAuthentication(ConnectionText header, ConnectionText[] texts, Func<string[], string> compose)
    {
        _header = header;
        _texts = texts;
        _compose = compose;
    }

    public static HeaderAuthentication Bearer(ConnectionText token) => new(Authorization, [token], t => $"Bearer {t[0]}");

    public static HeaderAuthentication ApiKey(ConnectionText header, ConnectionText key) => new(header, [key], t => t[0]);

    public static HeaderAuthentication Basic(ConnectionText user, ConnectionText password) =>
        new(Authorization, [user, password], t => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{t[0]}:{t[1]}"))}");

    public override ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        request.Headers[_header.Render(connection)] = _compose([.. _texts.Select(t => t.Render(connection))]);
        return ValueTask.CompletedTask;
    }

    public override IEnumerable<string> Check(Connection connection) => _texts.Append(_header).SelectMany(t => t.Check(connection));

    private static ConnectionText Authorization { get; } = new(Placeholders.TryParse("Authorization", out _)!, new Dictionary<string, string>());
}
