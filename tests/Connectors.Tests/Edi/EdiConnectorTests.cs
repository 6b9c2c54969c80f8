using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Marketplaces;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Edi;

/// <summary>The three EDI connectors of the catalogue: what comes in as an interchange, what goes out as one, and what is answered.</summary>
public sealed class EdiConnectorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly (string Partner, string Us, string Them, string[] Samples)[] All =
    [
        ("EdiThreePl", "OURSHOP", "BRIGHTWH", ["945.edi", "856.edi", "846.edi", "944.edi", "997-accepted.edi", "997-rejected.edi"]),
        ("EdiTradingPartner", "OURBRAND", "BIGMART", ["850.edi", "860.edi", "997-rejected.edi"]),
        ("EdifactTradingPartner", "4098765000006", "4012345000009", ["ORDERS.edi", "CONTRL-accepted.edi", "CONTRL-rejected.edi"]),
    ];

    [Fact]
    public void Our_samples_are_read_as_approved()
    {
        var text = new StringBuilder();
        foreach (var (partner, us, them, samples) in All)
            foreach (var sample in samples)
            {
                var (connector, connection) = (Connector(partner), Connection(us, them));
                var unpacked = connector.Receiver!.Unpack(Request(EmbeddedCatalog.Sample(partner, sample)), connection)!;
                text.Append(partner).Append(' ').Append(sample).Append(": ").Append(unpacked.Summary).Append('\n');
                Assert.Empty(unpacked.Refusals);
                foreach (var part in unpacked.Parts)
                    text.Append("  ").Append(part.Place).Append(": ").Append(part.Refusals.Count > 0 ? part.Refusals[0].Message : Describe(connector.Receiver.Translate(part.Request, connection))).Append('\n');
                foreach (var answer in unpacked.Answers)
                    text.Append("  answered with ").Append(answer.Name).Append(": ").Append(Encoding.Latin1.GetString(answer.Content.Span).ReplaceLineEndings("")).Append('\n');
            }

        Approved.Check("edi-samples", text.ToString());
    }

    [Fact]
    public void What_is_sent_out_is_as_approved_and_reads_as_a_good_interchange()
    {
        var text = new StringBuilder();
        foreach (var (partner, us, them, _) in All)
        {
            var connector = Connector(partner);
            foreach (var operation in connector.Manifest.Operations)
            {
                Assert.True(operation.Numbered);
                var mapped = connector.Operation(operation.Name)!.Map(Order(us, them));
                Assert.True(mapped.Refusals.Count == 0, $"{partner} {operation.Name}: {string.Join("; ", mapped.Refusals.Select(r => r.Message))}");
                text.Append(partner).Append(' ').Append(operation.Name).Append(" (").Append(mapped.ContentType).Append("):\n").Append(Encoding.Latin1.GetString(mapped.Content.Span));
                var back = connector.Definition.Formats["edi"] is global::Connectors.Protocols.Edi.EdiFormat { Options: var options } format
                    ? new global::Connectors.Protocols.Edi.EdiFormat(options with { Accept = [] }, partner.StartsWith("Edifact", StringComparison.Ordinal) ? global::Connectors.Protocols.Edifact.EdifactStandard.Instance : global::Connectors.Protocols.X12.X12Standard.Instance) : null;
                var reading = back!.Read(mapped.Content, Connection(them, us), Given.Now);
                Assert.Empty(reading.Refusals);
                Assert.Empty(Assert.Single(reading.Documents).Refusals);
            }
        }

        Approved.Check("edi-out", text.ToString());
    }

    [Theory]
    [InlineData("EdiThreePl", "instructFulfilment", "OURSHOP", "BRIGHTWH", "/out/edi/940-905.edi")]
    [InlineData("EdifactTradingPartner", "confirmShipment", "4098765000006", "4012345000009", "/out/edi/DESADV-905.edi")]
    public async Task A_document_is_written_as_a_file_of_its_number_and_leaves_the_number_to_find_it_by(string partner, string operation, string us, string them, string path)
    {
        var request = Order(us, them);
        var (op, folder) = (Connector(partner).Operation(operation)!, new ScriptedExchange().Answers(201, "", null));
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await op.ExecuteAsync(request, op.Map(request).Content, folder, Ct));
        Assert.Equal(("PUT", path), (folder.Sent[0].Method.Method, folder.Sent[0].Path));
        Assert.Contains(confirmed.Identifiers, i => i is { Kind: "edi-control", Value: "wh/905" });
        Assert.Equal(WriteKind.Upsert, op.Descriptor.Write);
    }

    [Theory]
    [InlineData("997-accepted.edi", "warehouse.acknowledged"), InlineData("997-rejected.edi", "warehouse.rejected")]
    public void The_acknowledgement_finds_the_order_by_the_number_of_the_document(string sample, string @event)
    {
        var (connector, connection) = (Connector("EdiThreePl"), Connection("OURSHOP", "BRIGHTWH"));
        var part = Assert.Single(connector.Receiver!.Unpack(Request(EmbeddedCatalog.Sample("EdiThreePl", sample)), connection)!.Parts);
        var happened = Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(part.Request, connection));
        Assert.Equal(@event, happened.Event);
        Assert.Equal("edi-control wh/905", $"{happened.Correlation[0].Kind} {happened.Correlation[0].Value}");
    }

    [Theory]
    [InlineData("TA1*000000905*261123*0915*R*006~IEA*0*000000501", "warehouse.rejected")]
    [InlineData("TA1*000000905*261123*0915*A*000~IEA*0*000000501", null)]
    public void An_interchange_that_is_rejected_as_a_whole_is_a_rejection(string text, string? @event)
    {
        var (connector, connection) = (Connector("EdiThreePl"), Connection("OURSHOP", "BRIGHTWH"));
        var body = Encoding.ASCII.GetBytes("ISA*00*          *00*          *ZZ*BRIGHTWH       *ZZ*OURSHOP        *261123*0915*U*00401*000000501*0*P*>~" + text + "~");
        var part = Assert.Single(connector.Receiver!.Unpack(Request(body), connection)!.Parts);
        var meaning = connector.Receiver.Translate(part.Request, connection);
        Assert.Equal(@event, (meaning as InboundEvent.Happened)?.Event);
    }

    [Fact]
    public void A_connection_goes_by_a_folder_or_by_a_gateway_and_says_what_is_missing_for_its_way()
    {
        var connector = Connector("EdiThreePl");
        Assert.Equal("warehouse-files", Assert.Single(connector.Feeds).Name);
        var gateway = Connection("OURSHOP", "BRIGHTWH");
        Assert.Empty(connector.Check(gateway));
        Connection With(Uri address, TimeSpan? poll) => new()
        {
            Key = gateway.Key, Connector = gateway.Connector, Role = gateway.Role, DisplayName = gateway.DisplayName, Settings = gateway.Settings, BaseAddress = address, PollEvery = poll,
        };
        Assert.Contains("sftp://host/folder", Assert.Single(connector.Check(With(gateway.BaseAddress!, TimeSpan.FromMinutes(5)))), StringComparison.Ordinal);
        Assert.Contains("secrets.webhookToken", Assert.Single(connector.Check(With(gateway.BaseAddress!, null))), StringComparison.Ordinal);
        Assert.DoesNotContain(connector.Check(With(new("sftp://files.example.org/us"), TimeSpan.FromMinutes(5))), p => p.Contains("webhookToken", StringComparison.Ordinal));
        Assert.Contains(connector.Check(With(new("sftp://files.example.org/us"), TimeSpan.FromMinutes(5))), p => p.Contains("user", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shipment_carries_the_lines_that_were_shipped_with_their_quantities()
    {
        var (connector, connection) = (Connector("EdiThreePl"), Connection("OURSHOP", "BRIGHTWH"));
        var part = Assert.Single(connector.Receiver!.Unpack(Request(EmbeddedCatalog.Sample("EdiThreePl", "945.edi")), connection)!.Parts);
        var shipment = Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(part.Request, connection)).Shipment!;
        Assert.Equal(new ShipmentLine("L1", "TEE-M", 2), Assert.Single(shipment.Lines));
        Assert.Equal("00340434161094042557", shipment.TrackingNumber);
        Assert.Equal("WH-88123", shipment.ExternalId);
    }

    [Fact]
    public async Task Answers_go_where_the_manifest_says_and_a_refusal_is_a_fault()
    {
        var (connector, connection) = (Connector("EdiTradingPartner"), Connection("OURBRAND", "BIGMART"));
        var answer = Assert.Single(connector.Receiver!.Unpack(Request(EmbeddedCatalog.Sample("EdiTradingPartner", "850.edi")), connection)!.Answers);
        var folder = new ScriptedExchange().Answers(201, "", null).Answers(507, "", null);
        await connector.AnswerAsync(connection, answer, folder, Ct);
        Assert.Equal(("PUT", "/out/edi/997-000003438.edi", "application/edi-x12"), (folder.Sent[0].Method.Method, folder.Sent[0].Path, folder.Sent[0].ContentType));
        Assert.True(folder.Sent[0].Body.Span.SequenceEqual(answer.Content.Span));
        await Assert.ThrowsAsync<ExchangeException>(() => connector.AnswerAsync(connection, answer, folder, Ct));
    }

    [Fact]
    public void A_post_proves_itself_by_its_token_and_says_any_usual_media_type()
    {
        var (connector, connection) = (Connector("EdiThreePl"), Connection("OURSHOP", "BRIGHTWH"));
        Assert.True(connector.Receiver!.Verify(Request([], ("X-Api-Key", "token-1")), connection));
        Assert.False(connector.Receiver.Verify(Request([], ("X-Api-Key", "token-2")), connection));
        Assert.Contains("application/edi-x12", connector.Receiver.MediaTypes);
        Assert.Contains("application/edifact", Connector("EdifactTradingPartner").Receiver!.MediaTypes);
    }

    [Theory]
    [InlineData("type: x12\nschemas: [\"851\"]", "There is no schema '851'")]
    [InlineData("type: x12\nacknowledge: \"998\"", "'998' is unknown. Allowed: none, 997, 999.")]
    [InlineData("type: edifact\nacknowledge: \"997\"", "Allowed: none, CONTRL.")]
    [InlineData("type: x12\nseparators: { element: A }", "'A' is no separator")]
    [InlineData("type: x12\nseparators: { element: \">\" }", "Two separators are the same character")]
    [InlineData("type: x12\ncharacters: ebcdic", "Allowed: ascii, latin-1, utf-8")]
    [InlineData("type: x12\nus: { id: \"{order.number}\" }", "Allowed: {settings.<name>}")]
    [InlineData("type: x12\nacknowledgedWithin: { minutes: 0 }", "Allowed: a number from 1 to 43200")]
    [InlineData("type: x12\nacknowledge: \"997\"", "acknowledges what comes in; say where its answers go")]
    [InlineData("type: x12\ncolour: red", "colour is not understood")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: order, elements: { a: x } }] }]", "'x' does not begin with a place")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: other }] }]", "'other' cannot be a name")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: g50, as: order }] }]", "'g50' is no segment")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: order, elements: { a: 1 zz } }] }]", "'zz' is not understood")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: order, elements: { a: 1, b: 1 } }] }]", "Another element stands at the same place")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: order, rules: [Q01] }] }]", "'Q01' is no rule")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [{ segment: G50, as: a }, { segment: G51, as: a }] }]", "'a' stands there twice")]
    [InlineData("type: x12\ndefine: [{ set: \"888\", items: [] }]", "List the segments of the set")]
    public void A_format_that_is_described_wrongly_is_told_with_file_line_and_what_is_allowed(string entry, string message)
    {
        var yaml = $"""
            kind: Connector
            metadata: {"{"} name: partner {"}"}
            spec:
              roles: [b2b]
              formats:
                - name: edi
            {string.Join('\n', entry.Split('\n').Select(l => "      " + l))}
            """;
        var problem = Assert.Single(ManifestReader.Read(yaml, "partner.yaml").Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Line >= 3 || message.Contains("say where its answers go", StringComparison.Ordinal));
    }

    [Fact]
    public void A_set_that_nobody_ships_is_described_in_the_manifest()
    {
        var format = GivenEdi.Format("x12", "define: [{ set: \"888\", functionalId: QG, items: [{ segment: G50, as: order, required: true, elements: { status: 1 id codes:N|R, date: 2 dt, number: 3 an ..22 required } }, { loop: lines, segment: G39, elements: { upc: 1 an }, items: [{ segment: G69, as: \"texts[]\", elements: { text: 1 an } }] }] }]");
        var reading = GivenEdi.Read(format, GivenEdi.X12("QG", "888", ["G50*N*20261123*77", "G39*123", "G69*A", "G69*B"], ["G50*X*20261123*77"]));
        Assert.Equal("B", GivenEdi.Json(reading.Documents[0]).GetProperty("lines")[0].GetProperty("texts")[1].GetProperty("text").GetString());
        Assert.Equal("edi.element_code", Assert.Single(reading.Documents[1].Refusals).Code);
    }

    private static string Describe(InboundEvent meaning) => RealDocumentTests.Of(meaning)
        + (meaning is InboundEvent.Happened { Shipment: { } s } ? $"; {s.Carrier} {s.TrackingNumber} at {s.ShippedAt:yyyy-MM-dd}: {string.Join(", ", s.Lines.Select(l => $"{l.ChannelLineRef} {l.Sku} x{l.Quantity}"))}" : "")
        + (meaning is InboundEvent.Happened { Reason: { } why } ? $"; {why}" : "");

    private static DeclarativeConnector Connector(string partner) => new(EmbeddedCatalog.Load(partner), TimeProvider.System);

    private static Connection Connection(string us, string them) => new()
    {
        Key = "wh",
        Connector = "edi",
        Role = SystemRole.ThreePl,
        DisplayName = "Bright warehouse",
        BaseAddress = new("https://edi.example.org"),
        Settings = new Dictionary<string, string> { ["ourId"] = us, ["partnerId"] = them, ["outFolder"] = "/out/edi", ["vendorNumber"] = "98765" },
        Secrets = new Dictionary<string, string> { ["webhookToken"] = "token-1" },
    };

    private static OperationRequest Order(string us, string them)
    {
        var order = Given.Order with
        {
            ExternalId = "4500123456",
            Number = "4500123456",
            Currency = "USD",
            Lines = [.. Given.Order.Lines.Select((l, i) => l with { ChannelLineRef = $"{i + 1}", ChannelProductRef = l.Sku == "TEE-M" ? "4098765000112" : null })],
            Extensions = new Dictionary<string, string> { ["orderDate"] = "20261122", ["shipToId"] = "0012", ["shipToIdQualifier"] = "92", ["buyer"] = "4012345000009" },
        };
        var given = Given.Request(order, Connection(us, them), null, Given.Shipment with { Lines = [new("1", "TEE-M", 2), new("3", "CAP", 1)] });
        return new()
        {
            Connection = given.Connection,
            TransactionId = given.TransactionId,
            Reference = given.Reference,
            CorrelationId = given.CorrelationId,
            IdempotencyKey = given.IdempotencyKey,
            Order = given.Order,
            Variables = given.Variables,
            Number = 905,
            At = Given.Now,
        };
    }

    private static InboundRequest Request(byte[] body, params (string Name, string Value)[] headers) => new()
    {
        ContentType = "application/edi-x12",
        Body = body,
        ReceivedAt = Given.Now,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
    };
}
