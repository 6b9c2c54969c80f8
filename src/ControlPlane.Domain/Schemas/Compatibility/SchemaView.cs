using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>Several schemas that hold at the same time: a node with what it refers to and with its <c>allOf</c>. Asked as if it were one.</summary>
internal sealed class SchemaView
{
    private const int MostNodes = 60;

    private readonly JsonTypes _only;

    private SchemaView(IReadOnlyList<SchemaNode> nodes, JsonTypes only = JsonTypes.All) => (Nodes, _only) = (nodes, only);

    public static SchemaView Open { get; } = new([]);

    public IReadOnlyList<SchemaNode> Nodes { get; }

    public string Key => string.Join('|', Nodes.Select(n => n.Resource.Address + "#" + n.Pointer).Order(StringComparer.Ordinal)) + "/" + _only;

    public JsonTypes Types
    {
        get
        {
            var types = Nodes.Aggregate(_only, (t, n) => n.Always == false ? JsonTypes.None : t & n.Types);
            // Multiples of a whole number are whole numbers.
            return types.HasFlag(JsonTypes.Number) && Nodes.Any(n => n.MultipleOf is { } step && JsonValues.IsInteger(step)) ? types & ~JsonTypes.Number : types;
        }
    }

    public IEnumerable<string> Required => Nodes.SelectMany(n => n.Required ?? []).Distinct(StringComparer.Ordinal);

    public IEnumerable<string> Named => Nodes.SelectMany(n => n.Properties?.Keys ?? Enumerable.Empty<string>()).Distinct(StringComparer.Ordinal);

    public bool IsOpen => Nodes.All(n => n.Always == true);

    public static SchemaView Of(params IEnumerable<SchemaNode> nodes)
    {
        var flat = new List<SchemaNode>();
        foreach (var node in nodes)
            Add(node, flat);
        return new(flat);
    }

    public SchemaView With(SchemaNode more) => new(Of([.. Nodes, more]).Nodes, _only);

    /// <summary>One view for each type that it allows.</summary>
    public IEnumerable<SchemaView> ByType() => new[] { JsonTypes.Null, JsonTypes.Boolean, JsonTypes.Number | JsonTypes.Integer, JsonTypes.String, JsonTypes.Array, JsonTypes.Object }
        .Where(t => (t & Types) != 0).Select(t => new SchemaView(Nodes, t & _only));

    /// <summary>The finite list of values that it allows; null when it names none.</summary>
    public IReadOnlyList<JsonElement>? Values() =>
        (Nodes.Select(n => n.Const is { } only ? [only] : n.Enum).FirstOrDefault(v => v is not null) ?? Few())?.Where(Accepts).ToList();

    public bool Accepts(JsonElement value) => (_only & SchemaRun.TypesOf(value)) != 0 && Nodes.All(n => new SchemaRun(0).Check(n, value, "", null));

    /// <summary>What holds for a property of this name; null when there can be none.</summary>
    public SchemaView? Property(string name)
    {
        var found = new List<SchemaNode>();
        foreach (var node in Nodes)
        {
            var named = false;
            if (node.Properties?.TryGetValue(name, out var property) == true)
            {
                found.Add(property);
                named = true;
            }

            foreach (var (pattern, schema) in node.PatternProperties ?? [])
                if (pattern.IsMatch(name))
                {
                    found.Add(schema);
                    named = true;
                }

            if (!named && node.AdditionalProperties is { } additional)
                found.Add(additional);
        }

        var view = Of(found);
        return view.Types == JsonTypes.None ? null : view;
    }

    /// <summary>What holds for properties that nobody names; null when there can be none.</summary>
    public SchemaView? Others()
    {
        var view = Of(Nodes.Select(n => n.AdditionalProperties).OfType<SchemaNode>());
        return view.Types == JsonTypes.None ? null : view;
    }

    /// <summary>What holds for the entry of a list; beyond every prefix for an index that is large enough. Null when there can be none.</summary>
    public SchemaView? Item(int index)
    {
        if (Nodes.Any(n => n.MaxItems <= index))
            return null;
        var view = Of(Nodes.Select(n => n.PrefixItems is { } prefix && index < prefix.Count ? prefix[index] : n.Items).OfType<SchemaNode>());
        return view.Types == JsonTypes.None ? null : view;
    }

    /// <summary>The cases that <c>anyOf</c> and <c>oneOf</c> part it into; itself when there are none, or too many to look at each.</summary>
    public IReadOnlyList<SchemaView> Cases()
    {
        IReadOnlyList<SchemaView> cases = [this];
        foreach (var choices in Nodes.SelectMany(n => new[] { n.AnyOf, n.OneOf }).OfType<List<SchemaNode>>())
            if (cases.Count * choices.Count <= 64)
                cases = [.. cases.SelectMany(c => choices.Select(c.With))];
        return [.. cases.Where(c => c.Types != JsonTypes.None)];
    }

    private List<JsonElement>? Few() => Types switch
    {
        JsonTypes.Null => [NullValue],
        JsonTypes.Boolean => [.. new[] { true, false }.Select(v => JsonSerializer.SerializeToElement(v))],
        JsonTypes.Integer when Nodes.Select(n => n.Minimum).FirstOrDefault(m => m is not null) is { } least && Nodes.Select(n => n.Maximum).FirstOrDefault(m => m is not null) is { } most
            && least.TryGetDecimal(out var from) && most.TryGetDecimal(out var to) && to - from is >= 0 and <= 100 && decimal.Ceiling(from) is var first
            => [.. Enumerable.Range(0, (int)(to - first) + 1).Select(i => JsonSerializer.SerializeToElement(first + i))],
        _ => null,
    };

    private static void Add(SchemaNode node, List<SchemaNode> into)
    {
        if (into.Contains(node) || into.Count > MostNodes)
            return;
        into.Add(node);
        if (node.RefTarget is { } target)
            Add(target, into);
        foreach (var all in node.AllOf ?? [])
            Add(all, into);
    }

    private static readonly JsonElement NullValue = JsonSerializer.SerializeToElement<object?>(null);
}
