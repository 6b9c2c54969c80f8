using System.Globalization;
using System.Text;
using Connectors.Protocols.Brokers;
using ControlPlane.Domain.Connections;
using RabbitMQ.Client;

namespace Connectors.Catalog.RabbitMq;

/// <summary>
/// A message as the receive path knows documents: its properties become headers, and what no store or log could hold is made
/// harmless first. Nothing of a header may keep a message from being kept.
/// </summary>
internal static class QueueMessage
{
    public const string IdHeader = BrokerHeaders.Id;
    public const string EncodingHeader = BrokerHeaders.Encoding;

    private const int MostHeaders = 64;
    private const int LongestHeader = 2_000;

    /// <param name="topic">What all messages of this queue are about; null = each says it in its property type.</param>
    public static InboundRequest Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, string? topic, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
            if (headers.Count < MostHeaders && Text(value) is { } text && text.Length <= LongestHeader && IsPlain(text) && IsPlain(name))
                headers[name] = text;
        // After the free ones: what the properties say is not to be overruled.
        headers.Remove(IdHeader);
        headers.Remove(EncodingHeader);
        headers.Remove(BrokerHeaders.Position);
        headers.Remove(BrokerHeaders.Tombstone);
        void Put(string name, string? value)
        {
            if (value is { Length: > 0 })
                headers[name] = Clean(value);
        }

        Put(IdHeader, properties.MessageId);
        Put(EncodingHeader, properties.ContentEncoding);
        Put("correlation-id", properties.CorrelationId);
        Put("content-type", properties.ContentType);
        return new()
        {
            Topic = topic ?? Clean(properties.Type ?? ""),
            ContentType = properties.ContentType is { Length: > 0 } type ? Clean(type) : null,
            Headers = headers,
            // The client takes its buffer back as soon as the message is settled.
            Body = body.ToArray(),
            ReceivedAt = now,
            Queued = true,
        };
    }

    /// <summary>Lists, tables and binary data of AMQP say nothing to a reader of documents.</summary>
    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        bool truth => truth ? "true" : "false",
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal or double or float => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static bool IsPlain(string text) => !text.Any(char.IsControl);

    /// <summary>The same for the same, so that it still tells repeats apart.</summary>
    private static string Clean(string text) => IsPlain(text) ? text : Uri.EscapeDataString(text);
}
