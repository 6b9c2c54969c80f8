using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.Http;
using Connectors.Protocols.JsonRpc;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using CsCheck;

namespace Connectors.Tests.Calls;

/// <summary>Operations of several calls as a user writes them, against scripted answers.</summary>
public sealed class CallTests
{
    private const string Head = """
        kind: Connector
        metadata: { name: depot }
        spec:
          title: Depot
          roles: [erp]
          settings: [{ name: user, meaning: User., required: true }, { name: password, meaning: Password., required: true, secret: true }, { name: approve, meaning: Questions answered by rule. }]
          jsonRpc: { path: /rpc, version: none, values: tagged, context: { lang: en } }
          authentication: { scheme: json-rpc-session, login: { method: login, params: ["{settings.user}", "{secrets.password}"] }, token: "{settings.user}:{calls.login[1]}", encoding: base64, header: Authorization, prefix: "Session " }
          errors:
            code: "$.error[0]"
            message: ["$.error[1][0]", "$.error[1]"]
            present: ["$.error"]
            map:
              - { code: Stale, kind: conflict, as: depot.changed }
              - { text: [sold out], kind: data, as: depot.sold_out }
              - { code: Refused, kind: data, as: depot.refused }
              - { status: 403, kind: internal, as: depot.no_such_method }
              - { status: 200, code: "*", kind: internal, as: depot.exception, message: Depot stopped with an exception of its own. }
          question:
            code: Question
            name: "$.error[1][0]"
            text: "$.error[1][1]"
            accept: approve
            as: depot.needs_approval
            answer: [{ name: yes, write: true, jsonRpc: { method: approve, params: ["{question}"] } }]
          operations:
            - name: createSalesOrder
              write: upsert
              calls:
                - { name: order, jsonRpc: { method: find, params: ["{reference}"] } }
                - name: create
                  write: true
                  when: [{ at: "calls.order[0].id", present: false }]
                  jsonRpc:
                    method: create
                    params: [{ ref: "{reference}", on: "{order.placedAt:date}", total: "{order.total:decimal}", note: "{order.extensions.note?}", lines: [{ each: order.lines, item: { sku: "{line.sku}", n: "{line.quantity}" } }] }]
                  then: order
                  expect: [{ at: "calls.order[0].id", present: true, kind: transient, as: depot.not_made, message: Nothing was made. }]
                - name: confirm
                  write: true
                  when: [{ at: "calls.order[0].state", is: [draft] }]
                  jsonRpc: { method: confirm, params: ["{calls.order[0].id}"], context: { stamp: "{calls.order[0].stamp}" } }
                  then: order
                  expect: [{ at: "calls.order[0].state", is: [open], kind: data, as: depot.not_confirmed, message: "It is still {calls.order[0].state}." }]
              answer: { outputs: { erpOrderId: "{calls.order[0].id}" }, summary: "Depot has it as {calls.order[0].id}" }
        """;

