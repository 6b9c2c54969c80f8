using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Exports;

/// <summary>Files of lists: what is in them, that they are written while they are read, and that each is on record.</summary>
public sealed class ExportTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly ExportColumn[] Columns = [new("Order", ExportKind.Text, 10), new("Total", ExportKind.Money, 10), new("Lines", ExportKind.Number, 8), new("Received", ExportKind.Instant, 20)];

    private static readonly DateTimeOffset At = new(2026, 3, 29, 0, 30, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_says_what_it_is_and_has_amounts_with_their_decimals_and_instants_with_their_offset()
    {
        var text = await CsvAsync([[ExportCell.Of("#1"), ExportCell.Of(new Money(12640, "EUR")), ExportCell.Of(3), ExportCell.Of(At)], [ExportCell.Of("a, \"b\""), ExportCell.Of(new Money(500, "JPY")), ExportCell.None, ExportCell.Of(At.AddHours(1))]]);
        Assert.Equal(
            "\uFEFF\"# Transactions, exported from ControlPlane\"\r\n# Exported at: 2026-03-29T01:30:00+01:00\r\n# By: Bo\r\n# Times are in: Europe/Berlin\r\n# Filter: State = Stuck\r\n# Personal data: hidden\r\n"
            + "Order,Total,Lines,Received\r\n#1,126.40,3,2026-03-29T01:30:00+01:00\r\n\"a, \"\"b\"\"\",500,,2026-03-29T03:30:00+02:00\r\n", text);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+49 40", "\"'+49 40\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a=1", "a=1")]
    public async Task No_text_becomes_a_formula(string value, string written)
    {
        var text = await CsvAsync([[ExportCell.Of(value), ExportCell.None, ExportCell.None, ExportCell.None]], preamble: false);
        Assert.Equal($"\uFEFFOrder,Total,Lines,Received\r\n{written},,,\r\n", text);
    }

    [Fact]
    public async Task A_workbook_is_one_that_Excel_opens_with_text_as_text_and_times_in_the_zone()
    {
        using var file = new MemoryStream();
        await using (var writer = new XlsxWriter(new CountedStream(file), Head(), Columns, rowsPerSheet: 2))
        {
            await writer.BeginAsync(Ct);
            foreach (var name in new[] { "=1+1", "#2", "#3" })
                await writer.RowAsync([ExportCell.Of(name), ExportCell.Of(new Money(12640, "EUR")), ExportCell.Of(3), ExportCell.Of(At)], Ct);
            await writer.EndAsync(Ct);
        }

        await using (var end = new CountedStream(file))
            await end.FlushAsync(Ct);
        file.Position = 0;
        using var book = SpreadsheetDocument.Open(file, isEditable: false);
        Assert.Empty(new OpenXmlValidator().Validate(book, Ct).Select(e => e.Description));
        Assert.Equal(["About", "Rows", "Rows 2"], book.WorkbookPart!.Workbook.Descendants<Sheet>().Select(s => s.Name!.Value));
        var rows = Sheet(book, "Rows").Descendants<Row>().ToList();
        Assert.Equal(["Order", "Total", "Lines", "Received (Europe/Berlin)"], rows[0].Elements<Cell>().Select(c => c.InnerText));
        var cells = rows[1].Elements<Cell>().ToList();
        Assert.Equal(("=1+1", "126.4", "3"), (cells[0].InnerText, cells[1].CellValue!.Text, cells[2].CellValue!.Text));
        Assert.Empty(Sheet(book, "Rows").Descendants<CellFormula>());
        Assert.Equal(new DateTime(2026, 3, 29, 1, 30, 0), DateTime.FromOADate(double.Parse(cells[3].CellValue!.Text, System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(1));
        Assert.Equal(2, Sheet(book, "Rows 2").Descendants<Row>().Count());
        Assert.Contains("State = Stuck", string.Join('|', Sheet(book, "About").Descendants<Cell>().Select(c => c.InnerText)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Xlsx)]
    public async Task Rows_are_written_while_they_are_read_and_the_record_says_how_many(ExportFormat format)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        using var exporter = Exporter(database.Db);
        var sink = new Sink();
        var (most, taken) = (0L, 0);
        async IAsyncEnumerable<ExportCell[]> Rows()
        {
            for (; taken < 60_000; taken++)
            {
                await Task.CompletedTask;
                most = Math.Max(most, taken > 30_000 ? sink.Length : 0);
                yield return [ExportCell.Of($"order {taken * 7919L}"), ExportCell.Of(new Money(taken, "EUR")), ExportCell.Of(taken), ExportCell.Of(At.AddSeconds(taken))];
            }
        }

        await exporter.WriteAsync(TenantScope.Default, "transactions", Plan(Rows()), format, Viewer(), true, sink, Ct);
        // Half of the file was with the reader before the other half was read.
        Assert.InRange(most, sink.Length / 3, sink.Length);
        var record = Assert.Single(await exporter.ListAsync(TenantScope.Default, null, 10, Ct));
        Assert.Equal((ExportState.Done, 60_000, sink.Length, "State = Stuck", "Bo", true), (record.State, record.Rows, record.Bytes, record.Filter, record.By, record.Masked));
    }

    [Theory]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Xlsx)]
    public async Task A_reader_who_goes_away_ends_the_reading_and_that_is_on_record(ExportFormat format)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        using var exporter = Exporter(database.Db);
        using var gone = new CancellationTokenSource();
        var taken = 0;
        async IAsyncEnumerable<ExportCell[]> Rows()
        {
            while (true)
            {
                await Task.CompletedTask;
                if (++taken == 500)
                    await gone.CancelAsync();
                gone.Token.ThrowIfCancellationRequested();
                yield return [ExportCell.Of("x"), ExportCell.None, ExportCell.None, ExportCell.None];
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exporter.WriteAsync(TenantScope.Default, "transactions", Plan(Rows()), format, Viewer(), true, new Sink(), gone.Token));
        Assert.Equal(500, taken);
        var record = Assert.Single(await exporter.ListAsync(TenantScope.Default, null, 10, Ct));
        Assert.Equal((ExportState.Cancelled, 499), (record.State, record.Rows));
    }

    [Fact]
    public async Task A_file_that_was_made_whole_elsewhere_is_on_record_like_every_other()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        using var exporter = Exporter(database.Db);
        await exporter.NoteAsync(TenantScope.Default, "worklist", [("chosen one by one", "3")], Viewer(), 3, 512, Ct);
        var record = Assert.Single(await exporter.ListAsync(TenantScope.Default, null, 10, Ct));
        Assert.Equal(("worklist", "csv", "chosen one by one = 3", "Bo", true), (record.Source, record.Format, record.Filter, record.By, record.Masked));
        Assert.Equal((ExportState.Done, 3L, 512L), (record.State, record.Rows, record.Bytes));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Everything_that_passes_is_read_once_newest_first(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        await seeded.Seed.ManyAsync(4_500, SeededDatabase.Latest.AddDays(-3), TimeSpan.FromSeconds(5), 5_000, Ct);
        foreach (var filter in new Runtime.Transactions.Queries.TransactionFilter[] { new(), new() { States = [Domain.Transactions.TransactionState.Stuck, Domain.Transactions.TransactionState.Closed] } })
        {
            var ids = new List<Guid>();
            await foreach (var item in seeded.Queries.StreamAsync(filter, Ct))
                ids.Add(item.Id);
            await using var context = seeded.Db.CreateContext();
            var all = await context.Transactions.Where(t => filter.States.Count == 0 || filter.States.Contains(t.State)).Select(t => t.Id).ToListAsync(Ct);
            Assert.Equal(all.OrderByDescending(i => i), ids);
        }
    }

    [Fact]
    public void Personal_data_in_free_text_is_hidden_from_all_but_administrators()
    {
        Assert.DoesNotContain("mia@example.org", ExportMask.Text("Customer mia@example.org is blocked", reveal: false), StringComparison.Ordinal);
        Assert.Contains("mia@example.org", ExportMask.Text("Customer mia@example.org is blocked", reveal: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_so_many_places_and_no_more()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        using var exporter = Exporter(database.Db);
        var places = Enumerable.Range(0, 3).Select(_ => exporter.TryTakePlace()).ToList();
        Assert.All(places, Assert.NotNull);
        Assert.Null(exporter.TryTakePlace());
        places[0]!.Dispose();
        places[0]!.Dispose();
        Assert.NotNull(exporter.TryTakePlace());
        Assert.Null(exporter.TryTakePlace());
    }

    private static ExportHead Head() => new("Transactions", [("State", "Stuck")], Berlin, At, "Bo", Masked: true);

    private static ExportPlan Plan(IAsyncEnumerable<ExportCell[]> rows) => new("Transactions", Columns, [("State", "Stuck")], rows);

    private static ExportViewer Viewer() => new("bo", "Bo", Berlin, Reveal: false);

    private static Exporter Exporter(IControlPlaneDb db) => new(db, Options.Create(new ExportOptions()), new FakeTimeProvider(At), NullLogger<Exporter>.Instance);

    private static async Task<string> CsvAsync(IEnumerable<ExportCell[]> rows, bool preamble = true)
    {
        using var file = new MemoryStream();
        await using var writer = new CsvWriter(file, Head(), Columns, preamble);
        await writer.BeginAsync(Ct);
        foreach (var row in rows)
            await writer.RowAsync(row, Ct);
        await writer.EndAsync(Ct);
        Assert.Equal(file.Length, writer.Written);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static Worksheet Sheet(SpreadsheetDocument book, string name) =>
        ((WorksheetPart)book.WorkbookPart!.GetPartById(book.WorkbookPart.Workbook.Descendants<Sheet>().Single(s => s.Name == name).Id!)).Worksheet;

    /// <summary>Takes what is written with waiting, as the web server does.</summary>
    private sealed class Sink : MemoryStream
    {
        private bool _waiting;

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!_waiting)
                throw new InvalidOperationException("The web server takes nothing without waiting.");
            base.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _waiting = true;
            Write(buffer.ToArray(), 0, buffer.Length);
            _waiting = false;
            return ValueTask.CompletedTask;
        }
    }
}
