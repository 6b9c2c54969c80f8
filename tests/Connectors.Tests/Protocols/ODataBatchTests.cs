using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.OData;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using CsCheck;

namespace Connectors.Tests.Protocols;

/// <summary>Several writes in one request, and what became of each.</summary>
public sealed class ODataBatchTests
{
    /// <summary>The form of OData 4.01 Part 1, 11.7.7.6, and of what SAP Gateway answers.</summary>
    private const string MultipartAnswer =
        "--b_243234\r\nContent-Type: multipart/mixed; boundary=cs_12u7hdkin252452345eknd_383673037\r\n\r\n"
        + "--cs_12u7hdkin252452345eknd_383673037\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\nHTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"id\":11}\r\n"
        + "--cs_12u7hdkin252452345eknd_383673037\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 2\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n"
        + "--cs_12u7hdkin252452345eknd_383673037--\r\n"
        + "--b_243234\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{\"error\":{\"code\":\"x\"}}\r\n--b_243234--";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void A_multipart_answer_is_read_in_order_with_its_change_set()
    {
        var results = ODataBatch.Read(BatchStyle.Multipart, Encoding.UTF8.GetBytes(MultipartAnswer))!;
        Assert.Equal([(201, "{\"id\":11}"), (204, ""), (404, "{\"error\":{\"code\":\"x\"}}")], results.Select(r => (r.Status, Encoding.UTF8.GetString(r.Body.Span))));
    }

    [Fact]
    public void Answers_in_another_order_are_put_back_by_their_ids()
    {
        var results = ODataBatch.Read(BatchStyle.Json, """{"responses":[{"id":"2","status":400,"body":{"error":{}}},{"id":"1","status":201}]}"""u8.ToArray())!;
        Assert.Equal([201, 400], results.Select(r => r.Status));
    }

    [Theory, InlineData(BatchStyle.Json), InlineData(BatchStyle.Multipart)]
    public void Damaged_answers_are_read_in_part_or_not_at_all_and_never_throw(BatchStyle style)
    {
        var whole = style == BatchStyle.Multipart ? MultipartAnswer : """{"responses":[{"id":"1","status":201,"body":{"id":1}},{"id":"2","status":204}]}""";
        Gen.Select(Gen.Int[0, 2_000], Gen.Byte, Gen.Int[0, 2_000]).Sample((at, value, cut) =>
        {
            var bytes = Encoding.UTF8.GetBytes(whole);
            bytes[at % bytes.Length] = value;
            ODataBatch.Read(style, bytes);
            ODataBatch.Read(style, bytes.AsMemory(0, cut % bytes.Length));
        }, iter: 5_000);
    }

