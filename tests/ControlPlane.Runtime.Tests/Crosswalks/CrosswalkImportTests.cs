using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Crosswalks;

public sealed class CrosswalkImportTests(ITestOutputHelper output)
{
    private static readonly CrosswalkCsvOptions Usual = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_file_shows_what_it_would_do_and_a_half_bad_one_does_nothing_until_told(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        await rig.ChangeAsync("uom", Ct, rig.Wish("CS", "EA", factor: 12), rig.Wish("PAL", "PX"), rig.Wish("KG", "kg"));
        var file = Bytes("theirs;ours;factor;scope\r\nCS;EA;24;\r\nPAL;PX;;\r\nBX;EA;0;\r\nSET;ST;6;connection:shop-eu\r\nBAD;X;1;somewhere\r\n");
        var preview = (await rig.Import.PreviewAsync(TenantScope.Default, "uom", file, Usual, Ct))!;
        Assert.Equal([(2, CrosswalkChange.Changed), (3, CrosswalkChange.Unchanged), (4, CrosswalkChange.Refused), (5, CrosswalkChange.Added), (6, CrosswalkChange.Refused)], preview.Plan.Steps.Select(s => (s.Line, s.Change)));
        Assert.Equal([("factor", "crosswalk.factor_range"), ("scope", "crosswalk.scope")], preview.Plan.Steps.Where(s => s.Problems.Count > 0).Select(s => (s.Problems[0].Field, s.Problems[0].Code)));
        Assert.IsType<CrosswalkOutcome.Refused>(await ApplyAsync(rig, file, skip: false, null));
        Assert.Null(rig.Ours("uom", "SET"));
        Assert.Equal("crosswalk.digest", Assert.IsType<CrosswalkOutcome.NotPossible>(await ApplyAsync(rig, file, skip: true, "another")).Code);
        var applied = Assert.IsType<CrosswalkOutcome.Applied>(await ApplyAsync(rig, file, skip: true, preview.Digest));
        Assert.Equal((2, 2), (applied.Revision, applied.Plan.Count(CrosswalkChange.Refused)));
        Assert.Equal(("ST", "PX"), (rig.Ours("uom", "SET"), rig.Ours("uom", "PAL")));
        // Once more, and what the file does not name is retired; lines that are refused name their entry all the same.
        var again = (await rig.Import.PreviewAsync(TenantScope.Default, "uom", file, Usual with { RetireMissing = true }, Ct))!;
        Assert.Equal(["KG"], again.Plan.Steps.Where(s => s.Change == CrosswalkChange.Retired).Select(s => s.After.Theirs));
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("code,ours\r\n", 1, "'code' is none")]
    [InlineData("theirs,note\r\n", 1, "theirs and ours are needed")]
    [InlineData("theirs,ours,ours\r\n", 1, "twice")]
    [InlineData("theirs,ours\r\nA,\"B\r\nC,D\r\n", 2, "never closed")]
    [InlineData("theirs,ours\r\nA,\"B\"x\r\n", 2, "closing quotation mark")]
    public async Task A_file_that_cannot_be_read_is_refused_with_its_line(string text, int line, string expected)
    {
        await using var rig = await CrosswalkRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var preview = (await rig.Import.PreviewAsync(TenantScope.Default, "uom", Bytes(text), Usual, Ct))!;
        Assert.Equal(line, preview.Defect!.Line);
        Assert.Contains(expected, preview.Defect.Message, StringComparison.Ordinal);
        Assert.Equal("crosswalk.file", Assert.IsType<CrosswalkOutcome.NotPossible>(await ApplyAsync(rig, Bytes(text), true, null)).Code);
    }

