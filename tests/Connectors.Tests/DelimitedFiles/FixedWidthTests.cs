namespace Connectors.Tests.DelimitedFiles;

public sealed class FixedWidthTests
{
    private const string Stock = """
        type: fixed-width
        lineEnd: crlf
        columns:
          - { name: sku, at: 1, length: 10, required: true }
          - { name: onHand, at: 11, length: 7, align: right, fill: "0" }
          - { name: place, at: 20, length: 4 }
        """;

    [Theory]
    [InlineData("TEE-M     0000012  A-1 ", "{\"sku\":\"TEE-M\",\"onHand\":\"12\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M     0000000  A-1 ", "{\"sku\":\"TEE-M\",\"onHand\":\"0\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M     0012.50  A-1 ", "{\"sku\":\"TEE-M\",\"onHand\":\"12.50\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M     0000.50  A-1 ", "{\"sku\":\"TEE-M\",\"onHand\":\"0.50\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M          12  A-1 ", "{\"sku\":\"TEE-M\",\"onHand\":\"12\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M              A-1 ", "{\"sku\":\"TEE-M\",\"place\":\"A-1\"}")]
    [InlineData("TEE-M     -000012  A-1    ", "{\"sku\":\"TEE-M\",\"onHand\":\"-000012\",\"place\":\"A-1\"}")]
    public void Values_come_without_fill_and_blanks(string line, string json) => Assert.Equal($"line 1: {json}", GivenFile.Format(Stock).Read(line + "\r\n\x1A").Told());

    [Theory]
    [InlineData("TEE-M     0000012", "file.record_length Line 1: The record has 17 characters where 23 are described.")]
    [InlineData("TEE-M     0000012  A-1 x", "file.record_length Line 1, column 24: Something stands behind the 23 characters that are described.")]
    [InlineData("          0000012  A-1 ", "file.required Line 1, sku")]
    [InlineData("TEE\tM     000001\u0001  A-1 ", "file.control_character Line 1, column 17")]
    public void A_line_that_does_not_fit_is_refused_alone(string line, string expected)
    {
        var read = GivenFile.Format(Stock).Read(line + "\nCAP       0000001  B   \n");
        Assert.StartsWith("line 1! " + expected, read.Told(), StringComparison.Ordinal);
        Assert.Equal("line 2", Assert.Single(read.Documents, d => d.Refusals.Count == 0).Place);
    }

    [Fact]
    public void Lines_whose_blanks_an_editor_took_away_are_read_when_the_format_says_so() =>
        Assert.Equal("line 1: {\"sku\":\"TEE-M\",\"onHand\":\"12\"}", GivenFile.Format(Stock + "\nragged: true").Read("TEE-M     0000012").Told());

    [Fact]
    public void Records_without_line_ends_are_cut_by_their_length()
    {
        var format = GivenFile.Format("type: fixed-width\nrecordLength: 6\ncolumns: [{ name: a, at: 1, length: 2 }, { name: b, at: 3, length: 3 }]");
        Assert.Equal("line 1: {\"a\":\"ab\",\"b\":\"cde\"}\nline 2: {\"a\":\"fg\",\"b\":\"hij\"}", format.Read("abcde fghij ").Told());
        Assert.Equal("file.record_length", format.Read("abcde fg").Documents[1].Refusals[0].Code);
        Assert.Equal("x  y  z     ", format.Write("{\"records\":[{\"a\":\"x\",\"b\":\" y\"},{\"a\":\"z\"}]}").Text());
    }

    [Fact]
    public void Written_lines_have_every_value_in_its_place_and_nothing_in_empty_ones()
    {
        var format = GivenFile.Format(Stock);
        Assert.Equal("TEE-M     0000012  A-1 \r\n", format.Write("{\"sku\":\"TEE-M\",\"onHand\":12,\"place\":\"A-1\"}").Text());
        Assert.Equal("TEE-M                  \r\n", format.Write("{\"sku\":\"TEE-M\"}").Text());
    }

    [Fact]
    public void What_is_too_long_is_refused_with_its_field_and_length_or_cut_when_the_column_says_so()
    {
        Assert.Equal("file.too_long sku: sku has 11 characters, and its place has 10. Shorten it, or set cut: true on the column.", GivenFile.Format(Stock).Write("{\"sku\":\"ABCDEFGHIJK\"}").Told());
        Assert.StartsWith("ABCDEFGHIJ ", GivenFile.Format(Stock.Replace("required: true", "cut: true", StringComparison.Ordinal)).Write("{\"sku\":\"ABCDEFGHIJK\"}").Text(), StringComparison.Ordinal);
        Assert.StartsWith("file.control_character place", GivenFile.Format(Stock).Write("{\"sku\":\"A\",\"place\":\"a\\nb\"}").Told(), StringComparison.Ordinal);
        Assert.Equal("file.required sku: sku needs a value.", GivenFile.Format(Stock).Write("{\"place\":\"A\"}").Told());
    }

    [Fact]
    public void The_kind_of_a_record_stands_at_a_position()
    {
        var format = GivenFile.Format("""
            type: fixed-width
            kind: { at: 1, length: 3 }
            records:
              - { name: parcel, is: V01, columns: [{ name: no, at: 5, length: 6 }] }
              - { name: field, is: "V*", under: parcel, columns: [{ name: tag, at: 1, length: 3 }, { name: value, at: 5, length: 8 }] }
            ragged: true
            """);
        Assert.Equal("lines 1 to 2: {\"no\":\"123456\",\"field\":[{\"tag\":\"V02\",\"value\":\"x y\"}]}", format.Read("V01 123456\nV02 x y\n").Told());
        Assert.Equal("V01 123456\nV02 x y     \n", format.Write("{\"no\":\"123456\",\"field\":[{\"tag\":\"V02\",\"value\":\"x y\"}]}").Text());
    }
}
