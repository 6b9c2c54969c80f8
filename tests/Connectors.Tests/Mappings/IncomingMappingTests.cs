using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Mappings;

public sealed class IncomingMappingTests
{
    private const string Needed = """
        - { to: externalId, from: $.id }
        - { to: placedAt, from: $.at }
        - { to: currency, from: $.currency }
        - { to: "lines[].channelLineRef", from: "@.id" }
        - { to: "lines[].quantity", from: "@.qty" }
        """;

    private const string Document = """
        {"id":"A-1","at":"2026-11-23T09:30:00+01:00","currency":"eur","cents":1999,"comma":"1.234,50","first":"Mia","last":"Öztürk","flag":"yes","epoch":1795424400,"epochMs":1795424400123,
         "local":"2026-10-25 02:30:00","day":"23.11.2026 10:15","parts":[{"kind":"a","amount":"1.10"},{"kind":"b","amount":2.20},{"kind":"a","amount":"0.05"}],"empty":"","none":null,"status":"ON_HOLD",
         "groups":[{"items":[{"id":7,"qty":2,"sku":"TEE","kind":"real"},{"id":8,"qty":1,"sku":"SET","kind":"virtual"}]},{"items":[{"id":9,"qty":"3","sku":"CAP","kind":"real","cost":"10.00"}]}]}
        """;

    [Theory]
    [InlineData("{ to: total, from: $.cents, convert: minor }", "total", "19.99")]
    [InlineData("{ to: total, from: $.comma, convert: decimal-comma }", "total", "1234.5")]
    [InlineData("{ to: total, from: \"$.parts[].amount\", convert: sum }", "total", "3.35")]
    [InlineData("{ to: total, from: \"$.parts[?kind=a].amount\", convert: \"sum, negate\" }", "total", "-1.15")]
    [InlineData("{ to: total, from: \"$.parts[?kind=zzz].amount\", default: \"7\" }", "total", "7")]
    [InlineData("{ to: total, expression: \"(a + b) * 3\", with: { a: \"$.parts[0].amount\", b: \"$.parts[1].amount\" }, convert: round }", "total", "9.9")]
    [InlineData("{ to: customer.name, from: [$.first, $.last], join: \" \", convert: upper }", "customer.name", "MIA ÖZTÜRK")]
    [InlineData("{ to: customer.name, from: [$.empty, $.none, $.absent, $.first] }", "customer.name", "Mia")]
    [InlineData("{ to: customer.name, expression: \"first.slice(0, 1) + '. ' + last\", with: { first: $.first, last: $.last } }", "customer.name", "M. Öztürk")]
    [InlineData("{ to: customer.name, expression: \"replace(first, 'M', 'P')\", with: { first: $.first } }", "customer.name", "Pia")]
    [InlineData("{ to: customer.name, expression: \"missing === null ? 'nobody' : missing\", with: { missing: $.absent } }", "customer.name", "nobody")]
    [InlineData("{ to: pricesIncludeTax, from: $.flag }", "pricesIncludeTax", "true")]
    [InlineData("{ to: updatedAt, from: $.epoch, convert: unix }", "updatedAt", "2026-11-23T09:00:00+00:00")]
    [InlineData("{ to: updatedAt, from: $.epochMs, convert: unix-ms }", "updatedAt", "2026-11-23T09:00:00.123+00:00")]
    [InlineData("{ to: updatedAt, from: $.local, convert: \"local:Europe/Berlin\" }", "updatedAt", "2026-10-25T02:30:00+02:00")]
    [InlineData("{ to: updatedAt, from: $.day, convert: \"local:Europe/Berlin, pattern:dd.MM.yyyy HH:mm\" }", "updatedAt", "2026-11-23T10:15:00+01:00")]
    [InlineData("{ to: updatedAt, from: receivedAt }", "updatedAt", "2026-11-23T10:00:00+00:00")]
    [InlineData("{ to: status, from: $.status, values: { on_hold: pending, \"*\": open } }", "status", "pending")]
    [InlineData("{ to: references.shop, from: settings.shop }", "references.shop", "EU-1")]
    [InlineData("{ to: shippingService, value: express, when: [{ at: $.flag, is: [YES] }] }", "shippingService", "express")]
    [InlineData("{ to: shippingService, value: express, when: [{ at: $.flag, not: [yes] }] }", "shippingService", null)]
    [InlineData("{ to: shippingService, value: express, when: [{ at: $.empty, present: true }] }", "shippingService", null)]
    [InlineData("{ to: shippingService, value: express, when: [{ at: \"$.parts[?kind=b]\", present: true }] }", "shippingService", "express")]
    public void A_value_becomes_what_its_row_says(string row, string target, string? expected)
    {
        var (values, refusals, _) = Map(Needed + "\n- " + row);
        Assert.Empty(refusals);
        Assert.Equal(expected, values.Head.GetValueOrDefault(target));
    }

