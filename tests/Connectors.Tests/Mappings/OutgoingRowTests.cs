using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Orders;
using CsCheck;

namespace Connectors.Tests.Mappings;

/// <summary>What goes out is mapped by the same kind of rows as what comes in: expressions, conditions, joins, sums, forms of numbers and dates, and a trace.</summary>
public sealed class OutgoingRowTests
{
    [Theory]
    [InlineData("""{ to: x, expression: "net / 2", with: { net: order.total }, convert: number }""", "63.2")]
    [InlineData("""{ to: x, expression: "city === 'Köln' ? 'west' : 'other'", with: { city: order.shipTo.city } }""", "\"west\"")]
    [InlineData("""{ to: x, expression: "region", with: { region: order.shipTo.region }, default: none }""", "\"none\"")]
    [InlineData("""{ to: x, from: [order.shipTo.postalCode, order.shipTo.city], join: " " }""", "\"50667 Köln\"")]
    [InlineData("""{ to: x, from: "order.lines[].sku", join: "," }""", "\"TEE-M,GIFT-50,CAP\"")]
    [InlineData("""{ to: x, from: "order.shippableLines[].sku", join: "," }""", "\"TEE-M,CAP\"")]
    [InlineData("""{ to: x, from: "order.lines[].quantity", convert: sum }""", "4")]
    [InlineData("""{ to: x, from: "order.lines[].lineTotal", convert: sum }""", "121.50")]
    [InlineData("""{ to: x, from: [order.tax, order.shipping], convert: "sum, negate" }""", "-25.08")]
    [InlineData("""{ to: x, from: "order.lines[].unitPrice", convert: "sum, integer" }""", "10150")]
    [InlineData("""{ to: x, from: order.total, convert: decimal-comma }""", "\"126,40\"")]
    [InlineData("""{ to: x, from: order.total, convert: "money-text, decimals:3" }""", "\"126.400\"")]
    [InlineData("""{ to: x, from: order.total, convert: "decimals:0" }""", "126")]
    [InlineData("""{ to: x, from: order.lineCount, convert: "decimals:2" }""", "3.00")]
    [InlineData("""{ to: x, from: settings.grams, convert: "factor:0.001, decimals:3" }""", "1.235")]
    [InlineData("""{ to: x, from: order.placedAt, convert: "local:Europe/Berlin, date" }""", "\"2026-11-23\"")]
    [InlineData("""{ to: x, from: order.placedAt, convert: "date" }""", "\"2026-11-22\"")]
    [InlineData("""{ to: x, from: order.placedAt, convert: "local:Europe/Berlin" }""", "\"2026-11-23T00:30:00+01:00\"")]
    [InlineData("""{ to: x, from: order.placedAt, convert: "local:Europe/Berlin, pattern:dd.MM.yyyy, HH:mm" }""", "\"23.11.2026, 00:30\"")]
    [InlineData("""{ to: x, from: order.placedAt, convert: "pattern:yyyyMMdd" }""", "\"20261122\"")]
    [InlineData("""{ to: x, from: order.shipBy, missing: write-null }""", "null")]
    [InlineData("""{ to: x, value: EXP, when: [{ at: order.shippingService, is: [Standard, express] }] }""", "\"EXP\"")]
    [InlineData("""{ to: x, value: gift, when: [{ at: "order.lines[].sku", is: [GIFT-50] }] }""", "\"gift\"")]
    [InlineData("""{ to: x, value: here, when: [{ at: order.shipBy, present: false }, { at: order.total, present: true }] }""", "\"here\"")]
    public void A_row_says_it(string row, string expected) => Assert.Equal($"{{\"x\":{expected}}}", Map(row).Json);

    [Theory]
    [InlineData("""{ to: x, from: order.shipBy }""")]
    [InlineData("""{ to: x, from: order.shipBy, missing: leave-out }""")]
    [InlineData("""{ to: x, value: EXP, when: [{ at: order.shippingService, is: [express] }] }""")]
    [InlineData("""{ to: x, value: EXP, when: [{ at: order.shippingService, not: [standard] }] }""")]
    [InlineData("""{ to: x, from: order.number, required: true, when: [{ at: order.shipBy, present: true }] }""")]
    [InlineData("""{ to: x, value: plain, when: [{ at: "order.lines[].sku", not: [GIFT-50] }] }""")]
    public void A_row_without_a_value_or_whose_condition_does_not_hold_is_left_out(string row) => Assert.Equal("{}", Map(row).Json);

