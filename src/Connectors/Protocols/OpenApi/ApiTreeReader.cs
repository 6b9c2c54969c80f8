using System.Text;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Connectors.Protocols.OpenApi;

/// <summary>
/// Reads JSON or YAML into nodes. Bounded: <see cref="MostCharacters"/>, <see cref="MostDepth"/>, <see cref="MostNodes"/>, no aliases of YAML; so that
/// a hostile document costs no more than a large one.
/// </summary>
internal static class ApiTreeReader
{
    public const int MostCharacters = 5_000_000;
    public const int MostDepth = 100;
    public const int MostNodes = 500_000;

    /// <summary>Null when there are problems.</summary>
    public static ApiNode? Read(string text, ManifestProblems problems)
    {
        if (text.Length > MostCharacters)
        {
            problems.Add(0, $"It is longer than {MostCharacters} characters. Leave out what is not needed, such as paths of other purposes.");
            return null;
        }

        try
        {
            return text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{") ? Json(text) : Yaml(text);
        }
        catch (JsonException bad)
        {
            problems.Add((int)(bad.LineNumber ?? -1) + 1, $"This is no readable JSON: {bad.Message}");
        }
        catch (YamlException bad)
        {
            problems.Add((int)bad.Start.Line, $"This is no readable YAML: {bad.Message}");
        }
        catch (TooMuch much)
        {
            problems.Add(much.Line, much.Message);
        }
        catch (Exception bad) when (bad is ArgumentException or InvalidOperationException)
        {
            // A half of a surrogate pair, a tag that YAML does not know.
            problems.Add(0, $"This is readable neither as JSON nor as YAML: {bad.Message}");
        }

        return null;
    }

    private static ApiNode Json(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        var reader = new Utf8JsonReader(bytes, new() { MaxDepth = MostDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var (line, counted, nodes) = (1, 0, 0);
        var open = new Stack<(ApiNode Node, string? Name)>();
        ApiNode? root = null;
        string? name = null;
        while (reader.Read())
        {
            var at = (int)reader.TokenStartIndex;
            line += bytes.AsSpan(counted, at - counted).Count((byte)'\n');
            counted = at;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    continue;
            }

            if (++nodes > MostNodes)
                throw new TooMuch(line, $"It has more than {MostNodes} values.");
            var node = new ApiNode(line)
            {
                IsMap = reader.TokenType == JsonTokenType.StartObject, IsList = reader.TokenType == JsonTokenType.StartArray, Quoted = reader.TokenType == JsonTokenType.String,
                Value = reader.TokenType switch { JsonTokenType.String => reader.GetString(), JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan), JsonTokenType.True => "true", JsonTokenType.False => "false", _ => null },
            };
            if (open.Count == 0)
                root = node;
            else if (open.Peek().Node is { IsMap: true } map)
            {
                if (!map.Add(name!, node))
                    throw new TooMuch(line, $"'{Short(name!)}' stands there twice.");
            }
            else
                open.Peek().Node.Add(node);
            if (node.IsMap || node.IsList)
                open.Push((node, null));
        }

        return root!;
    }

    private static ApiNode Yaml(string text)
    {
        var parser = new Parser(new StringReader(text));
        var nodes = 0;
        try
        {
            while (parser.MoveNext())
                if (parser.Current is NodeEvent)
                    return Node(parser, 0, ref nodes);
        }
        catch (InvalidOperationException)
        {
            // The library's own way of not understanding a bracket without its end.
            throw new TooMuch((int)(parser.Current?.Start.Line ?? 0), "This is no readable YAML: something that begins here or shortly below has no end.");
        }

        throw new TooMuch(0, "It is empty.");
    }

    private static ApiNode Node(Parser parser, int depth, ref int nodes)
    {
        var at = parser.Current!;
        var line = (int)at.Start.Line;
        if (depth > MostDepth)
            throw new TooMuch(line, $"It is nested more than {MostDepth} deep.");
        if (++nodes > MostNodes)
            throw new TooMuch(line, $"It has more than {MostNodes} values.");
        switch (at)
        {
            case Scalar scalar:
                var quoted = scalar.Style != ScalarStyle.Plain;
                return new(line) { Quoted = quoted, Value = !quoted && scalar.Value is "" or "null" or "~" ? null : scalar.Value };
            case SequenceStart:
                var list = new ApiNode(line) { IsList = true };
                while (Next(parser) is not SequenceEnd)
                    list.Add(Node(parser, depth + 1, ref nodes));
                return list;
            case MappingStart:
                var map = new ApiNode(line) { IsMap = true };
                while (Next(parser) is not MappingEnd)
                {
                    if (parser.Current is not Scalar key)
                        throw new TooMuch((int)parser.Current!.Start.Line, "A name is expected here, a text alone.");
                    _ = Next(parser);
                    if (!map.Add(key.Value, Node(parser, depth + 1, ref nodes)))
                        throw new TooMuch((int)key.Start.Line, $"'{Short(key.Value)}' stands there twice.");
                }

                return map;
            case AnchorAlias:
                throw new TooMuch(line, "Aliases (*name) are not allowed. Write the value out, or use $ref.");
            default:
                throw new TooMuch(line, "A value is expected here.");
        }
    }

    private static ParsingEvent Next(Parser parser) => parser.MoveNext() ? parser.Current! : throw new TooMuch(0, "It ends too early.");

    internal static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private sealed class TooMuch(int line, string message) : Exception(message)
    {
        public int Line => line;
    }
}
