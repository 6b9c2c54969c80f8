using System.Text;

namespace Connectors.Tests.DelimitedFiles;

public sealed class DelimitedReadingTests
{
    private const string Named = "type: delimited\nseparator: \";\"\nheader: true";
    private const string Three = "type: delimited\ncolumns: [a, b, c]";

    [Fact]
    public void A_header_line_names_the_columns_in_any_order_and_empty_values_are_left_out()
    {
        var read = GivenFile.Format(Named).Read("no;qty;note\n1;2;\n3;;\"x;\"\"y\"\"\nz\"\n");
        Assert.True(read.Container);
        Assert.Equal("File of 2 records, 2 documents", read.Summary);
        Assert.Equal("line 2: {\"no\":\"1\",\"qty\":\"2\"}\nlines 3 to 4: {\"no\":\"3\",\"note\":\"x;\\\"y\\\"\\nz\"}", read.Told());
    }

    [Theory]
    [InlineData("1,2,3\n4,5\n6,7,8", "line 1: 1 2 3|line 2! file.columns|line 3: 6 7 8")]
    [InlineData("1,2,3\n4,5,6,7\n6,7,8\n", "line 1: 1 2 3|line 2! file.columns|line 3: 6 7 8")]
    [InlineData("1,\"2,3\n4,5,6\r\n\"7\",8,9", "line 1! file.quote_open|line 2: 4 5 6|line 3: 7 8 9")]
    [InlineData("1,\"2\"x,3\n4,5,6", "line 1! file.after_quote|line 2: 4 5 6")]
    [InlineData("1,2,3\r4,5,6\r\n\r\n\n7,8,9", "line 1: 1 2 3|line 2: 4 5 6|line 5: 7 8 9")]
    [InlineData("1,a\"b\",3", "line 1: 1 a\"b\" 3")]
    [InlineData("1, 2 ,3", "line 1: 1  2  3")]
    [InlineData("1,2\0,3\n4,5,6", "line 1! file.control_character|line 2: 4 5 6")]
    [InlineData("1,\"\",\"\"\"\"\n", "line 1: 1 \"")]
    [InlineData("1,2,3\n\x1A", "line 1: 1 2 3")]
    [InlineData("", "")]
    public void A_bad_record_is_refused_alone(string text, string expected)
    {
        var read = GivenFile.Format(Three).Read(text);
        Assert.Equal(expected, string.Join("|", read.Documents.Select(d => d.Refusals.Count > 0 ? $"{d.Place}! {d.Refusals[0].Code}"
            : $"{d.Place}: {string.Join(' ', System.Text.Json.JsonDocument.Parse(d.Json).RootElement.EnumerateObject().Select(p => p.Value.GetString()))}")));
    }

    [Fact]
    public void A_refusal_says_line_and_column_and_shows_what_stood_there()
    {
        var read = GivenFile.Format(Three).Read("1,2,3\n\"x\ny\",\"z");
        Assert.Equal("lines 2 to 3! file.quote_open Line 3, column 4: A quotation mark is opened and not closed. Close it, or double it where it is a part of the value.", read.Told().Split('\n')[1]);
        Assert.Equal("{\"unreadable\":\"\\\"x\\ny\\\",\\\"z\"}", GivenFile.Json(read.Documents[1]));
    }

    [Fact]
    public void A_wrong_byte_refuses_its_record_and_no_other()
    {
        byte[] content = [.. "ä,b,c\n"u8, .. "x,"u8, 0xE4, .. ",z\n1,2,3"u8];
        var read = GivenFile.Format(Three).Read(content, Given.Connection());
        Assert.Equal("line 1: {\"a\":\"ä\",\"b\":\"b\",\"c\":\"c\"}\nline 2! file.not_in_encoding Line 2, column 3: There is a byte that is no character in utf-8. Is the right encoding set?\nline 3: {\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}", read.Told());
    }

    [Theory]
    [InlineData("windows-1252", new byte[] { 0x80, 0x2C, 0xE4, 0x2C, 0x63 }, "€ ä c")]
    [InlineData("iso-8859-15", new byte[] { 0xA4, 0x2C, 0xE4, 0x2C, 0x63 }, "€ ä c")]
    [InlineData("iso-8859-1", new byte[] { 0xA4, 0x2C, 0xE4, 0x2C, 0x63 }, "¤ ä c")]
    [InlineData("cp850", new byte[] { 0x84, 0x2C, 0x9B, 0x2C, 0x63 }, "ä ø c")]
    [InlineData("cp437", new byte[] { 0x84, 0x2C, 0x9B, 0x2C, 0x63 }, "ä ¢ c")]
    [InlineData("utf-8", new byte[] { 0xEF, 0xBB, 0xBF, 0xC3, 0xA4, 0x2C, 0x62, 0x2C, 0x63 }, "ä b c")]
    [InlineData("utf-16", new byte[] { 0xFF, 0xFE, 0xE4, 0x00, 0x2C, 0x00, 0x62, 0x00, 0x2C, 0x00, 0x63, 0x00 }, "ä b c")]
    [InlineData("utf-16", new byte[] { 0xFE, 0xFF, 0x00, 0xE4, 0x00, 0x2C, 0x00, 0x62, 0x00, 0x2C, 0x00, 0x63 }, "ä b c")]
    [InlineData("utf-16be", new byte[] { 0x00, 0xE4, 0x00, 0x2C, 0x00, 0x62, 0x00, 0x2C, 0x00, 0x63 }, "ä b c")]
    public void Encodings_are_read(string encoding, byte[] content, string values)
    {
        var read = GivenFile.Format($"{Three}\nencoding: {encoding}").Read(content, Given.Connection());
        var json = System.Text.Json.JsonDocument.Parse(Assert.Single(read.Documents).Json);
        Assert.Equal(values, string.Join(' ', json.RootElement.EnumerateObject().Select(p => p.Value.GetString())));
    }

