namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Cuts a fixed-width file into records: lines, or pieces of one length. Which columns a record has is known when its kind is.</summary>
internal static class FixedWidthTokenizer
{
    public static void Run(FileTokens tokens)
    {
        var (text, layout) = (tokens.Text, tokens.Layout);
        for (int at = 0, line = 1; at < text.Length && !tokens.TooMany; line++)
        {
            var length = layout.RecordLength > 0 ? Math.Min(layout.RecordLength, text.Length - at)
                : text.AsSpan(at).IndexOfAny('\r', '\n') is var found and >= 0 ? found : text.Length - at;
            var end = at + length;
            var endLength = layout.RecordLength > 0 || end == text.Length ? 0 : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1;
            var kind = Kind(layout, text.AsSpan(at, length), line);
            if (kind == TokenKind.Record && tokens.Records.Count > layout.MostRecords)
                tokens.TooMany = true;
            var tooLong = kind == TokenKind.Record && length > layout.MostRecordLength;
            tokens.Records.Add(new(kind, line, line, at, length, endLength, 0, 0, tooLong ? TokenProblem.TooLong : TokenProblem.None, tooLong ? at + layout.MostRecordLength : at));
            at = end + endLength;
        }
    }

    private static TokenKind Kind(FileLayout layout, ReadOnlySpan<char> line, int number) =>
        number <= layout.SkipLines && layout.RecordLength == 0 ? TokenKind.Skipped
        : line.Trim(" \t\f\x1A").IsEmpty ? TokenKind.Blank
        : layout.Comment is { } comment && line.StartsWith(comment, StringComparison.Ordinal) ? TokenKind.Comment
        : TokenKind.Record;
}
