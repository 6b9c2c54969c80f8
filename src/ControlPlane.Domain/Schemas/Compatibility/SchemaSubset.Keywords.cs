using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>The keywords one by one.</summary>
internal sealed partial class SchemaSubset
{
    private void Numbers(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (b.Minimum is { } least && !a.Nodes.Any(n => AtLeast(n.Minimum, least) || AtLeast(n.ExclusiveMinimum, least)))
            Note(a, b, path, "minimum", $"Less than {least} is refused.");
        if (b.ExclusiveMinimum is { } above && !a.Nodes.Any(n => AtLeast(n.ExclusiveMinimum, above) || More(n.Minimum, above)))
            Note(a, b, path, "exclusiveMinimum", $"{above} and less are refused.");
        if (b.Maximum is { } most && !a.Nodes.Any(n => AtMost(n.Maximum, most) || AtMost(n.ExclusiveMaximum, most)))
            Note(a, b, path, "maximum", $"More than {most} is refused.");
        if (b.ExclusiveMaximum is { } below && !a.Nodes.Any(n => AtMost(n.ExclusiveMaximum, below) || Less(n.Maximum, below)))
            Note(a, b, path, "exclusiveMaximum", $"{below} and more are refused.");
        if (b.MultipleOf is { } step && !a.Nodes.Any(n => n.MultipleOf is { } by && JsonValues.IsMultiple(by, step)) && !(!a.Types.HasFlag(JsonTypes.Number) && step.TryGetDecimal(out var whole) && whole == 1))
            Note(a, b, path, "multipleOf", $"What is no multiple of {step} is refused.");
    }

    private void Texts(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (b.MinLength is > 0 and var least && !a.Nodes.Any(n => n.MinLength >= least))
            Note(a, b, path, "minLength", $"Texts of fewer than {least} characters are refused.");
        if (b.MaxLength is { } most && !a.Nodes.Any(n => n.MaxLength <= most))
            Note(a, b, path, "maxLength", $"Texts of more than {most} characters are refused.");
        if (b.Pattern is not null && !SameIn(a, b, "pattern"))
            Note(a, b, path, "pattern", $"Texts of another form than {b.Source.GetProperty("pattern")} are refused.");
    }

    private void Objects(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        var required = a.Required.ToHashSet(StringComparer.Ordinal);
        foreach (var needed in b.Required ?? [])
            if (!required.Contains(needed))
                Note(a, b, path, "required", $"'{needed}' must be there.");
        foreach (var (name, property) in b.Properties ?? [])
            if (a.Property(name) is { } there)
                Compare(there, property, [.. path, new(name)]);
        Others(a, b, path);
        if (b.MinProperties is > 0 and var least && required.Count < least && !a.Nodes.Any(n => n.MinProperties >= least))
            Note(a, b, path, "minProperties", $"Fewer than {least} properties are refused.");
        if (b.MaxProperties is { } most && !a.Nodes.Any(n => n.MaxProperties <= most) && !(a.Others() is null && a.Nodes.All(n => n.PatternProperties is null) && a.Named.Count() <= most))
            Note(a, b, path, "maxProperties", $"More than {most} properties are refused.");
        if (b.PropertyNames is not null && !SameIn(a, b, "propertyNames"))
            Note(a, b, path, "propertyNames", "Some names are refused.");
        foreach (var (name, needs) in b.DependentRequired ?? [])
            if (a.Property(name) is not null && !needs.TrueForAll(n => required.Contains(n) || a.Nodes.Any(x => x.DependentRequired?.GetValueOrDefault(name)?.Contains(n) == true)))
                Note(a, b, path, "dependentRequired", $"With '{name}', {string.Join(" and ", needs.Select(n => $"'{n}'"))} must be there.");
    }

    /// <summary>Properties that the refusing schema does not name.</summary>
    private void Others(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        if (b.PatternProperties is not null && !SameIn(a, b, "patternProperties"))
            Note(a, b, path, "patternProperties", "What is expected of properties whose names fit a pattern differs.");
        if (b.AdditionalProperties is not { } additional || additional.Always == true)
            return;
        bool Speaks(string name) => b.Properties?.ContainsKey(name) == true || b.PatternProperties?.Exists(p => p.Pattern.IsMatch(name)) == true;
        foreach (var name in a.Named.Where(n => !Speaks(n)))
            if (a.Property(name) is { } there)
                Compare(there, additional, [.. path, new(name)]);
        if (a.Nodes.Any(n => n.PatternProperties is not null) && !SameIn(a, b, "patternProperties"))
            Note(a, b, path, "additionalProperties", "Properties whose names fit a pattern are not all named.");
        if (a.Others() is { } others)
            Compare(others, additional, [.. path, new(Unnamed)]);
    }

    private void Lists(SchemaView a, SchemaNode b, IReadOnlyList<PlaceStep> path)
    {
        var prefix = Math.Max(b.PrefixItems?.Count ?? 0, a.Nodes.Max(n => n.PrefixItems?.Count) ?? 0);
        for (var i = 0; i <= prefix; i++)
            if ((b.PrefixItems is { } expected && i < expected.Count ? expected[i] : b.Items) is { } item && a.Item(i) is { } there)
                Compare(there, item, [.. path, new(null, i)]);
        if (b.MinItems is > 0 and var least && !a.Nodes.Any(n => n.MinItems >= least))
            Note(a, b, path, "minItems", $"Fewer than {least} entries are refused.");
        if (b.MaxItems is { } most && !a.Nodes.Any(n => n.MaxItems <= most))
            Note(a, b, path, "maxItems", $"More than {most} entries are refused.");
        if (b.UniqueItems && !a.Nodes.Any(n => n.UniqueItems || n.MaxItems <= 1))
            Note(a, b, path, "uniqueItems", "The same entry twice is refused.");
        if (b.Contains is not null && !(SameIn(a, b, "contains") && SameIn(a, b, "minContains") && SameIn(a, b, "maxContains")))
            Note(a, b, path, "contains", "What a list must contain differs.");
    }

    /// <summary>Stands for a name that neither schema knows.</summary>
    public const string Unnamed = "anythingElse";

    private static bool AtLeast(JsonElement? bound, JsonElement than) => bound is { } b && JsonValues.Compare(b, than) >= 0;

    private static bool More(JsonElement? bound, JsonElement than) => bound is { } b && JsonValues.Compare(b, than) > 0;

    private static bool AtMost(JsonElement? bound, JsonElement than) => bound is { } b && JsonValues.Compare(b, than) <= 0;

    private static bool Less(JsonElement? bound, JsonElement than) => bound is { } b && JsonValues.Compare(b, than) < 0;
}
