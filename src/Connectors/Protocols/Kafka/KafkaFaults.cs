using System.Globalization;
using Confluent.Kafka;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Kafka;

/// <summary>What the client says, in words that name the next step.</summary>
internal static class KafkaFaults
{
    public static Fault From(Error error, Connection connection, KafkaSettings settings)
    {
        var name = connection.DisplayName;
        Fault Make(FaultKind kind, string code, string message) => new(kind, code, message, ProviderCode: error.Code.ToString());
        return error.Code switch
        {
            ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed => Make(FaultKind.Authentication, "kafka.login_refused", $"{name} does not accept the user or its password. Check settings.user, settings.mechanism and secrets.password."),
            ErrorCode.Local_Ssl => Make(FaultKind.Internal, "kafka.tls", $"{name} and we do not agree on TLS. Check that the ports of settings.brokers are TLS ports, that the certificates are valid for their names, and settings.authority."),
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => Make(FaultKind.Internal, "kafka.no_topic", $"{name} has none of the topics {string.Join(", ", settings.Topics)}, or not all. Create them there, or correct settings.topics."),
            ErrorCode.TopicAuthorizationFailed => Make(FaultKind.Authentication, "kafka.not_allowed", $"{name} does not let the user read the topics. Grant it the right to read."),
            ErrorCode.GroupAuthorizationFailed => Make(FaultKind.Authentication, "kafka.not_allowed", $"{name} does not let the user join the group {settings.Group}. Grant it the right to read with that group."),
            ErrorCode.Local_Resolve or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.BrokerNotAvailable => NotConnected(connection, Brokers(settings)) with { ProviderCode = error.Code.ToString() },
            _ => Make(FaultKind.Transient, "kafka.broken_off", $"The connection to {name} broke off ({error.Code}). It is opened again by itself."),
        };
    }

    public static Fault NotConnected(Connection connection, string brokers) => new(
        FaultKind.Transient, "kafka.not_connected", $"{connection.DisplayName} cannot be reached at {brokers}. Check that the brokers run, and settings.brokers and settings.tls. It is tried again by itself.");

    private static string Brokers(KafkaSettings settings) => string.Join(", ", settings.Brokers.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Host}:{b.Port}")));
}
