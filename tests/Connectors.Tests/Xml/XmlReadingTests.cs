using System.Text;

namespace Connectors.Tests.Xml;

public sealed class XmlReadingTests
{
    [Theory]
    [InlineData("<a><b>1</b></a>", """{"a":{"b":"1"}}""")]
    [InlineData("<a><b>1</b><b>2</b><c/></a>", """{"a":{"b":["1","2"],"c":""}}""")]
    [InlineData("<a><b u=\"EUR\">1</b></a>", """{"a":{"b":{"@u":"EUR","#text":"1"}}}""")]
    [InlineData("<a u=\"x\"/>", """{"a":{"@u":"x"}}""")]
    [InlineData("<p:a xmlns:p=\"urn:p\" p:u=\"x\"><p:b>1</p:b></p:a>", """{"a":{"@u":"x","b":"1"}}""")]
    [InlineData("<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><b xsi:nil=\"true\"/><c type=\"t\" xsi:type=\"x:T\"/></a>", """{"a":{"b":null,"c":{"@type":"t","@xsi:type":"x:T"}}}""")]
    [InlineData("<a>Please <b>call</b> me</a>", """{"a":{"#text":"Please call me","b":"call"}}""")]
    [InlineData("<a><![CDATA[1 < 2]]> &amp; &#228;</a>", """{"a":"1 < 2 & ä"}""")]
    [InlineData("<a>\n  <!-- c --><?pi x?><b>1</b>\n</a>", """{"a":{"b":"1"}}""")]
    [InlineData("<a><x:b xmlns:x=\"urn:1\" y=\"1\" x:y=\"2\"/></a>", """{"a":{"b":{"@y":"1","@x:y":"2"}}}""")]
    public void Elements_become_members(string xml, string json) => Assert.Equal(json, GivenXml.Format("type: xml").Json(xml));

    [Fact]
    public void What_shall_be_a_list_is_one_even_with_one_entry_by_name_or_by_path()
    {
        const string Xml = "<o><line>1</line><tax><line>2</line></tax></o>";
        Assert.Equal("""{"o":{"line":["1"],"tax":{"line":["2"]}}}""", GivenXml.Format("type: xml, lists: [line]").Json(Xml));
        Assert.Equal("""{"o":{"line":["1"],"tax":{"line":"2"}}}""", GivenXml.Format("type: xml, lists: [o.line]").Json(Xml));
    }

    [Fact]
    public void Names_keep_the_prefix_of_the_manifest_whatever_the_document_uses() =>
        Assert.Equal("""{"Order":{"cbc:ID":{"@cbc:scheme":"x","#text":"1"},"other":"2"}}""",
            GivenXml.Format("type: xml, names: qualified, namespaces: { cbc: urn:b }").Json("<Order xmlns:q=\"urn:b\"><q:ID q:scheme=\"x\">1</q:ID><other>2</other></Order>"));

    [Fact]
    public void White_space_at_the_ends_is_kept_unless_it_shall_be_trimmed()
    {
        Assert.Equal("""{"a":" 1 "}""", GivenXml.Format("type: xml").Json("<a> 1 </a>"));
        Assert.Equal("""{"a":"1"}""", GivenXml.Format("type: xml, trim: true").Json("<a> 1 </a>"));
    }

    [Fact]
    public void A_file_is_divided_and_what_stands_before_goes_with_each_part()
    {
        var reading = GivenXml.Format("type: xml, split: Batch.Orders.Order").Read("<Batch v=\"2\"><Head><Shop>S1</Shop></Head><Orders day=\"23\"><Order><Id>1</Id></Order>\n<Order><Id>2</Id></Order></Orders><Trailer/></Batch>");
        Assert.True(reading.Container);
        Assert.Equal(["Order 1, line 1, column 60", "Order 2, line 2, column 2"], reading.Documents.Select(d => d.Place));
        Assert.Equal(
            ["""{"Batch":{"@v":"2","Head":{"Shop":"S1"},"Orders":{"@day":"23","Order":{"Id":"1"}}}}""", """{"Batch":{"@v":"2","Head":{"Shop":"S1"},"Orders":{"@day":"23","Order":{"Id":"2"}}}}"""],
            reading.Documents.Select(d => Encoding.UTF8.GetString(d.Json.Span)));
        Assert.All(reading.Documents, d => Assert.Equal("Order", d.Topic));
    }

