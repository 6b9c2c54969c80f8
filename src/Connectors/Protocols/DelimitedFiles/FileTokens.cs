using System.Runtime.InteropServices;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

internal enum TokenKind : byte
{
    Record,

    /// <summary>The record that names the columns.</summary>
    Names,
    Blank,
    Comment,
    Skipped,
}

internal enum TokenProblem : byte
{
    None,

    /// <summary>A quotation mark is opened and never closed.</summary>
    OpenQuote,

    /// <summary>Something stands between the closing quotation mark and the separator.</summary>
    AfterQuote,
    TooLong,
    TooManyColumns,

    /// <summary>So many quotation marks do not match that the rest was not looked at.</summary>
    GivenUp,
}

/// <summary>A value where it stands, with blanks and fill. <see cref="Quoted"/>: between quotation marks, which are no part of it.</summary>
internal readonly record struct FieldToken(int Start, int Length, bool Quoted, bool Escaped);

/// <param name="Line">Counted from 1; a quoted value may hold line breaks, so that a record has several.</param>
/// <param name="Length">Characters without the line end.</param>
/// <param name="EndLength">Of the line end: 0 to 2.</param>
/// <param name="ProblemAt">Index of a character.</param>
internal readonly record struct RecordToken(TokenKind Kind, int Line, int LastLine, int Start, int Length, int EndLength, int FirstField, int FieldCount, TokenProblem Problem, int ProblemAt);

/// <summary>
/// A file cut into records and values, with every character accounted for. Our own and not a library's, because refusals need line and
/// column, a bad record must not take its neighbours with it, and what was read must be written back byte for byte.
/// </summary>
internal sealed class FileTokens(string text, FileLayout layout)
{
    private readonly List<FieldToken> _fields = [];

    public string Text { get; } = text;

    public FileLayout Layout { get; } = layout;

    public List<RecordToken> Records { get; } = [];

    /// <summary>The file has more records than allowed; those that were read stand in <see cref="Records"/>.</summary>
    public bool TooMany { get; set; }

    public int FieldsSoFar => _fields.Count;

    public void Add(FieldToken field) => _fields.Add(field);

    public void ForgetFieldsFrom(int count) => _fields.RemoveRange(count, _fields.Count - count);

    public ReadOnlySpan<FieldToken> Fields(RecordToken record) => CollectionsMarshal.AsSpan(_fields).Slice(record.FirstField, record.FieldCount);

    public ReadOnlySpan<char> Raw(RecordToken record) => Text.AsSpan(record.Start, record.Length);

    /// <summary>The value as the document means it: without the marks that protect it.</summary>
    public ReadOnlySpan<char> Value(FieldToken field)
    {
        var raw = Text.AsSpan(field.Start, field.Length);
        return field.Escaped ? Unescaped(raw) : raw;
    }

    private string Unescaped(ReadOnlySpan<char> raw)
    {
        var quote = Layout.Quote!.Value;
        var escape = Layout.Escape ?? quote;
        var value = new char[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == escape && i + 1 < raw.Length && (raw[i + 1] == quote || raw[i + 1] == escape))
                i++;
            value[length++] = raw[i];
        }

        return new(value, 0, length);
    }

    /// <summary>Column of a character in its line, from 1.</summary>
    public int ColumnOf(int index)
    {
        var before = Text.AsSpan(0, index);
        return index - (before.LastIndexOfAny('\n', '\r') + 1) + 1;
    }

    /// <summary>Line of a character within a record.</summary>
    public int LineOf(RecordToken record, int index) => record.Line + Lines(Text.AsSpan(record.Start, Math.Max(0, index - record.Start)));

    /// <summary>Line ends: LF, CR LF and CR each count once.</summary>
    public static int Lines(ReadOnlySpan<char> text)
    {
        var lines = 0;
        for (int at; (at = text.IndexOfAny('\r', '\n')) >= 0; lines++)
            text = text[(at + (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1))..];
        return lines;
    }

    public Refusal? Refusal(RecordToken record)
    {
        if (record.Problem == TokenProblem.None)
            return null;
        var (line, column) = (LineOf(record, record.ProblemAt), ColumnOf(record.ProblemAt));
        return record.Problem switch
        {
            TokenProblem.OpenQuote => FileRefusals.At("file.quote_open", line, column, "A quotation mark is opened and not closed. Close it, or double it where it is a part of the value."),
            TokenProblem.AfterQuote => FileRefusals.At("file.after_quote", line, column, "Something stands between the closing quotation mark and the separator. Double quotation marks that are a part of the value."),
            TokenProblem.TooLong => FileRefusals.At("file.record_too_long", line, column, $"The record is longer than {Layout.MostRecordLength} characters. Raise recordLimit of the format if that is right."),
            TokenProblem.TooManyColumns => FileRefusals.At("file.too_many_columns", line, column, $"The record has more than {FileLayout.MostColumns} columns."),
            _ => FileRefusals.At("file.given_up", line, column, "So many quotation marks are not closed that the rest of the file was not read. Is the right quotation mark set?"),
        };
    }
}
