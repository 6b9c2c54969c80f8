using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Schemas;

[Flags]
internal enum JsonTypes : byte
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,

    /// <summary>Every number; a schema that allows <c>number</c> allows <c>integer</c>, too.</summary>
    Number = 8,
    String = 16,
    Array = 32,
    Object = 64,
    All = Null | Boolean | Integer | Number | String | Array | Object,
}

/// <summary>One schema with its keywords read. Subschemas are nodes; references are resolved when they are first followed.</summary>
internal sealed class SchemaNode(SchemaResource resource, string pointer, JsonElement source)
{
    public SchemaResource Resource => resource;

    /// <summary>In the document it stands in.</summary>
    public string Pointer => pointer;

    public JsonElement Source => source;

    /// <summary>For <c>true</c> and <c>false</c> as a schema.</summary>
    public bool? Always { get; set; }

    public JsonTypes Types { get; set; } = JsonTypes.All;

    public IReadOnlyList<JsonElement>? Enum { get; set; }

    public JsonElement? Const { get; set; }

    public JsonElement? MultipleOf { get; set; }

    public JsonElement? Minimum { get; set; }

    public JsonElement? ExclusiveMinimum { get; set; }

    public JsonElement? Maximum { get; set; }

    public JsonElement? ExclusiveMaximum { get; set; }

    public int? MinLength { get; set; }

    public int? MaxLength { get; set; }

    public Regex? Pattern { get; set; }

    public string? Format { get; set; }

    public Dictionary<string, SchemaNode>? Properties { get; set; }

    public List<(Regex Pattern, SchemaNode Schema)>? PatternProperties { get; set; }

    public SchemaNode? AdditionalProperties { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    public SchemaNode? UnevaluatedProperties { get; set; }

    public List<string>? Required { get; set; }

    public int? MinProperties { get; set; }

    public int? MaxProperties { get; set; }

    public Dictionary<string, List<string>>? DependentRequired { get; set; }

    public Dictionary<string, SchemaNode>? DependentSchemas { get; set; }

    public List<SchemaNode>? PrefixItems { get; set; }

    public SchemaNode? Items { get; set; }

    public SchemaNode? Contains { get; set; }

    public int? MinContains { get; set; }

    public int? MaxContains { get; set; }

    public SchemaNode? UnevaluatedItems { get; set; }

    public int? MinItems { get; set; }

    public int? MaxItems { get; set; }

    public bool UniqueItems { get; set; }

    public List<SchemaNode>? AllOf { get; set; }

    public List<SchemaNode>? AnyOf { get; set; }

    public List<SchemaNode>? OneOf { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    public string? Ref { get; set; }

    public string? DynamicRef { get; set; }

    /// <summary>Where <see cref="Ref"/> leads; filled by the first that follows it.</summary>
    public SchemaNode? RefTarget { get; set; }

    public SchemaNode? DynamicTarget { get; set; }

    public string Rule(string keyword) => JsonPointers.Append(pointer, keyword);
}

/// <summary>A schema with an identity of its own: the whole document, or a part of it that has an <c>$id</c>.</summary>
internal sealed class SchemaResource(Uri address, JsonElement root, string pointer, SchemaResource? document)
{
    public Uri Address => address;

    public JsonElement Root => root;

    /// <summary>Where its root stands in its document.</summary>
    public string Pointer => pointer;

    /// <summary>The resource that is the whole document.</summary>
    public SchemaResource Document => document ?? this;

    public Dictionary<string, SchemaNode> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Every node that was read, by its pointer in the document; kept at the document's own resource.</summary>
    public Dictionary<string, SchemaNode> Nodes { get; } = new(StringComparer.Ordinal);
}
