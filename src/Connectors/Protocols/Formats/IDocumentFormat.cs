using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Formats;

/// <summary>
/// How bytes on the wire become the JSON that rows read, and the JSON that rows write becomes bytes: X12, EDIFACT, files, XML. So one
/// kind of mapping serves every protocol. Pure; shared by all threads; never throws on bad input; bounded in time and memory by the
/// length of what it reads.
/// </summary>
public interface IDocumentFormat
{
    /// <summary>As the manifest names it.</summary>
    string Name { get; }

    /// <summary>What a webhook may call itself to be read by it.</summary>
    IReadOnlyCollection<string> MediaTypes { get; }

    /// <summary>True when readings may hold answers, so that the connector needs a place for them.</summary>
    bool MakesAnswers => false;

    /// <summary>How long the other side may take to acknowledge what is written in it; null where nothing is promised.</summary>
    TimeSpan? AcknowledgedWithin(Connection connection) => null;

    /// <summary>Problems in the settings that it reads, each naming the setting; empty when it can work.</summary>
    IEnumerable<string> Check(Connection connection) => [];

    /// <summary>Content type of what it writes, with parameters; null = the first of <see cref="MediaTypes"/>.</summary>
    string? SendsAs => null;

    /// <summary>Headers that go with what it writes, such as SOAPAction.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Headers => [];

    /// <summary>How failures are told in it, whatever the system; read after what the manifest says.</summary>
    ErrorSpec Errors => ErrorSpec.None;

    FormatReading Read(ReadOnlyMemory<byte> content, Connection connection);

    /// <param name="receivedAt">For what carries a time of its own, such as the acknowledgement of an interchange.</param>
    FormatReading Read(ReadOnlyMemory<byte> content, Connection connection, DateTimeOffset receivedAt) => Read(content, connection);

    /// <param name="document">What the rows of a mapping wrote.</param>
    FormatWriting Write(JsonElement document, FormatContext context);
}

/// <summary>A format that reads settings of the connection, and so needs what the manifest says for those that the connection leaves out.</summary>
public interface ITakesSettingDefaults
{
    IDocumentFormat With(IReadOnlyDictionary<string, string> settingDefaults);
}

/// <summary>What was found in a delivery.</summary>
/// <param name="Container">False: it is one document, translated as it came. True: it holds any number, each kept for itself.</param>
public sealed record FormatReading(bool Container, string Summary, IReadOnlyList<FormatDocument> Documents)
{
    /// <summary>Why the whole cannot be read, with segment or line.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary>What the sender expects to be told: a 997, a CONTRL.</summary>
    public IReadOnlyList<DeliveryAnswer> Answers { get; init; } = [];

    public static FormatReading Unreadable(Refusal why) => new(false, why.Message, []) { Refusals = [why] };
}

/// <param name="Topic">What rules of <c>receive.documents</c> ask for under <c>topics</c>: <c>850</c>, <c>DESADV</c>, <c>line</c>. Empty = that of the delivery.</param>
/// <param name="Place">Where it stands: "ST 0002, segments 14 to 31", "line 7".</param>
/// <param name="Json">UTF-8.</param>
/// <param name="Refusals">What is wrong with it, with segment or line and reason; then it is kept and not translated.</param>
public sealed record FormatDocument(string Topic, string Place, ReadOnlyMemory<byte> Json, IReadOnlyList<Refusal> Refusals);

/// <summary>What a writer needs beside the document.</summary>
/// <param name="Number">Of this very write, 1 to 999,999,999; null when the operation is not numbered.</param>
public sealed record FormatContext(Connection Connection, string Reference, long? Number, DateTimeOffset At)
{
    public string? Setting(string name) => Connection.Setting(name) ?? SettingDefaults.GetValueOrDefault(name);

    /// <summary>Of the effect, the same for every try of it; empty when there is none.</summary>
    public string Key { get; init; } = "";

    public IReadOnlyDictionary<string, string> SettingDefaults { get; init; } = new Dictionary<string, string>();
}

/// <summary>With refusals the content is only for people to look at.</summary>
public sealed record FormatWriting(ReadOnlyMemory<byte> Content, string ContentType, IReadOnlyList<Refusal> Refusals);
