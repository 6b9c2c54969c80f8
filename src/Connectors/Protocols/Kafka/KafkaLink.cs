using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Kafka;

/// <summary>
/// How we reach brokers. The client's library opens its sockets itself, where ours cannot stand in between; so addresses are tried by our
/// dialer first, which refuses internal ones that the connection does not allow: those of the settings before the client is made, those
/// that the brokers name for each other before anything is asked of them.
/// </summary>
internal static class KafkaLink
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What consumers and producers have in common.</summary>
    public static T Configure<T>(T config, Connection connection, KafkaSettings settings, string purpose) where T : ClientConfig
    {
        config.BootstrapServers = string.Join(',', settings.Brokers.Select(b => string.Create(CultureInfo.InvariantCulture, $"{(b.Host.Contains(':', StringComparison.Ordinal) ? $"[{b.Host}]" : b.Host)}:{b.Port}")));
        config.ClientId = $"controlplane {connection.Key}, {purpose}";
        config.SecurityProtocol = (settings.Tls, settings.Mechanism) switch
        {
            (true, null) => SecurityProtocol.Ssl,
            (true, _) => SecurityProtocol.SaslSsl,
            (false, null) => SecurityProtocol.Plaintext,
            _ => SecurityProtocol.SaslPlaintext,
        };
        if (settings.Mechanism is { } mechanism)
        {
            config.SaslMechanism = mechanism;
            config.SaslUsername = settings.User ?? "";
            config.SaslPassword = connection.Secret(KafkaSettings.PasswordSecret) ?? "";
        }

        if (settings is { Tls: true, Authority: { } authority })
            config.SslCaPem = authority;
        config.SocketTimeoutMs = (int)Timeout.TotalMilliseconds;
        config.SocketConnectionSetupTimeoutMs = (int)Timeout.TotalMilliseconds;
        config.AllowAutoCreateTopics = false;
        return config;
    }

    /// <exception cref="ExchangeException">Nobody answers, or the connection may not go there.</exception>
    public static async Task CheckAsync(IEnumerable<(string Host, int Port)> addresses, Connection connection, IDialer dialer, CancellationToken ct)
    {
        var answered = false;
        var refused = new List<string>();
        foreach (var (host, port) in addresses)
            try
            {
                foreach (var address in await Dns.GetHostAddressesAsync(host, ct))
                    answered |= await AnswersAsync(new(address, port), dialer, ct);
                refused.Add(string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"));
            }
            catch (SocketException)
            {
                refused.Add(string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"));
            }

        if (!answered)
            throw new ExchangeException(KafkaFaults.NotConnected(connection, string.Join(", ", refused)));
    }

    /// <summary>Brokers as they name each other: what the client connects to next.</summary>
    /// <exception cref="ExchangeException">They do not answer, or name an address that the connection may not reach.</exception>
    public static async Task CheckNamedAsync(Handle client, Connection connection, KafkaSettings settings, IDialer dialer, Func<Error?> told, CancellationToken ct)
    {
        List<(string, int)> named;
        try
        {
            using var admin = new DependentAdminClientBuilder(client).Build();
            named = await Task.Run(() => admin.GetMetadata(Timeout).Brokers.ConvertAll(b => (b.Host, b.Port)), ct);
        }
        catch (KafkaException e)
        {
            throw new ExchangeException(KafkaFaults.From(told() ?? e.Error, connection, settings), e);
        }

        await CheckAsync(named, connection, dialer, ct);
    }

    private static async Task<bool> AnswersAsync(IPEndPoint target, IDialer dialer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        try
        {
            (await dialer.ConnectAsync(target, limit.Token)).Dispose();
            return true;
        }
        catch (Exception e) when (e is SocketException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
