using System.Text;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Protocols;

public sealed class DeclarativeOperationTests
{
    private const string Yaml = """
        kind: Connector
        metadata: { name: my-erp }
        spec:
          title: My ERP
          roles: [erp]
          errors:
            code: $.error.code
            message: $.error.message
            field: $.error.field
            map:
              - { code: customer_blocked, kind: data, as: erp.customer_blocked, message: The customer is blocked. }
              - { code: "busy_*", kind: transient, as: erp.busy }
              - { status: 423, kind: conflict, as: erp.locked }
          mappings:
            - name: order
              rows:
                - { to: ref, from: reference, required: true }
          operations:
            - name: create
              write: WRITE
              LOOKUPFIRST
              request:
                method: POST
                path: /orders?x={order.number}
                mapping: order
                idempotencyHeader: Idempotency-Key
                headers: { X-Reference: "{reference}" }
              answer:
                success: [200, 201]
                outputs: { erpOrderId: $.id, location: "header:Location?" }
                identifiers: { erp-order: $.id }
                summary: ERP created {outputs.erpOrderId}
              alreadyDone: { status: 409, code: exists }
              lookUp:
                path: /orders?ref={reference:odata}
                found: $.items[0]
                outputs: { erpOrderId: "$.items[0].id" }
                identifiers: { erp-order: "$.items[0].id" }
                summary: ERP has {outputs.erpOrderId}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_carries_document_key_and_headers_and_reads_its_answer()
    {
        var exchange = new ScriptedExchange().Answers(201, """{"id":"SO-7"}""", "application/json", ("location", "/orders/7"));
        var operation = Operation();
        var request = Given.Request();

        var mapped = operation.Map(request);
        var result = await operation.ExecuteAsync(request, mapped.Content, exchange, Ct);

        Assert.Empty(mapped.Refusals);
        Assert.Equal("""{"ref":"SHOPIFY-EU-1001"}""", exchange.Body(0));
        Assert.Equal("/orders?x=%231001", exchange.Sent[0].Path);
        Assert.Equal("key-1", exchange.Sent[0].Headers["Idempotency-Key"]);
        Assert.Equal("SHOPIFY-EU-1001", exchange.Sent[0].Headers["X-Reference"]);
        Assert.True(exchange.Sent[0].Writes);
        Assert.Equal("create", exchange.Sent[0].Operation);
        var confirmed = Assert.IsType<OperationResult.Confirmed>(result);
        Assert.Equal("ERP created SO-7", confirmed.Summary);
        Assert.Equal(new Identifier("erp-order", "SO-7"), Assert.Single(confirmed.Identifiers));
        Assert.Equal("SO-7", confirmed.Outputs["erpOrderId"]);
        Assert.Equal("/orders/7", confirmed.Outputs["location"]);
    }

    [Theory]
    [InlineData(429, "", FaultKind.Throttled, "http.429")]
    [InlineData(401, "", FaultKind.Authentication, "http.401")]
    [InlineData(403, "", FaultKind.Authentication, "http.403")]
    [InlineData(404, "", FaultKind.Data, "http.404")]
    [InlineData(408, "", FaultKind.Transient, "http.408")]
    [InlineData(409, "", FaultKind.Conflict, "http.409")]
    [InlineData(412, "", FaultKind.Conflict, "http.412")]
    [InlineData(413, "", FaultKind.Data, "http.413")]
    [InlineData(422, "", FaultKind.Data, "http.422")]
    [InlineData(500, "", FaultKind.Transient, "http.500")]
    [InlineData(502, "<html>Bad gateway</html>", FaultKind.Transient, "http.502")]
    [InlineData(503, "", FaultKind.Transient, "http.503")]
    [InlineData(302, "", FaultKind.Internal, "http.302")]
    [InlineData(423, "", FaultKind.Conflict, "erp.locked")]
    [InlineData(206, """{"id":"1"}""", FaultKind.Transient, "http.206")]
    [InlineData(400, """{"error":{"code":"customer_blocked","message":"Mia is blocked","field":"customer"}}""", FaultKind.Data, "erp.customer_blocked")]
    [InlineData(400, """{"error":{"code":"BUSY_WAIT"}}""", FaultKind.Transient, "erp.busy")]
    [InlineData(200, """{"error":{"code":"busy_now"}}""", FaultKind.Transient, "erp.busy")]
    [InlineData(200, """{"error":{"code":"who_knows","message":"no"}}""", FaultKind.Data, "answer.refused")]
    [InlineData(200, "<html>Sign in</html>", FaultKind.Transient, "http.unexpected_content")]
    [InlineData(200, "{", FaultKind.Transient, "http.unreadable_answer")]
    [InlineData(200, "{\"id\":\"\\ud83d\"}", FaultKind.Internal, "answer.output_missing")]
    [InlineData(200, """{"number":"1"}""", FaultKind.Internal, "answer.output_missing")]
    [InlineData(200, "", FaultKind.Internal, "answer.output_missing")]
    public async Task Every_answer_that_is_no_success_becomes_its_kind_of_fault(int status, string body, FaultKind kind, string code)
    {
        var fault = await FaultOfAsync(Operation(), new ScriptedExchange().Answers(status, body, body.StartsWith('<') ? "text/html" : "application/json"));

        Assert.Equal((kind, code), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task A_fault_carries_the_targets_code_and_field_and_our_words()
    {
        var fault = await FaultOfAsync(Operation(), new ScriptedExchange().Answers(400, """{"error":{"code":"customer_blocked","message":"Mia is blocked","field":"customer"}}"""));

        Assert.Equal(new Fault(FaultKind.Data, "erp.customer_blocked", "The customer is blocked.", "customer", "customer_blocked"), fault);
    }

    [Theory]
    [InlineData(429, "120", FaultKind.Throttled)]
    [InlineData(503, "120", FaultKind.Maintenance)]
    [InlineData(503, "Mon, 23 Nov 2026 10:02:00 GMT", FaultKind.Maintenance)]
    public async Task How_long_to_wait_is_taken_from_the_target(int status, string retryAfter, FaultKind kind)
    {
        var fault = await FaultOfAsync(Operation(), new ScriptedExchange().Answers(status, "", null, ("Retry-After", retryAfter)));

        Assert.Equal((kind, TimeSpan.FromMinutes(2)), (fault.Kind, fault.RetryAfter!.Value));
    }

    [Theory]
    [InlineData(200, "<html/>", "http.unexpected_content")]
    [InlineData(200, "{", "http.unreadable_answer")]
    [InlineData(201, "{}", "answer.output_missing")]
    [InlineData(206, "{}", "http.206")]
    public async Task A_blind_write_without_a_clear_answer_is_of_unknown_outcome(int status, string body, string code)
    {
        var fault = await FaultOfAsync(Operation("blind"), new ScriptedExchange().Answers(status, body));

        Assert.Equal((FaultKind.UnknownOutcome, code), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Any_damage_to_an_answer_ends_in_a_result_and_never_in_an_exception()
    {
        var good = """{"id":"SO-7","error":null,"items":[{"id":"SO-7"}]}"""u8.ToArray();
        foreach (var value in new byte[] { 0, (byte)'"', (byte)'{', (byte)'}', (byte)'[', (byte)'\\', (byte)'<', 0x80, 0xC3, 0xFF, 0xED })
            for (var at = 0; at < good.Length; at++)
            {
                var body = good.ToArray();
                body[at] = value;
                ExchangeAnswer Damaged(ExchangeRequest request) => new() { Status = 200, Body = body, ContentType = "application/json" };

                await Operation("blind", first: true).ExecuteAsync(Given.Request(), default, new ScriptedExchange().Answers(Damaged).Answers(Damaged), Ct);
            }
    }

    [Fact]
    public async Task A_broken_letter_somewhere_else_does_not_make_a_success_unreadable()
    {
        ExchangeAnswer answer = new() { Status = 201, ContentType = "application/json", Body = (byte[])[.. "{\"name\":\"M"u8, 0xFC, .. "ller\",\"id\":\"SO-7\"}"u8] };

        Assert.IsType<OperationResult.Confirmed>(await Operation().ExecuteAsync(Given.Request(), default, new ScriptedExchange().Answers(_ => answer), Ct));
    }

    [Fact]
    public async Task What_the_exchange_throws_passes_through()
    {
        var lost = new Fault(FaultKind.UnknownOutcome, "outbound.timeout", "No answer.");

        var thrown = await Assert.ThrowsAsync<ExchangeException>(() => Operation().ExecuteAsync(Given.Request(), default, new ScriptedExchange().Throws(lost), Ct));

        Assert.Equal(lost, thrown.Fault);
    }

    [Fact]
    public async Task Already_done_is_a_success_that_is_looked_up()
    {
        var exchange = new ScriptedExchange().Answers(409, """{"error":{"code":"exists"}}""").Answers(200, """{"items":[{"id":"SO-7"}]}""");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation().ExecuteAsync(Given.Request(), default, exchange, Ct));

        Assert.Equal("ERP has SO-7", confirmed.Summary);
        Assert.Equal("/orders?ref=SHOPIFY-EU-1001", exchange.Sent[1].Path);
        Assert.False(exchange.Sent[1].Writes);
    }

    [Fact]
    public async Task Already_done_that_cannot_be_found_is_a_conflict_for_a_person()
    {
        var fault = await FaultOfAsync(Operation(), new ScriptedExchange().Answers(409, """{"error":{"code":"exists"}}""").Answers(200, """{"items":[]}"""));

        Assert.Equal((FaultKind.Conflict, "answer.done_but_not_found"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Asked_first_nothing_is_sent_when_it_is_there()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"items":[{"id":"SO-7"}]}""");

        Assert.IsType<OperationResult.Confirmed>(await Operation("blind", first: true).ExecuteAsync(Given.Request(), default, exchange, Ct));

        Assert.Single(exchange.Sent);
    }

    [Fact]
    public async Task Asked_first_nothing_is_sent_while_the_answer_is_open()
    {
        var exchange = new ScriptedExchange().Answers(500);

        var fault = await FaultOfAsync(Operation("blind", first: true), exchange);

        Assert.Equal(FaultKind.Transient, fault.Kind);
        Assert.Single(exchange.Sent);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, """{"items":[]}""")]
    [InlineData(200, """{"items":null}""")]
    [InlineData(200, "{}")]
    public async Task A_look_up_without_a_trace_says_so(int status, string body) =>
        Assert.IsType<LookUpResult.NotThere>(await Operation().LookUpAsync(Given.Request(), new ScriptedExchange().Answers(status, body), Ct));

    [Theory]
    [InlineData(500, "")]
    [InlineData(401, "")]
    [InlineData(200, "<html/>")]
    [InlineData(200, "{")]
    [InlineData(200, """{"items":[{"name":"no id"}]}""")]
    public async Task A_look_up_that_could_not_tell_does_not_pretend(int status, string body) =>
        Assert.IsType<LookUpResult.Inconclusive>(await Operation().LookUpAsync(Given.Request(), new ScriptedExchange().Answers(status, body), Ct));

    [Fact]
    public void A_value_that_the_address_needs_is_refused_before_anything_is_sent()
    {
        var definition = ManifestTests.Read(Yaml.Replace("/orders?x={order.number}", "/orders/{outputs.erpOrderId}", StringComparison.Ordinal).Replace("WRITE", "keyed", StringComparison.Ordinal).Replace("LOOKUPFIRST", "", StringComparison.Ordinal));
        var operation = new DeclarativeConnector(definition, TimeProvider.System).Operation("create")!;

        var refusal = Assert.Single(operation.Map(Given.Request()).Refusals);

        Assert.Equal(("mapping.required_missing", "outputs.erpOrderId"), (refusal.Code, refusal.Field));
    }

    [Theory]
    [InlineData("a/b?c#d", "/orders/a%2Fb%3Fc%23d")]
    [InlineData("O'Neil", "/orders/O%27Neil")]
    [InlineData("ü 1", "/orders/%C3%BC%201")]
    [InlineData("..", null)]
    [InlineData("a\r\nb", null)]
    public void A_value_can_never_bend_the_address(string value, string? expected)
    {
        var text = Placeholders.TryParse("/orders/{outputs.id}", out _)!;

        var rendered = text.Render(ControlPlane.Domain.Mappings.MappingInput.From(Given.Request(outputs: new Dictionary<string, string> { ["id"] = value })), PlaceholderUse.Path, out _);

        Assert.Equal(expected, rendered);
    }

    [Fact]
    public void An_odata_value_cannot_end_its_string()
    {
        var text = Placeholders.TryParse("?$filter=n eq '{reference:odata}'", out _)!;
        var input = ControlPlane.Domain.Mappings.MappingInput.From(Given.Request()) with { Reference = "x' or 'a' eq 'a" };

        Assert.Equal("?$filter=n eq 'x%27%27%20or%20%27%27a%27%27%20eq%20%27%27a'", text.Render(input, PlaceholderUse.Path, out _));
    }

    private static IOperation Operation(string write = "keyed", bool first = false)
    {
        var yaml = Yaml.Replace("WRITE", write, StringComparison.Ordinal).Replace("LOOKUPFIRST", first ? "lookUpFirst: true" : "lookUpFirst: false", StringComparison.Ordinal);
        return new DeclarativeConnector(ManifestTests.Read(yaml), new FakeTimeProvider(Given.Now)).Operation("create")!;
    }

    private static async Task<Fault> FaultOfAsync(IOperation operation, ScriptedExchange exchange)
    {
        var result = await operation.ExecuteAsync(Given.Request(), Encoding.UTF8.GetBytes("{}"), exchange, Ct);
        Assert.Equal(0, exchange.Left);
        return Assert.IsType<OperationResult.Failed>(result).Fault;
    }
}