    [Theory, InlineData("json"), InlineData("multipart")]
    public async Task Each_entry_is_a_request_of_one_change_set(string style)
    {
        var exchange = new ScriptedExchange().Answers(200, style == "json" ? """{"responses":[{"id":"1","status":201,"body":{"no":"A"}},{"id":"2","status":201},{"id":"3","status":201}]}""" : Multi(201, 201, 201), style == "json" ? "application/json" : "multipart/mixed");
        var result = Assert.IsType<OperationResult.Confirmed>(await RunAsync(exchange, $"style: {style}, atomic: true", outputs: "{ first: \"$.parts[0].body.no?\" }"));
        Assert.Equal("/$batch", exchange.Sent[0].Path);
        var body = exchange.Body(0);
        if (style == "json")
        {
            Assert.Equal("A", result.Outputs["first"]);
            Assert.All(JsonNode.Parse(body)!["requests"]!.AsArray(), r => Assert.Equal(("POST", "/orders/5123/lines", "all"), ((string?)r!["method"], (string?)r["url"], (string?)r["atomicityGroup"])));
        }
        else
        {
            Assert.StartsWith("multipart/mixed; boundary=", exchange.Sent[0].ContentType, StringComparison.Ordinal);
            Assert.Equal(3, body.Split("POST /orders/5123/lines HTTP/1.1\r\n").Length - 1);
            Assert.Single(ODataBatchTests.Count(body, "Content-Type: multipart/mixed; boundary=changeset"));
        }

        Assert.Contains("\"sku\":\"CAP\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_refused_names_its_line_and_how_much_was_done()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"responses":[{"id":"1","status":201},{"id":"2","status":400,"body":{"error":{"code":"no_item","message":"There is no item GIFT-50.","target":"sku"}}},{"id":"3","status":201}]}""");
        var fault = Assert.IsType<OperationResult.Failed>(await RunAsync(exchange, "style: json", write: "upsert")).Fault;
        Assert.Equal((FaultKind.Data, "erp.no_item", "lines[1].sku"), (fault.Kind, fault.Code, fault.Field));
        Assert.EndsWith("There is no item GIFT-50. 2 of 3 parts were done.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_set_that_failed_did_nothing_and_answers_once()
    {
        var exchange = new ScriptedExchange().Answers(200, Multi(400), "multipart/mixed");
        var fault = Assert.IsType<OperationResult.Failed>(await RunAsync(exchange, "style: multipart, atomic: true")).Fault;
        Assert.EndsWith("0 of 3 parts were done.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_until_it_passes()
    {
        var exchange = new ScriptedExchange().Answers(413).Answers(200, """{"responses":[{"id":"1","status":201},{"id":"2","status":201}]}""").Answers(200, """{"responses":[{"id":"1","status":201}]}""");
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(exchange, "style: json", write: "upsert"));
        Assert.Equal([3, 2, 1], Enumerable.Range(0, 3).Select(i => JsonNode.Parse(exchange.Body(i))!["requests"]!.AsArray().Count));
        Assert.Equal(0, exchange.Left);
    }

    [Fact]
    public async Task More_parts_than_the_service_takes_are_sent_in_several_batches_or_refused_when_they_belong_together()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"responses":[{"id":"1","status":201},{"id":"2","status":201}]}""").Answers(200, """{"responses":[{"id":"1","status":201}]}""");
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(exchange, "style: json, most: 2", write: "upsert"));
        Assert.Equal("batch.too_many", Assert.IsType<OperationResult.Failed>(await RunAsync(new ScriptedExchange(), "style: json, most: 2, atomic: true")).Fault.Code);
    }

    [Theory]
    [InlineData(200, "<html>", FaultKind.UnknownOutcome)]
    [InlineData(200, "{\"responses\":[]}", FaultKind.UnknownOutcome)]
    [InlineData(200, "{}", FaultKind.UnknownOutcome)]
    [InlineData(429, "", FaultKind.Throttled)]
    [InlineData(413, "", FaultKind.Data)]
    public async Task An_answer_that_is_none_to_a_batch_leaves_a_blind_write_open(int status, string body, FaultKind kind) =>
        Assert.Equal(kind, Assert.IsType<OperationResult.Failed>(await RunAsync(new ScriptedExchange().Answers(status, body), "style: json, atomic: true")).Fault.Kind);

    private static IEnumerable<string> Count(string text, string part) => Enumerable.Repeat(part, text.Split(part).Length - 1);

    private static string Multi(params int[] statuses) =>
        "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + string.Concat(statuses.Select(s => $"--c\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {s} X\r\nContent-Type: application/json\r\n\r\n{{}}\r\n")) + "--c--\r\n--b--\r\n";

    private static async Task<OperationResult> RunAsync(ScriptedExchange exchange, string batch, string write = "blind", string outputs = "{}")
    {
        var reading = ManifestReader.Read($$"""
            kind: Connector
            metadata: { name: my }
            spec:
              title: My ERP
              roles: [erp]
              errors:
                code: $.error.code
                message: $.error.message
                field: $.error.target
                map: [{ code: no_item, kind: data, as: erp.no_item }]
              mappings:
              - name: lines
                rows:
                - { to: "lines[].sku", from: "order.lines[].sku" }
              operations:
              - name: addLines
                write: {{write}}
                request:
                  path: /$batch
                  mapping: lines
                  batch: { {{batch}}, each: lines, method: POST, path: "/orders/{order.externalId}/lines" }
                answer: { outputs: {{outputs}} }
            """, "my.yaml");
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        var operation = new DeclarativeConnector(reading.Definition, TimeProvider.System).Operation("addLines")!;
        var request = Given.Request();
        return await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct);
    }
}
