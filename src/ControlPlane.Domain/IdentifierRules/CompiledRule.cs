using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.IdentifierRules;

/// <summary>A rule that is ready to read documents. Safe for many threads.</summary>
public sealed class CompiledRule
{
    /// <summary>Numbers that one rule takes from one document: beyond it the rule is about something else.</summary>
    public const int MostValues = 100;

    /// <summary>Characters of a document that an expression looks at.</summary>
    public const int MostText = 256 * 1024;

    private readonly DocumentPath? _path;
    private readonly Regex? _pattern;

    public CompiledRule(IdentifierRule rule)
    {
        Rule = rule;
        _path = rule.Path is null ? null : DocumentPath.TryParse(rule.Path);
        _pattern = rule.Pattern is null ? null : IdentifierRule.Compile(rule.Pattern);
    }

    public IdentifierRule Rule { get; }

    /// <summary>The numbers as they are written, each once in the form that is compared. Empty for a document that it cannot read.</summary>
    public IReadOnlyList<string> Read(RuleText document)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            if (_path is null)
                Match(document.Text, found, seen);
            else if (document.Json is { } root)
                foreach (var text in Texts(root))
                {
                    if (_pattern is null)
                        Take(text, found, seen);
                    else
                        Match(text, found, seen);
                    if (found.Count >= MostValues)
                        break;
                }
        }
        catch (RegexMatchTimeoutException)
        {
            // What was found until then counts; an order is never held up by somebody's expression.
        }

        return found;
    }

    private List<string> Texts(JsonElement root)
    {
        var places = new List<JsonElement>();
        _path!.Select(root, places);
        return [.. places.Take(MostValues * 4).Select(DocumentPath.TextOf).OfType<string>()];
    }

    private void Match(string text, List<string> found, HashSet<string> seen)
    {
        for (var match = _pattern!.Match(text); match.Success && found.Count < MostValues; match = match.NextMatch())
            Take(match.Groups.Count > 1 && match.Groups[1].Success ? match.Groups[1].Value : match.Value, found, seen);
    }

    private static void Take(string text, List<string> found, HashSet<string> seen)
    {
        var value = text.Trim();
        // A value that is cut would be found by its beginning and shown wrong: it is none.
        if (value.Length is 0 or > Identifier.LongestValue || value.Any(char.IsControl) || found.Count >= MostValues)
            return;
        if (seen.Add(Identifier.Normalize(value)))
            found.Add(value);
    }
}

/// <summary>One document, read once for all rules: as JSON where it is that, and as text.</summary>
public sealed class RuleText(ReadOnlyMemory<byte> body) : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = true };

    private JsonDocument? _document;
    private bool _parsed;
    private string? _text;

    /// <summary>Null when it is no JSON.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!_parsed)
                _document = Parse();
            _parsed = true;
            return _document?.RootElement;
        }
    }

    public string Text => _text ??= Decode();

    public void Dispose() => _document?.Dispose();

    private JsonDocument? Parse()
    {
        var json = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        var first = json.Span.TrimStart(" \t\r\n"u8);
        if (first.Length == 0 || first[0] is not ((byte)'{' or (byte)'['))
            return null;
        try
        {
            return JsonDocument.Parse(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Decode()
    {
        // Four bytes a character at most; half a character at the end becomes a sign that no number has.
        var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, CompiledRule.MostText * 4)]);
        return text.Length <= CompiledRule.MostText ? text : text[..CompiledRule.MostText];
    }
}
