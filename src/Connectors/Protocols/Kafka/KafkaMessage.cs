using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Connectors.Protocols.Brokers;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Kafka;

/// <summary>A message as the receive path knows documents. Nothing of a header may keep a message from being kept.</summary>
internal static class KafkaMessage
{
    public const string KeyHeader = "kafka-key";

    private const int MostHeaders = 64;
    private const int LongestHeader = 2_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <param name="topic">What all messages are about; null = a header named type says it, or the name of the topic.</param>
    public static InboundRequest Read(ConsumeResult<byte[]?, byte[]?> message, string? topic, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in message.Message.Headers ?? [])
            if (headers.Count < MostHeaders && header.Key.Length is > 0 and <= 200 && IsPlain(header.Key) && Text(header.GetValueBytes()) is { } text)
                headers[header.Key] = text;
        headers.Remove(BrokerHeaders.Tombstone);
        if (Text(message.Message.Key) is { Length: > 0 } key)
            headers[KeyHeader] = key;
        // With the time: a topic that was deleted and made anew counts from nothing again, and its messages are no repeats.
        headers[BrokerHeaders.Position] = string.Create(CultureInfo.InvariantCulture, $"{message.Topic}/{message.Partition.Value}/{message.Offset.Value}@{message.Message.Timestamp.UnixTimestampMs}");
        if (message.Message.Value is null)
            headers[BrokerHeaders.Tombstone] = "true";
        return new()
        {
            Topic = topic ?? headers.GetValueOrDefault(BrokerHeaders.Type) ?? message.Topic,
            ContentType = headers.GetValueOrDefault("content-type") is { Length: > 0 } type ? type : null,
            Headers = headers,
            Body = message.Message.Value ?? [],
            ReceivedAt = now,
            Queued = true,
        };
    }

    /// <summary>Null for what is no text that a store or a log could hold.</summary>
    private static string? Text(byte[]? bytes)
    {
        if (bytes is not { Length: <= LongestHeader })
            return null;
        try
        {
            return Strict.GetString(bytes) is var text && IsPlain(text) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsPlain(string text) => !text.Any(char.IsControl);
}
