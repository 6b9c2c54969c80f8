using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Schemas;
using Connectors.Protocols.Formats;
using CsCheck;

namespace Connectors.Tests.Edi;

/// <summary>Segments to JSON by a schema, and back.</summary>
public sealed class SchemaTests
{
    private static readonly IDocumentFormat All = GivenEdi.Format("x12", "schemas: [\"850\", \"856\", \"940\", \"810\", \"945\"]");

    [Fact]
    public void A_purchase_order_reads_by_names_and_loops_are_always_lists()
    {
        var text = GivenEdi.X12("PO", "850", [GivenEdi.Order, "REF*DP*038", "N1*ST*BIG MART*92*0012", "N4*SOLON*OH*44139", "PO1*1*120*EA*9.25*TE*VN*TEE-M*UP*614141000012*VN*AGAIN", "PID*F****TEE, MEDIUM", "CTT*1"]);
        var json = GivenEdi.Json(GivenEdi.Read(All, text).Documents[0]);
        Assert.Equal("""{"purpose":"00","type":"SA","number":"4711","date":"20261122"}""", json.GetProperty("order").GetRawText());
        Assert.Equal("""[{"qualifier":"DP","id":"038"}]""", json.GetProperty("references").GetRawText());
        Assert.Equal("""[{"entity":"ST","name":"BIG MART","idQualifier":"92","id":"0012","place":{"city":"SOLON","region":"OH","postalCode":"44139"}}]""", json.GetProperty("parties").GetRawText());
        Assert.Equal("""[{"number":"1","quantity":"120","unit":"EA","price":"9.25","priceBasis":"TE","ids":{"VN":"TEE-M","UP":"614141000012"},"PO110":"VN","PO111":"AGAIN","descriptions":[{"type":"F","description":"TEE, MEDIUM"}]}]""", json.GetProperty("lines").GetRawText());
        Assert.Equal("905", json.GetProperty("group").GetProperty("controlNumber").GetString());
        Assert.Equal("850", json.GetProperty("set").GetProperty("id").GetString());
        Assert.Equal("ACME", json.GetProperty("interchange").GetProperty("sender").GetString());
    }

    [Fact]
    public void What_the_schema_does_not_have_is_kept_where_it_came()
    {
        var text = GivenEdi.X12("PO", "850", [GivenEdi.Order, "ZZA*1>2*3", GivenEdi.Line, "ZZB*x", "CTT*1"]);
        var json = GivenEdi.Json(GivenEdi.Read(All, text).Documents[0]);
        Assert.Equal("""[{"id":"ZZA","ZZA01":"1","ZZA01-2":"2","ZZA02":"3"}]""", json.GetProperty("other").GetRawText());
        Assert.Equal("""[{"id":"ZZB","ZZB01":"x"}]""", json.GetProperty("lines")[0].GetProperty("other").GetRawText());
    }

    [Fact]
    public void Without_a_schema_every_segment_is_there_by_its_places()
    {
        var format = GivenEdi.Format("edifact");
        var json = GivenEdi.Json(GivenEdi.Read(format, GivenEdi.Edifact("DELFOR", ["BGM+241+001", "DTM+137:20261123:102", "NAD+BY+++A?+B"])).Documents[0]);
        Assert.Equal("""[{"id":"BGM","BGM01":"241","BGM02":"001"},{"id":"DTM","DTM01":"137","DTM01-2":"20261123","DTM01-3":"102"},{"id":"NAD","NAD01":"BY","NAD04":"A+B"}]""", json.GetProperty("segments").GetRawText());
    }

