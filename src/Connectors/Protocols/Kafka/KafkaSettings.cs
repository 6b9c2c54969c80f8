using System.Globalization;
using Confluent.Kafka;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Kafka;

/// <summary>A connection's settings, read. <see cref="Check"/> says what is wrong with them; reading takes the default then.</summary>
internal sealed record KafkaSettings
{
    public const string PasswordSecret = "password";

    private const int MostInHand = 1_000;

    /// <summary>Kafka's own limit of a topic's name.</summary>
    private const int LongestTopic = 249;

    public required IReadOnlyList<(string Host, int Port)> Brokers { get; init; }

    public required bool Tls { get; init; }

    /// <summary>Null: nobody signs in.</summary>
    public required SaslMechanism? Mechanism { get; init; }

    public required string? User { get; init; }

    public required string? Authority { get; init; }

    /// <summary>Empty: it listens to nothing.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    public required string Group { get; init; }

    public required AutoOffsetReset Start { get; init; }

    /// <summary>Name of the connector whose documents the topics hold.</summary>
    public required string Documents { get; init; }

    /// <summary>Null: each message says it itself.</summary>
    public required string? Topic { get; init; }

    public required int InHand { get; init; }

    public required string? SetAside { get; init; }

    public static KafkaSettings Of(Connection connection)
    {
        string? Text(string name) => connection.Setting(name) is { Length: > 0 } text ? text : null;
        return new()
        {
            Brokers = [.. List(Text("brokers")).Select(Address).OfType<(string, int)>()],
            Tls = !string.Equals(Text("tls"), "false", StringComparison.OrdinalIgnoreCase),
            Mechanism = Sasl(Text("mechanism")),
            User = Text("user"),
            Authority = Text("authority"),
            Topics = List(Text("topics")),
            Group = Text("group") ?? "controlplane",
            Start = string.Equals(Text("start"), "latest", StringComparison.OrdinalIgnoreCase) ? AutoOffsetReset.Latest : AutoOffsetReset.Earliest,
            Documents = Text("documents") ?? "",
            Topic = Text("topic"),
            InHand = int.TryParse(Text("inHand"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostInHand ? number : 64,
            SetAside = Text("setAside"),
        };
    }

    /// <param name="documents">Known ways to read documents; null when the connection describes its own.</param>
    public static IEnumerable<string> Check(Connection connection, IReadOnlyCollection<string>? documents)
    {
        var read = Of(connection);
        string? Text(string name) => connection.Setting(name) is { Length: > 0 } text ? text : null;
        foreach (var broker in List(Text("brokers")).Where(b => Address(b) is null))
            yield return $"settings.brokers: '{broker}' is no address. Allowed: host:port, several separated by commas.";
        foreach (var (name, words) in new[] { ("tls", "true, false"), ("start", "earliest, latest"), ("mechanism", "none, plain, scram-sha-256, scram-sha-512") })
            if (Text(name) is { } word && !words.Split(", ").Contains(word.ToLowerInvariant()))
                yield return $"settings.{name}: Allowed: {words}.";
        if (Text("inHand") is { } hand && !(int.TryParse(hand, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostInHand))
            yield return "settings.inHand: It is no such number. Allowed: 1 to 1000.";
        if (read.Mechanism == SaslMechanism.Plain && !read.Tls)
            yield return "settings.mechanism: Plain would send the password for everybody to read. Use TLS, or scram-sha-512.";
        if (read.Mechanism is not null && read.User is null)
            yield return "settings.user: A value is missing. Whoever signs in needs a name.";
        if (read.Mechanism is not null && !connection.HasSecret(PasswordSecret))
            yield return "secrets.password: A value is missing. Whoever signs in needs a password.";
        if (read.Topics.Count == 0 && Text("publishTo") is null && documents is not null)
            yield return "settings.topics: Neither topics nor publishTo is set. Set topics to take messages in, publishTo to publish, or both.";
        if (read.Topics.Count > 0 && documents is not null && !documents.Contains(read.Documents))
            yield return $"settings.documents: It says how the messages are read. Allowed: {string.Join(", ", documents.Order(StringComparer.Ordinal))}.";
        foreach (var topic in read.Topics.Concat(new[] { read.SetAside, Text("publishTo") }.OfType<string>()).Where(t => !IsTopic(t)))
            yield return $"'{topic}' is no name of a topic. Allowed: letters, digits, '.', '_' and '-', at most {LongestTopic.ToString(CultureInfo.InvariantCulture)}.";
    }

    /// <summary>A pattern would let whoever may create topics choose what we read.</summary>
    private static bool IsTopic(string name) => name.Length <= LongestTopic && name is not ("." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static List<string> List(string? text) => [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static (string, int)? Address(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535
        && Uri.CheckHostName(text[..colon].Trim('[', ']')) != UriHostNameType.Unknown
            ? (text[..colon].Trim('[', ']'), port)
            : null;

    private static SaslMechanism? Sasl(string? word) => word?.ToLowerInvariant() switch
    {
        "plain" => SaslMechanism.Plain,
        "scram-sha-256" => SaslMechanism.ScramSha256,
        "scram-sha-512" => SaslMechanism.ScramSha512,
        _ => null,
    };
}
