using System.Text.Json;

namespace ControlPlane.Domain.Schemas;

/// <summary>
/// A JSON Schema of draft 2020-12, read and checked once. Immutable to the outside, safe for all threads. Nothing is ever fetched: a
/// reference leads into the document itself or to those it was given.
/// <para>Source: JSON Schema draft 2020-12, Core and Validation. <c>format</c> is an annotation, as the draft has it.</para>
/// </summary>
public sealed class JsonSchema
{
    /// <summary>Documents nested deeper are neither schemas nor checked.</summary>
    public const int MostDepth = 64;

    public const int MostBytes = 1_000_000;

    private JsonSchema(SchemaNode root) => Root = root;

    internal SchemaNode Root { get; }

    public JsonElement Source => Root.Source;

    /// <summary>Null when there are <paramref name="problems"/>.</summary>
    /// <param name="known">Other schemas by address, which references may name.</param>
    public static JsonSchema? Parse(ReadOnlyMemory<byte> json, out IReadOnlyList<SchemaProblem> problems, IReadOnlyDictionary<string, JsonElement>? known = null)
    {
        if (json.Length > MostBytes)
        {
            problems = [new("", $"It is {json.Length} bytes long. Allowed: {MostBytes}.")];
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = MostDepth, AllowTrailingCommas = false });
            return Parse(document.RootElement.Clone(), out problems, known);
        }
        catch (JsonException bad)
        {
            problems = [new("", $"It is no readable JSON, line {bad.LineNumber + 1}, byte {bad.BytePositionInLine + 1}. Nesting is allowed to {MostDepth}.")];
            return null;
        }
    }

    public static JsonSchema? Parse(JsonElement source, out IReadOnlyList<SchemaProblem> problems, IReadOnlyDictionary<string, JsonElement>? known = null)
    {
        var compiler = new SchemaCompiler(known ?? new Dictionary<string, JsonElement>());
        var root = compiler.Compile(source);
        compiler.FollowAll();
        problems = compiler.Problems;
        return problems.Count == 0 ? new(root) : null;
    }

    /// <summary>At most <paramref name="most"/> violations; empty when the document is valid.</summary>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement document, int most = 100)
    {
        var run = new SchemaRun(most);
        run.Check(Root, document, "", null);
        return run.Violations;
    }

    /// <summary>Stops at the first violation.</summary>
    public bool Accepts(JsonElement document) => new SchemaRun(0).Check(Root, document, "", null);
}