    [Fact]
    public void Levels_of_a_ship_notice_form_a_tree_and_items_know_their_order_and_carton()
    {
        var text = GivenEdi.X12("SH", "856", ["BSN*00*S1*20261123*0915", "HL*1**S", "REF*CN*TRACK", "HL*2*1*O", "PRF*4711", "HL*3*2*P", "MAN*GM*CARTON1", "HL*4*3*I", "LIN*1*SK*A", "SN1**2*EA", "HL*5*2*P", "MAN*GM*CARTON2", "HL*6*5*I", "LIN*2*SK*B", "SN1**3*EA"]);
        var reading = GivenEdi.Read(All, text);
        Assert.Empty(reading.Documents[0].Refusals);
        var json = GivenEdi.Json(reading.Documents[0]);
        var order = json.GetProperty("levels")[0].GetProperty("children")[0];
        Assert.Equal("4711", order.GetProperty("order").GetProperty("number").GetString());
        Assert.Equal(["CARTON1", "CARTON2"], order.GetProperty("children").EnumerateArray().Select(p => p.GetProperty("marks")[0].GetProperty("id").GetString()));
        Assert.Equal(["A 4711 CARTON1", "B 4711 CARTON2"], json.GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("item").GetProperty("ids").GetProperty("SK")} {i.GetProperty("orderNumber")} {i.GetProperty("carton")}"));
    }

    [Fact]
    public void A_level_below_one_that_is_not_there_is_refused()
    {
        var reading = GivenEdi.Read(All, GivenEdi.X12("SH", "856", ["BSN*00*S1*20261123*0915", "HL*1**S", "HL*2*7*O"]));
        Assert.Equal("Segment 4 HL, element 2: The level above is none of those before it.", Assert.Single(reading.Documents[0].Refusals).Message);
    }

    [Fact]
    public void Implied_decimals_and_decimal_commas_become_plain_numbers_and_are_written_so_again()
    {
        var invoice = GivenEdi.Json(GivenEdi.Read(All, GivenEdi.X12("IN", "810", ["BIG*20261123*I1", "TDS*12640"])).Documents[0]);
        Assert.Equal("126.40", invoice.GetProperty("total").GetProperty("amount").GetString());
        var orders = GivenEdi.Format("edifact", "schemas: [ORDERS]");
        var json = GivenEdi.Json(GivenEdi.Read(orders, "UNA:+,? '" + GivenEdi.Edifact("ORDERS", ["BGM+220+1", "LIN+1", "PRI+AAA:9,25", "UNS+S"])).Documents[0]);
        Assert.Equal("9.25", json.GetProperty("lines")[0].GetProperty("prices")[0].GetProperty("price").GetString());
    }

