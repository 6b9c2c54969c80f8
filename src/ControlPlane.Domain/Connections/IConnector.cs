using ControlPlane.Domain.Outbound;

namespace ControlPlane.Domain.Connections;

/// <summary>
/// One kind of system. Everything that decides is pure; whatever goes over the wire goes through the
/// <see cref="IExchange"/> that the runtime hands in, which authenticates, limits, guards and records it.
/// Instances are shared and hold no state.
/// </summary>
public interface IConnector
{
    ConnectorManifest Manifest { get; }

    /// <summary>Null when the system never calls us.</summary>
    IReceiver? Receiver { get; }

    /// <summary>Null when the connector does not offer it; <see cref="ConnectorManifest.NotOffered"/> may say why.</summary>
    IOperation? Operation(string name);

    /// <summary>The feeds that can be polled as the truth path; empty when there are none.</summary>
    IReadOnlyList<IFeed> Feeds { get; }

    /// <summary>What a broker pushes to us over a connection that we keep open; most have none.</summary>
    IReadOnlyList<ISubscription> Subscriptions => [];

    /// <summary>How its webhooks are subscribed to; null when it sends none, or that cannot be asked for.</summary>
    IWebhooks? Webhooks => null;

    /// <summary>How requests travel, where that is not HTTP; null = HTTP. One for each connection, made when it is first used.</summary>
    ITransport? OpenTransport(Connection connection, IDialer dialer) => null;

    /// <summary>Adds credentials to a request about to be sent. May use <paramref name="exchange"/> to fetch a token.</summary>
    ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct);

    /// <summary>
    /// The target answered 401: forgets the tokens it refused. True when there was one to forget; the exchange then
    /// authenticates and sends once more, which is safe, because a refused call did nothing.
    /// </summary>
    bool ForgetTokens(Connection connection, ITokenCache tokens) => false;

    /// <summary>
    /// An answer refused what stands for us: a token, a session. True when that was forgotten, so that the exchange authenticates anew
    /// and sends once more; a refused call did nothing. 401 means it everywhere; a system may have more ways to say so.
    /// </summary>
    bool RenewCredentials(ExchangeAnswer refused, Connection connection, ITokenCache tokens) => refused.Status == 401 && ForgetTokens(connection, tokens);

    /// <summary>Certificates for the transport (mutual TLS, a private authority); null = nothing but TLS as usual. Disposed by the caller.</summary>
    /// <exception cref="ExchangeException">A certificate is there and cannot be read.</exception>
    TransportSecurity? Secure(Connection connection) => null;

    /// <summary>Until when what proves us holds, as far as it says so itself: certificates. Empty when nothing does, or it cannot be read.</summary>
    IReadOnlyList<CredentialExpiry> CredentialExpiries(Connection connection) => [];

    /// <summary>Tells the sender of a delivery what became of it. Safe to run again: the same answer has the same name.</summary>
    /// <exception cref="ExchangeException">As the exchange threw it.</exception>
    Task AnswerAsync(Connection connection, DeliveryAnswer answer, IExchange exchange, CancellationToken ct) =>
        throw new NotSupportedException($"The connector {Manifest.Name} has nowhere to send answers to.");

    /// <summary>
    /// The connector as this connection shapes it: generic ones read their operations from the connection itself. The same
    /// instance for the same connection; most return themselves.
    /// </summary>
    IConnector For(Connection connection) => this;

    /// <summary>What an answer says about the rate budget it was counted against; null when it says nothing.</summary>
    BudgetReading? ReadBudget(ExchangeAnswer answer) => BudgetHeaders.Read(answer);

    /// <summary>Problems in the settings of a connection, each naming the setting; empty when it can work.</summary>
    IEnumerable<string> Check(Connection connection);
}

/// <summary>Access tokens by connection and name, kept in memory until shortly before they expire; one fetch at a time.</summary>
public interface ITokenCache
{
    ValueTask<string> GetAsync(string connectionKey, string name, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken ct);

    /// <summary>Forgets a token that the target refused.</summary>
    void Forget(string connectionKey, string name);

    /// <summary>What outlives the process; null where there is no place for it.</summary>
    IKeptTokens? Kept => null;
}

/// <summary>
/// Credentials that the target replaces while they are used: a refresh token that rotates is worth nothing after its use, so its
/// successor has to be durable before the access token is used. Encrypted where it is kept.
/// </summary>
public interface IKeptTokens
{
    /// <summary>As any node wrote it last; null when none did.</summary>
    ValueTask<string?> ReadAsync(string connectionKey, string name, CancellationToken ct);

    ValueTask KeepAsync(string connectionKey, string name, string value, CancellationToken ct);
}

public sealed record AccessToken(string Value, TimeSpan Lifetime);

/// <summary>All known connectors by name. The composition root fills it.</summary>
public interface IConnectorCatalog
{
    IReadOnlyCollection<IConnector> All { get; }

    IConnector? Find(string name);
}
