using System.Text;

namespace Connectors.Tests.DelimitedFiles;

public sealed class DelimitedWritingTests
{
    private const string Three = "type: delimited\nseparator: \";\"\ncolumns: [a, b, c]";

    [Theory]
    [InlineData("", "{\"a\":\"x\",\"b\":\"y;z\",\"c\":\"say \\\"hi\\\"\"}", "x;\"y;z\";\"say \"\"hi\"\"\"\n")]
    [InlineData("quoting: always", "{\"a\":\"x\",\"c\":1.5}", "\"x\";\"\";\"1.5\"\n")]
    [InlineData("lineEnd: crlf", "{\"a\":true,\"b\":\"line\\nbreak\"}", "true;\"line\nbreak\";\r\n")]
    [InlineData("escape: \"\\\\\"", "{\"a\":\"a\\\"b\\\\c;\"}", "\"a\\\"b\\\\c;\";;\n")]
    [InlineData("trim: true", "{\"a\":\" a \",\"b\":\"#\"}", "\" a \";#;\n")]
    [InlineData("comment: \"#\"", "{\"a\":\"#1\"}", "\"#1\";;\n")]
    public void Values_are_quoted_where_they_must_be(string more, string json, string expected) => Assert.Equal(expected, GivenFile.Format($"{Three}\n{more}").Write(json).Text());

    [Fact]
    public void Formulas_are_marked_or_refused_when_the_format_says_so_and_numbers_are_none()
    {
        const string Json = "{\"a\":\"=1+1\",\"b\":\"-12,50\",\"c\":\"@x\"}";
        Assert.Equal("=1+1;-12,50;@x\n", GivenFile.Format(Three).Write(Json).Text());
        Assert.Equal("'=1+1;-12,50;'@x\n", GivenFile.Format(Three + "\nformulas: mark").Write(Json).Text());
        Assert.Equal("file.formula a: a begins with a character that makes a spreadsheet take it for a formula. | file.formula c: c begins with a character that makes a spreadsheet take it for a formula.",
            GivenFile.Format(Three + "\nformulas: refuse").Write(Json).Told());
        foreach (var cell in new[] { "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\\t=1", "\\r=1" })
            Assert.Contains('\'', GivenFile.Format(Three + "\nformulas: mark").Write($"{{\"a\":\"{cell}\"}}").Text());
        Assert.Equal("file.control_character", GivenFile.Format(Three + "\nformulas: mark").Write("{\"a\":\"\\u0000=1\"}").Refusals[0].Code);
    }

    [Fact]
    public void A_value_that_no_column_takes_is_refused_instead_of_lost() =>
        Assert.Equal("file.no_column d: No column of the format it takes d. Columns: a, b, c.", GivenFile.Format(Three).Write("{\"a\":\"1\",\"d\":\"2\"}").Told());

    [Fact]
    public void What_the_encoding_lacks_is_refused_with_its_field_or_written_in_plain_letters()
    {
        Assert.Equal("file.not_in_encoding a: a holds the character U+0141, which windows-1252 does not have. Set unencodable: plain to write plain letters instead.",
            GivenFile.Format(Three + "\nencoding: windows-1252").Write("{\"a\":\"Łódź\"}").Told());
        var plain = GivenFile.Format(Three + "\nencoding: windows-1252\nunencodable: plain").Write("{\"a\":\"Łódź\",\"b\":\"Köln €\"}");
        Assert.Empty(plain.Refusals);
        Assert.Equal("L\u00F3dz;K\u00F6ln \u0080;\n", Encoding.Latin1.GetString(plain.Content.Span));
        Assert.Equal("file.not_in_encoding", GivenFile.Format(Three + "\nencoding: cp850\nunencodable: plain").Write("{\"a\":\"東京\"}").Refusals[0].Code);
        Assert.Equal("file.not_in_encoding", GivenFile.Format(Three + "\nencoding: ascii").Write("{\"a\":\"ö\"}").Refusals[0].Code);
    }

    [Fact]
    public void Marks_are_written_where_the_encoding_has_them()
    {
        Assert.Equal([0xEF, 0xBB, 0xBF], GivenFile.Format(Three + "\nencoding: utf-8-mark").Write("{\"a\":\"1\"}").Content.Span[..3].ToArray());
        Assert.Equal([0xFF, 0xFE], GivenFile.Format(Three + "\nencoding: utf-16").Write("{\"a\":\"1\"}").Content.Span[..2].ToArray());
    }

    [Fact]
    public void Heads_lines_and_a_trailer_are_written_with_counts_totals_and_what_the_description_fills_in()
    {
        var format = GivenFile.Format("""
            type: delimited
            kind: { column: 1 }
            records:
              - { name: opening, is: A, role: header, columns: [kind, { name: from }] }
              - { name: order, is: H, columns: [kind, no] }
              - { name: line, is: L, under: order, columns: [kind, sku, amount] }
              - { name: end, is: E, under: order, columns: [kind, lines, amount], states: [{ column: lines, counts: line }, { column: amount, sums: line.amount }] }
              - { name: closing, is: Z, role: footer, columns: [kind, all], states: [{ column: all, counts: "*" }] }
            """.Replace("[kind, { name: from }]", "[{ name: kind }, { name: no, value: \"{number}\" }, { name: client, value: \"{settings.client}\" }, { name: at, value: \"{at:yyyyMMdd}\" }, { name: ref, value: \"for {reference}\" }]", StringComparison.Ordinal));
        Assert.Equal("A,7,ACME,20261123,for SHOP-1001\nH,1\nL,x,10\nL,y,2.5\nE,2,12.5\nZ,6\n",
            format.Write("{\"no\":\"1\",\"line\":[{\"sku\":\"x\",\"amount\":10},{\"sku\":\"y\",\"amount\":2.5}]}", 7).Text());
        Assert.Equal("file.required file.opening.no: {number} has no value, and no is made of it.", format.Write("{\"no\":\"1\"}").Told());
        var again = format.Read(format.Write("{\"no\":\"1\",\"line\":[{\"sku\":\"x\",\"amount\":10}]}", 7).Content, Given.Connection());
        Assert.Empty(again.Refusals.Concat(again.Documents.SelectMany(d => d.Refusals)));
    }

    [Fact]
    public void A_group_is_written_as_a_record_for_each_of_its_lines()
    {
        var format = GivenFile.Format("type: delimited\nheader: true\ncolumns: [no, sku, { name: price, title: Price EUR, decimal: comma }]\ngroup: { by: no }".Replace("[no, sku,", "[{ name: no }, { name: sku },", StringComparison.Ordinal));
        Assert.Equal("no,sku,Price EUR\n1,a,\"2,50\"\n1,b,\n", format.Write("{\"no\":\"1\",\"lines\":[{\"sku\":\"a\",\"price\":2.50},{\"sku\":\"b\"}]}").Text());
        Assert.Equal("file.no_records", format.Write("{\"no\":\"1\"}").Refusals[0].Code);
    }

    [Fact]
    public void Without_quotation_marks_a_separator_in_a_value_is_refused() =>
        Assert.Equal("file.separator_in_value", GivenFile.Format(Three + "\nquote: none").Write("{\"a\":\"x;y\"}").Refusals[0].Code);
}
