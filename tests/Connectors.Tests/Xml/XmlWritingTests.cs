using System.Text;
using System.Text.Json;
using CsCheck;

namespace Connectors.Tests.Xml;

public sealed class XmlWritingTests
{
    private const string Shaped = "type: xml, root: Order, namespaces: { \"\": urn:o, cbc: urn:b, x: \"urn:x_{settings.version}\" }";

    [Theory]
    [InlineData("type: xml", """{"a":{"@id":"1","b":["x","y"],"c":{"#text":"z","@u":"EUR"}}}""", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a id=\"1\"><b>x</b><b>y</b><c u=\"EUR\">z</c></a>")]
    [InlineData("type: xml, declaration: false", """{"a":{"b":null,"c":true,"d":1.50,"e":[]}}""", "<a><b xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" /><c>true</c><d>1.50</d></a>")]
    [InlineData(Shaped + ", declaration: false", """{"cbc:ID":"1","Line":{"@cbc:k":"v","x:Q":2}}""", "<Order xmlns:cbc=\"urn:b\" xmlns:x=\"urn:x_2020_2\" xmlns=\"urn:o\"><cbc:ID>1</cbc:ID><Line cbc:k=\"v\"><x:Q>2</x:Q></Line></Order>")]
    [InlineData("type: xml, root: o, declaration: false, order: { \".\": \"b a\", \"a\": \"y x\" }", """{"a":{"x":1,"y":2,"z":3},"c":4,"b":5}""", "<o><b>5</b><a><y>2</y><x>1</x><z>3</z></a><c>4</c></o>")]
    [InlineData("type: xml, declaration: false", """{"a":{"@t":"a\"<\n","#text":"x\r\n<&>"}}""", "<a t=\"a&quot;&lt;&#xA;\">x&#xD;\n&lt;&amp;&gt;</a>")]
    [InlineData("type: xml, declaration: false", """{"a":{"@xsi:type":"x:T","@xml:lang":"de"}}""", "<a xsi:type=\"x:T\" xml:lang=\"de\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" />")]
    public void Members_become_elements(string format, string json, string xml) => Assert.Equal(xml, GivenXml.Format(format).Written(json).Text());

    [Fact]
    public void Indented_it_is_for_people_and_the_same_document()
    {
        var text = GivenXml.Format("type: xml, indent: true").Written("""{"a":{"b":"1","c":{"d":"2"}}}""").Text();
        Assert.Equal("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a>\n  <b>1</b>\n  <c>\n    <d>2</d>\n  </c>\n</a>", text);
        Assert.Equal("""{"a":{"b":"1","c":{"d":"2"}}}""", GivenXml.Format("type: xml").Json(text));
    }

    [Theory]
    [InlineData("iso-8859-1", "iso-8859-1")]
    [InlineData("windows-1252", "Windows-1252")]
    [InlineData("utf-16", "utf-16")]
    public void It_is_written_in_the_encoding_that_is_asked_for_and_what_that_has_not_as_references(string encoding, string declared)
    {
        var format = GivenXml.Format($"type: xml, encoding: {encoding}");
        var written = format.Written("""{"a":"Köln 東京"}""");
        Assert.Empty(written.Refusals);
        var text = (encoding == "utf-16" ? Encoding.Unicode : Encoding.Latin1).GetString(written.Content.Span);
        Assert.Contains($"encoding=\"{declared}\"", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""{"a":"Köln 東京"}""", Encoding.UTF8.GetString(format.Read(written.Content, Given.Connection()).Documents[0].Json.Span));
        Assert.Contains($"charset={declared}", written.ContentType, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", "xml.no_root", "")]
    [InlineData("""{"a":{"cbc:ID":"1"}}""", "xml.prefix_unknown", "cbc:ID")]
    [InlineData("""{"a":{"1b":"1"}}""", "xml.name", "1b")]
    [InlineData("""{"a":{"b c":"1"}}""", "xml.name", "b c")]
    [InlineData("""{"a":{"b":[["1"]]}}""", "xml.shape", "b")]
    [InlineData("""{"a":{"@b":{"c":1}}}""", "xml.shape", ".@b")]
    [InlineData("""{"a":{"b":"\u0001"}}""", "xml.character", "b")]
    public void What_XML_cannot_say_is_refused_by_its_path(string json, string code, string path)
    {
        var refusal = Assert.Single(GivenXml.Format("type: xml").Written(json).Refusals);
        Assert.Equal((code, path), (refusal.Code, refusal.Field));
    }

    /// <summary>Any JSON that XML can say comes back as it was, texts for all values; and its bytes are the same each time.</summary>
    [Fact]
    public void What_is_written_is_read_back()
    {
        var format = GivenXml.Format("type: xml");
        var text = Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Const('ä'), Gen.Const('€'), Gen.Const('<'), Gen.Const('\t')), 1, 12].Where(t => t.Trim(' ', '\t', '\n', '\r').Length > 0);
        var name = Gen.String[Gen.Char['a', 'e'], 1, 3];
        var value = Gen.Recursive<object>((depth, own) => depth > 4 ? text.Select(t => (object)t) : Gen.OneOf(text.Select(t => (object)t),
            Gen.Select(Gen.Dictionary(name, own)[1, 4], Gen.Dictionary(name.Select(n => "@" + n), text)[0, 2], (members, attributes) =>
            {
                var all = new Dictionary<string, object>();
                foreach (var (n, v) in attributes)
                    all[n] = v;
                foreach (var (n, v) in members)
                    all[n] = v;
                return (object)all;
            }),
            own.Array[2, 4].Where(l => !l.Any(e => e is Array)).Select(l => (object)l)));
        Gen.Dictionary(name, value.Where(v => v is not Array))[1, 1].Sample(root =>
        {
            var json = JsonSerializer.Serialize(root, Plain);
            var written = format.Written(json);
            Assert.Empty(written.Refusals);
            Assert.Equal(json, format.Json(written.Text()));
            Assert.True(written.Content.Span.SequenceEqual(format.Written(json).Content.Span));
        }, iter: 1_000);
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
