using System.Text;

namespace ControlPlane.Runtime.Crosswalks.Csv;

/// <summary>A record of a file: its cells, and the line on which it begins, counted from 1.</summary>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>What makes a file unreadable from some line on.</summary>
public sealed record CsvDefect(int Line, string Message);

/// <summary>
/// Comma-separated values as RFC 4180 has them, with comma, semicolon or tab between the cells, and quotes around those that need them. Bounded:
/// a file of one endless cell, or of endless columns, ends with a message.
/// </summary>
public static class CsvText
{
    public const int LongestCell = 4_096;
    public const int MostCells = 64;
    public const int MostRecords = 1_000_000;

    /// <summary>The separator that stands most often in the first line, outside of quotes; a comma when none does.</summary>
    public static char SeparatorOf(string text)
    {
        var counts = new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 };
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is '\n' or '\r')
                break;
            else if (!quoted && counts.ContainsKey(c))
                counts[c]++;
        }

        return counts.MaxBy(p => p.Value).Key;
    }

    /// <param name="defect">Null when the whole text could be read.</param>
    public static List<CsvRecord> Read(string text, char separator, out CsvDefect? defect)
    {
        var records = new List<CsvRecord>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, begins, quoted, wasQuoted) = (1, 1, false, false);
        defect = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                line++;
            if (quoted)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted)
            {
                quoted = wasQuoted = true;
            }
            else if (c == separator)
            {
                Cell();
            }
            else if (c is '\n' || (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
            {
                if (c == '\n')
                    Record();
            }
            else if (wasQuoted)
            {
                defect = new(begins, "Something stands behind the closing quotation mark of a cell. A quotation mark within a cell is written twice.");
                return records;
            }
            else
            {
                cell.Append(c);
            }

            if (cell.Length > LongestCell || cells.Count > MostCells || records.Count > MostRecords)
            {
                defect = new(begins, cell.Length > LongestCell ? $"A cell is longer than {LongestCell} characters; a quotation mark may not be closed." : cells.Count > MostCells ? $"A line has more than {MostCells} cells." : $"The file has more than {MostRecords} lines.");
                return records;
            }
        }

        if (quoted)
        {
            defect = new(begins, "A quotation mark is opened and never closed.");
            return records;
        }

        if (cell.Length > 0 || cells.Count > 0 || wasQuoted)
            Record();
        return records;

        void Cell()
        {
            cells.Add(CsvCell.Read(cell.ToString()));
            cell.Clear();
            wasQuoted = false;
        }

        void Record()
        {
            Cell();
            // A line without anything says nothing.
            if (cells.Count > 1 || cells[0].Length > 0)
                records.Add(new(begins, [.. cells]));
            cells.Clear();
            begins = line;
        }
    }

    public static void Write(StringBuilder into, char separator, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                into.Append(separator);
            CsvCell.Write(into, cells[i], separator);
        }

        into.Append("\r\n");
    }
}

/// <summary>
/// Text that a spreadsheet would take for a formula gets an apostrophe before it (CWE-1236), which is taken away again when the file comes
/// back: what goes round is the same.
/// </summary>
public static class CsvCell
{
    public static void Write(StringBuilder into, string text, char separator)
    {
        var written = IsFormula(text) ? "'" + text : text;
        if (written.AsSpan().IndexOfAny("\"\r\n\0") < 0 && !written.Contains(separator, StringComparison.Ordinal) && written == text)
        {
            into.Append(written);
            return;
        }

        into.Append('"').Append(written).Replace("\"", "\"\"", into.Length - written.Length, written.Length).Append('"');
    }

    public static string Read(string cell) => cell.Length > 1 && cell[0] == '\'' && IsFormula(cell[1..]) ? cell[1..] : cell;

    /// <summary>Also behind apostrophes, so that a text which begins with one comes back as it was. The wide forms count in some languages.</summary>
    public static bool IsFormula(string text)
    {
        var first = text.AsSpan().TrimStart('\'');
        return first.Length > 0 && first[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\0' or '＝' or '＋' or '－' or '＠';
    }
}
