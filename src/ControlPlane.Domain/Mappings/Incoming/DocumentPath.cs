using System.Text.Json;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>
/// A place, or several, in a received JSON document. A part of JSONPath (RFC 9535): <c>$</c> is the document and <c>@</c> the line at
/// hand; then <c>.name</c>, <c>['name']</c>, <c>[0]</c>, <c>[-1]</c> from the end, <c>[1:3]</c> and <c>[*]</c>. Two forms are ours: <c>[]</c> for
/// all entries of a list, and <c>[?name=value]</c> for those entries whose member has this text; for these two an object where a list is
/// expected is a list of one. docs/conformance.md says what of the standard is answered.
/// </summary>
public sealed class DocumentPath
{
    public const string Allowed = "$ for the document or @ for the line, followed by .name, ['name'], [0], [-1], [1:3], [*], [] for all entries, or [?name=value] for some";

    private const string OwnText = "#text";

    private readonly PathStep[] _steps;

    private DocumentPath(string text, PathStep[] steps) => (Text, _steps) = (text, steps);

    public string Text { get; }

    /// <summary>True when it starts at the line at hand.</summary>
    public bool OfLine => Text[0] == '@';

    /// <summary>True when it may lead to several places.</summary>
    public bool Many => _steps.Any(s => s.Kind is StepKind.All or StepKind.Wild or StepKind.Slice);

    public static DocumentPath? TryParse(string? text)
    {
        if (text is not { Length: > 0 and <= 500 } || text[0] is not ('$' or '@'))
            return null;
        return PathReader.Read(text.AsSpan(1)) is { Count: <= 32 } steps ? new(text, [.. steps]) : null;
    }

    /// <summary>Every place that it leads to, in the document's order.</summary>
    public void Select(JsonElement from, List<JsonElement> into) => Select(from, 0, into);

    /// <summary>The first place; null when there is none.</summary>
    public JsonElement? First(JsonElement from) => First(from, 0);

    /// <summary>The first place that has a text, a number or a truth value; null when there is none, or it is empty.</summary>
    public string? Read(JsonElement from) => First(from) is { } found ? TextOf(found) : null;

    /// <summary>
    /// A single value as text; null for nothing, for an empty text, for half a character, for objects and lists. An object with a member
    /// <c>#text</c> is an XML element with attributes, and its value is that text.
    /// </summary>
    public static string? TextOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return element.GetRawText();
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.String:
                try
                {
                    return element.GetString() is { Length: > 0 } text ? text : null;
                }
                catch (InvalidOperationException)
                {
                    // An escaped lone surrogate passes the parser and is no text.
                    return null;
                }

            case JsonValueKind.Object when element.TryGetProperty(OwnText, out var own) && own.ValueKind == JsonValueKind.String:
                return TextOf(own);
            default:
                return null;
        }
    }

    public override string ToString() => Text;

    private void Select(JsonElement at, int step, List<JsonElement> into)
    {
        for (; step < _steps.Length; step++)
        {
            ref readonly var next = ref _steps[step];
            if (next.Kind is StepKind.Name or StepKind.Place)
            {
                if (Single(in next, at) is not { } found)
                    return;
                at = found;
                continue;
            }

            if (next.Kind is StepKind.Wild or StepKind.Slice)
            {
                foreach (var entry in Entries(next, at))
                    Select(entry, step + 1, into);
                return;
            }

            if (at.ValueKind != JsonValueKind.Array)
            {
                if (IsOne(at) && (next.Kind == StepKind.All || Fits(in next, at)))
                    Select(at, step + 1, into);
                return;
            }

            foreach (var entry in at.EnumerateArray())
                if (next.Kind == StepKind.All || Fits(in next, entry))
                    Select(entry, step + 1, into);
            return;
        }

        into.Add(at);
    }

    private JsonElement? First(JsonElement at, int step)
    {
        for (; step < _steps.Length; step++)
        {
            ref readonly var next = ref _steps[step];
            if (next.Kind is StepKind.Name or StepKind.Place)
            {
                if (Single(in next, at) is not { } found)
                    return null;
                at = found;
                continue;
            }

            if (next.Kind is StepKind.Wild or StepKind.Slice)
            {
                foreach (var entry in Entries(next, at))
                    if (First(entry, step + 1) is { } there)
                        return there;
                return null;
            }

            if (at.ValueKind != JsonValueKind.Array)
                return IsOne(at) && (next.Kind == StepKind.All || Fits(in next, at)) ? First(at, step + 1) : null;
            foreach (var entry in at.EnumerateArray())
                if ((next.Kind == StepKind.All || Fits(in next, entry)) && First(entry, step + 1) is { } there)
                    return there;
            return null;
        }

        return at;
    }

    /// <summary>Where one entry stands for a list of one: XML tells them apart as little as many an API does.</summary>
    private static bool IsOne(JsonElement at) => at.ValueKind == JsonValueKind.Object;

    private static JsonElement? Single(in PathStep step, JsonElement at)
    {
        if (step.Kind == StepKind.Name)
            return at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step.Name!, out var member) ? member : null;
        if (at.ValueKind != JsonValueKind.Array)
            return null;
        var length = at.GetArrayLength();
        var index = step.Index < 0 ? length + step.Index : step.Index;
        return index >= 0 && index < length ? at[(int)index] : null;
    }

    private static IEnumerable<JsonElement> Entries(PathStep step, JsonElement at) => (at.ValueKind, step.Kind) switch
    {
        (JsonValueKind.Array, StepKind.Wild) => at.EnumerateArray(),
        (JsonValueKind.Object, StepKind.Wild) => at.EnumerateObject().Select(m => m.Value),
        (JsonValueKind.Array, _) => step.Slice!.Of(at.GetArrayLength()).Select(i => at[i]),
        _ => [],
    };

    private static bool Fits(in PathStep step, JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(step.Name!, out var member) && TextOf(member) == step.Value;
}
