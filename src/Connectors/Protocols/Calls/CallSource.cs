using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Calls;

/// <summary>Which names can be read at a place.</summary>
/// <param name="Line">The lines that are gone through: <c>order.lines</c>, <c>order.shippableLines</c>, <c>shipment.lines</c>; empty outside.</param>
/// <param name="Item">Whether an entry of an answer is at hand.</param>
/// <param name="Calls">Calls that may have answered before.</param>
/// <param name="Named">Names beside those of a mapping.</param>
internal sealed record CallNames(IReadOnlyCollection<string> Calls, IReadOnlyCollection<string> Named, string Line = "", bool Item = false, bool Mapping = true, bool Secrets = false)
{
    public string Allowed => string.Join(", ", new[]
    {
        Mapping ? "what a mapping reads outside of lines, now" : "settings.<name>",
        Line.Length > 0 ? "line.<field>" : null, Item ? "item" : null, Secrets ? "secrets.<name>" : null,
        Calls.Count > 0 ? $"calls.<{string.Join("|", Calls)}> with a path behind" : null, Mapping ? "computed.<name>" : null, Named.Count > 0 ? string.Join(", ", Named) : null,
    }.OfType<string>());
}

/// <summary>
/// One readable place of a call's document. Beside what mappings read there are <c>line.sku</c> within lines, <c>item.id</c> within an
/// answer's list, <c>calls.sale[0].state</c> for an earlier answer, and <c>computed.net</c>. A path may pick an entry by another value:
/// <c>calls.products[?code=line.sku].id</c> (a slash goes one member deeper); in quotation marks the value is meant as it stands.
/// </summary>
internal sealed partial class CallSource
{
    private readonly Func<CallPlace, CallValue> _read;

    private CallSource(string text, bool answered, Func<CallPlace, CallValue> read) => (Text, Answered, _read) = (text, answered, read);

    public string Text { get; }

    /// <summary>True when only an answer can say it.</summary>
    public bool Answered { get; }

    /// <summary>Every entry that the path leads to; for repeating.</summary>
    public Func<CallPlace, List<JsonElement>>? Entries { get; private init; }

    public CallValue Read(in CallPlace at) => Answered && at.Scope.Preview ? CallValue.Of($"{{{Text}}}") : _read(at);

    public static CallSource? TryParse(string text, CallNames names, out string problem)
    {
        problem = "";
        if (text == "now" && names.Mapping)
            return new(text, false, at => new(SourceValue.Of(at.Scope.Now)));
        if (names.Named.Contains(text))
            return new(text, false, at => new(at.Scope.Named.GetValueOrDefault(text)));
        if (text.StartsWith("settings.", StringComparison.Ordinal) && text.Length > 9)
            return new(text, false, at => CallValue.Of(at.Scope.Setting(text[9..])));
        if (names.Secrets && text.StartsWith("secrets.", StringComparison.Ordinal) && text.Length > 8)
            return new(text, false, at => CallValue.Of(at.Scope.Secret?.Invoke(text[8..])));
        if (names.Mapping && text.StartsWith("computed.", StringComparison.Ordinal) && text.Length > 9)
            return new(text, true, at => CallValue.Of(at.Scope.Computed.GetValueOrDefault(text[9..])));
        if (names.Item && (text == "item" || text.StartsWith("item.", StringComparison.Ordinal) || text.StartsWith("item[", StringComparison.Ordinal)))
            return Answer(text, text[4..], at => at.Item, names, out problem);
        if (CallForm().Match(text) is { Success: true } call && names.Calls.Contains(call.Groups[1].Value))
            return Answer(text, call.Groups[2].Value, at => at.Scope.Answers.TryGetValue(call.Groups[1].Value, out var answer) ? answer : null, names, out problem);
        if (names.Line.Length > 0 && text.StartsWith("line.", StringComparison.Ordinal) && SourcePaths.Find($"{names.Line}[].{text[5..]}") is { } ofLine)
            return new(text, false, at => new(ofLine.Read(new MappingScope(at.Scope.Input!, at.Line, at.Shipped, at.Index))));
        if (names.Mapping && SourcePaths.Find(text) is { Lines: LineScope.None } source)
            return new(text, false, at => new(source.Read(new MappingScope(at.Scope.Input!))));
        problem = $"'{text}' cannot be read here. Allowed: {names.Allowed}.";
        return null;
    }

