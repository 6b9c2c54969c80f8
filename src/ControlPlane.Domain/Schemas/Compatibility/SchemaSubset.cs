using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <param name="Name">Of a property; null for an entry of a list.</param>
/// <param name="Index">Of the entry; the first behind all that have a place of their own stands for the rest.</param>
internal readonly record struct PlaceStep(string? Name, int Index = 0)
{
    public static string Shown(IEnumerable<PlaceStep> path) => string.Concat(path.Select(s => "/" + (s.Name is null ? "*" : JsonPointers.Escape(s.Name))));
}

/// <summary>A place where the one schema may accept what the other refuses.</summary>
internal sealed record Doubt(IReadOnlyList<PlaceStep> Path, SchemaView Accepting, SchemaNode Refusing, string Keyword, string Message);

/// <summary>
/// Whether every document that one schema accepts is accepted by another. Where that is not plain from the keywords it is a doubt: the
/// search for a witness decides. So it may doubt too much, and never too little.
/// </summary>
internal sealed partial class SchemaSubset
{
    private const int MostPairs = 20_000;
    private const int MostDoubts = 200;

    private readonly HashSet<(string, string)> _assumed = [];
    private readonly List<Doubt> _doubts = [];

    public static IReadOnlyList<Doubt> Doubts(SchemaNode accepting, SchemaNode refusing)
    {
        var subset = new SchemaSubset();
        subset.Compare(SchemaView.Of(accepting), refusing, []);
        return subset._doubts;
    }

    private void Compare(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (a.Types == JsonTypes.None || b.Always == true || _doubts.Count >= MostDoubts)
            return;
        if (a.Values() is { } values)
        {
            // Few enough to ask for each.
            var refused = values.Where(v => !new SchemaRun(0).Check(b, v, "", null)).ToList();
            if (refused.Count > 0)
                Note(a, b, path, b.Enum is not null ? "enum" : b.Const is not null ? "const" : "", $"{string.Join(", ", refused.Take(5))} {(refused.Count == 1 ? "is" : "are")} refused.");
            return;
        }

        if (b.Always == false)
        {
            Note(a, b, path, "", "Nothing is allowed here.");
            return;
        }

        // A pair that is being compared further up holds if everything else does.
        if (!_assumed.Add((a.Key, SchemaView.Of(b).Key)) || a.Nodes.Contains(b))
            return;
        if (_assumed.Count > MostPairs || path.Count > JsonSchema.MostDepth)
        {
            Note(a, b, path, "", "The schemas are too large to be compared.");
            return;
        }

        var cases = a.Cases();
        foreach (var one in cases.Count > 0 ? cases : [a])
            foreach (var part in SchemaView.Of(b).Nodes)
                Part(one, part, path);
    }

    private void Part(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (b.Always is { } always)
        {
            if (!always)
                Note(a, b, path, "", "Nothing is allowed here.");
            return;
        }

        if ((a.Types & ~b.Types) is var others && others != JsonTypes.None)
            Note(a, b, path, "type", $"It may be {SchemaRun.Words(others)}, and {SchemaRun.Words(b.Types)} is expected.");
        if (b.Enum is not null || b.Const is not null)
            Note(a, b, path, b.Enum is not null ? "enum" : "const", "Other values than the listed ones are refused.");
        var types = a.Types & b.Types;
        if ((types & JsonTypes.Number) != 0 || (types & JsonTypes.Integer) != 0)
            Numbers(a, b, path);
        if (types.HasFlag(JsonTypes.String))
            Texts(a, b, path);
        if (types.HasFlag(JsonTypes.Object))
            Objects(a, b, path);
        if (types.HasFlag(JsonTypes.Array))
            Lists(a, b, path);
        Choices(a, b, path);
    }

    private void Choices(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (b.AnyOf is { } any && !a.ByType().All(t => any.Exists(s => Fits(t, s))) && !SameIn(a, b, "anyOf"))
            Note(a, b, path, "anyOf", "It may fit none of the forms that are allowed.");
        if (b.OneOf is { } one && !SameIn(a, b, "oneOf") && !a.ByType().All(t => one.Count(s => Fits(t, s)) == 1 && one.Count(s => Apart(t, s)) == one.Count - 1))
            Note(a, b, path, "oneOf", "It may fit none, or more than one, of the forms of which exactly one is allowed.");
        if (b.DynamicTarget is not null && !SameIn(a, b, "$dynamicRef"))
            Note(a, b, path, "$dynamicRef", "It depends on the schema that refers to it.");
        foreach (var keyword in (string[])["not", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas"])
            if (b.Source.TryGetProperty(keyword, out _) && !SameIn(a, b, keyword))
                Note(a, b, path, keyword, $"What {keyword} refuses differs.");
        if (b.If is not null && (b.Then is not null || b.Else is not null) && !(SameIn(a, b, "if") && SameIn(a, b, "then") && SameIn(a, b, "else")))
            Note(a, b, path, "if", "What holds under the condition differs.");
    }

    /// <summary>Without a doubt of any kind; asked apart, so that an attempt leaves no traces.</summary>
    private bool Fits(SchemaView a, SchemaNode b)
    {
        var apart = new SchemaSubset();
        foreach (var pair in _assumed)
            apart._assumed.Add(pair);
        apart.Compare(a, b, []);
        return apart._doubts.Count == 0;
    }

    private static bool Apart(SchemaView a, SchemaNode b)
    {
        var both = a.With(b);
        if (both.Types == JsonTypes.None || both.Values() is { Count: 0 })
            return true;
        // A property that each needs, with values that have nothing in common: the usual way to tell forms apart.
        return both.Types == JsonTypes.Object && both.Required.Any(r => both.Property(r) is not { } property || property.Values() is { Count: 0 });
    }

    /// <summary>One of the accepting schemas says the very same, and refers to nothing that could differ.</summary>
    private static bool SameIn(SchemaView a, SchemaNode b, string keyword)
    {
        var has = b.Source.TryGetProperty(keyword, out var wanted);
        return a.Nodes.Any(n => n.Source.ValueKind == JsonValueKind.Object
            && n.Source.TryGetProperty(keyword, out var found) == has && (!has || JsonValues.Same(found, wanted) && (n.Resource == b.Resource || !wanted.GetRawText().Contains("ef\"", StringComparison.Ordinal))));
    }

    private void Note(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path, string keyword, string message)
    {
        if (_doubts.Count < MostDoubts)
            _doubts.Add(new(path, a, b, keyword, message));
    }
}
