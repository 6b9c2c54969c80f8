using System.Diagnostics;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>
/// Attributes whose names and meanings are OpenTelemetry's semantic conventions (1.37: HTTP stable, messaging in development). Left out on purpose:
/// <c>url.full</c> and <c>url.query</c>, since paths and queries of other systems hold numbers of orders and addresses of people, and every header and body.
/// </summary>
internal static class SpanConventions
{
    public const string Method = "http.request.method";
    public const string Status = "http.response.status_code";
    public const string Resend = "http.request.resend_count";
    public const string Server = "server.address";
    public const string Port = "server.port";
    public const string Scheme = "url.scheme";
    public const string Error = "error.type";
    public const string MessagingSystem = "messaging.system";
    public const string Destination = "messaging.destination.name";
    public const string OperationType = "messaging.operation.type";
    public const string OperationName = "messaging.operation.name";
    public const string Conversation = "messaging.message.conversation_id";

    /// <summary>Our own queue of work is the messaging system of flows.</summary>
    public const string Ourselves = "controlplane";

    /// <summary>The broker behind an address, as the conventions name it; null where it is none.</summary>
    public static string? BrokerOf(Uri? address) => address?.Scheme switch
    {
        "amqp" or "amqps" => "rabbitmq",
        "kafka" or "kafkas" => "kafka",
        "mqtt" or "mqtts" => "mqtt",
        _ => null,
    };

    /// <summary>Where it goes, without path and query.</summary>
    public static Activity Address(this Activity activity, Uri? address)
    {
        if (address is null || !activity.IsAllDataRequested)
            return activity;
        activity.SetTag(Server, address.Host);
        return address.Port > 0 ? activity.SetTag(Port, address.Port) : activity;
    }

    /// <summary>It failed: with the status or the code of the fault, never with a text that may quote a document.</summary>
    public static void Fail(this Activity activity, string type) => activity.SetTag(Error, type).SetStatus(ActivityStatusCode.Error);
}
