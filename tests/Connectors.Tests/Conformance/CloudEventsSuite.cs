using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.CloudEvents;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using YamlDotNet.RepresentationModel;

namespace Connectors.Tests.Conformance;

/// <summary>The rules of the JSON format, named as the conformance project of CloudEvents names its cases; and the events that it publishes.</summary>
public static class CloudEventsSuite
{
    private const string Core = "\"datacontenttype\":\"text/plain\",\"dataschema\":\"https://cloudevents.io/dataschema\",\"subject\":\"tests\",\"time\":\"2018-04-05T17:31:00Z\"";
    private const string Extensions = "\"extinteger\":10,\"extboolean\":true,\"extstring\":\"text\",\"exturi\":\"https://cloudevents.io\",\"exturiref\":\"//authority/path\",\"exttimestamp\":\"2023-03-31T15:12:00Z\",\"extbinary\":\"TWE=\"";

    private static readonly CloudEventsFormat Format = new("events", ["comexampleextension1", "comexampleextension2"], null, null);

    private static readonly (string Name, string Json)[] Valid =
    [
        ("validMinimal", Event()),
        ("validMinimalWithNullForOptional", Event("\"datacontenttype\":null,\"dataschema\":null,\"subject\":null,\"time\":null")),
        ("validAllCoreAttributes", Event(Core)),
        ("validMinimalWithTimeUtc", Event("\"time\":\"2018-04-05T17:31:00Z\"")),
        ("validMinimalWithTimeToNanosecondsUtc", Event("\"time\":\"2018-04-05T17:31:00.000000000Z\"")),
        ("validMinimalWithTimeUsingPositiveOffset", Event("\"time\":\"2018-04-05T18:31:00+01:00\"")),
        ("validMinimalWithTimeUsingNegativeOffset", Event("\"time\":\"2018-04-05T16:31:00-01:00\"")),
        ("validRelativeSource", Event(source: "#fragment")),
        ("validSimpleTextData", Event("\"datacontenttype\":\"text/plain\",\"data\":\"Simple text\"")),
        ("validAllExtensionTypes", Event(Extensions)),
        ("validBatchEmpty", "[]"),
        ("validBatchMinimal", $"[{Event()}]"),
        ("validBatchMinimal2", $"[{Event()},{Event()}]"),
        ("validBatchMinimalAndAllCore", $"[{Event()},{Event(Core)}]"),
        ("validBatchMinimalAndAllExtensionTypes", $"[{Event()},{Event(Extensions)}]"),
    ];

    private static readonly (string Name, string Json)[] Invalid =
    [
        .. new[] { "specversion", "id", "type", "source" }.Select(n => ($"invalidNo{n}", Without(n))),
        .. new[] { "lunchtime", "2018-04-05T18:31Z", "2018-04-05T18:31:00X", "2018-04-05T18:31:00+25:00", "2018-04-05T18:31:00+xx:00", "2018-04-05T18:31:00+05" }.Select(t => ($"invalidTime {t}", Event($"\"time\":\"{t}\""))),
        .. new[] { "id", "type", "source", "specversion" }.Select(n => ($"invalidEmpty {n}", With(n, ""))),
        ("invalidUnknownSpecVersion", With("specversion", "0.9")),
        ("invalidNonRfc2046DataContentType", Event("\"datacontenttype\":\"xyz\"")),
        .. new[] { "datacontenttype", "dataschema", "subject" }.Select(n => ($"invalidEmpty {n}", Event($"\"{n}\":\"\""))),
        ("invalidNumericId", With("id", 25)),
        ("invalidObjectId", With("id", new JsonObject { ["xyz"] = "abc" })),
        ("invalidCapitalizedExtension", Event("\"MyExtension\":\"bad\"")),
        ("invalidPunctuatedExtension", Event("\"my.extension\":\"bad\"")),
        ("invalidNonIntegerExtensionValue", Event("\"myextension\":1.5")),
        ("invalidBothDataAndDataBase64", Event("\"data\":\"text\",\"data_base64\":\"eyAieHl6IjogMTIzIH0=\"")),
        ("invalidBatchMixedSpecVersions", $"[{Event()},{With("specversion", "0.9")}]"),
        ("invalidBatchContainingInvalidCloudEvent", $"[{Without("id")}]"),
        ("invalidBatchContainingNonObject", $"[\"not an object\",{Event()}]"),
    ];

    public static Suite Run() => new("CloudEvents 1.0, JSON format", "the 43 cases of the conformance project's JSON format tests, written anew; its published events (yaml) in binary and structured mode",
    [
        .. Valid.Select(c => Case.Of(c.Name, Holds(c.Json))),
        .. Invalid.Select(c => Case.Of(c.Name, Refused(c.Json))),
        .. Published("conformance/cloudevents/yaml/v1.yaml", true),
        .. Published("conformance/cloudevents/yaml/v1.0/v1_minimum.yaml", true),
        .. Published("conformance/cloudevents/yaml/v03.yaml", false),
        .. Published("conformance/cloudevents/yaml/v0.3/v03_minimum.yaml", false),
    ], ["Within a batch a wrong event is refused for itself, and those beside it are worked with: a case counts when the wrong event is refused.",
        "Events of version 0.3 are refused by their version: that is what their cases expect here.",
        "The AMQP, protobuf, Avro and XML forms, CloudEvents SQL and the subscriptions API are not among these cases, and not offered."]);

