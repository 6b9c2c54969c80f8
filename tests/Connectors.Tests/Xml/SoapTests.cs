using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Soap;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Xml;

public sealed class SoapTests
{
    private const string V11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string V12 = "http://www.w3.org/2003/05/soap-envelope";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void An_envelope_has_its_header_blocks_the_place_of_the_credentials_and_its_body()
    {
        var format = Soap("type: soap, credentials: true, body: op, action: urn:do, namespaces: { \"\": urn:o, h: urn:h }");
        Assert.Equal(
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:h=\"urn:h\" xmlns:soap=\"{V11}\"><soap:Header><!--credentials--><h:Tenant>7</h:Tenant></soap:Header><soap:Body><op xmlns=\"urn:o\"><a>1</a></op></soap:Body></soap:Envelope>",
            format.Written("""{"#header":{"h:Tenant":7},"a":"1"}""").Text());
        Assert.Equal([new("SOAPAction", "\"urn:do\"")], format.Headers);
        Assert.Equal("text/xml; charset=utf-8", format.SendsAs);
    }

    [Fact]
    public void Version_1_2_has_its_own_namespace_and_names_the_action_in_the_content_type()
    {
        var format = GivenXml.Format("type: soap, version: \"1.2\", action: urn:do");
        Assert.Contains($"soap=\"{V12}\"", format.Written("""{"op":{"a":"1"}}""").Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("Header", format.Written("""{"op":{"a":"1"}}""").Text(), StringComparison.Ordinal);
        Assert.Equal("application/soap+xml; charset=utf-8; action=\"urn:do\"", format.SendsAs);
        Assert.Empty(format.Headers);
    }

    [Theory]
    [InlineData(V11), InlineData(V12)]
    public void Of_an_answer_the_body_is_read_and_its_header_beside_it(string space)
    {
        var xml = $"<e:Envelope xmlns:e=\"{space}\"><e:Header><m:id xmlns:m=\"urn:m\">7</m:id></e:Header><e:Body><r><a>1</a></r></e:Body></e:Envelope>";
        Assert.Equal("""{"#header":{"id":"7"},"r":{"a":"1"}}""", GivenXml.Format("type: soap").Json(xml));
        Assert.Equal("""{"#header":{"id":"7"},"a":"1"}""", GivenXml.Format("type: soap, unwrap: true").Json(xml));
        Assert.Equal("r", GivenXml.Format("type: soap").Read(xml).Documents[0].Topic);
    }

    [Fact]
    public void A_fault_reads_the_same_in_both_versions()
    {
        const string Expected = """{"Fault":{"code":"Sender","subcode":"Bad","message":"No such article","actor":"urn:n","detail":{"x":{"code":"E7"}},"errorName":"x","error":{"code":"E7"}}}""";
        Assert.Equal(Expected, GivenXml.Format("type: soap").Json(
            $"<e:Envelope xmlns:e=\"{V12}\"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>m:Bad</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang=\"en\">No such article</e:Text></e:Reason><e:Role>urn:n</e:Role><e:Detail><x><code>E7</code></x></e:Detail></e:Fault></e:Body></e:Envelope>"));
        Assert.Equal(Expected.Replace("Sender", "Client", StringComparison.Ordinal).Replace("\"subcode\":\"Bad\",", "", StringComparison.Ordinal), GivenXml.Format("type: soap").Json(
            $"<e:Envelope xmlns:e=\"{V11}\"><e:Body><e:Fault><faultcode>e:Client</faultcode><faultstring>No such article</faultstring><faultactor>urn:n</faultactor><detail><x><code>E7</code></x></detail></e:Fault></e:Body></e:Envelope>"));
    }

    [Theory]
    [InlineData("<a/>", "soap.not_an_envelope")]
    [InlineData("<Envelope/>", "soap.not_an_envelope")]
    [InlineData("<e:Envelope xmlns:e=\"" + V11 + "\"/>", "soap.no_body")]
    [InlineData("--uuid:1\r\nContent-Type: application/xop+xml\r\n\r\n<a/>", "soap.multipart")]
    public void What_is_no_envelope_is_refused_plainly(string text, string code) => Assert.Equal(code, GivenXml.Format("type: soap").Refused(text).Code);

    /// <summary>HTTP knows one status for all faults, 500; whose fault it was stands in the document.</summary>
    [Theory]
    [InlineData("Client", "", FaultKind.Data, "soap.refused")]
    [InlineData("Client.Validation", "", FaultKind.Data, "soap.refused")]
    [InlineData("Server", "", FaultKind.Transient, "soap.server")]
    [InlineData("MustUnderstand", "", FaultKind.Internal, "soap.not_understood")]
    [InlineData("Server", "BUSY", FaultKind.Throttled, "wms.busy")]
    [InlineData("Server", "UNKNOWN_ARTICLE", FaultKind.Data, "wms.sku_unknown")]
    [InlineData("Client", "SOMETHING_ELSE", FaultKind.Data, "soap.refused")]
    public async Task A_fault_is_read_by_what_it_says_and_not_by_its_status(string code, string detail, FaultKind kind, string own)
    {
        var answer = $"<s:Envelope xmlns:s=\"{V11}\"><s:Body><s:Fault><faultcode>s:{code}</faultcode><faultstring>No</faultstring><detail>{(detail.Length > 0 ? $"<e><Code>{detail}</Code><Text>It is so</Text></e>" : "")}</detail></s:Fault></s:Body></s:Envelope>";
        var operation = Example().Operation("instructFulfilment")!;
        var request = Given.Request(connection: Harbour);
        var document = operation.Map(request);
        Assert.Empty(document.Refusals);
        foreach (var status in new[] { 500, 200, 400 })
        {
            var failed = Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, document.Content, new ScriptedExchange().Answers(200, State("")).Answers(status, answer, "text/xml"), Ct));
            Assert.Equal((kind, own), (failed.Fault.Kind, failed.Fault.Code));
        }
    }

    [Fact]
    public async Task The_document_says_whether_it_was_done_and_where_it_stands()
    {
        var operation = Example().Operation("instructFulfilment")!;
        var request = Given.Request(connection: Harbour);
        var document = operation.Map(request);
        var done = new ScriptedExchange().Answers(200, State("")).Answers(200, Wrapped("<PlaceOrderResponse><Result>QUEUED</Result><Id>77</Id></PlaceOrderResponse>"), "application/soap+xml");
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, document.Content, done, Ct));
        Assert.Equal("77", confirmed.Outputs["wmsOrderId"]);
        Assert.Equal(["application/soap+xml; charset=utf-8; action=\"urn:harbour:OrderState\"", "application/soap+xml; charset=utf-8; action=\"urn:harbour:PlaceOrder\""], done.Sent.Select(s => s.ContentType));
        var refused = new ScriptedExchange().Answers(200, State("")).Answers(200, Wrapped("<PlaceOrderResponse><Result>REJECTED</Result></PlaceOrderResponse>"), "application/soap+xml");
        Assert.Equal(FaultKind.Data, Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, document.Content, refused, Ct)).Fault.Kind);
        Assert.IsType<LookUpResult.Found>(await operation.LookUpAsync(request, new ScriptedExchange().Answers(200, State("<Id>77</Id>")), Ct));
        Assert.IsType<LookUpResult.NotThere>(await operation.LookUpAsync(request, new ScriptedExchange().Answers(200, State("")), Ct));
        Assert.IsType<LookUpResult.NotThere>(await operation.LookUpAsync(request, new ScriptedExchange().Answers(500, Wrapped("<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>none</s:Text></s:Reason><s:Detail><e><Code>NO_SUCH_ORDER</Code></e></s:Detail></s:Fault>")), Ct));
        Assert.IsType<LookUpResult.Inconclusive>(await operation.LookUpAsync(request, new ScriptedExchange().Answers(503, "<html>busy</html>", "text/html"), Ct));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_says_why()
    {
        var operation = Example().Operation("instructFulfilment")!;
        var request = Given.Request(connection: Harbour);
        var failed = Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, operation.Map(request).Content,
            new ScriptedExchange().Answers(200, State("")).Answers(200, "--uuid:1\r\n\r\n<a/>", "multipart/related"), Ct));
        Assert.Equal((FaultKind.UnknownOutcome, AnswerFaults.UnreadableAnswer), (failed.Fault.Kind, failed.Fault.Code));
        Assert.Contains("MTOM", failed.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Orders_of_elements_attributes_and_header_blocks_are_as_the_manifest_says()
    {
        var operation = Example().Operation("instructFulfilment")!;
        Approved.Check("soap-example-request", Encoding.UTF8.GetString(operation.Map(Given.Request(connection: Harbour)).Content.Span) + "\n");
    }

    [Fact]
    public async Task A_call_to_us_and_a_document_of_a_feed_are_the_same_to_the_rows()
    {
        var connector = Example();
        const string Shipped = "<Shipped id=\"P-1\"><Number>SHOPIFY-EU-1001</Number><At>2026-11-23T09:00:00Z</At><Carrier tracking=\"0034\">DHL</Carrier><Items><Item line=\"L1\"><Article>TEE-M</Article><Quantity unit=\"PCE\">2</Quantity></Item></Items></Shipped>";
        var called = Assert.IsType<InboundEvent.Happened>(connector.Receiver!.Translate(GivenXml.Request(Encoding.UTF8.GetBytes(Wrapped(Shipped))), Harbour));
        Assert.Equal(("shipment.confirmed", "DHL", "0034"), (called.Event, called.Shipment!.Carrier, called.Shipment.TrackingNumber));
        Assert.Equal(new("L1", "TEE-M", 2), Assert.Single(called.Shipment.Lines));
        var page = await connector.Feeds[0].ReadAsync(Harbour, null, Given.Now, new ScriptedExchange().Answers(200, Wrapped($"<ShipmentsResponse><Entry>{Shipped}</Entry></ShipmentsResponse>"), "application/soap+xml"), Ct);
        var polled = Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(new() { Topic = "shipments", Body = Assert.Single(page.Documents), ContentType = page.ContentType, ReceivedAt = Given.Now, Polled = true }, Harbour));
        Assert.Equal(called.BusinessKey, polled.BusinessKey);
    }

    [Fact]
    public async Task A_feed_asks_with_a_document_whose_values_cannot_break_out_of_it()
    {
        var yaml = """
            kind: Connector
            metadata: { name: x }
            spec:
              roles: [wms]
              feeds:
                - { name: s, method: POST, path: /s, contentType: text/xml, body: "<q shop=\"{settings.shop}\" page=\"{page}\" since=\"{since}\"/>", items: "$.r[]", paging: { style: page, size: 1 }, headers: { X-Shop: "{settings.shop}" } }
                - { name: j, method: POST, path: /j, body: "{\"shop\":\"{settings.shop}\",\"from\":{offset}}", items: "$[]" }
              receive: { documents: [{ ignore: no }] }
            """;
        var connector = new DeclarativeConnector(ManifestReader.Read(yaml, "x").Definition!, TimeProvider.System);
        var connection = Given.Connection(settings: new Dictionary<string, string> { ["shop"] = "a\"/><x b='&" });
        var exchange = new ScriptedExchange().Answers(200, "{\"r\":[{}]}").Answers(200, "[]");
        Assert.True((await connector.Feeds[0].ReadAsync(connection, null, Given.Now, exchange, Ct)).More);
        await connector.Feeds[1].ReadAsync(connection, null, Given.Now, exchange, Ct);
        Assert.Equal("<q shop=\"a&quot;/&gt;&lt;x b=&apos;&amp;\" page=\"1\" since=\"2026-11-22T10:00:00Z\"/>", exchange.Body(0));
        Assert.Equal("{\"shop\":\"a\\u0022/\\u003E\\u003Cx b=\\u0027\\u0026\",\"from\":0}", exchange.Body(1));
        Assert.Equal(("POST", "text/xml"), (exchange.Sent[0].Method.Method, exchange.Sent[0].ContentType));
    }

    /// <summary>The worked example of ONVIF's programmer's guide: nonce, time and password give this digest.</summary>
    [Fact]
    public void The_digest_is_that_of_the_profile() =>
        Assert.Equal("tuOSpGlFlIXsozq4HFNeeGeFLEI=", UsernameTokenAuthentication.DigestOf(Convert.FromBase64String("LKqI6G/AikKCQrN0zqZFlg=="), "2010-09-16T07:50:45Z", "userpassword"));

    [Fact]
    public async Task Credentials_go_over_the_wire_and_nowhere_else()
    {
        var connector = Example(new FakeTimeProvider(Given.Now));
        var request = new ExchangeRequest { Method = HttpMethod.Post, Path = "/orders", Body = connector.Operation("instructFulfilment")!.Map(Given.Request(connection: Harbour)).Content };
        var before = request.Body.ToArray();
        await connector.AuthenticateAsync(request, Harbour, new MemoryTokens(), new ScriptedExchange(), Ct);
        var wire = Encoding.UTF8.GetString(request.BodyWithCredentials!.Value.Span);
        Assert.True(request.Body.Span.SequenceEqual(before));
        Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString(before), StringComparison.Ordinal);
        Assert.Contains("<wsse:Username>dep&amp;ot</wsse:Username>", wire, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", wire, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--credentials-->", wire, StringComparison.Ordinal);
        Assert.Empty(GivenXml.Format("type: soap").Read(wire).Refusals);
        await connector.AuthenticateAsync(request, Harbour, new MemoryTokens(), new ScriptedExchange(), Ct);
        Assert.NotEqual(wire, Encoding.UTF8.GetString(request.BodyWithCredentials.Value.Span));
    }

    [Fact]
    public void A_user_name_token_holds_what_the_profile_asks_for()
    {
        var scheme = (UsernameTokenAuthentication)Example().Definition.Authentication;
        var block = scheme.Block(Harbour, Given.Now, "abcdefghijklmnopqrst");
        Assert.Contains("<wsu:Created>2026-11-23T10:00:00.000Z</wsu:Created><wsu:Expires>2026-11-23T10:05:00.000Z</wsu:Expires>", block, StringComparison.Ordinal);
        Assert.Contains(UsernameTokenAuthentication.DigestOf("abcdefghijklmnopqrst"u8.ToArray(), "2026-11-23T10:00:00.000Z", "s3cret<"), block, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String("abcdefghijklmnopqrst"u8), block, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type: soap", "  authentication: { scheme: ws-security, user: u, password: \"{secrets.p}\" }", "credentials: true")]
    [InlineData("type: soap, credentials: true", "  authentication: { scheme: none }", "puts none")]
    [InlineData("type: soap, version: \"2.0\"", "", "Allowed: 1.1, 1.2")]
    [InlineData("type: soap, namespaces: { soap: urn:x }", "", "cannot be a prefix")]
    [InlineData("type: xml, namespaces: { x: \"urn:{secrets.y}\" }", "", "cannot be read here")]
    [InlineData("type: xml, encoding: utf-7", "", "Allowed: utf-8")]
    [InlineData("type: idoc, write: flat", "", "without a description")]
    [InlineData("type: idoc, segments: [{ name: E1EDK01, fields: \"A:3, B\" }]", "", "'B' is no field")]
    [InlineData("type: xml, rot: x", "", "rot is not understood")]
    public void A_wrong_format_is_said_with_its_line_and_what_is_allowed(string format, string more, string told)
    {
        var problem = Assert.Single(GivenXml.Manifest(format, more).Problems, p => p.Message.Contains(told, StringComparison.Ordinal));
        Assert.True(problem.Line > 0);
    }

    [Fact]
    public async Task Without_a_place_in_the_document_nothing_is_sent()
    {
        var thrown = await Assert.ThrowsAsync<ExchangeException>(async () =>
            await Example().AuthenticateAsync(new ExchangeRequest { Method = HttpMethod.Get, Path = "/" }, Harbour, new MemoryTokens(), new ScriptedExchange(), Ct));
        Assert.Equal("soap.no_place_for_credentials", thrown.Fault.Code);
    }

    internal static Connection Harbour => Given.Connection("harbour-wms", new Dictionary<string, string> { ["user"] = "dep&ot", ["depositor"] = "4711" }, new Dictionary<string, string> { ["password"] = "s3cret<" });

    internal static DeclarativeConnector Example(TimeProvider? clock = null)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericHttp", "soap-example.yaml")), "soap-example.yaml");
        Assert.Empty(reading.Problems);
        return new(reading.Definition!, clock ?? TimeProvider.System);
    }

    private static SoapFormat Soap(string entry) => (SoapFormat)GivenXml.Manifest(entry, "  authentication: { scheme: ws-security, user: u, password: \"{secrets.p}\" }").Definition!.Formats["f"];

    private static string Wrapped(string body) => $"<s:Envelope xmlns:s=\"{V12}\"><s:Body>{body}</s:Body></s:Envelope>";

    private static string State(string inside) => Wrapped($"<OrderStateResponse>{inside}</OrderStateResponse>");
}
