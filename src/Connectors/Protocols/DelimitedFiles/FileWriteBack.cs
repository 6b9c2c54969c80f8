using System.Globalization;
using System.Text;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>
/// A file made again from what was read of it: from its values, whether each was quoted, and its line ends. The proof that reading lost
/// nothing; where that is not the same file, it says why.
/// </summary>
internal static class FileWriteBack
{
    public static byte[] Write(ReadOnlyMemory<byte> content, FileLayout layout, out IReadOnlyList<string> differences)
    {
        var notes = new List<string>();
        var text = new StringBuilder();
        layout.Encoding.Read(content.Span, out var mark);
        var tokens = FileFormat.Tokens(content.Span, layout);
        foreach (var token in tokens.Records)
        {
            if (token.Kind is not (TokenKind.Record or TokenKind.Names) || token.Problem != TokenProblem.None)
                text.Append(tokens.Raw(token));
            else if (layout.FixedWidth)
                FixedWidth(text, tokens, token, notes);
            else
                Delimited(text, tokens, token);
            text.Append(tokens.Text, token.Start + token.Length, token.EndLength);
        }

        differences = notes;
        // A byte that is no character is refused in reading; it cannot be made again.
        return text.ToString().Contains(FileEncoding.Wrong, StringComparison.Ordinal) ? [] : layout.Encoding.Write(text.ToString(), mark);
    }

    private static void Delimited(StringBuilder text, FileTokens tokens, RecordToken token)
    {
        var (quote, first) = (tokens.Layout.Quote ?? '"', true);
        var escape = tokens.Layout.Escape ?? quote;
        foreach (var field in tokens.Fields(token))
        {
            if (!first)
                text.Append(tokens.Layout.Separator);
            first = false;
            if (!field.Quoted)
            {
                text.Append(tokens.Value(field));
                continue;
            }

            text.Append(quote);
            foreach (var c in tokens.Value(field))
                text.Append(c == quote || c == escape ? $"{escape}{c}" : c.ToString());
            text.Append(quote);
        }
    }

    private static void FixedWidth(StringBuilder text, FileTokens tokens, RecordToken token, List<string> notes)
    {
        var raw = tokens.Raw(token);
        var line = new char[raw.Length];
        line.AsSpan().Fill(' ');
        var problems = new List<ControlPlane.Domain.Shared.Refusal>();
        var reader = new RecordReader(tokens, problems);
        var layout = tokens.Layout.Discriminator is { } by ? tokens.Layout.Find(by.At > raw.Length ? default : raw.Slice(by.At - 1, Math.Min(by.Length, raw.Length - by.At + 1)).TrimEnd(' ')) : tokens.Layout.Records[0];
        if (layout is null)
        {
            text.Append(raw);
            return;
        }

        if (tokens.Layout.Discriminator is { } kind && kind.At <= raw.Length)
            raw.Slice(kind.At - 1, Math.Min(kind.Length, raw.Length - kind.At + 1)).CopyTo(line.AsSpan(kind.At - 1));
        var record = new FileRecord(token, layout);
        for (var i = 0; i < layout.Columns.Count; i++)
            Place(line, reader.Value(record, i, layout.Columns[i]), layout.Columns[i]);
        if (!raw.SequenceEqual(line))
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"line {token.Line}: {Why(raw, line, layout)}"));
        text.Append(line);
    }

    private static void Place(char[] line, ReadOnlySpan<char> value, ColumnLayout column)
    {
        if (column.At > line.Length)
            return;
        var place = line.AsSpan(column.At - 1, Math.Min(column.Length, line.Length - column.At + 1));
        place.Fill(value.IsEmpty ? ' ' : column.Fill);
        if (value.Length <= place.Length)
            value.CopyTo(column.Right ? place[(place.Length - value.Length)..] : place);
    }

    private static string Why(ReadOnlySpan<char> raw, ReadOnlySpan<char> line, RecordLayout layout)
    {
        var at = raw.CommonPrefixLength(line) + 1;
        return layout.Columns.FirstOrDefault(c => at >= c.At && at < c.At + c.Length) is { } column
            ? $"{column.Name} does not stand {(column.Right ? "at the end" : "at the beginning")} of its place, or is filled otherwise"
            : string.Create(CultureInfo.InvariantCulture, $"position {at} belongs to no column and is not blank");
    }
}
