using System.Text;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Xml;

public sealed class IdocTests
{
    private static readonly IDocumentFormat Xml = EmbeddedCatalog.Load("SapIdoc").Formats["idoc"];

    private const string Flat = "type: idoc, write: flat, segments: [{ name: E1A, flat: E2A001, fields: \"K:3, V:10\" }, { name: E1B, fields: \"X:5\" }]";

    [Fact]
    public void A_flat_file_and_XML_of_the_same_delivery_are_the_same_JSON()
    {
        var xml = Xml.Read(EmbeddedCatalog.Sample("SapIdoc", "desadv.xml"), Given.Connection());
        var flat = Xml.Read(EmbeddedCatalog.Sample("SapIdoc", "desadv.txt"), Given.Connection());
        Assert.False(xml.Container);
        Assert.True(flat.Container);
        Assert.Equal(["IDoc 1, lines 1 to 8", "IDoc 2, lines 9 to 16"], flat.Documents.Select(d => d.Place));
        // The address is a segment that the schema does not describe: kept whole in the flat file.
        Assert.Equal(Without(Encoding.UTF8.GetString(xml.Documents[0].Json.Span)), Without(Encoding.UTF8.GetString(flat.Documents[0].Json.Span)));
        Assert.Contains("\"#data\":\"WE ", Encoding.UTF8.GetString(flat.Documents[0].Json.Span), StringComparison.Ordinal);
        Assert.Equal("DESADV", flat.Documents[1].Topic);
    }

    [Fact]
    public void A_bad_record_spoils_its_IDoc_alone_and_is_told_with_its_line()
    {
        var lines = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("SapIdoc", "desadv.txt")).Split("\r\n");
        lines[2] = lines[2][..55] + "000077" + lines[2][61..];
        var reading = Xml.Read(Encoding.UTF8.GetBytes(string.Join("\n", lines)), Given.Connection());
        Assert.Equal(("idoc.parent_unknown", "line 3"), Assert.Single(reading.Documents[0].Refusals) is var r ? (r.Code, r.Field) : default);
        Assert.Empty(reading.Documents[1].Refusals);
    }

    [Fact]
    public void Written_flat_it_is_read_back_and_carries_its_number()
    {
        var format = GivenXml.Format(Flat);
        const string Json = """{"EDI_DC40":{"MANDT":"100","IDOCTYP":"X01","MESTYP":"M"},"E1A":[{"K":"001","V":"äb","E1B":{"X":"1"}},{"K":"002"}]}""";
        var text = format.Written(Json, 905).Text();
        Assert.Equal("E2A001".PadRight(30) + "100" + "0000000000000905" + "000001" + "000000" + "01" + "001äb", text.Split("\r\n")[1]);
        Assert.Equal("E1B".PadRight(30) + "100" + "0000000000000905" + "000002" + "000001" + "02" + "1", text.Split("\r\n")[2]);
        Assert.Equal("""{"EDI_DC40":{"TABNAM":"EDI_DC40","MANDT":"100","DOCNUM":"0000000000000905","DIRECT":"2","IDOCTYP":"X01","MESTYP":"M","CREDAT":"20261123","CRETIM":"100000"},"E1A":[{"K":"001","V":"äb","E1B":{"X":"1"}},{"K":"002"}]}""", format.Json(text));
        Assert.Equal(text, format.Written(Json, 905).Text());
    }

    [Fact]
    public void Written_in_XML_segments_carry_their_mark_and_the_control_record_comes_first() =>
        Assert.Equal("<?xml version=\"1.0\" encoding=\"utf-8\"?><X01><IDOC BEGIN=\"1\"><EDI_DC40 SEGMENT=\"1\"><TABNAM>EDI_DC40</TABNAM><DIRECT>2</DIRECT><IDOCTYP>X01</IDOCTYP><MESTYP>M</MESTYP><CREDAT>20261123</CREDAT><CRETIM>100000</CRETIM></EDI_DC40>"
            + "<E1A SEGMENT=\"1\"><K>001</K><E1B SEGMENT=\"1\"><X>1</X></E1B></E1A></IDOC></X01>",
            GivenXml.Format("type: idoc").Written("""{"E1A":{"K":"001","E1B":{"X":"1"}},"EDI_DC40":{"MESTYP":"M","IDOCTYP":"X01"}}""").Text());

    [Theory]
    [InlineData("""{"E1A":{}}""", "idoc.no_control_record")]
    [InlineData("""{"EDI_DC40":{"IDOCTYP":"X"},"E1A":{"V":"longer than ten"}}""", "idoc.field_too_long")]
    [InlineData("""{"EDI_DC40":{"IDOCTYP":"X"},"E1A":{"W":"1"}}""", "idoc.field_unknown")]
    [InlineData("""{"EDI_DC40":{"IDOCTYP":"X"},"E1C":{"W":"1"}}""", "idoc.segment_unknown")]
    [InlineData("""{"EDI_DC40":{"IDOCTYP":"X","NONE":"1"}}""", "idoc.field_unknown")]
    public void What_a_flat_file_cannot_hold_is_refused_and_never_cut(string json, string code) => Assert.Equal(code, Assert.Single(GivenXml.Format(Flat).Written(json).Refusals).Code);

    [Theory]
    [InlineData("<a/>", "idoc.no_idoc")]
    [InlineData("EDI_DC40", null)]
    [InlineData("E2EDK01", "xml.not_xml")]
    public void What_holds_no_IDoc_is_refused(string text, string? code) => Assert.Equal(code, Xml.Read(text).Refusals.FirstOrDefault()?.Code);

    private static string Without(string json) => System.Text.RegularExpressions.Regex.Replace(json, "\"E1ADRM1\":\\{[^}]*\\},", "");
}
