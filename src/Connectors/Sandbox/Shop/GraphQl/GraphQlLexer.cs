using System.Globalization;
using System.Text;

namespace Connectors.Sandbox.Shop.GraphQl;

internal enum TokenKind
{
    Name,
    Number,
    String,
    Punctuator,
    End,
}

/// <param name="Line">Counts from 1, as error messages do.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, int Column);

/// <summary>The document cannot be read; worded as Shopify words it.</summary>
internal sealed class GraphQlSyntaxException(string message, int line, int column) : Exception(message)
{
    public int Line => line;

    public int Column => column;
}

/// <summary>Cuts a GraphQL document into tokens (specification of October 2021, section 2.1).</summary>
internal static class GraphQlLexer
{
    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var (at, line, lineStart) = (0, 1, 0);
        while (at < text.Length)
        {
            var c = text[at];
            var column = at - lineStart + 1;
            if (c == '\n')
            {
                (at, line, lineStart) = (at + 1, line + 1, at + 1);
            }
            else if (char.IsWhiteSpace(c) || c is ',' or '\uFEFF')
            {
                at++;
            }
            else if (c == '#')
            {
                while (at < text.Length && text[at] != '\n')
                    at++;
            }
            else if (c == '.' && text.AsSpan(at).StartsWith("..."))
            {
                tokens.Add(new(TokenKind.Punctuator, "...", line, column));
                at += 3;
            }
            else if ("!$()[]{}:=@|&".Contains(c))
            {
                tokens.Add(new(TokenKind.Punctuator, c.ToString(), line, column));
                at++;
            }
            else if (c == '"')
            {
                var value = ReadString(text, ref at, line, column);
                tokens.Add(new(TokenKind.String, value, line, column));
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                tokens.Add(new(TokenKind.Name, While(text, ref at, static x => char.IsAsciiLetterOrDigit(x) || x == '_'), line, column));
            }
            else if (char.IsAsciiDigit(c) || c == '-')
            {
                tokens.Add(new(TokenKind.Number, While(text, ref at, static x => char.IsAsciiDigit(x) || x is '-' or '+' or '.' or 'e' or 'E'), line, column));
            }
            else
            {
                throw new GraphQlSyntaxException($"Unexpected character \"{c}\" at [{line}, {column}]", line, column);
            }
        }

        tokens.Add(new(TokenKind.End, "end of file", line, text.Length - lineStart + 1));
        return tokens;
    }

    private static string While(string text, ref int at, Func<char, bool> fits)
    {
        var start = at;
        while (at < text.Length && fits(text[at]))
            at++;
        return text[start..at];
    }

    private static string ReadString(string text, ref int at, int line, int column)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return value.ToString();
            }

            value.Append(text[at] == '\\' ? Escaped(text, ref at) : text[at]);
        }

        throw new GraphQlSyntaxException($"Unterminated string at [{line}, {column}]", line, column);
    }

    private static char Escaped(string text, ref int at)
    {
        at++;
        if (at >= text.Length)
            return '\\';
        if (text[at] == 'u' && at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
        {
            at += 4;
            return (char)code;
        }

        return text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var c => c };
    }
}
