using System.Text;
using System.Text.Json;
using Connectors.Protocols.CloudEvents;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using CsCheck;

namespace Connectors.Tests.CloudEvents;

public sealed class CloudEventsTests
{
    private const string Yaml = """
        kind: Connector
        metadata: { name: bus }
        spec:
          roles: [erp]
          formats:
            - { name: events, type: cloudevents, extensions: [tenant], source: "https://control.example.org/{settings.shop}", event: com.example.order.created }
          receive:
            format: events
            signature: { scheme: token, header: X-Sig, secret: s }
            documents:
              - topics: [com.example.acknowledged]
                event: erp.acknowledged
                correlate: { reference: $.subject }
                outputs: { number: $.data.number, tenant: $.tenant }
              - topics: [com.example.ping]
                ignore: It only says that it is there.
          operations:
            - name: tell
              write: upsert
              request: { method: PUT, path: /events, mapping: order, format: events }
          mappings:
            - name: order
              rows:
                - { to: number, from: order.number }
        """;

    private static readonly Connection Connection = Given.Connection(settings: new Dictionary<string, string> { ["shop"] = "eu" }, secrets: new Dictionary<string, string> { ["s"] = "key" });

    [Fact]
    public void An_event_is_told_by_its_type_and_known_by_source_and_id()
    {
        var receiver = Connector().Receiver!;
        var request = Request("application/cloudevents+json", Event("com.example.acknowledged", "\"data\":{\"number\":77},\"tenant\":\"t1\""));
        var meaning = Assert.IsType<InboundEvent.Happened>(receiver.Translate(request, Connection));
        Assert.Equal(("erp.acknowledged", "R-1", "77", "t1"), (meaning.Event, meaning.Correlation[0].Value, meaning.Outputs["number"], meaning.Outputs["tenant"]));
        Assert.Equal("/erp e-1", receiver.DeliveryId(request));
        Assert.Contains("application/cloudevents-batch+json", receiver.MediaTypes);
    }