    /// <summary>Nothing is refused, and every attribute is there as it was.</summary>
    private static bool Holds(string json)
    {
        var reading = Format.Read(Encoding.UTF8.GetBytes(json), Given.Connection());
        var sent = JsonNode.Parse(json)!;
        var events = sent is JsonArray batch ? batch.ToArray() : [sent];
        return reading.Refusals.Count == 0 && reading.Container == sent is JsonArray && reading.Documents.Count == events.Length
            && reading.Documents.Zip(events).All(p => p.First.Refusals.Count == 0 && Same(JsonNode.Parse(p.First.Json.Span)!.AsObject(), p.Second!.AsObject()));
    }

    private static bool Same(JsonObject read, JsonObject sent) =>
        read.All(m => JsonNode.DeepEquals(m.Value, sent[m.Key])) && sent.All(m => m.Value is null || read.ContainsKey(m.Key));

    private static bool Refused(string json)
    {
        var reading = Format.Read(Encoding.UTF8.GetBytes(json), Given.Connection());
        return reading.Refusals.Count > 0 || reading.Documents.Any(d => d.Refusals.Count > 0);
    }

    private static string Event(string more = "", string source = "https://cloudevents.io") =>
        $"{{\"specversion\":\"1.0\",\"id\":\"minimal\",\"type\":\"io.cloudevents.test\",\"source\":\"{source}\"{(more.Length > 0 ? "," + more : "")}}}";

    private static string Without(string name)
    {
        var made = JsonNode.Parse(Event())!.AsObject();
        made.Remove(name);
        return made.ToJsonString();
    }

    private static string With(string name, JsonNode value)
    {
        var made = JsonNode.Parse(Event())!.AsObject();
        made[name] = value;
        return made.ToJsonString();
    }

    private static IEnumerable<Case> Published(string file, bool valid)
    {
        var stream = new YamlStream();
        using (var reader = new StreamReader(Samples.Find(file)))
            stream.Load(reader);
        return [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode).Select((d, i) =>
        {
            var mode = Text(d, "Mode") ?? "binary";
            return Case.Of($"{file.Split('/', 3)[2]}, event {i + 1}, {mode}", mode == "structured" ? Structured(d, valid) : Binary(d, valid));
        })];
    }

    private static bool Binary(YamlMappingNode published, bool valid)
    {
        var headers = Attributes(published).Where(a => a.Key != "datacontenttype").ToDictionary(a => "ce-" + a.Key, a => Uri.EscapeDataString(a.Value), StringComparer.OrdinalIgnoreCase);
        return AsSaid(Format.Read(new InboundRequest { Headers = headers, ContentType = ContentTypeOf(published), Body = Encoding.UTF8.GetBytes(Text(published, "Data") ?? "") }), published, valid);
    }

    private static bool Structured(YamlMappingNode published, bool valid)
    {
        var made = new JsonObject();
        foreach (var (name, value) in Attributes(published))
            made[name] = value;
        if (Text(published, "Data") is { Length: > 0 } data)
            made["data"] = DataOf(published, data);
        return AsSaid(Format.Read(new InboundRequest { ContentType = "application/cloudevents+json; charset=utf-8", Body = Encoding.UTF8.GetBytes(made.ToJsonString()) }), published, valid);
    }

    private static bool AsSaid(FormatReading reading, YamlMappingNode published, bool valid)
    {
        if (!valid)
            return reading.Documents.Count == 1 && reading.Documents[0].Refusals.Any(r => r.Code == "cloudevents.version");
        if (reading.Documents is not [{ Refusals.Count: 0 } read])
            return false;
        using var document = JsonDocument.Parse(read.Json);
        return Attributes(published).All(a => document.RootElement.GetProperty(a.Key).GetString() == a.Value)
            && (Text(published, "Data") is not { Length: > 0 } data || JsonNode.DeepEquals(DataOf(published, data), JsonNode.Parse(document.RootElement.GetProperty("data").GetRawText())));
    }

    private static string ContentTypeOf(YamlMappingNode published) => Attributes(published).GetValueOrDefault("datacontenttype") ?? "application/json";

    /// <summary>JSON where it says so, otherwise its text.</summary>
    private static JsonNode? DataOf(YamlMappingNode published, string data) =>
        ContentTypeOf(published).StartsWith("application/json", StringComparison.Ordinal) ? JsonNode.Parse(data) : JsonValue.Create(data);

    private static Dictionary<string, string> Attributes(YamlMappingNode published)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ((YamlMappingNode)published["ContextAttributes"]).Children)
            if (value is YamlScalarNode { Value: { } text })
                all[((YamlScalarNode)name).Value!.ToLowerInvariant()] = text;
            else if (value is YamlMappingNode extensions)
                foreach (var (extension, held) in extensions.Children)
                    all[((YamlScalarNode)extension).Value!] = ((YamlScalarNode)held).Value!.TrimEnd('\n');
        return all;
    }

    private static string? Text(YamlMappingNode node, string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var found) ? ((YamlScalarNode)found).Value : null;
}