    [Fact]
    public void Counts_sums_defaults_and_level_numbers_are_the_writers_business()
    {
        var written = Write(All, """{"set":{"id":"940"},"order":{"status":"N","number":"R1"},"lines":[{"items":[{"quantity":2,"unit":"EA","idQualifier":"SK","id":"A"}]},{"items":[{"quantity":"3","unit":"EA"}]}]}""");
        Assert.Equal("ST*940*0077~W05*N*R1~LX*1~W01*2*EA**SK*A~LX*2~W01*3*EA~W76*5~SE*8*0077~GE*1*77~IEA*1*000000077~", written[written.IndexOf("ST*", StringComparison.Ordinal)..]);
        Assert.StartsWith("ISA*00*          *00*          *  *US             *  *ACME           *261123*1000*U*00401*000000077*0*P*>~GS*OW*US*ACME*20261123*1000*77*X*004010~", written, StringComparison.Ordinal);
        var notice = Write(All, """{"set":{"id":"856"},"shipment":{"purpose":"00","number":"S1","date":"2026-11-23T09:00:00Z","time":"2026-11-23T09:00:00Z"},"levels":[{"level":"S","children":[{"level":"O","order":{"number":"4711"},"children":[{"level":"I","item":{"ids":{"SK":"A"}}},{"level":"I","item":{"ids":{"SK":"B"}}}]}]}]}""");
        Assert.Contains("BSN*00*S1*20261123*090000~HL*1**S*1~HL*2*1*O*1~PRF*4711~HL*3*2*I*0~LIN**SK*A~HL*4*2*I*0~LIN**SK*B~CTT*4~", notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"order":{"purpose":"00","number":"4711","date":"2026-11-22","color":"red"},"lines":[]}""", "edi.unknown_field", "order.color")]
    [InlineData("""{"order":{"purpose":"00","number":"4711","date":"2026-11-22"},"lines":[],"extra":1}""", "edi.unknown_field", "extra")]
    [InlineData("""{"order":{"purpose":"00","number":"47110000000000000000000","date":"2026-11-22"},"lines":[]}""", "edi.element_too_long", "order.number")]
    [InlineData("""{"order":{"purpose":"00","number":"4711","date":"tomorrow"},"lines":[]}""", "edi.element_character", "order.date")]
    [InlineData("""{"order":{"purpose":"00","date":"2026-11-22"},"lines":[]}""", "edi.element_missing", "order.number")]
    [InlineData("""{"lines":[]}""", "edi.segment_missing", "order")]
    [InlineData("""{"order":{"purpose":"00","number":"47*11","date":"2026-11-22"},"lines":[]}""", "edi.separator_in_data", "BEG03")]
    [InlineData("""{"order":{"purpose":"00","number":"47\n11","date":"2026-11-22"},"lines":[]}""", "edi.separator_in_data", "BEG03")]
    [InlineData("""{"order":{"purpose":"00","number":"47☺11","date":"2026-11-22"},"lines":[]}""", "edi.character", "BEG03")]
    [InlineData("""{"order":{"purpose":"00","number":"4711","date":"2026-11-22"},"lines":[{"quantity":1,"ids":{"VN":"A"},"PO107":"B"}]}""", "edi.element_twice", "lines[0].PO107")]
    [InlineData("""{"order":{"purpose":"00","number":"4711","date":"2026-11-22"},"lines":[{"quantity":1,"PO106":"VN"}]}""", "edi.element_conditional", "lines[0]")]
    [InlineData("""{"order":[1],"lines":[]}""", "edi.not_an_object", "order[0]")]
    [InlineData("""{"other":[{"id":"toolong"}],"order":{"purpose":"00","number":"4711","date":"2026-11-22"},"lines":[]}""", "edi.no_segment", "other[0].id")]
    [InlineData("""[]""", "edi.no_document", "")]
    public void What_cannot_be_written_is_refused_by_its_name(string json, string code, string field)
    {
        var format = GivenEdi.Format("x12", "schemas: [\"850\"]");
        using var document = JsonDocument.Parse(json);
        var written = format.Write(document.RootElement, GivenEdi.Context());
        Assert.Contains((code, field), written.Refusals.Select(r => (r.Code, r.Field)));
    }

    [Fact]
    public void Without_a_number_or_a_partner_nothing_is_written()
    {
        using var document = JsonDocument.Parse("""{"order":{"purpose":"00","number":"4711","date":"2026-11-22"},"lines":[]}""");
        var format = GivenEdi.Format("x12", "schemas: [\"850\"]", "{settings.nobody}");
        Assert.Equal(["edi.not_numbered", "edi.no_party", "edi.no_party"], format.Write(document.RootElement, GivenEdi.Context(null)).Refusals.Select(r => r.Code));
    }

    [Fact]
    public void Separators_in_data_are_released_in_edifact_and_blanked_in_x12_where_the_format_says_so()
    {
        var edifact = Write(GivenEdi.Format("edifact"), """{"set":{"id":"ORDERS"},"segments":[{"id":"FTX","FTX04":"it's 5: a+b?"}]}""");
        Assert.Contains("FTX++++it?'s 5?: a?+b??'", edifact, StringComparison.Ordinal);
        var x12 = Write(GivenEdi.Format("x12", "schemas: [\"850\"]\nseparatorsInData: blank"), """{"order":{"purpose":"00","number":"47*1~1","date":"2026-11-22"},"lines":[{"quantity":1}]}""");
        Assert.Contains("*47 1 1*", x12, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x12"), InlineData("edifact")]
    public void Every_schema_that_is_shipped_writes_what_it_reads(string standard)
    {
        foreach (var set in ShippedSchemas.Names(standard))
        {
            var schema = ShippedSchemas.Find(standard, set)!;
            var format = GivenEdi.Format(standard, $"schemas: [\"{set}\"]");
            GenDocument(schema.Items, 0).Sample(json =>
            {
                var text = $$"""{"set":{"id":"{{set}}"},{{json}}}""";
                var first = Write(format, text);
                var reading = GivenEdi.Read(format, first.Replace("US", "TEMP", StringComparison.Ordinal).Replace("ACME", "US", StringComparison.Ordinal).Replace("TEMP", "ACME", StringComparison.Ordinal));
                // Acknowledgements are read as their results, one for each set.
                if (set is "997" or "999" or "CONTRL")
                    return;
                var document = Assert.Single(reading.Documents);
                Assert.True(document.Refusals.Count == 0, $"{set}: {string.Join("; ", document.Refusals.Select(r => r.Message))}\n{first}");
                Assert.Equal(Body(first), Body(Write(format, Encoding.UTF8.GetString(document.Json.Span))));
            }, iter: 100);
        }
    }

    private static string Body(string interchange) => interchange[(interchange.IndexOfAny(['\n', '~', '\''], interchange.IndexOf(interchange.StartsWith("ISA", StringComparison.Ordinal) ? "ST*" : "UNH+", StringComparison.Ordinal)) + 1)..];

    private static string Write(IDocumentFormat format, string json)
    {
        using var document = JsonDocument.Parse(json);
        var written = format.Write(document.RootElement, GivenEdi.Context());
        Assert.True(written.Refusals.Count == 0, string.Join("; ", written.Refusals.Select(r => r.Message)) + "\n" + json);
        return Encoding.Latin1.GetString(written.Content.Span);
    }

    /// <summary>Members of a random document that the schema allows.</summary>
    private static Gen<string> GenDocument(IReadOnlyList<SchemaItem> items, int depth) =>
        Gen.Select(Gen.Bool.Array[items.Count], Gen.Int[1, 3], Gen.Int[0, 1_000_000]).Select((take, count, seed) =>
        {
            var random = new Random(seed);
            return string.Join(',', items.Select((item, i) => !item.Required && !(take[i] && random.Next(3) == 0) ? null : $"\"{item.Name}\":{Item(item, count, random, depth)}").OfType<string>());
        });

    private static string Item(SchemaItem item, int count, Random random, int depth)
    {
        string One()
        {
            var members = item.Elements.Where(e => e.LastOfPairs > 0 || e.Required || item.Rules.Count > 0 || random.Next(2) == 0).Where(e => !(item.Hierarchy && e.Position is 1 or 2 or 4 && item.Hierarchy))
                .Select(e => $"\"{e.Name}\":{Value(e, random)}").ToList();
            if (members.Count == 0)
                members.Add(item.Elements.Count > 0 ? $"\"{item.Elements[0].Name}\":{Value(item.Elements[0], random)}" : $"\"{item.Segment}01\":\"X\"");
            if (item.Items is { } inner && depth < 3)
                members.AddRange(inner.Where(i => i.Required || random.Next(6) == 0).Select(i => $"\"{i.Name}\":{Item(i, 1, random, depth + 1)}"));
            if (item.Items is not null && item.Elements is [{ Counts.Length: > 0 }, ..])
                members.RemoveAll(m => m.StartsWith($"\"{item.Elements[0].Name}\"", StringComparison.Ordinal));
            return $"{{{string.Join(',', members)}}}";
        }

        return item.Many ? $"[{string.Join(',', Enumerable.Range(0, Math.Min(count, item.Most)).Select(_ => One()))}]" : One();
    }

    private static string Value(ElementSpec spec, Random random)
    {
        if (spec.LastOfPairs > 0)
            return "{" + string.Join(',', Enumerable.Range(0, 2).Select(i => $"\"Q{i}\":\"v{random.Next(100)}\"")) + "}";
        if (spec.Codes.Count > 0)
            return $"\"{spec.Codes[0]}\"";
        var text = spec.Type switch
        {
            ElementType.Decimal => random.Next(1, 9).ToString(CultureInfo.InvariantCulture),
            ElementType.Whole => spec.Decimals > 0 ? $"1.{new string('5', spec.Decimals)}" : random.Next(1, 9).ToString(CultureInfo.InvariantCulture),
            ElementType.Date => "20261123",
            ElementType.Time => "0915",
            ElementType.Moment => "20261123",
            _ => new string('A', Math.Max(1, spec.Least)),
        };
        return spec.Repeats ? $"[\"{text}\"]" : $"\"{text}\"";
    }
}
