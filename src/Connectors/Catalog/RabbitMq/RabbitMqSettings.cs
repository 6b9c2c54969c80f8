using System.Globalization;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.RabbitMq;

/// <summary>A connection's settings, read. <see cref="Check"/> says what is wrong with them; reading takes the default then.</summary>
internal sealed record RabbitMqSettings
{
    public const string PasswordSecret = "password";

    private const int MostPrefetch = 256;

    /// <summary>AMQP's short string: 255 bytes.</summary>
    private const int LongestName = 255;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string VirtualHost { get; init; }

    public required bool Tls { get; init; }

    public required string User { get; init; }

    /// <summary>Null: it listens to nothing.</summary>
    public required string? Queue { get; init; }

    /// <summary>Name of the connector whose documents the queue holds.</summary>
    public required string Documents { get; init; }

    /// <summary>Null: each message says it itself.</summary>
    public required string? Topic { get; init; }

    public required ushort Prefetch { get; init; }

    /// <summary>Null: it publishes nothing.</summary>
    public required string? Exchange { get; init; }

    public required string RoutingKey { get; init; }

    public static RabbitMqSettings Of(Connection connection)
    {
        string? Text(string name) => connection.Setting(name) is { Length: > 0 } text ? text : null;
        var tls = !string.Equals(Text("tls"), "false", StringComparison.OrdinalIgnoreCase);
        return new()
        {
            Host = Text("host") ?? "",
            Port = Number(Text("port"), 1, 65_535) ?? (tls ? 5671 : 5672),
            VirtualHost = Text("virtualHost") ?? "/",
            Tls = tls,
            User = Text("user") ?? "",
            Queue = Text("queue"),
            Documents = Text("documents") ?? "",
            Topic = Text("topic"),
            Prefetch = (ushort)(Number(Text("prefetch"), 1, MostPrefetch) ?? 64),
            Exchange = Text("exchange"),
            RoutingKey = Text("routingKey") ?? "",
        };
    }

    /// <param name="documents">Known ways to read documents; null when the connection describes its own.</param>
    public static IEnumerable<string> Check(Connection connection, IReadOnlyCollection<string>? documents)
    {
        var read = Of(connection);
        if (connection.Setting("port") is { Length: > 0 } port && Number(port, 1, 65_535) is null)
            yield return "settings.port: It is no port. Allowed: 1 to 65535.";
        if (connection.Setting("tls") is { Length: > 0 } tls && tls.ToLowerInvariant() is not ("true" or "false"))
            yield return "settings.tls: Allowed: true, false.";
        if (connection.Setting("prefetch") is { Length: > 0 } prefetch && Number(prefetch, 1, MostPrefetch) is null)
            yield return "settings.prefetch: It is no such number. Allowed: 1 to 256.";
        if (read.Queue is null && read.Exchange is null && documents is not null)
            yield return "settings.queue: Neither queue nor exchange is set. Set queue to take messages in, exchange to publish, or both.";
        if (read.Queue is not null && documents is not null && !documents.Contains(read.Documents))
            yield return $"settings.documents: It says how the messages of the queue are read. Allowed: {string.Join(", ", documents.Order(StringComparer.Ordinal))}.";
        if (read.Exchange is not null && read.RoutingKey.Length == 0)
            yield return "settings.routingKey: A value is missing. What is published needs a routing key.";
        if (Placeholders.TryParse(read.RoutingKey, out var problem) is null)
            yield return $"settings.routingKey: {problem}";
        foreach (var name in new[] { "queue", "exchange", "virtualHost", "routingKey" })
            if (System.Text.Encoding.UTF8.GetByteCount(connection.Setting(name) ?? "") > LongestName)
                yield return $"settings.{name}: It is longer than {LongestName.ToString(CultureInfo.InvariantCulture)} bytes, which AMQP does not allow.";
    }

    private static int? Number(string? text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
