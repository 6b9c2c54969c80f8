using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>Where things stand in an answer: paths to single values and to lists, the nearest first.</summary>
internal static class ApiPlaces
{
    private const int MostDepth = 4;
    private const int Most = 300;

    /// <summary>Single values; of lists the first entry.</summary>
    public static IEnumerable<(string Path, string Name, ApiNode Schema)> Scalars(ApiSchemas schemas, ApiNode? root, bool lists = true) => Walk(schemas, root, lists).Where(p => p.Kind is not ("object" or "array" or "")).Select(p => (p.Path, p.Name, p.Schema));

    /// <summary>Lists of objects with their path without the brackets: <c>$.orders</c>; <c>$</c> when the answer is the list.</summary>
    public static IEnumerable<(string Path, string Name, ApiNode Items)> Lists(ApiSchemas schemas, ApiNode? root) =>
        Walk(schemas, root, lists: false).Where(p => p.Kind == "array").Select(p => (p.Path, p.Name, Items: schemas.Items(p.Schema)!)).Where(p => p.Items is not null && schemas.Kind(p.Items) is "object" or "" && schemas.Fields(p.Items).Count > 0);

    /// <summary>Objects within, and the root itself.</summary>
    public static IEnumerable<(string Path, string Name, ApiNode Schema)> Objects(ApiSchemas schemas, ApiNode? root) => Walk(schemas, root, lists: false).Where(p => p.Kind == "object").Select(p => (p.Path, p.Name, p.Schema));

    private static IEnumerable<(string Path, string Name, string Kind, ApiNode Schema)> Walk(ApiSchemas schemas, ApiNode? root, bool lists)
    {
        if (schemas.References.Of(root) is not { } first)
            yield break;
        var open = new Queue<(string Path, string Name, ApiNode Schema, int Depth)>([("$", "", first, 0)]);
        var steps = 0;
        while (open.TryDequeue(out var at) && steps++ < Most)
        {
            var kind = schemas.Kind(at.Schema);
            yield return (at.Path, at.Name, kind, at.Schema);
            if (at.Depth == MostDepth)
                continue;
            if (kind == "object")
                foreach (var field in schemas.Fields(at.Schema).Where(f => IsName(f.Name)))
                    open.Enqueue((at.Path + DocumentProfile.Step(field.Name), field.Name, field.Schema, at.Depth + 1));
            else if (kind == "array" && lists && schemas.Items(at.Schema) is { } item)
                open.Enqueue((at.Path + "[0]", at.Name, item, at.Depth + 1));
        }
    }

    /// <summary>Whether a path can name it.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 80 && name.IndexOfAny(['\'', '"', '\\', '{', '}', '?', '\n', '\r']) < 0;
}
