namespace Connectors.Protocols.CloudEvents;

/// <summary>Names of CloudEvents 1.0.2 and of its JSON format.</summary>
internal static class CloudEventNames
{
    public const string Version = "1.0";

    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Source = "source";
    public const string Type = "type";
    public const string Subject = "subject";
    public const string Time = "time";
    public const string ContentType = "datacontenttype";
    public const string Schema = "dataschema";
    public const string Data = "data";
    public const string Base64 = "data_base64";

    public const string Structured = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";

    public static readonly string[] Required = [SpecVersion, Id, Source, Type];

    public static readonly string[] Core = [SpecVersion, Id, Source, Type, Subject, Time, ContentType, Schema];

    /// <summary>How attributes are called among headers: of HTTP, of Kafka, of AMQP (both ways).</summary>
    public static readonly string[] Prefixes = ["ce-", "ce_", "cloudEvents:", "cloudEvents_"];

    /// <summary>Lower-case letters and digits alone (section 3.1); the length that the specification advises is not enforced.</summary>
    public static bool IsAttribute(string name) => name.Length > 0 && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9');
}
