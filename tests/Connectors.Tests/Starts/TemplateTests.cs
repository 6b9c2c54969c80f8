using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connectors.Catalog.Kafka;
using Connectors.Catalog.RabbitMq;
using Connectors.Catalog.Starts;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;

namespace Connectors.Tests.Starts;

/// <summary>Each template as a person gets it: sound, with a sample that means something, and with operations that write.</summary>
public sealed partial class TemplateTests
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static TheoryData<string> Names => [.. StartingPoints.All.Where(s => s.Opens != StartOpens.Import).Select(s => s.Name)];

    [Fact]
    public void Every_way_to_connect_has_its_start_and_its_template()
    {
        Assert.Equal(["http", "openapi", "graphql", "odata", "soap", "json-rpc", "x12", "edifact", "delimited", "fixed-width", "sftp", "rabbitmq", "kafka", "webhook"], StartingPoints.All.Select(s => s.Name));
        var folders = EmbeddedCatalog.Names("Starts/").Select(n => n.Split('/')[1]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(Names.Select(n => (string)n.Data).Order(StringComparer.Ordinal), folders);
        Assert.All(EmbeddedCatalog.Manifests(), text => Assert.DoesNotContain("Change it from the top to the bottom", text, StringComparison.Ordinal));
        Assert.Null(EmbeddedCatalog.Document("my-marketplace"));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_template_is_sound_and_says_in_order_what_to_change(string name)
    {
        var start = StartingPoints.Find(name)!;
        var reading = ManifestReader.Read(start.Document!, name);
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        var steps = Step().Matches(start.Document!).Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(1, steps.Count), steps);
        Assert.True(steps.Count >= 6, $"{name} says only {steps.Count} things to change.");
        Assert.NotEmpty(start.Sample);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_sample_becomes_what_a_person_approved(string name) => Approved.Check($"start-{name}", Told(StartingPoints.Find(name)!));

    [Theory, MemberData(nameof(Names))]
    public void Each_operation_writes_what_a_person_approved(string name)
    {
        var start = StartingPoints.Find(name)!;
        var connector = Connector(start);
        var told = new StringBuilder();
        foreach (var operation in connector.Manifest.Operations)
        {
            var mapped = connector.Operation(operation.Name)!.Map(Request(start));
            Assert.True(mapped.Refusals.Count == 0, string.Join("\n", mapped.Refusals.Select(r => r.Message)));
            told.Append(operation.Name).Append(" (").Append(mapped.ContentType).Append("):\n").Append((start.Name is "x12" or "edifact" or "fixed-width" ? Encoding.Latin1 : Encoding.UTF8).GetString(mapped.Content.Span)).Append('\n');
        }

        Approved.Check($"start-{name}-out", told.Length == 0 ? "It takes nothing.\n" : told.ToString());
    }

    /// <summary>What the workbench carries into the form of a connection is what the broker's connector reads.</summary>
    [Theory, InlineData("rabbitmq"), InlineData("kafka")]
    public void A_brokers_template_is_a_connections_description(string name)
    {
        var start = StartingPoints.Find(name)!;
        var spec = StartingPoint.SpecOf(start.Document!)!;
        Assert.StartsWith("title: My ", spec, StringComparison.Ordinal);
        Assert.Contains("# 6. Where it goes", spec, StringComparison.Ordinal);
        DeclarativeConnector broker = name == "kafka" ? new KafkaConnector(TimeProvider.System) : new RabbitMqConnector(TimeProvider.System);
        var connection = Connection(broker.Manifest.Name, name == "kafka"
            ? new() { ["brokers"] = "kafka.example.org:9093", ["topics"] = "orders", ["spec"] = spec }
            : new() { ["host"] = "mq.example.org", ["user"] = "control", ["queue"] = "orders", ["spec"] = spec });
        Assert.Empty(broker.Check(connection));
        var shaped = broker.For(connection);
        Assert.Equal("confirmShipment", shaped.Manifest.Operations[0].Name);
        var meaning = shaped.Receiver!.Translate(new() { Topic = "order.created", Body = start.Sample, ReceivedAt = Given.Now, Queued = true }, connection);
        Assert.Equal("E-4001", Assert.IsType<InboundEvent.OrderReceived>(meaning).Order.Number);
        Assert.Null(StartingPoint.SpecOf("kind: Connector\n"));
    }

    private static Connection Connection(string connector, Dictionary<string, string> settings) => new()
    {
        Key = "events", Connector = connector, Role = SystemRole.Storefront, DisplayName = "Events", Settings = settings, Secrets = new Dictionary<string, string> { ["password"] = "p" },
    };

    [Theory]
    [InlineData("csv", "delimited"), InlineData("EDI 850", "x12"), InlineData("gln", "edifact"), InlineData("swagger", "openapi"), InlineData("amqp", "rabbitmq"), InlineData("wsdl", "soap")]
    public void People_find_a_start_by_the_words_that_they_use(string search, string name) =>
        Assert.Equal(name, Assert.Single(StartingPoints.All, s => s.Fits(search)).Name);

    [Fact]
    public void No_template_names_a_partner() =>
        Assert.All(EmbeddedCatalog.Names("Starts/"), n => Assert.DoesNotMatch("(?i)shopify|amazon|walmart|ebay|odoo|tryton|netsuite|shiphero|bigmart", n.EndsWith(".yaml", StringComparison.Ordinal) ? EmbeddedCatalog.Start(n.Split('/')[1]) : Encoding.UTF8.GetString(EmbeddedCatalog.Sample($"Starts/{n.Split('/')[1]}", n.Split('/')[^1]))));

    internal static DeclarativeConnector Connector(StartingPoint start) => new(ManifestReader.Read(start.Document!, start.Name).Definition!, TimeProvider.System);

    internal static OperationRequest Request(StartingPoint start)
    {
        var settings = new Dictionary<string, string>(start.SampleSettings, StringComparer.Ordinal) { ["customer"] = "10000" };
        var order = Given.Order with { Extensions = new Dictionary<string, string> { ["buyer"] = "4012345000009", ["deliveryParty"] = "4012345000123" } };
        // EDI counts its lines; others take whatever the channel calls them.
        static string Counted(string line) => line[1..];
        var shipment = Given.Shipment;
        if (start.Name == "edifact")
            (order, shipment) = (order with { Lines = [.. order.Lines.Select(l => l with { ChannelLineRef = Counted(l.ChannelLineRef) })] }, shipment with { Lines = [.. shipment.Lines.Select(l => l with { ChannelLineRef = Counted(l.ChannelLineRef) })] });
        var request = Given.Request(order, Given.Connection(start.Name, settings), null, shipment);
        return new()
        {
            Connection = request.Connection, TransactionId = request.TransactionId, Reference = "WEB-1001", CorrelationId = request.CorrelationId, IdempotencyKey = request.IdempotencyKey, Order = request.Order,
            Variables = request.Variables, Number = 905, At = Given.Now,
        };
    }

    private static string Told(StartingPoint start)
    {
        var connector = Connector(start);
        var connection = start.SampleConnection(connector.Manifest) ?? Given.Connection(start.Name);
        var polled = connector.Feeds.Any(f => f.Name == start.Topic);
        var headers = connector.Definition.Receive?.Topic?.Header is { } header ? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [header] = start.Topic } : [];
        var request = new InboundRequest { Topic = start.Topic, Body = start.Sample, ReceivedAt = Given.Now, Polled = polled, Headers = headers };
        var told = new StringBuilder();
        if (connector.Receiver!.Unpack(request, connection) is not { } unpacked)
            return Meaning(connector.Receiver.Translate(request, connection));
        foreach (var refusal in unpacked.Refusals)
            told.Append("refused: ").Append(refusal.Message).Append('\n');
        foreach (var part in unpacked.Parts)
            told.Append(part.Place).Append(": ").Append(part.Refusals.Count > 0 ? $"refused: {part.Refusals[0].Message}\n" : Meaning(connector.Receiver.Translate(part.Request, connection)));
        foreach (var answer in unpacked.Answers)
            told.Append("answered with ").Append(answer.Name).Append('\n');
        return told.ToString();
    }

    private static string Meaning(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived o => "an order\n" + JsonSerializer.Serialize(o.Order, Lines) + "\n",
        InboundEvent.Happened h => $"{h.Event} of {string.Join(", ", h.Correlation.Select(c => $"{c.Kind} {c.Value}"))}\n" + JsonSerializer.Serialize(h.Shipment, Lines) + "\n",
        InboundEvent.Refused r => "refused: " + string.Join("\n", r.Refusals.Select(x => x.Message)) + "\n",
        InboundEvent.Ignored i => $"ignored: {i.Reason}\n",
        _ => meaning + "\n",
    };

    [GeneratedRegex(@"# {1,4}(\d+)\. ")]
    private static partial Regex Step();
}
