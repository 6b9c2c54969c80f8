using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Orders;
using CsCheck;

namespace Connectors.Tests.Mappings;

public sealed class MappingTests
{
    [Theory]
    [InlineData("order.total", null, "126.40")]
    [InlineData("order.total", "money-decimal", "126.40")]
    [InlineData("order.total", "money-text", "\"126.40\"")]
    [InlineData("order.total", "integer", "12640")]
    [InlineData("order.total", "text", "\"126.40\"")]
    [InlineData("order.placedAt", null, "\"2026-11-22T23:30:00Z\"")]
    [InlineData("order.placedAt", "date", "\"2026-11-22\"")]
    [InlineData("order.pricesIncludeTax", null, "true")]
    [InlineData("order.lineCount", null, "3")]
    [InlineData("order.lineCount", "times:10000", "30000")]
    [InlineData("order.shipTo.city", "upper, cut:2", "\"KÖ\"")]
    [InlineData("order.number", null, "\"#1001\"")]
    [InlineData("reference", "lower", "\"shopify-eu-1001\"")]
    [InlineData("settings.limit", "integer", "7")]
    [InlineData("settings.limit", "number", "7")]
    [InlineData("settings.on", "boolean", "true")]
    [InlineData("settings.day", "date", "\"2026-01-31\"")]
    [InlineData("outputs.erpOrderNumber", null, "\"SO-1\"")]
    [InlineData("order.references.po", null, "\"PO-9\"")]
    [InlineData("order.extensions.gift", null, "\"yes\"")]
    public void A_value_is_converted(string source, string? convert, string expected)
    {
        var order = Given.Order with { References = new Dictionary<string, string> { ["po"] = "PO-9" }, Extensions = new Dictionary<string, string> { ["gift"] = "yes" } };
        var settings = new Dictionary<string, string> { ["limit"] = "7", ["on"] = "true", ["day"] = "2026-01-31T05:00:00+02:00" };

        var mapped = Map([new() { Target = "x", Sources = [source], Convert = convert }], order, settings, new Dictionary<string, string> { ["erpOrderNumber"] = "SO-1" });

        Assert.Equal($"{{\"x\":{expected}}}", mapped);
    }

    [Theory]
    [InlineData("JPY", 12640, "12640")]
    [InlineData("BHD", 12640, "12.640")]
    [InlineData("EUR", -5, "-0.05")]
    [InlineData("EUR", long.MinValue, "-92233720368547758.08")]
    [InlineData("EUR", long.MaxValue, "92233720368547758.07")]
    public void An_amount_keeps_the_digits_of_its_currency(string currency, long minor, string expected) =>
        Assert.Equal($"{{\"x\":{expected}}}", Map([new() { Target = "x", Sources = ["order.total"] }], Given.Order with { Currency = currency, TotalMinor = minor }));

    [Fact]
    public void Targets_nest_and_keep_the_order_of_the_rows()
    {
        var mapped = Map(
        [
            new() { Target = "shipTo.city", Sources = ["order.shipTo.city"] },
            new() { Target = "id", Sources = ["order.externalId"] },
            new() { Target = "shipTo.name", Sources = ["order.shipTo.name"] },
            new() { Target = "parcels[0].weight", Value = "2", Convert = "integer" },
            new() { Target = "parcels[1].weight", Value = "3", Convert = "integer" },
        ]);

        Assert.Equal("""{"shipTo":{"city":"Köln","name":"Mia Öztürk"},"id":"5123","parcels":[{"weight":2},{"weight":3}]}""", mapped);
    }

    [Fact]
    public void Lines_repeat_and_constants_repeat_with_them() => Assert.Equal(
        """{"lines":[{"type":"Item","sku":"TEE-M","pos":1},{"type":"Item","sku":"GIFT-50","pos":2},{"type":"Item","sku":"CAP","pos":3}]}""",
        Map([
            new() { Target = "lines[].type", Value = "Item" },
            new() { Target = "lines[].sku", Sources = ["order.lines[].sku"] },
            new() { Target = "lines[].pos", Sources = ["order.lines[].position"] },
        ]));

    [Fact]
    public void Lines_that_need_no_shipping_can_be_left_out_and_keep_their_position() => Assert.Equal(
        """{"skus":["TEE-M","CAP"],"at":[1,3]}""",
        Map([new() { Target = "skus[]", Sources = ["order.shippableLines[].sku"] }, new() { Target = "at[]", Sources = ["order.shippableLines[].position"] }]));

