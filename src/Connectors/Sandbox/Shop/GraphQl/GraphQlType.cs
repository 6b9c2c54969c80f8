using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop.GraphQl;

/// <summary>An object type: which fields it has and how they are read.</summary>
internal class GraphQlType(string name)
{
    public string Name => name;

    public Dictionary<string, GraphQlMember> Members { get; } = new(StringComparer.Ordinal);
}

/// <param name="Type">Null for scalars and enumerations.</param>
/// <param name="Many">A list of that type.</param>
/// <param name="Arguments">Those that are understood; a name ending in <c>!</c> must be there.</param>
internal sealed record GraphQlMember(string Name, GraphQlType? Type, bool Many, IReadOnlyList<string> Arguments, Func<object, JsonObject, object?> Read)
{
    public bool Accepts(string argument) => Arguments.Any(a => a.TrimEnd('!') == argument);

    /// <summary>A connection: its cost depends on how many are asked for.</summary>
    public bool Paged { get; init; }
}

/// <summary>The same, written down with the class behind it.</summary>
internal sealed class GraphQlType<T>(string name) : GraphQlType(name)
    where T : class
{
    private static readonly string[] Paging = ["first", "after", "last", "before", "reverse", "sortKey", "query"];

    public GraphQlType<T> Scalar(string field, Func<T, JsonNode?> read) => Add(new(field, null, false, [], (source, _) => read((T)source)));

    public GraphQlType<T> One<TChild>(string field, GraphQlType<TChild> type, Func<T, TChild?> read)
        where TChild : class => Add(new(field, type, false, [], (source, _) => read((T)source)));

    /// <summary>A field of the root: with arguments.</summary>
    public GraphQlType<T> Ask<TChild>(string field, GraphQlType<TChild> type, IReadOnlyList<string> arguments, Func<T, JsonObject, TChild?> read)
        where TChild : class => Add(new(field, type, false, arguments, (source, args) => read((T)source, args)));

    /// <summary>A plain list; <c>first</c> may cut it.</summary>
    public GraphQlType<T> Many<TChild>(string field, GraphQlType<TChild> type, Func<T, IReadOnlyList<TChild>> read)
        where TChild : class => Add(new(field, type, true, ["first"], (source, args) => args.Int("first") is { } first ? read((T)source).Take(first).ToList() : read((T)source)));

    /// <summary>A connection over a list that is at hand in full.</summary>
    public GraphQlType<T> Pages<TChild>(string field, GraphQlType<TChild> type, Func<T, IReadOnlyList<TChild>> read)
        where TChild : class => Pages(field, type, (source, args) => GraphQlPage.Of(read(source), args));

    /// <summary>A connection that does its own paging.</summary>
    public GraphQlType<T> Pages<TChild>(string field, GraphQlType<TChild> type, Func<T, JsonObject, GraphQlPage> read)
        where TChild : class => Add(new(field, Connection(type), false, Paging, (source, args) => read((T)source, args)) { Paged = true });

    private static GraphQlType<GraphQlPage> Connection(GraphQlType node)
    {
        var edge = new GraphQlType<GraphQlEdge>(node.Name + "Edge").Scalar("cursor", e => e.Cursor);
        edge.Members.Add("node", new("node", node, false, [], (source, _) => ((GraphQlEdge)source).Node));
        var pageInfo = new GraphQlType<GraphQlPage>("PageInfo")
            .Scalar("hasNextPage", p => p.HasNext)
            .Scalar("hasPreviousPage", p => p.HasPrevious)
            .Scalar("startCursor", p => p.Edges.Count > 0 ? p.Edges[0].Cursor : null)
            .Scalar("endCursor", p => p.Edges.Count > 0 ? p.Edges[^1].Cursor : null);
        var connection = new GraphQlType<GraphQlPage>(node.Name + "Connection").One("pageInfo", pageInfo, p => p);
        connection.Members.Add("edges", new("edges", edge, true, [], (source, _) => ((GraphQlPage)source).Edges));
        connection.Members.Add("nodes", new("nodes", node, true, [], (source, _) => ((GraphQlPage)source).Edges.Select(e => e.Node).ToList()));
        return connection;
    }

    private GraphQlType<T> Add(GraphQlMember member)
    {
        Members.Add(member.Name, member);
        return this;
    }
}

