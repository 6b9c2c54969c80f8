using System.Text;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Mappings;

/// <summary>Rows that go through a crosswalk, both ways.</summary>
public sealed class CrosswalkRowTests
{
    private const string Document = """
        {"id":"A-1","at":"2026-11-23T09:30:00+01:00","currency":"EUR","carrier":"ups-ground","other":"nobody","lines":[{"id":1,"sku":"T-1","qty":2,"unit":"CS","price":"24.00"},{"id":2,"sku":"T-2","qty":3,"unit":"PCE","price":"1.50"}]}
        """;

    private const string Needed = """
        - { to: externalId, from: $.id }
        - { to: placedAt, from: $.at }
        - { to: currency, from: $.currency }
        - { to: "lines[].channelLineRef", from: "@.id" }
        """;

    private const string Quantity = "\n- { to: \"lines[].quantity\", from: \"@.qty\" }";

    [Theory]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: carrier }", "UPS1")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier } }", "UPS1")]
    [InlineData("{ to: shippingService, from: $.other, crosswalk: { table: carrier, onMissing: keep } }", "nobody")]
    [InlineData("{ to: shippingService, from: $.other, crosswalk: { table: carrier, onMissing: default }, default: standard }", "standard")]
    [InlineData("{ to: shippingService, from: $.other, crosswalk: { table: carrier, onMissing: leave-out }, default: standard }", null)]
    [InlineData("{ to: shippingService, from: $.absent, crosswalk: carrier, default: standard }", "standard")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier, onMissing: leave-out }, convert: lower }", "ups1")]
    [InlineData("{ to: shippingService, value: UPS1, when: [{ at: $.id, is: [none] }] }", null)]
    public void A_code_that_comes_in_becomes_ours(string row, string? expected)
    {
        var (values, refusals, _) = Map(Needed + Quantity + "\n- " + row);
        Assert.Empty(refusals);
        Assert.Equal(expected, values.Head.GetValueOrDefault("shippingService"));
    }

    [Fact]
    public void A_code_without_an_entry_refuses_the_document_and_says_which_in_which_table()
    {
        var (_, refusals, _) = Map(Needed + Quantity + "\n- { to: \"lines[].sku\", from: \"@.sku\", crosswalk: sku }");
        Assert.Equal(["crosswalk.missing", "crosswalk.missing"], refusals.Select(r => r.Code));
        Assert.Equal(("line[0].sku", new MissingEquivalence("sku", "T-1", "to-ours")), (refusals[0].Field, refusals[0].Missing));
        Assert.StartsWith("lines[0].sku: the crosswalk sku has no entry for 'T-1' of ERP A.", refusals[0].Message, StringComparison.Ordinal);
        Assert.Contains("there is no crosswalk named brand", Map(Needed + Quantity + "\n- { to: shippingService, from: $.other, crosswalk: brand }").Refusals[0].Message, StringComparison.Ordinal);
        // What is told to scripts holds it, and nothing of it where there is nothing.
        Assert.Contains("\"missing\":{\"table\":\"sku\"", JsonSerializer.Serialize(refusals[0], JsonSerializerOptions.Web), StringComparison.Ordinal);
        Assert.DoesNotContain("missing", JsonSerializer.Serialize(new Refusal("a", "b", "c"), JsonSerializerOptions.Web), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quantity_is_multiplied_and_its_price_divided_by_the_factor_of_its_unit()
    {
        var (values, refusals, trace) = Map(Needed + """

            - { to: "lines[].quantity", from: "@.qty", crosswalk: { table: uom, use: quantity, by: "@.unit" } }
            - { to: "lines[].unitPrice", from: "@.price", crosswalk: { table: uom, use: price, by: "@.unit" } }
            """);
        Assert.Empty(refusals);
        Assert.Equal([("24", "2"), ("3", "1.5")], values.Lines.Select(l => (l["lines[].quantity"], l["lines[].unitPrice"])));
        var value = Assert.Single(trace, t => t.Target == "lines[0].quantity");
        Assert.Equal(("line[0].qty", "uom, connector:test, revision 7"), (value.Source, value.Crosswalk));
        Assert.Null(trace.First(t => t.Target == "externalId").Crosswalk);
    }

    [Fact]
    public void A_price_that_does_not_come_out_even_is_refused_unless_the_row_rounds_it()
    {
        const string Row = "\n- { to: \"lines[].unitPrice\", from: \"@.price\", crosswalk: { table: uom, use: price, code: DZ }, convert: round }";
        Assert.Equal(["2", "0.13"], Map(Needed + Quantity + Row).Values.Lines.Select(l => l["lines[].unitPrice"]));
        var (values, refusals, _) = Map(Needed + Quantity + Row.Replace(", convert: round", "", StringComparison.Ordinal));
        Assert.Null(IncomingDocuments.Order(values, refusals));
        Assert.Equal("mapping.not_an_amount", Assert.Single(refusals).Code);
    }

    [Theory]
    [InlineData("{ to: total, from: $.price, crosswalk: carrier }", "yields text")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: Carrier }", "no name of a crosswalk")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: carrier, values: { a: b } }", "values or a crosswalk")]
    [InlineData("{ to: shippingService, value: x, crosswalk: carrier }", "constant")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier, onMissing: default } }", "needs a default")]
    [InlineData("{ to: externalId, from: $.id, crosswalk: { table: carrier, onMissing: leave-out } }", "leave-out")]
    [InlineData("{ to: \"lines[].quantity\", from: \"@.qty\", crosswalk: { table: uom, use: quantity } }", "needs to know its unit")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: uom, use: quantity, code: CS } }", "converts quantities and prices")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier, by: $.other } }", "use: quantity")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier, onMissing: guess } }", "Allowed: refuse, keep, default, leave-out")]
    [InlineData("{ to: shippingService, from: $.carrier, crosswalk: { table: carrier, wrong: 1 } }", "not understood")]
    public void A_crosswalk_that_makes_no_sense_is_refused_with_its_line(string row, string expected)
    {
        var (mapping, problems) = IncomingReader.ReadText($"lines: {{ at: \"$.lines[]\" }}\nrows:\n{Indent(Needed + "\n- " + row)}\n", "draft", IncomingKind.Order);
        Assert.Null(mapping);
        Assert.Contains(problems, p => p.Message.Contains(expected, StringComparison.Ordinal) && p.Line == 7);
    }

    [Theory]
    [InlineData("{ to: x, from: shipment.carrier, crosswalk: carrier }", "{\"x\":\"Deutsche Post DHL\"}")]
    [InlineData("{ to: x, from: order.shippingService, crosswalk: { table: carrier, onMissing: keep } }", "{\"x\":\"standard\"}")]
    [InlineData("{ to: x, from: order.shippingService, crosswalk: { table: carrier, onMissing: default }, default: other }", "{\"x\":\"other\"}")]
    [InlineData("{ to: x, from: order.shippingService, crosswalk: { table: carrier, onMissing: leave-out } }", "{}")]
    [InlineData("{ to: x, from: shipment.carrier, crosswalk: { table: carrier, onMissing: leave-out }, convert: upper }", "{\"x\":\"DEUTSCHE POST DHL\"}")]
    [InlineData("{ to: x, from: outputs.none, crosswalk: carrier, default: any }", "{\"x\":\"any\"}")]
    [InlineData("{ to: x, from: outputs.ordered, crosswalk: { table: uom, use: quantity, code: EA, direction: to-theirs } }", "{\"x\":\"2\"}")]
    [InlineData("{ to: x, from: order.total, crosswalk: { table: uom, use: price, code: EA } }", "{\"x\":1516.80}")]
    [InlineData("{ to: x, from: order.lineCount, crosswalk: { table: uom, use: quantity, code: CS, direction: to-ours } }", "{\"x\":36}")]
    public void What_goes_out_is_written_in_their_codes_and_units(string row, string expected)
    {
        var (text, refusals) = MapOut(row);
        Assert.Empty(refusals);
        Assert.Equal(expected, text);
    }

    [Fact]
    public void What_goes_out_is_refused_for_a_missing_code_and_for_units_that_do_not_come_out_even()
    {
        var (text, refusals) = MapOut("{ to: x, from: order.shippingService, crosswalk: carrier }");
        Assert.Equal(("{\"x\":null}", "crosswalk.missing", "shippingService", new MissingEquivalence("carrier", "standard", "to-theirs")), (text, refusals[0].Code, refusals[0].Field, refusals[0].Missing));
        Assert.Equal("crosswalk.not_exact", MapOut("{ to: x, from: order.lineCount, crosswalk: { table: uom, use: quantity, code: EA } }").Refusals[0].Code);
        var problems = new ManifestProblems("m");
        Assert.Null(MappingReader.Read("kind: Mapping\nmetadata: { name: m }\nspec:\n  rows:\n    - { to: x, from: order.placedAt, crosswalk: { table: uom, use: price, by: order.nothing } }\n", problems));
        Assert.Contains("line 5", problems.Found[0].ToString(), StringComparison.Ordinal);
    }

    private static Connection Connection() => Given.Connection().With(CrosswalkSnapshot.Build(7,
        [new("carrier", "Carriers"), new("uom", "Units") { Factors = true }, new("sku", "Products")],
        [
            ("carrier", Entry("UPS-Ground", "UPS1")), ("carrier", Entry("Deutsche Post DHL", "DHL")),
            ("uom", Entry("CS", "EA", 12, CrosswalkScope.OfConnector("test"))), ("uom", Entry("PCE", "EA", 1, directions: CrosswalkDirections.ToOurs)), ("uom", Entry("DZ", "EA", 12, directions: CrosswalkDirections.ToOurs)),
        ]).For("erp-a", CrosswalkScope.ChainOf("erp-a", "test", SystemRole.Erp)));

    private static CrosswalkEntry Entry(string theirs, string ours, decimal factor = 1, CrosswalkScope? scope = null, CrosswalkDirections directions = CrosswalkDirections.Both) =>
        new() { Id = Guid.CreateVersion7(), Theirs = theirs, Ours = ours, Factor = factor, Scope = scope ?? CrosswalkScope.Global, Directions = directions, Revision = 7 };

    private static (IncomingValues Values, List<Refusal> Refusals, List<MappedValue> Trace) Map(string rows)
    {
        var (mapping, problems) = IncomingReader.ReadText($"lines: {{ at: \"$.lines[]\" }}\nrows:\n{Indent(rows)}\n", "draft", IncomingKind.Order);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
        var (refusals, trace) = (new List<Refusal>(), new List<MappedValue>());
        return (mapping!.Map(new(JsonSerializer.Deserialize<JsonElement>(Document), Connection(), Given.Now), refusals, trace), refusals, trace);
    }

    private static (string Text, IReadOnlyList<Refusal> Refusals) MapOut(string row)
    {
        var problems = new ManifestProblems("m");
        var mapping = MappingReader.Read($"kind: Mapping\nmetadata: {{ name: m }}\nspec:\n  rows:\n    - {row}\n", problems);
        Assert.True(mapping is not null, string.Join("\n", problems.Found));
        var mapped = mapping.Map(MappingInput.From(Given.Request(connection: Connection(), outputs: new Dictionary<string, string> { ["ordered"] = "24" }, shipments: [Given.Shipment])));
        return (Encoding.UTF8.GetString(mapped.Content.Span), mapped.Refusals);
    }

    private static string Indent(string rows) => string.Join('\n', rows.Split('\n').Where(r => r.Trim().Length > 0).Select(r => "  " + r.Trim()));
}
