namespace Connectors.Protocols.Brokers;

/// <summary>What every broker's messages have in common, whatever it calls them itself.</summary>
internal static class BrokerHeaders
{
    /// <summary>The sender's promise: the same message has the same id.</summary>
    public const string Id = "message-id";

    public const string Encoding = "content-encoding";

    public const string Correlation = "correlation-id";

    public const string Type = "type";

    /// <summary>Where it stands at the broker, the same when it is given out again. Tells repeats apart when nothing better does.</summary>
    public const string Position = "broker-position";

    /// <summary>Says that the sender sent no content on purpose.</summary>
    public const string Tombstone = "broker-tombstone";
}
