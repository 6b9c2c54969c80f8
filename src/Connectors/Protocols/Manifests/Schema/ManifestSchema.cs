using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests.Schema;

/// <summary>
/// The JSON Schema (draft 7, which editors know) of <c>kind: Connector</c>. Made from what the reader asks for while it reads every
/// built-in connector and <see cref="SchemaProbes"/>; what only hand and eye know stands in <see cref="SchemaWords"/>. The schema is for
/// editors: it knows names, kinds, words and ranges; what holds between them only the reader judges.
/// </summary>
public static class ManifestSchema
{
    public const string Address = "/schemas/connector.v1.json";

    private static readonly Lazy<string> Made = new(Make);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Indented, with a line end at the end; the same for the same version of the product.</summary>
    public static string Text => Made.Value;

    private static string Make()
    {
        var recorder = new ShapeRecorder();
        foreach (var document in EmbeddedCatalog.Manifests().Concat(SchemaProbes.All))
            ManifestReader.Watch(document, recorder);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["$id"] = "urn:controlplane:connector:v1",
            ["title"] = "Connector",
            ["description"] = "A kind of system: how it is spoken to, what it sends, what can be asked of it.",
        };
        foreach (var (name, value) in Map(recorder, ""))
            schema[name] = value?.DeepClone();
        return schema.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Map(ShapeRecorder recorder, string path)
    {
        if (recorder.At(path) is not { } shape)
            return new() { ["type"] = Types("object", "null") };
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var (key, seen) in shape.Keys)
        {
            var at = path.Length == 0 ? key : $"{path}.{key}";
            var value = SchemaRefinements.Of(at, seen) ?? Key(recorder, at, seen);
            if (SchemaWords.Of(at) is { } words)
                value["description"] = words;
            properties[key] = value;
            if ((shape.Visits > 0 && seen.Required >= shape.Visits) || SchemaRefinements.Required.Contains(at))
                required.Add(key);
        }

        var map = new JsonObject { ["type"] = required.Count > 0 ? "object" : Types("object", "null"), ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Count > 0)
            map["required"] = required;
        return map;
    }

    private static JsonObject Key(ShapeRecorder recorder, string at, KeyShape seen)
    {
        if (seen.Kinds.Contains(ShapeKind.Any))
            return [];
        var forms = new List<JsonObject>();
        if (seen.Kinds.Contains(ShapeKind.Map))
            forms.Add(Map(recorder, at));
        if (seen.Kinds.Contains(ShapeKind.Maps))
            forms.Add(new() { ["type"] = Types("array", "null"), ["items"] = Map(recorder, at + "[]") });
        if (seen.Kinds.Contains(ShapeKind.Pairs))
            forms.Add(new() { ["type"] = Types("object", "null"), ["additionalProperties"] = Scalar() });
        if (seen.Kinds.Contains(ShapeKind.Statuses))
            forms.Add(OneOrMany(new() { ["type"] = "integer", ["minimum"] = 100, ["maximum"] = 599 }));
        else if (seen.Kinds.Contains(ShapeKind.Texts))
            forms.Add(OneOrMany(Scalar()));
        else if (seen.Kinds.Contains(ShapeKind.Number))
            forms.Add(new() { ["type"] = "number", ["minimum"] = seen.Least, ["maximum"] = seen.Most });
        else if (seen.Kinds.Contains(ShapeKind.Text))
            forms.Add(seen.Words.Count > 0 ? Words(seen.Words) : Scalar());
        return forms.Count switch
        {
            0 => [],
            1 => forms[0],
            _ => new() { ["anyOf"] = new JsonArray([.. forms]) },
        };
    }

    internal static JsonObject OneOrMany(JsonObject one) => new()
    {
        ["anyOf"] = new JsonArray(one, new JsonObject { ["type"] = "array", ["items"] = one.DeepClone() }, new JsonObject { ["type"] = "null" }),
    };

    internal static JsonObject Words(IEnumerable<string> words) =>
        words.ToList() is ["false", "true"] ? new() { ["type"] = "boolean" } : new() { ["enum"] = new JsonArray([.. words.SelectMany(Forms)]) };

    /// <summary>Without quotation marks YAML reads 997 as a number, and the reader takes both.</summary>
    private static IEnumerable<JsonNode?> Forms(string word) =>
        decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? [JsonValue.Create(word), JsonValue.Create(number)] : [JsonValue.Create(word)];

    /// <summary>YAML reads 1.0 as a number and yes as itself; all of it is text to the reader.</summary>
    private static JsonObject Scalar() => new() { ["type"] = Types("string", "number", "boolean", "null") };

    private static JsonArray Types(params string[] types) => new([.. types.Select(t => JsonValue.Create(t))]);
}

/// <summary>What the reader decides by code of its own, said once more for editors.</summary>
internal static class SchemaRefinements
{
    /// <summary>The reader asks for these and then says in its own words that they are missing.</summary>
    public static IReadOnlySet<string> Required { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "kind", "metadata", "spec", "spec.roles", "spec.operations[].write", "spec.errors.map[].kind", "spec.operations[].errors.map[].kind", "spec.receive.documents",
        "spec.receive.signature.scheme", "spec.feeds[].paging.style", "spec.operations[].request.path", "spec.operations[].lookUp.path", "spec.answers.method", "spec.webhooks.create", "spec.webhooks.delete",
    };

    public static JsonObject? Of(string at, KeyShape seen) => at switch
    {
        "spec.formats[].type" => ManifestSchema.Words(FormatReader.Known),
        "metadata.name" => new() { ["type"] = "string", ["pattern"] = "^[a-z0-9][a-z0-9-]{0,39}$" },
        "spec.roles" => ManifestSchema.OneOrMany(ManifestSchema.Words(Enum.GetValues<SystemRole>().Select(r => r.Word()))),
        "spec.receive.documents[].order.rows[].to" => Names(IncomingTargets.All(IncomingKind.Order).Select(t => t.Path), IncomingTargets.OpenFamilies),
        "spec.receive.documents[].shipment.rows[].to" => Names(IncomingTargets.All(IncomingKind.Shipment).Select(t => t.Path), []),
        "spec.mappings[].rows[].from" => ManifestSchema.OneOrMany(Names(SourcePaths.Names, SourcePaths.OpenFamilies)),
        "spec.mappings[].rows[].when[].at" => Names(SourcePaths.Names, SourcePaths.OpenFamilies),
        _ => null,
    };

    private static JsonObject Names(IEnumerable<string> names, IReadOnlyList<string> families)
    {
        var known = ManifestSchema.Words(names);
        if (families.Count == 0)
            return known;
        var open = $"^({string.Join('|', families.Select(f => f.Replace(".", "\\.", StringComparison.Ordinal)))}).+$";
        return new() { ["anyOf"] = new JsonArray(known, new JsonObject { ["type"] = "string", ["pattern"] = open }) };
    }
}