    [Fact]
    public void Separators_quotes_escapes_comments_and_lines_to_skip_can_be_set()
    {
        var format = GivenFile.Format("type: delimited\nseparator: tab\nquote: \"'\"\nescape: \"\\\\\"\ncomment: \"#\"\nskipLines: 1\ntrim: true\nragged: true\ncolumns: [a, b, c]");
        Assert.Equal("line 3: {\"a\":\"x\",\"b\":\"it's\\ta \\\\ b\"}", format.Read("Export of today\n# a comment\n x \t'it\\'s\ta \\\\ b'\n").Told());
    }

    [Fact]
    public void Without_quotation_marks_they_are_letters() =>
        Assert.Equal("line 1: {\"a\":\"\\\"1\",\"b\":\"2\\\"\",\"c\":\"3\"}", GivenFile.Format(Three + "\nquote: none").Read("\"1,2\",3").Told());

    [Theory]
    [InlineData("no;qty;no\n", "file.column_twice Line 1, no")]
    [InlineData("no;\n1;x\n", "line 2! file.column_nameless")]
    [InlineData("no;lines\n1;x\n", "line 2: {\"no\":\"1\",\"lines\":\"x\"}")]
    [InlineData("no;file\n1;x\n", "file.column_taken Line 1, file")]
    [InlineData("", "file.no_header_line")]
    [InlineData("no;\"qty\n", "file.quote_open")]
    public void A_header_line_that_cannot_be_used_refuses_the_file(string text, string expected) => Assert.Contains(expected, GivenFile.Format(Named).Read(text).Told(), StringComparison.Ordinal);

    [Fact]
    public void A_described_column_that_the_header_does_not_name_refuses_the_file_and_titles_may_differ_from_names()
    {
        var format = GivenFile.Format(Named + "\ncolumns: [{ name: number, title: Beleg-Nr, required: true }]");
        Assert.Equal("line 2: {\"number\":\"7\",\"x\":\"1\"}\nline 3! file.required Line 3, number: A value is missing.", format.Read("x;beleg-nr\n1;7\n2;\n").Told());
        Assert.Equal("! file.column_missing Line 1, Beleg-Nr: The header line does not name this column.", format.Read("x;y\n1;7\n").Told());
    }

    [Fact]
    public void Lengths_and_numbers_are_bounded()
    {
        var format = GivenFile.Format(Three + "\nlimits: { recordLength: 10, records: 3 }");
        Assert.Equal("file.record_too_long", format.Read("1,2,34567890").Documents[0].Refusals[0].Code);
        Assert.Equal("file.quote_open", format.Read("1,2,\"34567890123\"").Documents[0].Refusals[0].Code);
        Assert.Equal("file.too_many_records", format.Read("1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3").Refusals[0].Code);
        Assert.Equal("file.too_many_columns", GivenFile.Format(Three).Read(new string(',', 5_000)).Documents[0].Refusals[0].Code);
        Assert.Equal("file.too_large", GivenFile.Format(Three).Read(new byte[64 * 1024 * 1024 + 1], Given.Connection()).Refusals[0].Code);
    }

    /// <summary>Each second line opens a mark that is closed by none, so that the search goes on for a whole record's length.</summary>
    [Fact]
    public void Quotation_marks_that_are_never_closed_are_given_up_after_a_bounded_search()
    {
        var many = GivenFile.Format(Three + "\nlimits: { recordLength: 1000000 }").Read(string.Concat(Enumerable.Repeat("a,b,\"c\n" + new string('x', 50_000) + "\n", 600)));
        Assert.Equal("file.given_up", many.Documents[^1].Refusals[0].Code);
        Assert.True(many.Documents.Count < 1_000, $"{many.Documents.Count}");
    }

    [Fact]
    public void A_file_as_one_document_is_what_answers_need()
    {
        var read = GivenFile.Format(Three + "\ndocuments: one").Read("1,2,3\n4,5,6");
        Assert.False(read.Container);
        Assert.Equal("the file: {\"records\":[{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"},{\"a\":\"4\",\"b\":\"5\",\"c\":\"6\"}]}", read.Told());
        Assert.Equal("file.columns", GivenFile.Format(Three + "\ndocuments: one").Read("1,2").Documents[0].Refusals[0].Code);
    }

    [Fact]
    public void What_was_read_has_its_own_media_types() =>
        Assert.Equal(["text/csv", "text/plain"], GivenFile.Format(Three).MediaTypes);

}