    [Fact]
    public void Shipment_lines_reach_the_order_line_by_the_channels_reference()
    {
        // One SKU on two lines: only the reference tells them apart.
        var order = Given.Order with { Lines = [Given.Order.Lines[0], Given.Order.Lines[0] with { ChannelLineRef = "L9", Title = "Tee, gift" }] };
        var shipment = Given.Shipment with { Lines = [new("L9", "TEE-M", 1)] };

        var mapped = Map(
            [new() { Target = "l[].title", Sources = ["shipment.lines[].orderLine.title"] }, new() { Target = "l[].n", Sources = ["shipment.lines[].quantity"] }], order, shipment: shipment);

        Assert.Equal("""{"l":[{"title":"Tee, gift","n":1}]}""", mapped);
    }

    [Fact]
    public void An_object_or_list_about_nothing_is_left_out()
    {
        var order = Given.Order with { BillTo = null };

        var mapped = Map(
            [
                new() { Target = "id", Sources = ["order.externalId"] },
                new() { Target = "billTo.city", Sources = ["order.billTo.city"] },
                new() { Target = "shipped[].n", Sources = ["shipment.lines[].quantity"] },
            ], order);

        Assert.Equal("""{"id":"5123"}""", mapped);
    }

    [Fact]
    public void The_first_source_with_a_value_wins_and_a_default_comes_last()
    {
        MappingRow[] rows =
        [
            new() { Target = "a", Sources = ["outputs.customerNumber", "settings.customerNumber"] },
            new() { Target = "b", Sources = ["outputs.none"], Default = "10", Convert = "integer" },
        ];

        Assert.Equal("""{"a":"C1","b":10}""", Map(rows, settings: new Dictionary<string, string> { ["customerNumber"] = "C1" }));
        Assert.Equal("""{"a":"C2","b":10}""", Map(rows, settings: new Dictionary<string, string> { ["customerNumber"] = "C1" }, outputs: new Dictionary<string, string> { ["customerNumber"] = "C2" }));
    }

    [Fact]
    public void An_item_after_the_lines_is_written_only_when_it_is_about_something()
    {
        MappingRow[] rows =
        [
            new() { Target = "l[].sku", Sources = ["order.lines[].sku"] },
            new() { Target = "l[+].kind", Value = "shipping" },
            new() { Target = "l[+].price", Sources = ["order.shipping"], Required = true },
        ];
        var one = Given.Order with { Lines = [Given.Order.Lines[2]] };

        Assert.Equal("""{"l":[{"sku":"CAP"},{"kind":"shipping","price":4.90}]}""", Map(rows, one));
        Assert.Equal("""{"l":[{"sku":"CAP"}]}""", Map(rows, one with { ShippingMinor = 0 }));
        Assert.Equal("""{"l":[{"sku":"CAP"}]}""", Map(rows, one with { ShippingMinor = null }));
    }

    [Fact]
    public void Codes_are_translated_in_any_case_and_others_pass_or_take_the_star()
    {
        var table = new Dictionary<string, string> { ["dhl"] = "DHL_EXPRESS" };
        MappingRow[] rows = [new() { Target = "c", Sources = ["shipment.carrier"], Values = table }];
        MappingRow[] withStar = [new() { Target = "c", Sources = ["shipment.carrier"], Values = new Dictionary<string, string>(table) { ["*"] = "OTHER" } }];

        Assert.Equal("""{"c":"DHL_EXPRESS"}""", Map(rows, shipment: Given.Shipment));
        Assert.Equal("""{"c":"GLS"}""", Map(rows, shipment: Given.Shipment with { Carrier = "GLS" }));
        Assert.Equal("""{"c":"OTHER"}""", Map(withStar, shipment: Given.Shipment with { Carrier = "GLS" }));
    }