    [Fact]
    public void Older_spreadsheets_write_another_encoding_and_commas()
    {
        var latin = Encoding.Latin1.GetBytes("theirs;ours;factor;note\nK\u00e4rcher;K;0,5;gr\u00f6\u00dfer\n");
        var read = CrosswalkCsv.Read(latin, new(null, DecimalComma: true), TimeProvider.System);
        Assert.Equal(("windows-1252", "Kärcher", 0.5m, "größer"), (read.Encoding, read.Wishes[0].Entry.Theirs, read.Wishes[0].Entry.Factor, read.Wishes[0].Entry.Note));
        Assert.Equal("crosswalk.factor_form", CrosswalkCsv.Read(latin, Usual, TimeProvider.System).Refused[0].Problems[0].Code);
        Assert.Contains("not UTF-8", CrosswalkCsv.Read(latin, new("utf-8"), TimeProvider.System).Defect!.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-16", CrosswalkCsv.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("theirs")).ToArray(), Usual, TimeProvider.System).Defect!.Message, StringComparison.Ordinal);
        Assert.Contains("longer than", CrosswalkCsv.Read(Bytes("theirs,ours\n" + new string('x', 5_000)), Usual, TimeProvider.System).Defect!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+49", "\"'+49\"")]
    [InlineData("-5", "\"'-5\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("'=x", "\"''=x\"")]
    [InlineData("\t=x", "\"'\t=x\"")]
    [InlineData("＝x", "\"'＝x\"")]
    [InlineData("O'Neill", "O'Neill")]
    [InlineData("'quoted", "'quoted")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    public void Text_that_a_spreadsheet_would_run_is_escaped_and_comes_back_as_it_was(string text, string written)
    {
        var into = new StringBuilder();
        CsvText.Write(into, ',', text);
        Assert.Equal(written + "\r\n", into.ToString());
        Assert.Equal(text, CsvText.Read(into.ToString(), ',', out _)[0].Cells[0]);
    }

    [Fact]
    public void Any_cells_come_back_as_they_were_written_and_none_begins_like_a_formula()
    {
        const string Letters = " =+-@'\"\t,;\r\nab\0＝é";
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var cells = Enumerable.Range(0, random.Next(2, 6)).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Letters[random.Next(Letters.Length)])])).ToArray();
            var into = new StringBuilder();
            CsvText.Write(into, ',', cells);
            var record = Assert.Single(CsvText.Read(into.ToString(), ',', out var defect));
            Assert.Null(defect);
            Assert.Equal(cells, record.Cells);
            foreach (var cell in cells)
            {
                into.Clear();
                CsvText.Write(into, ',', cell);
                var written = into.ToString();
                Assert.DoesNotContain(written[0] == '"' ? written[1] : written[0], "=+-@\t\0＝");
            }
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_exported_is_imported_without_a_change(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        await rig.ChangeAsync("uom", Ct,
            rig.Wish("=CS", "EA", factor: 0.083333333333m), rig.Wish("A,\"B\"", "x", "connection:shop-eu", CrosswalkDirections.ToOurs), rig.Wish("Ü", "-1", "role:storefront", CrosswalkDirections.ToTheirs),
            rig.Wish("dated", "d") is var w ? w with { Entry = w.Entry with { From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Until = new(2026, 3, 1, 10, 30, 0, TimeSpan.Zero), Note = "line\nbreak" } } : w);
        var text = new StringBuilder();
        CrosswalkCsv.WriteHeader(text);
        await foreach (var entry in rig.Queries.AllAsync(TenantScope.Default, "uom", new(), Ct))
            CrosswalkCsv.Write(text, entry);
        Assert.Contains(",2026-01-01,2026-03-01T10:30:00Z,\"line\nbreak\",approved,", text.ToString(), StringComparison.Ordinal);
        var preview = (await rig.Import.PreviewAsync(TenantScope.Default, "uom", Bytes(text.ToString()), Usual with { RetireMissing = true }, Ct))!;
        Assert.Equal((4, 4), (preview.Plan.Steps.Count, preview.Plan.Count(CrosswalkChange.Unchanged)));
    }

    [Fact]
    public async Task Our_codes_are_checked_against_the_list_of_them_and_found_by_their_gtin()
    {
        await using var rig = await CrosswalkRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Contains("Line 3", await rig.Import.LoadMasterAsync(TenantScope.Default, "sku", Bytes("code;gtin\nA;036000291452\nB;036000291453\n"), Ct), StringComparison.Ordinal);
        Assert.Null(await rig.Import.LoadMasterAsync(TenantScope.Default, "sku", Bytes("code;gtin;title\nTISSUE;036000291452;Tissues\n"), Ct));
        Assert.Equal("crosswalk.not_in_master", Assert.IsType<CrosswalkOutcome.Refused>(await rig.ChangeAsync("sku", Ct, rig.Wish("X", "TISSEU"))).Plan.Steps[0].Problems[0].Code);
        Assert.Equal(("TISSUE", "has this GTIN: Tissues"), (await rig.Gaps.SuggestAsync(TenantScope.Default, "sku", "0036000291452", CrosswalkDirection.ToOurs, Ct))[0] is var best ? (best.Code, best.Reason) : default);
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.ChangeAsync("sku", Ct, rig.Wish("0036000291452", "tissue")));
    }

    /// <summary>Prints what it took. For figures worth quoting, set CONTROLPLANE_TEST_FUZZ to 100000.</summary>
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_large_file_is_looked_at_and_applied(DatabaseProvider provider)
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 5_000;
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        var text = new StringBuilder("theirs,ours,scope\r\n");
        for (var i = 0; i < count; i++)
            text.Append(CultureInfo.InvariantCulture, $"THEIRS-{i},OUR-{i},connection:shop-eu\r\n");
        var file = Bytes(text.ToString());
        var from = Stopwatch.GetTimestamp();
        var preview = (await rig.Import.PreviewAsync(TenantScope.Default, "sku", file, Usual, Ct))!;
        var looked = Stopwatch.GetElapsedTime(from);
        from = Stopwatch.GetTimestamp();
        var outcome = await rig.Import.ApplyAsync(TenantScope.Default, "sku", file, Usual, false, preview.Digest, CrosswalkRig.Ada, "all", Ct);
        var applied = Stopwatch.GetElapsedTime(from);
        Assert.Equal((count, $"OUR-{count - 1}"), (Assert.IsType<CrosswalkOutcome.Applied>(outcome).Plan.Count(CrosswalkChange.Added), rig.Ours("sku", $"theirs-{count - 1}")));
        from = Stopwatch.GetTimestamp();
        var again = (await rig.Import.PreviewAsync(TenantScope.Default, "sku", Bytes(text.ToString().Replace("OUR-", "NEW-", StringComparison.Ordinal)), Usual, Ct))!;
        Assert.Equal(count, again.Plan.Count(CrosswalkChange.Changed));
        var changedLook = Stopwatch.GetElapsedTime(from);
        from = Stopwatch.GetTimestamp();
        await rig.Import.ApplyAsync(TenantScope.Default, "sku", Bytes(text.ToString().Replace("OUR-", "NEW-", StringComparison.Ordinal)), Usual, false, null, CrosswalkRig.Ada, "all anew", Ct);
        Assert.Equal("NEW-0", rig.Ours("sku", "THEIRS-0"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{provider}, {count} lines: looked at in {looked.TotalSeconds:0.0} s, applied in {applied.TotalSeconds:0.0} s; all changed: looked at in {changedLook.TotalSeconds:0.0} s, applied in {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s"));
    }

    private static Task<CrosswalkOutcome> ApplyAsync(CrosswalkRig rig, byte[] file, bool skip, string? digest) =>
        rig.Import.ApplyAsync(TenantScope.Default, "uom", file, Usual, skip, digest, CrosswalkRig.Ben, "list of the warehouse", Ct);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
