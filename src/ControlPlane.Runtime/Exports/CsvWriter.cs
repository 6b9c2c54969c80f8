using System.Buffers;
using System.Globalization;
using System.Text;
using ControlPlane.Runtime.Crosswalks.Csv;

namespace ControlPlane.Runtime.Exports;

/// <summary>
/// CSV as RFC 4180 has it, in UTF-8 with a mark, because spreadsheets would read it in the code page of the machine otherwise. Text that
/// they would take for a formula gets an apostrophe before it (CWE-1236). Numbers have a decimal point, instants are ISO 8601 with their offset.
/// </summary>
internal sealed class CsvWriter(Stream stream, ExportHead head, IReadOnlyList<ExportColumn> columns, bool preamble) : IExportWriter
{
    private const int FlushAt = 64 * 1024;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\";\r\n\t");

    private readonly StringBuilder _text = new(FlushAt + 4096);
    private byte[] _bytes = new byte[(FlushAt + 4096) * 3];

    public long Written { get; private set; }

    public async ValueTask BeginAsync(CancellationToken ct)
    {
        _text.Append('\uFEFF');
        if (preamble)
            foreach (var (name, value) in ExportWords.About(head))
            {
                // One field, so that it stays one line of the table in every reader.
                Field(name.Length == 0 ? $"# {value}" : $"# {name}: {value}");
                _text.Append("\r\n");
            }

        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                _text.Append(',');
            Field(columns[i].Title);
        }

        _text.Append("\r\n");
        await FlushAsync(ct);
    }

    public ValueTask RowAsync(ExportCell[] cells, CancellationToken ct)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                _text.Append(',');
            ref readonly var cell = ref cells[i];
            if (cell.At is { } at)
                _text.Append(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(at, head.Zone):yyyy-MM-ddTHH:mm:sszzz}");
            else if (cell.IsNumber)
                _text.Append(cell.Number.ToString(cell.Decimals == 0 ? "0" : "F" + cell.Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            else if (cell.Text is { } text)
                Field(text);
        }

        _text.Append("\r\n");
        return _text.Length >= FlushAt ? FlushAsync(ct) : ValueTask.CompletedTask;
    }

    public ValueTask EndAsync(CancellationToken ct) => FlushAsync(ct);

    private void Field(string text)
    {
        var safe = CsvCell.IsFormula(text);
        if (!safe && text.AsSpan().IndexOfAny(NeedQuotes) < 0)
        {
            _text.Append(text);
            return;
        }

        _text.Append('"');
        if (safe)
            _text.Append('\'');
        foreach (var c in text)
        {
            if (c == '"')
                _text.Append('"');
            _text.Append(c);
        }

        _text.Append('"');
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        var length = 0;
        foreach (var chunk in _text.GetChunks())
        {
            var needed = length + Encoding.UTF8.GetMaxByteCount(chunk.Length);
            if (_bytes.Length < needed)
                Array.Resize(ref _bytes, needed);
            length += Encoding.UTF8.GetBytes(chunk.Span, _bytes.AsSpan(length));
        }

        _text.Clear();
        Written += length;
        await stream.WriteAsync(_bytes.AsMemory(0, length), ct);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