    [Fact]
    public void Of_several_rows_for_one_target_the_first_that_counts_and_has_a_value_is_written() => Assert.Equal(
        """{"x":"STD","lines":[{"kind":"goods"},{"kind":"voucher"},{"kind":"goods"}]}""",
        Map("""
            { to: x, value: EXP, when: [{ at: order.shippingService, is: [express] }] }
            { to: x, from: order.shipBy, when: [{ at: order.number, present: true }] }
            { to: x, value: STD }
            { to: "lines[].kind", value: voucher, when: [{ at: "order.lines[].requiresShipping", is: ["false"] }] }
            { to: "lines[].kind", value: goods }
            """).Json);

    [Fact]
    public void Expressions_and_conditions_run_for_each_line() => Assert.Equal(
        """{"lines":[{"net":22.5,"pack":"box"},{"net":50},{"net":26.5,"pack":"box"}]}""",
        Map("""
            { to: "lines[].net", expression: "price - (discount || 0) / quantity", with: { price: "order.lines[].unitPrice", discount: "order.lines[].discount", quantity: "order.lines[].quantity" }, convert: number }
            { to: "lines[].pack", value: box, when: [{ at: "order.lines[].requiresShipping", is: ["true"] }] }
            """).Json);

    [Fact]
    public void What_fails_is_refused_by_code_and_field()
    {
        var mapped = Map("""
            { to: a, expression: "n / 0", with: { n: order.total } }
            { to: b, from: order.shipBy, missing: refuse }
            { to: c, from: order.shipTo.city, convert: "decimals:2" }
            { to: d, from: [order.shipTo.city, order.number], convert: sum }
            """);
        Assert.Equal(
            [("mapping.expression_failed", "total"), ("mapping.required_missing", "shipBy"), ("mapping.not_a_number", "shipTo.city"), ("mapping.expression_failed", "shipTo.city")],
            mapped.Refusals.Select(r => (r.Code, r.Field)));
        Assert.Equal("""{"a":null,"b":null,"c":null,"d":null}""", mapped.Json);
    }

    [Theory]
    [InlineData("{ to: x, from: order.number, value: y }", "one of the three")]
    [InlineData("{ to: x, expression: \"a\", with: { a: order.numbr } }", "'order.numbr' cannot be read. Allowed here: order.")]
    [InlineData("{ to: x, expression: \"while(1){}\" }", "is no JavaScript")]
    [InlineData("{ to: x, expression: \"eval(a)\", with: { a: order.number } }", "'eval()' is not allowed")]
    [InlineData("{ to: x, from: order.number, with: { a: order.number } }", "there is none")]
    [InlineData("{ to: x, from: \"order.lines[].sku\" }", "or put all lines together")]
    [InlineData("{ to: x, expression: a, with: { a: \"order.lines[].sku\" } }", "or put all lines together")]
    [InlineData("{ to: x, from: order.number, when: [{ at: order.numbr, is: [x] }] }", "In 'when': 'order.numbr' cannot be read")]
    [InlineData("{ to: x, from: order.number, when: [{ at: order.number }] }", "asks nothing")]
    [InlineData("{ to: x, from: order.number, missing: ignore }", "Allowed: leave-out, refuse, write-null")]
    [InlineData("{ to: x, from: order.number, required: true, missing: write-null }", "required and says write-null")]
    [InlineData("{ to: x, from: order.number, default: a, missing: write-null }", "never a null")]
    [InlineData("{ to: x, from: order.placedAt, convert: \"local:Europe/Nowhere\" }", "is no conversion")]
    [InlineData("{ to: x, from: order.placedAt, convert: \"pattern:''\" }", "is no conversion")]
    [InlineData("{ to: x, from: order.placedAt, convert: \"unix, local:UTC\" }", "go with date")]
    [InlineData("{ to: x, from: order.total, convert: \"integer, decimals:2\" }", "do not fit together|does not fit together")]
    [InlineData("{ to: x, from: order.total, convert: \"decimals:2, upper\" }", "shapes text that is no text")]
    [InlineData("{ to: x, from: order.total, convert: \"factor:0\" }", "is no conversion")]
    [InlineData("{ to: x, from: order.placedAt, convert: sum }", "is an instant and cannot become sum")]
    [InlineData("{ to: x, value: y, join: z }", "'join' puts texts")]
    public void A_wrong_row_is_told_with_what_is_allowed(string row, string told)
    {
        var problems = new ManifestProblems("m");
        Assert.Null(MappingReader.Read(Document(row), problems));
        Assert.Contains(problems.Found, p => told.Split('|').Any(t => p.Message.Contains(t, StringComparison.Ordinal)));
        Assert.All(problems.Found, p => Assert.Equal(5, p.Line));
    }

