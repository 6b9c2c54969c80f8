namespace Connectors.Tests.DelimitedFiles;

/// <summary>Kinds of records, groups, counts and totals.</summary>
public sealed class RecordsTests
{
    private const string Orders = """
        type: delimited
        separator: ";"
        kind: { column: 1 }
        records:
          - { name: opening, is: A, role: header, columns: [kind, sender] }
          - { name: order, is: H, columns: [kind, no, total], states: [{ column: total, sums: line.amount }] }
          - { name: line, is: L, under: order, min: 1, columns: [kind, sku, qty, amount] }
          - { name: note, is: "N*", under: line, columns: [kind, text] }
          - { name: closing, is: Z, role: footer, columns: [kind, orders, all], states: [{ column: orders, counts: order }, { column: all, counts: "*" }] }
        """;

    private const string Grouped = "type: delimited\ncolumns: [no, customer, sku, qty]\ngroup: { by: no, as: items, same: customer }";

    [Fact]
    public void Heads_hold_their_lines_and_every_document_knows_its_file()
    {
        var read = GivenFile.Format(Orders).Read("A;shop\nH;1;30\nL;x;1;10\nN1;fragile\nL;y;2;20\nH;2;5\nL;z;1;5\nZ;2;8\n");
        Assert.Equal("""
            lines 2 to 5: {"kind":"H","no":"1","total":"30","line":[{"kind":"L","sku":"x","qty":"1","amount":"10","note":[{"kind":"N1","text":"fragile"}]},{"kind":"L","sku":"y","qty":"2","amount":"20"}],"file":{"opening":{"kind":"A","sender":"shop"},"closing":{"kind":"Z","orders":"2","all":"8"}}}
            lines 6 to 7: {"kind":"H","no":"2","total":"5","line":[{"kind":"L","sku":"z","qty":"1","amount":"5"}],"file":{"opening":{"kind":"A","sender":"shop"},"closing":{"kind":"Z","orders":"2","all":"8"}}}
            """.ReplaceLineEndings("\n"), read.Told());
        Assert.All(read.Documents, d => Assert.Equal("order", d.Topic));
    }

    [Theory]
    [InlineData("A;s\nH;1;10\nL;x;1;10\n", "! file.no_footer")]
    [InlineData("H;1;10\nL;x;1;10\nZ;1;3\n", "! file.no_header")]
    [InlineData("A;s\nH;1;10\nL;x;1;10\nZ;2;4\n", "! file.count Line 4, orders: It states 2, and there are 1.")]
    [InlineData("A;s\nH;1;10\nL;x;1;10\nZ;1;5\n", "! file.count Line 4, all: It states 5, and there are 4.")]
    [InlineData("A;s\nH;1;10\nL;x;1;10\nZ;one;4\n", "! file.not_a_number")]
    [InlineData("A;s\nH;1;10\nL;x;1;10\nZ;1;4\nH;2;1\n", "! file.record_out_of_place Line 5")]
    [InlineData("A;s\nA;s\nZ;0;3\n", "! file.record_twice")]
    [InlineData("A;s\nZ;0\n", "! file.columns Line 2")]
    public void A_file_that_is_not_whole_is_refused_as_a_whole(string text, string expected)
    {
        var read = GivenFile.Format(Orders).Read(text);
        Assert.StartsWith(expected, read.Told(), StringComparison.Ordinal);
        Assert.Empty(read.Documents);
    }

    [Theory]
    [InlineData("H;1;10\nL;x;1;11", "lines 2 to 3! file.total Line 2, total: It states 10, and amount adds up to 11. The file may have been cut off.")]
    [InlineData("H;1;0", "line 2! file.records_below")]
    [InlineData("L;x;1;10", "line 2! file.record_out_of_place")]
    [InlineData("X;x;1;10", "line 2! file.record_unknown Line 2: The kind of the record is unknown. Known at column 1: A, H, L, N*, Z.")]
    [InlineData("H;1;10\nL;x;1", "lines 2 to 3! file.columns Line 3")]
    public void A_document_that_is_not_whole_is_refused_alone(string body, string expected)
    {
        var lines = body.Split('\n').Length;
        var read = GivenFile.Format(Orders.Replace(", { column: all, counts: \"*\" }", "", StringComparison.Ordinal)).Read($"A;s\n{body}\nH;9;1\nL;z;1;1\nZ;{body.Split('\n').Count(l => l[0] == 'H') + 1};0\n");
        Assert.Empty(read.Refusals);
        Assert.StartsWith(expected, read.Told(), StringComparison.Ordinal);
        Assert.Equal($"lines {lines + 2} to {lines + 3}", read.Documents[^1].Place);
        Assert.Empty(read.Documents[^1].Refusals);
    }

    [Fact]
    public void A_record_that_cannot_be_read_takes_those_documents_with_it_that_it_may_belong_to()
    {
        var read = GivenFile.Format(Orders).Read("A;s\nH;1;10\nL;x;1;10\nL;\"y\nL;z;1;1\nH;2;5\nL;z;1;5\nZ;2;8\n");
        Assert.Equal(["lines 2 to 3! file.beside_unreadable", "line 4! file.quote_open", "line 5! file.beside_unreadable", "lines 6 to 7"],
            read.Documents.Select(d => d.Place + string.Concat(d.Refusals.Take(1).Select(r => $"! {r.Code}"))));
    }