    /// <summary>A path into an answer; cut into pieces where an entry is picked by another value.</summary>
    private static CallSource? Answer(string text, string path, Func<CallPlace, JsonElement?> root, CallNames names, out string problem)
    {
        var pieces = new List<(DocumentPath Path, string Name, CallSource? By)>();
        var from = 0;
        while (Pick(path, from) is var (start, end) && start >= 0)
        {
            var equals = path.IndexOf('=', start);
            if (TryParse(path[(equals + 1)..end].Trim(), names, out problem) is not { } by)
                return null;
            if (Piece(path[from..start]) is not { } piece)
                return Unreadable(text, out problem);
            pieces.Add((piece, path[(start + 2)..equals].Trim(), by));
            from = end + 1;
        }

        if (Piece(path[from..]) is not { } last)
            return Unreadable(text, out problem);
        pieces.Add((last, "", null));
        problem = "";
        List<JsonElement> Select(CallPlace at)
        {
            var found = new List<JsonElement>();
            if (root(at) is { } start)
                found.Add(start);
            foreach (var (piece, name, by) in pieces)
            {
                var next = new List<JsonElement>();
                foreach (var element in found)
                    piece.Select(element, next);
                if (by is not null)
                {
                    var wanted = by.Read(in at).Text;
                    next = [.. next.SelectMany(Listed).Where(e => wanted is not null && Member(e, name) == wanted)];
                }

                found = next;
            }

            return found;
        }

        return new(text, true, at => CallValue.Of(Select(at).Select(e => (JsonElement?)e).FirstOrDefault(e => e!.Value.ValueKind != JsonValueKind.Null))) { Entries = Select };
    }

    /// <summary>The next <c>[?name=source]</c>, of which the source may hold brackets of its own; (-1, -1) when there is none.</summary>
    private static (int Start, int End) Pick(string path, int from)
    {
        for (var start = path.IndexOf("[?", from, StringComparison.Ordinal); start >= 0; start = path.IndexOf("[?", start + 2, StringComparison.Ordinal))
        {
            var (depth, end) = (0, start);
            for (; end < path.Length; end++)
                if ((depth += path[end] == '[' ? 1 : path[end] == ']' ? -1 : 0) == 0)
                    break;
            var equals = path.IndexOf('=', start);
            if (end < path.Length && equals > start + 2 && equals < end && path[equals + 1] != '\'')
                return (start, end);
        }

        return (-1, -1);
    }

    /// <summary>A member, or one within it behind a slash.</summary>
    private static string? Member(JsonElement entry, string name)
    {
        foreach (var step in name.Split('/'))
            if (entry.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < entry.GetArrayLength())
                entry = entry[place];
            else if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(step, out entry))
                return null;
        return DocumentPath.TextOf(entry);
    }

    private static IEnumerable<JsonElement> Listed(JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [element];

    private static DocumentPath? Piece(string text) => DocumentPath.TryParse("$" + text);

    private static CallSource? Unreadable(string text, out string problem)
    {
        problem = $"'{text}' is no path into an answer. Allowed behind the name: {DocumentPath.Allowed}; [?name=line.sku] picks by another value, [?a/b=line.sku] by a member of a member.";
        return null;
    }

    [GeneratedRegex(@"^calls\.([A-Za-z][A-Za-z0-9]*)(|[.\[].*)$")]
    private static partial Regex CallForm();
}