    [Theory]
    [InlineData("ce-", "application/json")]
    [InlineData("ce_", "application/json; charset=utf-8")]
    [InlineData("cloudEvents:", null)]
    public void Attributes_may_stand_in_headers(string prefix, string? contentType)
    {
        var receiver = Connector().Receiver!;
        var request = Request(contentType, "{\"number\":77}", ("specversion", "1.0"), ("type", "com.example.acknowledged"), ("source", "/erp"), ("id", "e-1"), ("subject", "R-1"), ("tenant", "t1"));
        var prefixed = Request(contentType, "{\"number\":77}", [.. request.Headers.Select(h => (prefix + h.Key, h.Value))]);
        var meaning = Assert.IsType<InboundEvent.Happened>(receiver.Translate(prefixed, Connection));
        Assert.Equal(("77", "t1"), (meaning.Outputs["number"], meaning.Outputs["tenant"]));
        Assert.Equal("/erp e-1", receiver.DeliveryId(prefixed));
        // They are kept with the document, which could not be read again without them.
        Assert.All(prefixed.Headers.Keys, h => Assert.Contains(h, receiver.Reads, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Headers_of_HTTP_are_percent_encoded()
    {
        var request = Request("application/json", "{}", ("ce-specversion", "1.0"), ("ce-type", "com.example.acknowledged"), ("ce-source", "/erp"), ("ce-id", "e%20%C3%BC"), ("ce-subject", "R-1"));
        Assert.Equal("/erp e ü", Connector().Receiver!.DeliveryId(request));
    }

    [Fact]
    public void A_batch_is_taken_event_by_event()
    {
        var receiver = Connector().Receiver!;
        var batch = Request("application/cloudevents-batch+json", $"[{Event("com.example.ping")},{{\"specversion\":\"1.0\"}},{Event("com.example.acknowledged", "\"data\":{\"number\":77}")},5]");
        var unpacked = receiver.Unpack(batch, Connection)!;
        Assert.Equal("Batch of 4 CloudEvents", unpacked.Summary);
        Assert.Equal([0, 3, 0, 1], unpacked.Parts.Select(p => p.Refusals.Count));
        Assert.Equal(["Event 1", "Event 2", "Event 3", "Event 4"], unpacked.Parts.Select(p => p.Place));
        Assert.IsType<InboundEvent.Ignored>(receiver.Translate(unpacked.Parts[0].Request, Connection));
        Assert.Equal("77", Assert.IsType<InboundEvent.Happened>(receiver.Translate(unpacked.Parts[2].Request, Connection)).Outputs["number"]);
    }

    [Theory]
    [InlineData("\"data_base64\":\"eyJudW1iZXIiOjc3fQ==\"", "{\"number\":77}")]
    [InlineData("\"datacontenttype\":\"application/vnd.x+json\",\"data_base64\":\"eyJudW1iZXIiOjc3fQ==\"", "{\"number\":77}")]
    [InlineData("\"datacontenttype\":\"text/xml\",\"data_base64\":\"PGEvPg==\"", "\"<a/>\"")]
    [InlineData("\"data\":null", "null")]
    [InlineData("\"data\":\"\\ud800\"", "\"\\ud800\"")]
    public void Data_is_unwrapped(string more, string data)
    {
        var read = Assert.Single(Read(Event("t", more)).Documents);
        Assert.Empty(read.Refusals);
        Assert.Contains($"\"data\":{data}", Encoding.UTF8.GetString(read.Json.Span).Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"data_base64\":\"no-base64!\"", "cloudevents.data_base64")]
    [InlineData("\"data_base64\":\"eyJ\"", "cloudevents.data_base64")]
    [InlineData("\"data_base64\":\"bm8=\"", "json.unreadable")]
    [InlineData("\"source2\":{}", "cloudevents.attribute_type")]
    [InlineData("\"n\":2147483648", "cloudevents.attribute_type")]
    [InlineData("\"dataschema\":\"relative\"", "cloudevents.dataschema")]
    public void What_is_wrong_is_said_with_its_code(string more, string code) => Assert.Equal(code, Assert.Single(Assert.Single(Read(Event("t", more)).Documents).Refusals).Code);

    [Fact]
    public void Binary_data_stays_base64()
    {
        var read = Assert.Single(Read(Event("t", "\"datacontenttype\":\"image/png\",\"data_base64\":\"/wA=\"")).Documents);
        Assert.Equal("/wA=", JsonDocument.Parse(read.Json).RootElement.GetProperty("data_base64").GetString());
    }

    [Fact]
    public void What_is_published_is_an_event_that_reads_as_it_was_and_keeps_its_id_over_tries()
    {
        var operation = Connector().Operation("tell")!;
        var request = Given.Request(connection: Connection);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        Assert.Equal("application/cloudevents+json", mapped.ContentType);
        var read = Assert.Single(Read(Encoding.UTF8.GetString(mapped.Content.Span)).Documents);
        Assert.Empty(read.Refusals);
        var root = JsonDocument.Parse(read.Json).RootElement;
        Assert.Equal(("key-1", "https://control.example.org/eu", "com.example.order.created", "SHOPIFY-EU-1001", "#1001"),
            (root.GetProperty("id").GetString(), root.GetProperty("source").GetString(), root.GetProperty("type").GetString(), root.GetProperty("subject").GetString(), root.GetProperty("data").GetProperty("number").GetString()));
        Assert.Equal(mapped.Content.ToArray(), operation.Map(request).Content.ToArray());
    }

    [Fact]
    public void A_source_that_cannot_be_made_is_refused_before_anything_is_sent() =>
        Assert.Equal("cloudevents.source", Connector().Operation("tell")!.Map(Given.Request(connection: Given.Connection())).Refusals[0].Code);

    [Theory]
    [InlineData("event: com.example.order.created", "event: x, colour: red", "colour")]
    [InlineData("source: \"https://control.example.org/{settings.shop}\", ", "", "It is missing. Events that are written need a source")]
    [InlineData("{settings.shop}", "{order.number}", "'{order.number}' cannot be read here")]
    [InlineData("[tenant]", "[Tenant-Id]", "'Tenant-Id' is no name of an attribute")]
    public void A_wrong_description_is_refused_with_what_is_allowed(string was, string now, string says) =>
        Assert.Contains(ManifestReader.Read(Yaml.Replace(was, now, StringComparison.Ordinal), "bus.yaml").Problems, p => p.Message.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void Whatever_comes_it_never_throws()
    {
        var events = Encoding.UTF8.GetBytes($"[{Event("t", "\"data_base64\":\"eyJ9\",\"time\":\"2026-11-23T09:00:00Z\",\"n\":5")}]");
        Gen.Select(Gen.Int[0, events.Length - 1], Gen.Byte, Gen.Int[0, events.Length - 1], Gen.Byte).Sample((i, a, j, b) =>
        {
            var bytes = events.ToArray();
            (bytes[i], bytes[j]) = (a, b);
            var format = new CloudEventsFormat("events", [], null, null);
            foreach (var document in format.Read(bytes, Connection).Documents.Where(d => d.Refusals.Count == 0))
                JsonDocument.Parse(document.Json).Dispose();
            format.DeliveryId(new InboundRequest { Body = bytes });
        }, iter: 20_000);
    }

    private static FormatReading Read(string json) => new CloudEventsFormat("events", [], null, null).Read(Encoding.UTF8.GetBytes(json), Connection);

    private static string Event(string type, string more = "") => $"{{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/erp\",\"type\":\"{type}\",\"subject\":\"R-1\"{(more.Length > 0 ? "," + more : "")}}}";

    private static InboundRequest Request(string? contentType, string body, params (string Name, string Value)[] headers) => new()
    {
        ContentType = contentType,
        Body = Encoding.UTF8.GetBytes(body),
        ReceivedAt = Given.Now,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
    };

    private static DeclarativeConnector Connector()
    {
        var reading = ManifestReader.Read(Yaml, "bus.yaml");
        Assert.Empty(reading.Problems);
        return new(reading.Definition!, TimeProvider.System);
    }
}
