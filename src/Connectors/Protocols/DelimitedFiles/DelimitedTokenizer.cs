using System.Buffers;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>
/// Cuts a delimited file by RFC 4180, with the liberties that real files take: any line end, a last line without one, a quotation mark
/// within a value that is not quoted. Linear in the length of the file.
/// </summary>
internal sealed class DelimitedTokenizer
{
    /// <summary>An unclosed quotation mark costs a look ahead of up to a record's length. So many characters are looked at in vain, then the rest of the file is refused.</summary>
    public const int MostInVain = 20_000_000;

    private readonly FileTokens _tokens;
    private readonly FileLayout _layout;
    private readonly SearchValues<char> _ends;
    private readonly SearchValues<char> _marks;
    private int _at;
    private int _line = 1;
    private long _inVain;

    private DelimitedTokenizer(FileTokens tokens)
    {
        (_tokens, _layout) = (tokens, tokens.Layout);
        _ends = SearchValues.Create([_layout.Separator, '\r', '\n']);
        _marks = _layout is { Quote: { } quote } ? SearchValues.Create([quote, _layout.Escape ?? quote]) : SearchValues.Create("");
    }

    private string Text => _tokens.Text;

    public static void Run(FileTokens tokens) => new DelimitedTokenizer(tokens).Run();

    private void Run()
    {
        var named = !_layout.HeaderLine;
        while (_at < Text.Length && !_tokens.TooMany)
        {
            if (_line <= _layout.SkipLines)
                WholeLine(TokenKind.Skipped);
            else if (Text[_at] is '\r' or '\n')
                WholeLine(TokenKind.Blank);
            else if (_layout.Comment is { } comment && Text.AsSpan(_at).StartsWith(comment, StringComparison.Ordinal))
                WholeLine(TokenKind.Comment);
            else
            {
                if (_tokens.Records.Count > _layout.MostRecords)
                    _tokens.TooMany = true;
                Record(named ? TokenKind.Record : TokenKind.Names);
                named = true;
            }
        }
    }

    private void WholeLine(TokenKind kind)
    {
        var start = _at;
        var length = ToLineEnd(_at) - _at;
        End(kind, start, _line, start + length, _tokens.FieldsSoFar, TokenProblem.None, start);
    }

    private void Record(TokenKind kind)
    {
        var (start, line, first) = (_at, _line, _tokens.FieldsSoFar);
        while (true)
        {
            if (_tokens.FieldsSoFar - first >= FileLayout.MostColumns)
            {
                End(kind, start, line, ToLineEnd(_at), first, TokenProblem.TooManyColumns, _at);
                return;
            }

            if (_layout.Quote is { } quote && _at < Text.Length && Text[_at] == quote)
            {
                if (Quoted(start, quote) is var problem and not TokenProblem.None)
                {
                    Broken(kind, start, line, first, problem);
                    return;
                }
            }
            else
            {
                var rest = Text.AsSpan(_at, Math.Min(Text.Length - _at, _layout.MostRecordLength + 1 - (_at - start)));
                var length = rest.IndexOfAny(_ends);
                if (length < 0)
                    length = rest.Length;
                _tokens.Add(new(_at, length, false, false));
                _at += length;
            }

            if (_at - start > _layout.MostRecordLength)
            {
                End(kind, start, line, ToLineEnd(_at), first, TokenProblem.TooLong, start + _layout.MostRecordLength);
                return;
            }

            if (_at < Text.Length && Text[_at] == _layout.Separator)
            {
                _at++;
                continue;
            }

            End(kind, start, line, _at, first, TokenProblem.None, start);
            return;
        }
    }

    /// <summary>Moves behind the closing quotation mark, and adds the value.</summary>
    private TokenProblem Quoted(int start, char quote)
    {
        var (from, escaped) = (_at + 1, false);
        var most = Math.Min(Text.Length, start + _layout.MostRecordLength);
        for (var at = from; at < most;)
        {
            var next = Text.AsSpan(at, most - at).IndexOfAny(_marks);
            if (next < 0)
                return Open(from, most);
            at += next;
            var following = at + 1 < Text.Length ? Text[at + 1] : '\0';
            if (_layout.Escape is { } escape && Text[at] == escape && escape != quote)
            {
                escaped |= following == quote || following == escape;
                at += following == quote || following == escape ? 2 : 1;
            }
            else if (_layout.Escape is null && following == quote)
            {
                escaped = true;
                at += 2;
            }
            else
            {
                _tokens.Add(new(from, at - from, true, escaped));
                _at = at + 1;
                if (_at == Text.Length || Text[_at] == _layout.Separator || Text[_at] is '\r' or '\n')
                    return TokenProblem.None;
                // Across lines it is more likely that the mark was never closed, and this one opens another value.
                return Text.AsSpan(from, at - from).ContainsAny('\r', '\n') ? Open(from, at) : TokenProblem.AfterQuote;
            }
        }

        return Open(from, most);
    }

    private TokenProblem Open(int from, int looked)
    {
        _at = from - 1;
        _inVain += looked - from;
        return TokenProblem.OpenQuote;
    }

    /// <summary>What follows a broken quotation mark may be anything, so that reading goes on with the next line.</summary>
    private void Broken(TokenKind kind, int start, int line, int first, TokenProblem problem)
    {
        if (_inVain > MostInVain)
            End(kind, start, line, Text.Length, first, TokenProblem.GivenUp, _at);
        else
            End(kind, start, line, ToLineEnd(_at), first, problem, _at);
    }

    private int ToLineEnd(int from) => Text.AsSpan(from).IndexOfAny('\r', '\n') is var length and >= 0 ? from + length : Text.Length;

    private void End(TokenKind kind, int start, int line, int end, int first, TokenProblem problem, int problemAt)
    {
        var inner = FileTokens.Lines(Text.AsSpan(start, end - start));
        var endLength = end >= Text.Length ? 0 : Text[end] == '\r' && end + 1 < Text.Length && Text[end + 1] == '\n' ? 2 : 1;
        _tokens.Records.Add(new(kind, line, line + inner, start, end - start, endLength, first, _tokens.FieldsSoFar - first, problem, problemAt));
        _line = line + inner + (endLength > 0 ? 1 : 0);
        _at = end + endLength;
    }
}
