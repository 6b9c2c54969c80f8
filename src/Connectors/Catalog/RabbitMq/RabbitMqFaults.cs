using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using RabbitMQ.Client.Exceptions;

namespace Connectors.Catalog.RabbitMq;

/// <summary>What the client threw, or the broker said when it closed, in words that name the next step.</summary>
internal static class RabbitMqFaults
{
    public static Fault From(Exception thrown, Connection connection, RabbitMqSettings settings)
    {
        foreach (var e in Chain(thrown))
            switch (e)
            {
                case ExchangeException guarded:
                    return guarded.Fault;
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                    return new(FaultKind.Authentication, "rabbitmq.login_refused", $"{connection.DisplayName} does not accept the user or its password. Check settings.user and secrets.password.");
                case AuthenticationException:
                    return new(FaultKind.Internal, "rabbitmq.tls", $"{connection.DisplayName} and we do not agree on TLS. Check that settings.port is its TLS port, that its certificate is valid for settings.host, and that this machine trusts who issued it.");
                case OperationInterruptedException { ShutdownReason: { } reason } when reason.ReplyCode != 0:
                    return Closed(reason.ReplyCode, reason.ReplyText, connection, settings);
            }

        var inner = Chain(thrown).Last();
        return inner is SocketException or IOException or TimeoutException or OperationCanceledException or BrokerUnreachableException or ConnectFailureException
            ? NotConnected(connection, settings)
            : new(FaultKind.Transient, "rabbitmq.broken_off", $"The connection to {connection.DisplayName} broke off ({inner.GetType().Name}). It is opened again by itself.");
    }

    public static Fault NotConnected(Connection connection, RabbitMqSettings settings) => new(
        FaultKind.Transient, "rabbitmq.not_connected", string.Create(CultureInfo.InvariantCulture,
            $"{connection.DisplayName} cannot be reached at {settings.Host}:{settings.Port}. Check that the broker runs, and settings.host, settings.port and settings.tls. It is tried again by itself."));

    /// <param name="code">AMQP's reply code.</param>
    /// <param name="text">The broker's own words; they hold names and no content.</param>
    public static Fault Closed(ushort code, string? text, Connection connection, RabbitMqSettings settings)
    {
        bool Says(string words) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;
        var provider = code.ToString(CultureInfo.InvariantCulture);
        Fault Make(FaultKind kind, string stable, string message) => new(kind, stable, message, ProviderCode: provider);
        return code switch
        {
            404 when Says("no queue") => NoQueue(connection, settings) with { ProviderCode = provider },
            404 when Says("no exchange") => Make(FaultKind.Internal, "rabbitmq.no_exchange", $"{connection.DisplayName} has no exchange {settings.Exchange} in the virtual host {settings.VirtualHost}. Create it there, or correct settings.exchange."),
            530 when Says("vhost") && Says("not found") => Make(FaultKind.Internal, "rabbitmq.no_virtual_host", $"{connection.DisplayName} has no virtual host {settings.VirtualHost}. Create it there, or correct settings.virtualHost."),
            403 or 530 => Make(FaultKind.Authentication, "rabbitmq.not_allowed", $"{connection.DisplayName} does not let the user do this in the virtual host {settings.VirtualHost}. Grant it the right to read from the queue and to write to the exchange."),
            405 => Make(FaultKind.Internal, "rabbitmq.queue_locked", $"The queue {settings.Queue} belongs to another program alone. End that, or declare the queue as not exclusive."),
            406 when Says("timeout") => Make(FaultKind.Transient, "rabbitmq.held_too_long", $"Messages of {connection.DisplayName} waited here for longer than the broker allows (consumer_timeout), because there was no room or the store was away. It gives them out again."),
            406 when Says("size") => Make(FaultKind.Data, "rabbitmq.too_large", $"The document is larger than {connection.DisplayName} takes. Raise max_message_size there, or publish less."),
            _ => Make(FaultKind.Transient, "rabbitmq.closed", $"{connection.DisplayName} closed the connection, as a broker does that is stopped or restarted. It is opened again by itself."),
        };
    }

    public static Fault NoQueue(Connection connection, RabbitMqSettings settings) => new(
        FaultKind.Internal, "rabbitmq.no_queue", $"{connection.DisplayName} has no queue {settings.Queue} in the virtual host {settings.VirtualHost}. Create it there, or correct settings.queue.");

    private static IEnumerable<Exception> Chain(Exception thrown)
    {
        for (Exception? e = thrown; e is not null; e = e is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[0] : e.InnerException)
            yield return e;
    }
}
