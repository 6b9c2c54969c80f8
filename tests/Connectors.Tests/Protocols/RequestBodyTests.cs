using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Protocols;

/// <summary>Ways of writing a request other than plain JSON, as manifest keys.</summary>
public sealed class RequestBodyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_has_its_nested_values_in_brackets()
    {
        var (mapped, sent) = await SendAsync("encoding: form");
        Assert.Equal("application/x-www-form-urlencoded", sent.ContentType);
        Assert.Equal("ref=SHOPIFY-EU-1001&to%5Bname%5D=Mia+%C3%96zt%C3%BCrk&lines%5B0%5D%5Bsku%5D=TEE-M&lines%5B1%5D%5Bsku%5D=GIFT-50&lines%5B2%5D%5Bsku%5D=CAP", Encoding.UTF8.GetString(mapped.Content.Span));
    }

    [Fact]
    public async Task Each_member_is_a_part_and_a_repeat_has_the_same_bytes()
    {
        var (mapped, sent) = await SendAsync("encoding: multipart");
        var (again, _) = await SendAsync("encoding: multipart");
        Assert.Equal(mapped.Content.ToArray(), again.Content.ToArray());
        var boundary = sent.ContentType!["multipart/form-data; boundary=".Length..];
        Assert.Equal(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"ref\"\r\n\r\nSHOPIFY-EU-1001\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"to\"\r\nContent-Type: application/json\r\n\r\n{{\"name\":\"Mia Öztürk\"}}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"lines\"\r\nContent-Type: application/json\r\n\r\n[{{\"sku\":\"TEE-M\"}},{{\"sku\":\"GIFT-50\"}},{{\"sku\":\"CAP\"}}]\r\n--{boundary}--\r\n",
            Encoding.UTF8.GetString(sent.Body.Span));
    }

    [Fact]
    public async Task A_document_can_be_a_file_among_fields_and_its_name_cannot_break_out()
    {
        var (_, sent) = await SendAsync("encoding: multipart\n        multipart: { part: file, fileName: \"{order.number}.json\", fields: { mode: NORMAL } }", Given.Order with { Number = "a\"b" });
        var text = Encoding.UTF8.GetString(sent.Body.Span);
        Assert.Contains("name=\"mode\"\r\n\r\nNORMAL\r\n", text, StringComparison.Ordinal);
        Assert.Contains("name=\"file\"; filename=\"a%22b.json\"\r\nContent-Type: application/json\r\n\r\n{\"ref\":", text, StringComparison.Ordinal);
        Assert.StartsWith("multipart/form-data; boundary=" + text[2..text.IndexOf('\r', StringComparison.Ordinal)], sent.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compression_is_left_to_the_gateway_so_that_the_record_stays_readable()
    {
        var (_, sent) = await SendAsync("compress: gzip");
        Assert.True(sent.Compress);
        Assert.StartsWith("{\"ref\":", Encoding.UTF8.GetString(sent.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_carries_the_rows_as_variables()
    {
        var (mapped, sent) = await SendAsync("graphql: \"mutation M($ref: ID!) { make(ref: $ref) { id } }\"", method: false);
        Assert.Equal(HttpMethod.Post, sent.Method);
        using var document = JsonDocument.Parse(mapped.Content);
        Assert.Equal("mutation M($ref: ID!) { make(ref: $ref) { id } }", document.RootElement.GetProperty("query").GetString());
        Assert.Equal("SHOPIFY-EU-1001", document.RootElement.GetProperty("variables").GetProperty("ref").GetString());
    }

    [Theory]
    [InlineData("""{"data":{"make":{"id":"1"}},"errors":[{"message":"a field beside it failed"}]}""", null, null, 0)]
    [InlineData("""{"data":{"make":null},"errors":[{"message":"no","extensions":{"code":"BAD_USER_INPUT"}}]}""", FaultKind.Data, "BAD_USER_INPUT", 0)]
    [InlineData("""{"data":{"make":{"id":"1","userErrors":[{"message":"SKU unknown","field":["lines"]}]}}}""", FaultKind.Data, null, 0)]
    [InlineData("""{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":70,"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":20,"restoreRate":50}}}}""", FaultKind.Throttled, "THROTTLED", 1)]
    public async Task An_answer_with_status_200_is_read_before_it_is_believed(string answer, FaultKind? kind, string? code, int wait)
    {
        var operation = Operation("graphql: \"mutation { make { id } }\"", method: false, errors: "errors: { present: [$.data.make.userErrors], message: [\"$.data.make.userErrors[0].message\"] }");
        var request = Given.Request();
        var result = await operation.ExecuteAsync(request, operation.Map(request).Content, new ScriptedExchange().Answers(200, answer), Ct);
        if (kind is null)
        {
            Assert.IsType<OperationResult.Confirmed>(result);
            return;
        }

        var fault = Assert.IsType<OperationResult.Failed>(result).Fault;
        Assert.Equal((kind.Value, code), (fault.Kind, fault.ProviderCode));
        Assert.Equal(wait == 0 ? null : TimeSpan.FromSeconds(wait), fault.RetryAfter);
    }

    [Theory]
    [InlineData("graphql: \"{ x }\"\n        encoding: form", "A query travels as JSON")]
    [InlineData("multipart: { part: file }", "It needs encoding: multipart.")]
    [InlineData("encoding: xml", "Allowed: json, form, multipart.")]
    [InlineData("compress: zip", "Allowed: gzip.")]
    [InlineData("encoding: form\n        contentType: text/plain", "It follows from how the request is written.")]
    [InlineData("batch: { each: lines, method: POST, path: /x }", "set atomic: true")]
    [InlineData("batch: { each: lines, method: POST, path: /x, atomic: true }\n        encoding: form", "A batch is made of what a mapping writes as JSON.")]
    public void Keys_that_do_not_go_together_are_named_with_their_line(string lines, string expected)
    {
        var reading = ManifestReader.Read(Yaml(lines, true, ""), "my.yaml");
        Assert.Contains(reading.Problems, p => p.Line > 0 && p.Message.Contains(expected, StringComparison.Ordinal));
    }

    private static async Task<(MappedDocument Mapped, ExchangeRequest Sent)> SendAsync(string lines, ControlPlane.Domain.Orders.CanonicalOrder? order = null, bool method = true)
    {
        var operation = Operation(lines, method);
        var request = Given.Request(order);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        var exchange = new ScriptedExchange().Answers(200, "{\"data\":{\"make\":{}}}");
        await operation.ExecuteAsync(request, mapped.Content, exchange, Ct);
        Assert.Equal(mapped.ContentType, exchange.Sent[0].ContentType);
        return (mapped, exchange.Sent[0]);
    }

    private static IOperation Operation(string lines, bool method = true, string errors = "")
    {
        var reading = ManifestReader.Read(Yaml(lines, method, errors), "my.yaml");
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        return new DeclarativeConnector(reading.Definition, TimeProvider.System).Operation("make")!;
    }

    private static string Yaml(string lines, bool method, string errors) => $$"""
        kind: Connector
        metadata: { name: my }
        spec:
          title: My
          roles: [erp]
          mappings:
          - name: order
            rows:
            - { to: ref, from: reference }
            - { to: to.name, from: order.shipTo.name }
            - { to: "lines[].sku", from: "order.lines[].sku" }
          operations:
          - name: make
            write: blind
            {{errors}}
            request:
                {{(method ? "method: POST" : "headers: {}")}}
                path: /make
                mapping: order
                {{lines}}
        """;
}