internal sealed record GraphQlEdge(string Cursor, object Node);

/// <summary>Some nodes out of many, each with the cursor to go on after it.</summary>
internal sealed record GraphQlPage(IReadOnlyList<GraphQlEdge> Edges, bool HasNext, bool HasPrevious)
{
    public static GraphQlPage Of<TNode>(IReadOnlyList<TNode> all, JsonObject args)
        where TNode : class
    {
        var from = args.Text("after") is { } after ? GraphQlCursor.Read(after, out var index) ? (int)index + 1 : throw GraphQlCursor.Invalid() : 0;
        var edges = all.Skip(from).Take(args.Int("first") ?? 0).Select((node, i) => new GraphQlEdge(GraphQlCursor.Write(from + i), node)).ToList();
        return new(edges, from + edges.Count < all.Count, from > 0);
    }
}

/// <summary>The place in a list, wrapped so that nobody builds one by hand.</summary>
internal static class GraphQlCursor
{
    public static string Write(long first, long second = 0) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(System.FormattableString.Invariant($"{{\"last_id\":{first},\"last_value\":\"{second}\"}}")));

    public static bool Read(string cursor, out long first) => Read(cursor, out first, out _);

    public static bool Read(string cursor, out long first, out long second)
    {
        (first, second) = (0, 0);
        var bytes = new byte[128];
        if (!Convert.TryFromBase64String(cursor, bytes, out var length))
            return false;
        try
        {
            var node = JsonNode.Parse(bytes.AsSpan(0, length));
            first = node!["last_id"]!.GetValue<long>();
            return long.TryParse(node["last_value"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture, out second);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return false;
        }
    }

    public static GraphQlRunException Invalid() => new("Invalid cursor for current pagination sort.");
}

/// <summary>An argument makes no sense; the field is answered with an error.</summary>
internal sealed class GraphQlRunException(string message) : Exception(message);

/// <summary>Arguments and input objects, read as the kind that is wanted.</summary>
internal static class GraphQlArguments
{
    public static string? Text(this JsonObject args, string name) => Read<string>(args, name, "String");

    public static int? Int(this JsonObject args, string name) => args[name] is null ? null : Read<int>(args, name, "Int");

    public static bool Flag(this JsonObject args, string name) => args[name] is not null && Read<bool>(args, name, "Boolean");

    public static JsonObject? Object(this JsonObject args, string name) =>
        args[name] is null ? null : args[name] as JsonObject ?? throw new GraphQlRunException($"Argument '{name}' must be an object.");

    /// <summary>The objects of a list; a single one counts as a list of one (specification, 3.11).</summary>
    public static IReadOnlyList<JsonObject> Objects(this JsonObject args, string name) => args[name] switch
    {
        null => [],
        JsonObject one => [one],
        JsonArray many when many.All(m => m is JsonObject) => [.. many.Select(m => (JsonObject)m!)],
        _ => throw new GraphQlRunException($"Argument '{name}' must be a list of objects."),
    };

    /// <summary>Refuses fields that the input type does not have: a misspelt one must not be lost in silence.</summary>
    public static void Only(this JsonObject input, string type, params ReadOnlySpan<string> fields)
    {
        foreach (var (name, _) in input)
            if (!fields.Contains(name))
                throw new GraphQlRunException($"Field is not defined on {type}: {name}");
    }

    private static T? Read<T>(JsonObject args, string name, string kind) => args[name] switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var found) => found,
        _ => throw new GraphQlRunException($"Argument '{name}' has an invalid value. Expected type '{kind}'."),
    };
}
