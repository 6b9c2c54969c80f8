using System.Globalization;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace ControlPlane.Runtime.Exports;

/// <summary>
/// An Excel workbook, written forward only: a sheet that says what it is, and the rows. Text is text there, never a formula. Beyond what a
/// sheet can hold it goes on with the next one.
/// </summary>
internal sealed class XlsxWriter(CountedStream stream, ExportHead head, IReadOnlyList<ExportColumn> columns, int rowsPerSheet = XlsxWriter.RowsOfASheet) : IExportWriter
{
    /// <summary>What Excel can open, less the head row.</summary>
    public const int RowsOfASheet = 1_048_575;

    /// <summary>A cell of Excel holds 32,767 characters.</summary>
    private const int LongestText = 32_767;

    private readonly StyledCell[] _cells = new StyledCell[columns.Count];
    private readonly StyleId[] _decimals = new StyleId[5];
    private Spreadsheet _book = null!;
    private StyleId _bold = null!;
    private StyleId _instant = null!;
    private int _rows;
    private int _sheets;

    public long Written => stream.Written;

    public async ValueTask BeginAsync(CancellationToken ct)
    {
        _book = await Spreadsheet.CreateNewAsync(stream, new SpreadCheetahOptions { CompressionLevel = SpreadCheetahCompressionLevel.Fastest, BufferSize = 64 * 1024 }, ct);
        _bold = _book.AddStyle(new Style { Font = { Bold = true } });
        _instant = _book.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd hh:mm:ss") });
        for (var digits = 0; digits < _decimals.Length; digits++)
            _decimals[digits] = _book.AddStyle(new Style { Format = NumberFormat.Custom(digits == 0 ? "0" : "0." + new string('0', digits)) });
        var about = new WorksheetOptions();
        (about.Column(1).Width, about.Column(2).Width) = (18, 80);
        await _book.StartWorksheetAsync("About", about, ct);
        foreach (var (name, value) in ExportWords.About(head))
            await _book.AddRowAsync([new StyledCell(name.Length == 0 ? value : name, _bold), new StyledCell(name.Length == 0 ? null : value, null)], ct);
        await SheetAsync(ct);
    }

    public async ValueTask RowAsync(ExportCell[] cells, CancellationToken ct)
    {
        if (_rows == rowsPerSheet)
            await SheetAsync(ct);
        for (var i = 0; i < _cells.Length; i++)
            _cells[i] = Cell(in cells[i]);
        _rows++;
        await _book.AddRowAsync(_cells, ct);
    }

    public async ValueTask EndAsync(CancellationToken ct) => await _book.FinishAsync(ct);

    private StyledCell Cell(ref readonly ExportCell cell)
    {
        if (cell.At is { } at)
            // The zone's own time: a spreadsheet has no offsets, the head of the column names the zone.
            return new(TimeZoneInfo.ConvertTime(at, head.Zone).DateTime, _instant);
        if (cell.IsNumber)
            return new(cell.Number, _decimals[Math.Min(cell.Decimals, _decimals.Length - 1)]);
        var text = cell.Text;
        return new(text is { Length: > LongestText } ? text[..LongestText] : text, null);
    }

    private async Task SheetAsync(CancellationToken ct)
    {
        _sheets++;
        _rows = 0;
        var options = new WorksheetOptions { FrozenRows = 1, AutoFilter = new(string.Create(CultureInfo.InvariantCulture, $"A1:{Letters(columns.Count)}{RowsOfASheet + 1}")) };
        for (var i = 0; i < columns.Count; i++)
            options.Column(i + 1).Width = columns[i].Width;
        await _book.StartWorksheetAsync(_sheets == 1 ? "Rows" : string.Create(CultureInfo.InvariantCulture, $"Rows {_sheets}"), options, ct);
        await _book.AddHeaderRowAsync([.. columns.Select(c => c.Kind == ExportKind.Instant ? $"{c.Title} ({ExportWords.Zone(head.Zone)})" : c.Title)], _bold, ct);
    }

    /// <summary>1 = A, 27 = AA.</summary>
    private static string Letters(int column) => column <= 26 ? ((char)('A' + column - 1)).ToString() : Letters((column - 1) / 26) + (char)('A' + (column - 1) % 26);

    public async ValueTask DisposeAsync()
    {
        if (_book is not null)
            await _book.DisposeAsync();
    }
}