    [Fact]
    public void Records_with_one_key_are_one_document_wherever_they_stand()
    {
        var read = GivenFile.Format(Grouped).Read("1,Kim,a,1\n2,Lee,b,1\n1,Kim,c,2\n");
        Assert.Equal("""
            lines 1 to 3: {"no":"1","customer":"Kim","sku":"a","qty":"1","items":[{"no":"1","customer":"Kim","sku":"a","qty":"1"},{"no":"1","customer":"Kim","sku":"c","qty":"2"}]}
            line 2: {"no":"2","customer":"Lee","sku":"b","qty":"1","items":[{"no":"2","customer":"Lee","sku":"b","qty":"1"}]}
            """.ReplaceLineEndings("\n"), read.Told());
    }

    [Fact]
    public void Within_a_group_what_must_be_the_same_is()
    {
        var read = GivenFile.Format(Grouped).Read("1,Kim,a,1\n1,Lee,c,2\n");
        Assert.Equal("lines 1 to 2! file.group_differs Line 2, customer: The value differs from the one in the first record of the same document. It must be the same in all of them.", read.Told());
    }

    [Fact]
    public void A_broken_record_between_groups_refuses_those_beside_it_and_no_others()
    {
        var read = GivenFile.Format(Grouped).Read("1,Kim,a,1\n2,Lee,b,1\n2,Lee\n3,Max,c,1\n4,Ada,d,1\n,Ada,d,1\n");
        Assert.Equal(["line 1", "line 2! file.beside_unreadable", "line 3! file.columns", "line 4! file.beside_unreadable", "line 5! file.beside_unreadable", "line 6! file.required"],
            read.Documents.Select(d => d.Place + string.Concat(d.Refusals.Take(1).Select(r => $"! {r.Code}"))));
    }

    [Fact]
    public void A_footer_total_says_nothing_when_a_part_of_it_cannot_be_read_and_is_checked_otherwise()
    {
        const string Format = "type: delimited\nkind: { column: 1 }\nrecords:\n  - { name: line, is: L, columns: [k, amount] }\n  - { name: end, is: E, role: footer, columns: [k, total], states: [{ column: total, sums: line.amount, decimal: comma }] }";
        Assert.Empty(GivenFile.Format(Format).Read("L,\"1,50\"\nL,\"2,25\"\nE,\"3,75\"").Refusals);
        Assert.Equal("file.total", GivenFile.Format(Format).Read("L,\"1,50\"\nL,\"2,25\"\nE,\"3,70\"").Refusals[0].Code);
        Assert.Empty(GivenFile.Format(Format).Read("L,\"1,50\"\nL,\"2,25\",x\nE,\"3,70\"").Refusals);
    }

    [Theory]
    [InlineData("type: delimited\nrecords: [{ name: a, is: A, columns: [x] }]", "kind: It is missing.")]
    [InlineData("type: delimited\nkind: { column: 1 }\nrecords: [{ name: a, is: A, under: b, columns: [x] }, { name: b, is: B, under: a, columns: [x] }]", "records go in a circle")]
    [InlineData("type: delimited\nkind: { column: 1 }\nrecords: [{ name: a, is: A, under: c, columns: [x] }]", "there is no record 'c'")]
    [InlineData("type: delimited\nkind: { column: 1 }\nrecords: [{ name: a, is: A, columns: [b] }, { name: b, is: B, under: a, columns: [x] }]", "'b' is the name of a column and of a record below it")]
    [InlineData("type: delimited\nkind: { column: 1 }\nrecords: [{ name: a, is: A, columns: [x], states: [{ column: x, sums: b.y }] }]", "there is no 'b.y'")]
    [InlineData("type: delimited\nencoding: ebcdic\ncolumns: [a]", "encoding: 'ebcdic' is unknown. Allowed: ascii, cp437")]
    [InlineData("type: delimited\nseparator: \";;\"\ncolumns: [a]", "separator: ';;' is not allowed. Allowed: one character, or tab.")]
    [InlineData("type: delimited\ncolumns: [a, a]", "columns: 'a' stands there twice.")]
    [InlineData("type: delimited\ncolumns: [a, file]", "'file' is the name of something else")]
    [InlineData("type: delimited\ncolumns: [a]\ngroup: { by: b }", "There is no column 'b'")]
    [InlineData("type: delimited\ncolumns: [{ name: a, value: \"{order.number}\" }]", "value: '{order.number}' cannot be read. Allowed: {number}")]
    [InlineData("type: delimited", "columns: It is missing.")]
    [InlineData("type: fixed-width\ncolumns: [{ name: a }]", "columns[0].at: A value is missing.")]
    [InlineData("type: fixed-width\ncolumns: [{ name: a, at: 1, length: 5 }, { name: b, at: 4, length: 2 }]", "'a' and 'b' overlap at position 4")]
    [InlineData("type: delimited\ncolumns: [a]\nheder: true", "heder is not understood")]
    [InlineData("type: excel\ncolumns: [a]", "type: 'excel' is unknown. Allowed: cloudevents, delimited")]
    public void A_wrong_description_says_what_is_allowed(string yaml, string expected) => Assert.Contains(expected, GivenFile.Problems(yaml), StringComparison.Ordinal);
}