    private const string None = """{"id":1,"result":[]}""";
    private const string Draft = """{"id":1,"result":[{"id":7,"state":"draft","stamp":"1"}]}""";
    private const string Open = """{"id":1,"result":[{"id":7,"state":"open","stamp":"2"}]}""";
    private const string Null = """{"id":1,"result":null}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_sees_what_was_read_before_it_and_the_context_goes_last()
    {
        var exchange = new ScriptedExchange().Answers(200, None).Answers(200, Null).Answers(200, Draft).Answers(200, Null).Answers(200, Open);
        var done = Assert.IsType<OperationResult.Confirmed>(await RunAsync(exchange));

        Assert.Equal("7", done.Outputs["erpOrderId"]);
        Assert.Equal("""{"id":1,"method":"find","params":["SHOPIFY-EU-1001",{"lang":"en"}]}""", exchange.Body(0));
        var made = JsonNode.Parse(exchange.Body(1))!["params"]![0]!;
        Assert.Equal("""{"__class__":"date","year":2026,"month":11,"day":22}""", made["on"]!.ToJsonString());
        Assert.Equal("""{"__class__":"Decimal","decimal":"126.40"}""", made["total"]!.ToJsonString());
        Assert.Equal("""[{"sku":"TEE-M","n":2},{"sku":"GIFT-50","n":1},{"sku":"CAP","n":1}]""", made["lines"]!.ToJsonString());
        Assert.Null(made["note"]);
        Assert.Equal("""{"id":1,"method":"confirm","params":[7,{"lang":"en","stamp":"1"}]}""", exchange.Body(3));
        Assert.Equal([false, true, false, true, false], exchange.Sent.Select(s => s.Writes));
        Assert.Equal(0, exchange.Left);
    }

    [Fact]
    public async Task What_is_there_already_is_not_done_again()
    {
        var exchange = new ScriptedExchange().Answers(200, Draft).Answers(200, Null).Answers(200, Open);
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(exchange));
        Assert.DoesNotContain(Enumerable.Range(0, 3), i => exchange.Body(i).Contains("\"create\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_look_up_stops_before_it_would_write()
    {
        Assert.IsType<LookUpResult.NotThere>(await LookUpAsync(new ScriptedExchange().Answers(200, None)));
        Assert.IsType<LookUpResult.NotThere>(await LookUpAsync(new ScriptedExchange().Answers(200, Draft)));
        Assert.IsType<LookUpResult.Found>(await LookUpAsync(new ScriptedExchange().Answers(200, Open)));
        Assert.IsType<LookUpResult.Inconclusive>(await LookUpAsync(new ScriptedExchange().Answers(503)));
    }

    [Fact]
    public async Task A_stale_write_begins_anew_and_three_are_enough()
    {
        const string stale = """{"id":1,"error":["Stale","changed"]}""";
        var exchange = new ScriptedExchange();
        for (var i = 0; i < 3; i++)
            exchange.Answers(200, Draft).Answers(200, stale);

        var fault = Fault(await RunAsync(exchange));

        Assert.Equal((FaultKind.Conflict, "depot.changed", 0), (fault.Kind, fault.Code, exchange.Left));
    }

    [Fact]
    public async Task A_question_is_answered_by_rule_or_goes_to_a_person_with_its_name_and_text()
    {
        const string asked = """{"id":1,"error":["Question",["no_carrier_7","There is no carrier.",""]]}""";
        var answered = new ScriptedExchange().Answers(200, Draft).Answers(200, asked).Answers(200, Null).Answers(200, Null).Answers(200, Open);
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(answered, approve: "other, no_carrier_*"));
        Assert.Equal("""{"id":1,"method":"approve","params":["no_carrier_7",{"lang":"en"}]}""", answered.Body(2));

        var fault = Fault(await RunAsync(new ScriptedExchange().Answers(200, Draft).Answers(200, asked)));
        Assert.Equal((FaultKind.Data, "depot.needs_approval", "no_carrier_7"), (fault.Kind, fault.Code, fault.ProviderCode));
        Assert.Contains("There is no carrier. (no_carrier_7)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_in_circles_ends()
    {
        var exchange = new ScriptedExchange().Answers(200, Draft);
        for (var i = 0; i < 6; i++)
            exchange.Answers(200, """{"id":1,"error":["Question",["no_carrier_7","Again."]]}""").Answers(200, Null);
        Assert.Equal("depot.needs_approval", Fault(await RunAsync(exchange, approve: "*")).Code);
    }

    [Theory]
    [InlineData(200, """{"id":1,"error":["Refused",["Not for you.","",null]]}""", "application/json", FaultKind.Data, "depot.refused")]
    [InlineData(200, """{"id":1,"error":["Refused",["All SOLD OUT.","",null]]}""", "application/json", FaultKind.Data, "depot.sold_out")]
    [InlineData(200, """{"id":1,"error":["'no.such'",""]}""", "application/json", FaultKind.Internal, "depot.exception")]
    [InlineData(403, "<!doctype html><title>Forbidden</title>", "text/html", FaultKind.Internal, "depot.no_such_method")]
    [InlineData(500, "<!doctype html><title>Error</title>", "text/html", FaultKind.Transient, "http.500")]
    [InlineData(200, "<!doctype html><title>Wait</title>", "text/html", FaultKind.Transient, "http.unexpected_content")]
    [InlineData(200, """{"id":1}""", "application/json", FaultKind.Transient, "http.unreadable_answer")]
    [InlineData(200, "[]", "application/json", FaultKind.Transient, "http.unreadable_answer")]
    public async Task Answers_are_told_apart_whatever_their_status(int status, string body, string type, FaultKind kind, string code)
    {
        var fault = Fault(await RunAsync(new ScriptedExchange().Answers(status, body, type)));
        Assert.Equal((kind, code), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Long_texts_are_cut()
    {
        var text = new string('x', 20_000);
        var fault = Fault(await RunAsync(new ScriptedExchange().Answers(200, $$"""{"id":1,"error":["Refused",["{{text}}","",null]]}""")));
        Assert.InRange(fault.Message.Length, 100, 400);
        fault = Fault(await RunAsync(new ScriptedExchange().Answers(200, $$"""{"id":1,"error":["{{text}}",""]}""")));
        Assert.InRange(fault.ProviderCode!.Length, 100, 200);
    }

    [Fact]
    public void Before_anything_is_sent_the_calls_can_be_looked_at_and_gaps_are_named()
    {
        var operation = Connector().Operation("createSalesOrder")!;
        var shown = operation.Map(Given.Request(connection: Connection()));
        Assert.Empty(shown.Refusals);
        Assert.Contains("{calls.order[0].id}", Encoding.UTF8.GetString(shown.Content.Span), StringComparison.Ordinal);

        var gap = operation.Map(Given.Request(Given.Order with { TotalMinor = null }, Connection()));
        Assert.Equal("order.total", Assert.Single(gap.Refusals).Field);
    }

    [Theory]
    [InlineData("{ name: a, jsonRpc: { method: m, params: [\"{calls.b.id}\"] } }", "'calls.b.id' cannot be read here")]
    [InlineData("{ name: a, jsonRpc: { method: m, params: [\"{order.nonsense}\"] } }", "'order.nonsense' cannot be read here")]
    [InlineData("{ name: a, jsonRpc: { method: m, params: [\"{line.sku}\"] } }", "'line.sku' cannot be read here")]
    [InlineData("{ name: a, jsonRpc: { method: m, params: [\"{secrets.password}\"] } }", "'secrets.password' cannot be read here")]
    [InlineData("{ name: a, jsonRpc: { method: m, params: [\"{reference:shout}\"] } }", "'shout' is no conversion")]
    [InlineData("{ name: a, jsonRpc: { method: m }, then: z }", "'z' is no call before this one that only reads")]
    [InlineData("{ name: a, jsonRpc: { method: m }, http: { method: GET, path: /x } }", "either jsonRpc:")]
    [InlineData("{ name: a-b, jsonRpc: { method: m } }", "'a-b' is not allowed")]
    [InlineData("{ name: a, jsonRpc: { method: m }, expect: [{ at: \"calls.a.x\", is: [y], as: q, message: m }] }", "kind")]
    [InlineData("{ name: a, jsonRpc: { method: m }, set: [{ name: x, expression: \"while(1){}\" }] }", "expression")]
    [InlineData("{ name: a, jsonRpc: { method: m }, wen: [] }", "wen is not understood")]
    public void What_is_wrong_with_a_call_is_said_with_its_line(string call, string problem)
    {
        var text = Head[..Head.IndexOf("      calls:", StringComparison.Ordinal)] + $"      calls: [{call}]\n";
        var reading = ManifestReader.Read(text, "depot.yaml");
        var found = Assert.Single(reading.Problems, p => p.ToString().Contains(problem, StringComparison.Ordinal));
        Assert.Matches(@"depot\.yaml, line \d+", found.ToString());
    }

    [Fact]
    public async Task A_session_is_opened_once_kept_and_opened_again_when_it_was_forgotten()
    {
        var (connector, connection, tokens) = (Connector(), Connection(), new MemoryTokens());
        var exchange = new ScriptedExchange().Answers(200, """{"id":0,"result":[3,"abc"]}""").Answers(200, """{"id":0,"result":[3,"def"]}""");
        var (first, second, third) = (Request(), Request(), Request());
        await connector.AuthenticateAsync(first, connection, tokens, exchange, Ct);
        await connector.AuthenticateAsync(second, connection, tokens, exchange, Ct);
        Assert.True(connector.ForgetTokens(connection, tokens));
        await connector.AuthenticateAsync(third, connection, tokens, exchange, Ct);

        Assert.Equal("Session " + Convert.ToBase64String("me:abc"u8), first.Headers["Authorization"]);
        Assert.Equal(first.Headers["Authorization"], second.Headers["Authorization"]);
        Assert.Equal("Session " + Convert.ToBase64String("me:def"u8), third.Headers["Authorization"]);
        Assert.Equal("""{"id":0,"method":"login","params":["me","pw"]}""", exchange.Body(0));
        Assert.All(exchange.Sent, s => Assert.False(s.Authenticated));
    }

    [Theory]
    [InlineData(401, "<html>", FaultKind.Authentication, "session.refused", 1)]
    [InlineData(200, """{"id":0,"result":null}""", FaultKind.Authentication, "session.refused", 1)]
    [InlineData(200, """{"id":0,"result":false}""", FaultKind.Authentication, "session.refused", 1)]
    [InlineData(429, "<html>", FaultKind.Throttled, "session.locked", 2)]
    [InlineData(404, "<html>", FaultKind.Internal, "session.no_such_place", 2)]
    [InlineData(503, "", FaultKind.Transient, "http.503", 2)]
    public async Task A_refused_log_in_is_not_repeated_and_other_trouble_is(int status, string body, FaultKind kind, string code, int calls)
    {
        var (connector, tokens) = (Connector(), new MemoryTokens());
        var exchange = new ScriptedExchange().Answers(status, body).Answers(status, body);
        for (var i = 0; i < 2; i++)
        {
            var refused = await Assert.ThrowsAsync<ExchangeException>(async () => await connector.AuthenticateAsync(Request(), Connection(), tokens, exchange, Ct));
            Assert.Equal((kind, code), (refused.Fault.Kind, refused.Fault.Code));
        }

        Assert.Equal(calls, exchange.Sent.Count);
        // A corrected password is tried at once.
        exchange = new ScriptedExchange().Answers(200, """{"id":0,"result":[3,"abc"]}""");
        await connector.AuthenticateAsync(Request(), Connection("better"), tokens, exchange, Ct);
        Assert.Single(exchange.Sent);
    }

    [Fact]
    public void Typed_values_become_plain_ones_at_any_depth()
    {
        using var document = JsonDocument.Parse("""{"a":[{"__class__":"Decimal","decimal":"16.5833"},{"__class__":"date","year":2026,"month":2,"day":3}],"b":{"__class__":"datetime","year":2026,"month":2,"day":3,"hour":4,"minute":5,"second":6,"microsecond":70},"c":{"__class__":"bytes","base64":"AQ=="},"d":{"__class__":"date","year":2026,"month":13,"day":3},"e":{"__class__":"Else","x":1}}""");
        Assert.Equal("""{"a":["16.5833","2026-02-03"],"b":"2026-02-03T04:05:06.00007Z","c":"AQ==","d":{"__class__":"date","year":2026,"month":13,"day":3},"e":{"__class__":"Else","x":1}}""", TaggedValues.Plain(document.RootElement).GetRawText());
    }

    [Fact]
    public void Documents_without_types_are_left_as_they_are() =>
        Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.String).Sample(values =>
        {
            var text = JsonSerializer.SerializeToElement(values);
            Assert.Equal(JsonSerializer.Deserialize<Dictionary<string, string>>(text)!, JsonSerializer.Deserialize<Dictionary<string, string>>(TaggedValues.Plain(text))!);
        }, iter: 500);

    private static ExchangeRequest Request() => new() { Method = HttpMethod.Post, Path = "/rpc" };

    private static Fault Fault(OperationResult result) => Assert.IsType<OperationResult.Failed>(result).Fault;

    private static Task<OperationResult> RunAsync(ScriptedExchange exchange, string approve = "") =>
        Connector().Operation("createSalesOrder")!.ExecuteAsync(Given.Request(connection: Connection(approve: approve)), default, exchange, Ct);

    private static Task<LookUpResult> LookUpAsync(ScriptedExchange exchange) =>
        Connector().Operation("createSalesOrder")!.LookUpAsync(Given.Request(connection: Connection()), exchange, Ct);

    private static Connection Connection(string password = "pw", string approve = "") =>
        Given.Connection("depot", new Dictionary<string, string> { ["user"] = "me", ["approve"] = approve }, new Dictionary<string, string> { ["password"] = password });

    private static DeclarativeConnector Connector()
    {
        var reading = ManifestReader.Read(Head, "depot.yaml");
        Assert.Empty(reading.Problems);
        return new(reading.Definition!, TimeProvider.System);
    }
}