    [Fact]
    public void Each_value_says_its_row_and_source_and_each_gap_says_why()
    {
        var trace = Map("""
            { to: number, from: [order.references.po, order.number] }
            { to: skus, from: "order.lines[].sku", join: "," }
            { to: note, value: hello }
            { to: service, from: order.references.service, default: standard }
            { to: half, expression: "n / 2", with: { n: order.total }, convert: number }
            { to: shipBy, from: order.shipBy }
            { to: express, value: "yes", when: [{ at: order.shippingService, is: [express] }] }
            { to: "lines[].sku", from: "order.lines[].sku" }
            { to: clear, from: order.shipTo.region, missing: write-null }
            { to: must, from: order.shipTo.region, required: true }
            """).Trace;
        Assert.Equal(
            [
                "number 1 number #1001 ", "skus 2 order.lines[].sku TEE-M,GIFT-50,CAP ", "note 3 value hello ", "service 4 default standard ", "half 5 expression 63.2 ",
                "shipBy 6   No value at shipBy: left out.", "express 7   It counts only where order.shippingService is express.",
                "lines[0].sku 8 lines[0].sku TEE-M ", "lines[1].sku 8 lines[1].sku GIFT-50 ", "lines[2].sku 8 lines[2].sku CAP ",
                "clear 9  null No value at shipTo.region: written as null.", "must 10   No value at shipTo.region, and it is required.",
            ], trace.Select(t => $"{t.Target} {t.Row} {t.Source} {t.Text} {t.Gap}"));
    }

    /// <summary>Whatever rows are chosen: the trace tells exactly what stands in the document, and tracing changes no byte of it.</summary>
    [Fact]
    public void The_trace_agrees_with_the_document()
    {
        var sources = SourcePaths.Names.Where(n => n.StartsWith("order.", StringComparison.Ordinal) && !n.Contains("shippable", StringComparison.Ordinal)).ToArray();
        Gen.Int[0, sources.Length - 1].Array[1, 12].Sample(picks =>
        {
            var rows = picks.Distinct().Select((p, i) => new MappingRow
            {
                Target = sources[p].Contains("[]", StringComparison.Ordinal) ? $"l[].f{i}" : $"a.f{i}", Sources = [sources[p]], Missing = p % 3 == 0 ? MissingPolicy.WriteNull : MissingPolicy.LeaveOut,
            }).ToList();
            var mapping = MappingCompiler.Compile(new("t", rows), out _)!;
            var input = MappingInput.From(Given.Request());
            var trace = new List<MappedValue>();
            var traced = mapping.Map(input, trace);
            Assert.Equal(Encoding.UTF8.GetString(mapping.Map(input).Content.Span), Encoding.UTF8.GetString(traced.Content.Span));
            using var document = JsonDocument.Parse(traced.Content);
            var written = new SortedDictionary<string, string>(StringComparer.Ordinal);
            Flatten(document.RootElement, "", written);
            Assert.Equal(written, new SortedDictionary<string, string>(trace.Where(t => t.Text.Length > 0).ToDictionary(t => t.Target, t => t.Text), StringComparer.Ordinal));
            return true;
        }, iter: 500);
    }

    [Fact]
    public void A_factor_works_for_what_comes_in_as_well()
    {
        Assert.True(IncomingConversion.TryParse("factor:12", IncomingType.Quantity, out var dozens, out _));
        Assert.Equal("36", dozens.Apply("3", IncomingType.Quantity, 2));
        Assert.True(IncomingConversion.TryParse("factor:0.001, round", IncomingType.Amount, out var mills, out _));
        Assert.Equal("1.24", mills.Apply("1235", IncomingType.Amount, 2));
    }

    private static void Flatten(JsonElement at, string path, SortedDictionary<string, string> into)
    {
        if (at.ValueKind == JsonValueKind.Object)
            foreach (var member in at.EnumerateObject())
                Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", into);
        else if (at.ValueKind == JsonValueKind.Array)
            for (var i = 0; i < at.GetArrayLength(); i++)
                Flatten(at[i], $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", into);
        else
            into[path] = at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText();
    }

    private sealed record Result(string Json, IReadOnlyList<ControlPlane.Domain.Shared.Refusal> Refusals, IReadOnlyList<MappedValue> Trace);

    private static Result Map(string rows)
    {
        var problems = new ManifestProblems("m");
        var mapping = MappingReader.Read(Document(rows), problems);
        Assert.Empty(problems.Found);
        var order = Given.Order with { Lines = [.. Given.Order.Lines] };
        var trace = new List<MappedValue>();
        var mapped = mapping!.Map(MappingInput.From(Given.Request(order, Given.Connection(settings: new Dictionary<string, string> { ["grams"] = "1234.6" }))), trace);
        return new(Encoding.UTF8.GetString(mapped.Content.Span), mapped.Refusals, trace);
    }

    private static string Document(string rows) =>
        "kind: Mapping\nmetadata: { name: m }\nspec:\n  rows:\n" + string.Concat(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => $"    - {r.Trim()}\n"));
}