    [Fact]
    public void Lines_run_through_several_lists_and_leave_out_what_does_not_fit()
    {
        var (values, refusals, trace) = Map(Needed + """

            - { to: "lines[].sku", from: "@.sku" }
            - { to: "lines[].title", from: position }
            - { to: "lines[].unitPrice", from: "@.cost", default: "0" }
            """, lines: "{ at: \"$.groups[].items[]\", only: [{ at: \"@.kind\", not: [virtual] }] }");
        Assert.Empty(refusals);
        var order = IncomingDocuments.Order(values, refusals)!;
        Assert.Equal([("7", "TEE", 2, "1", 0L), ("9", "CAP", 3, "2", 1000L)], order.Lines.Select(l => (l.ChannelLineRef, l.Sku, l.Quantity, l.Title!, l.UnitPriceMinor!.Value)));
        Assert.Equal((new DateTimeOffset(2026, 11, 23, 8, 30, 0, TimeSpan.Zero), 60, "EUR", "A-1"), (order.PlacedAt, order.SourceOffsetMinutes!.Value, order.Currency, order.Number));
        // Each value says which row made it and where it stood.
        Assert.Contains(new MappedValue("lines[1].sku", 6, "line[2].sku", "CAP"), trace);
        Assert.Contains(new MappedValue("lines[0].unitPrice", 8, "default", "0"), trace);
        Assert.Contains(new MappedValue("externalId", 1, "$.id", "A-1"), trace);
    }

    [Theory]
    [InlineData("{ to: total, from: $.first }", "mapping.not_an_amount", "$.first")]
    [InlineData("{ to: total, from: \"$.groups[].items[].sku\", convert: sum }", "mapping.not_an_amount", "$.groups[].items[].sku")]
    [InlineData("{ to: customer.name, from: $.absent, required: true }", "mapping.required_missing", "$.absent")]
    [InlineData("{ to: updatedAt, from: $.day }", "mapping.not_a_date", "$.day")]
    [InlineData("{ to: updatedAt, from: $.local }", "mapping.not_a_date", "$.local")]
    [InlineData("{ to: status, from: $.status }", "mapping.not_a_status", "$.status")]
    [InlineData("{ to: pricesIncludeTax, from: $.first }", "mapping.not_a_boolean", "$.first")]
    [InlineData("{ to: total, expression: \"a / 0\", with: { a: $.cents } }", "mapping.expression_failed", "$.cents")]
    [InlineData("{ to: \"lines[].title\", from: \"@.title\", required: true }", "mapping.required_missing", "line[0].title")]
    public void What_does_not_fit_is_refused_by_its_place_in_the_document(string row, string code, string field)
    {
        var (_, refusals, _) = Map(Needed + "\n- " + row);
        Assert.Equal((code, field), (refusals[0].Code, refusals[0].Field));
        Assert.DoesNotContain("Mia", refusals[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ to: totl, from: $.cents }", "'totl' is no part of the order.")]
    [InlineData("{ to: city, from: $.cents }", "Did you mean")]
    [InlineData("{ to: total, from: cents }", "'cents' cannot be read. Allowed: $ for the document")]
    [InlineData("{ to: total, from: \"@.cents\" }", "starts at a line")]
    [InlineData("{ to: total, from: $.cents, value: \"5\" }", "one of the three")]
    [InlineData("{ to: total, from: $.cents, convert: upper }", "'upper' is no conversion to an amount. Allowed:")]
    [InlineData("{ to: total, value: five }", "The value 'five' is not an amount.")]
    [InlineData("{ to: updatedAt, from: $.at, convert: \"local:Mars/Base\" }", "'local:Mars/Base' is no conversion")]
    [InlineData("{ to: total, expression: \"while(true){}\" }", "The expression")]
    [InlineData("{ to: total, expression: \"process.exit()\" }", "'.exit()' is not allowed. Allowed: the names under 'with'")]
    [InlineData("{ to: total, expressionn: \"1\" }", "is not understood. Allowed:")]
    [InlineData("{ to: total, from: $.cents, when: [{ at: $.flag }] }", "A condition needs is, not, or present.")]
    public void A_wrong_row_is_named_with_its_line_and_what_is_allowed(string row, string expected)
    {
        var (mapping, problems) = IncomingReader.ReadText($"lines: {{ at: \"$.groups[].items[]\" }}\nrows:\n{Indent(Needed)}\n  - {row}\n", "draft", IncomingKind.Order);
        Assert.Null(mapping);
        var problem = Assert.Single(problems);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal(8, problem.Line);
    }

    [Fact]
    public void A_mapping_without_what_every_order_needs_is_no_mapping()
    {
        var (mapping, problems) = IncomingReader.ReadText("rows:\n  - { to: externalId, from: $.id }\n", "draft", IncomingKind.Order);
        Assert.Null(mapping);
        Assert.Equal(["currency", "lines[].channelLineRef", "lines[].quantity", "placedAt"], problems.Select(p => p.Message.Split("No row gives ")[1].Split(',')[0]).Order());
    }

    private static (IncomingValues Values, List<Refusal> Refusals, List<MappedValue> Trace) Map(string rows, string lines = "{ at: \"$.groups[].items[]\" }")
    {
        var (mapping, problems) = IncomingReader.ReadText($"lines: {lines}\nrows:\n{Indent(rows)}\n", "draft", IncomingKind.Order);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
        var refusals = new List<Refusal>();
        var trace = new List<MappedValue>();
        var connection = Given.Connection("test", new Dictionary<string, string> { ["shop"] = "EU-1" });
        return (mapping!.Map(new(JsonSerializer.Deserialize<JsonElement>(Document), connection, Given.Now), refusals, trace), refusals, trace);
    }

    private static string Indent(string rows) => string.Join('\n', rows.Split('\n').Where(r => r.Trim().Length > 0).Select(r => "  " + r.Trim()));
}