    [Fact]
    public void A_file_without_any_part_or_with_a_broken_end_is_refused_as_a_whole()
    {
        var format = GivenXml.Format("type: xml, split: Batch.Order");
        Assert.Equal("xml.nothing_to_split", format.Refused("<Other><Order/></Other>").Code);
        var cut = format.Refused("<Batch><Order><Id>1</Id></Order>\n<Order><Id>");
        Assert.Equal(("xml.malformed", "line 2, column 12"), (cut.Code, cut.Field));
    }

    [Fact]
    public void A_head_that_would_multiply_with_its_documents_is_refused()
    {
        var head = new string('x', 400_000);
        Assert.Equal("xml.head_too_large", GivenXml.Format("type: xml, split: B.O").Refused($"<B><H>{head}</H>{string.Concat(Enumerable.Repeat("<O/>", 3_000))}</B>").Code);
    }

    public static TheoryData<string, string> Encodings => new()
    {
        { "utf-8", "" }, { "utf-8", "<?xml version=\"1.0\"?>" }, { "utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" }, { "utf-8", "<?xml version='1.0' encoding='utf-16'?>" },
        { "utf-16", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" }, { "utf-16BE", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" }, { "utf-16", "" },
        { "iso-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" standalone=\"yes\"?>" }, { "windows-1252", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>" },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void A_document_is_read_in_the_encoding_that_it_declares(string encoding, string declaration)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var mark in new[] { false, true })
        {
            var bytes = Encoding.GetEncoding(encoding).GetBytes(declaration + "<a>Köln</a>");
            var whole = mark ? [.. Encoding.GetEncoding(encoding).GetPreamble(), .. bytes] : bytes;
            var reading = GivenXml.Format("type: xml").Read(whole, Given.Connection());
            Assert.Empty(reading.Refusals);
            Assert.Equal("""{"a":"Köln"}""", Encoding.UTF8.GetString(reading.Documents[0].Json.Span));
        }
    }

    [Theory]
    [InlineData("", "xml.not_xml")]
    [InlineData("ISA*00*", "xml.not_xml")]
    [InlineData("{\"a\":1}", "xml.not_xml")]
    [InlineData("<a><b></a>", "xml.malformed")]
    [InlineData("<a>&nbsp;</a>", "xml.malformed")]
    [InlineData("<a>&#x1;</a>", "xml.malformed")]
    [InlineData("<a>&#xD800;</a>", "xml.malformed")]
    [InlineData("<a b=\"1\" b=\"2\"/>", "xml.malformed")]
    [InlineData("<a/><b/>", "xml.malformed")]
    [InlineData("<p:a/>", "xml.malformed")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", "xml.encoding")]
    [InlineData("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><a/>", "xml.encoding")]
    public void What_is_no_good_XML_is_refused_with_its_place(string text, string code)
    {
        var refusal = GivenXml.Format("type: xml").Refused(text);
        Assert.Equal(code, refusal.Code);
        if (code == "xml.malformed")
            Assert.Matches("^line [0-9]+, column [0-9]+$", refusal.Field);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        Assert.Equal("xml.bytes", Assert.Single(GivenXml.Format("type: xml").Read(new byte[] { (byte)'<', (byte)'a', (byte)'>', 0xFF, (byte)'<', (byte)'/', (byte)'a', (byte)'>' }, Given.Connection()).Refusals).Code);
        Assert.Equal("xml.bytes", Assert.Single(GivenXml.Format("type: xml").Read(new byte[] { 0xFF, 0xFE, (byte)'<', 0, 0, 0xD8, (byte)'a', 0 }, Given.Connection()).Refusals).Code);
    }
}