    [Fact]
    public void A_required_value_that_is_missing_names_its_canonical_field_and_target()
    {
        var order = Given.Order with { Lines = [Given.Order.Lines[0], Given.Order.Lines[1], Given.Order.Lines[2] with { Sku = "" }] };

        var mapped = Compile([new() { Target = "rows[].item", Sources = ["order.shippableLines[].sku"], Required = true }]).Map(Input(order));

        var refusal = Assert.Single(mapped.Refusals);
        Assert.Equal("mapping.required_missing", refusal.Code);
        Assert.Equal("lines[2].sku", refusal.Field);
        Assert.Contains("rows[].item", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("""{"rows":[{"item":"TEE-M"},{"item":null}]}""", Encoding.UTF8.GetString(mapped.Content.Span));
    }

    [Fact]
    public void A_refusal_never_holds_the_value_itself()
    {
        var mapped = Compile([new() { Target = "n", Sources = ["order.customer.name"], Convert = "integer" }]).Map(Input(Given.Order));

        var refusal = Assert.Single(mapped.Refusals);
        Assert.Equal("mapping.not_an_integer", refusal.Code);
        Assert.Equal("customer.name", refusal.Field);
        Assert.DoesNotContain("Mia", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_amount_of_an_unknown_currency_is_refused_and_does_not_throw()
    {
        var mapped = Compile([new() { Target = "n", Sources = ["order.total"], Convert = "text" }]).Map(Input(Given.Order with { Currency = "XXQ" }));

        Assert.Equal("mapping.currency_unknown", Assert.Single(mapped.Refusals).Code);
    }

    [Fact]
    public void Text_is_never_cut_through_the_middle_of_a_character() =>
        Assert.Equal("""{"x":"ab"}""", Map([new() { Target = "x", Sources = ["order.number"], Convert = "cut:3" }], Given.Order with { Number = "ab😀c" }));

    [Theory]
    [InlineData("\u0000\"\\\n</script>")]
    [InlineData("\ud83d")]
    [InlineData("\u2028😀")]
    public void Any_text_leaves_as_valid_JSON(string text)
    {
        using var read = JsonDocument.Parse(Map([new() { Target = "x", Sources = ["order.number"] }], Given.Order with { Number = text }));

        Assert.Equal(JsonValueKind.String, read.RootElement.GetProperty("x").ValueKind);
    }

    [Fact]
    public void Any_order_leaves_as_valid_JSON_with_its_quantities_and_amounts() => Gen.Select(Gen.String, Gen.String, Gen.Int, Gen.Long).Sample((sku, city, quantity, price) =>
    {
        var order = Given.Order with
        {
            ShipTo = new() { City = city },
            Lines = [Given.Order.Lines[0] with { Sku = sku, Quantity = quantity, UnitPriceMinor = price }],
        };
        using var read = JsonDocument.Parse(Map(
        [
            new() { Target = "city", Sources = ["order.shipTo.city"], Convert = "upper, cut:3" },
            new() { Target = "l[].sku", Sources = ["order.lines[].sku"] },
            new() { Target = "l[].n", Sources = ["order.lines[].quantity"] },
            new() { Target = "l[].p", Sources = ["order.lines[].unitPrice"] },
        ], order));
        var line = read.RootElement.GetProperty("l")[0];
        Assert.Equal((quantity, price), (line.GetProperty("n").GetInt32(), (long)(line.GetProperty("p").GetDecimal() * 100)));
    });

    [Theory]
    [InlineData("x", "order.shipTo.town", null, "order.shipTo.city")]
    [InlineData("x", "order.lines[].skus", null, "order.lines[].sku")]
    [InlineData("x", "nonsense", null, "reference")]
    [InlineData("x", "order.total", "banana", "money-decimal")]
    [InlineData("x", "order.placedAt", "money-decimal", "an instant")]
    [InlineData("x", "order.lines[].sku", null, "[]")]
    [InlineData("x[", "order.number", null, "not readable")]
    [InlineData("a[].b[].c", "order.lines[].sku", null, "One [] is allowed")]
    [InlineData("x[]", "order.number", null, "repeats over nothing")]
    [InlineData("x[1]", "order.number", null, "without gaps")]
    [InlineData("x[+].y", "order.number", null, "comes after lines")]
    [InlineData("x", "order.total", "integer, upper", "upper, lower, trim and cut:N")]
    [InlineData("x", "order.total", "integer, number", "two types")]
    public void A_wrong_row_is_told_with_what_is_allowed(string target, string source, string? convert, string told)
    {
        var compiled = MappingCompiler.Compile(new("t", [new() { Target = target, Sources = [source], Convert = convert, FileLine = 12 }]), out var problems);

        Assert.Null(compiled);
        Assert.Contains(told, string.Join('\n', problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_contradict_each_other_are_told()
    {
        MappingCompiler.Compile(new("t",
        [
            new() { Target = "a", Sources = ["order.number"] },
            new() { Target = "a", Sources = ["order.externalId"] },
            new() { Target = "b", Sources = ["order.number"] },
            new() { Target = "b.c", Sources = ["order.number"] },
            new() { Target = "l[].x", Sources = ["order.lines[].sku"] },
            new() { Target = "l[].y", Sources = ["shipment.lines[].sku"] },
            new() { Target = "e", Sources = ["order.number"], Value = "x" },
            new() { Target = "f" },
            new() { Target = "g", Value = "twelve", Convert = "integer" },
        ]), out var problems);

        Assert.Equal(["Another row", "both as a value", "two different kinds", "one of the three", "one of the three", "does not fit"],
            new[] { "Another row", "both as a value", "two different kinds", "one of the three", "one of the three", "does not fit" }.Where(p => problems.Any(f => f.Message.Contains(p, StringComparison.Ordinal))));
        Assert.Equal([2, 6, 7, 8, 9, 0], problems.Select(p => p.Row));
    }

    [Fact]
    public void Every_listed_source_can_be_read_from_an_order_with_nothing_in_it()
    {
        var bare = new CanonicalOrder { ExternalId = "1", Number = "1", PlacedAt = Given.Now, Currency = "EUR", Lines = [] };

        foreach (var name in SourcePaths.Names)
            _ = SourcePaths.Find(name)!.Read(new MappingScope(Input(bare)));
    }

    /// <summary>Of reading and writing the document by the framework: a ratio, since the machine's pace counts for both. ./bench.sh mapping holds the microseconds against their target.</summary>
    private const double MostCopies = 6;

    [Fact]
    public void Five_lines_take_no_longer_than_a_few_copies_of_their_document()
    {
        var line = Given.Order.Lines[0];
        var input = Input(Given.Order with { Lines = [line, line, line, line, line] });
        var mapping = Compile(
        [
            .. SourcePaths.Names.Where(n => n.StartsWith("order.", StringComparison.Ordinal) && !n.Contains("[]", StringComparison.Ordinal))
                .Select((n, i) => new MappingRow { Target = $"f{i}", Sources = [n] }),
            .. SourcePaths.Names.Where(n => n.StartsWith("order.lines[]", StringComparison.Ordinal)).Select((n, i) => new MappingRow { Target = $"l[].f{i}", Sources = [n] }),
        ]);
        var document = mapping.Map(input).Content.ToArray();
        var (mapped, copied) = (Best(() => mapping.Map(input)), Best(() => JsonNode.Parse(document)!.ToJsonString()));
        var ratio = mapped / copied;
        TestContext.Current.TestOutputHelper?.WriteLine($"{mapped.TotalMicroseconds:0.0} µs, {ratio:0.00} times a copy");
        Assert.True(ratio < MostCopies, $"{mapped.TotalMicroseconds:0.0} µs, {ratio:0.00} times a copy of {document.Length} bytes");
    }

    /// <summary>Of many short rounds: a shared machine makes any single one slow.</summary>
    private static TimeSpan Best(Action work)
    {
        for (var i = 0; i < 2_000; i++)
            work();
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 50; round++)
        {
            var from = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
                work();
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(from).Ticks / 20));
        }

        return best;
    }

    private static string Map(
        IReadOnlyList<MappingRow> rows, CanonicalOrder? order = null, IReadOnlyDictionary<string, string>? settings = null,
        IReadOnlyDictionary<string, string>? outputs = null, Shipment? shipment = null)
    {
        var mapped = Compile(rows).Map(Input(order ?? Given.Order, settings, outputs, shipment));
        Assert.Empty(mapped.Refusals);
        return Encoding.UTF8.GetString(mapped.Content.Span);
    }

    private static MappingInput Input(
        CanonicalOrder order, IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? outputs = null, Shipment? shipment = null) =>
        MappingInput.From(Given.Request(order, Given.Connection(settings: settings), outputs, shipment is null ? [] : [shipment]));

    private static CompiledMapping Compile(IReadOnlyList<MappingRow> rows)
    {
        var compiled = MappingCompiler.Compile(new("t", rows), out var problems);
        Assert.Empty(problems);
        return compiled!;
    }
}
