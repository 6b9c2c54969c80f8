using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>The feed of a list operation: its path with time and page, where its documents stand, how one is asked for.</summary>
internal sealed partial class DraftFeed
{
    public const string Name = "orders-feed";
    private static readonly string[] Tokens = ["cursor", "nexttoken", "pagetoken", "nextpagetoken", "continuationtoken", "nextcursor", "marker", "after", "startingafter", "scrollid", "paginationtoken", "continue"];
    private static readonly string[] Pages = ["page", "pagenumber", "pageno", "pageindex", "currentpage", "p"];
    private static readonly string[] Offsets = ["offset", "skip", "startindex", "start", "startrow", "from", "soindex"];
    private static readonly string[] Sizes = ["perpage", "pagesize", "limit", "size", "count", "maxresults", "maxperpage", "maxresultsperpage", "top", "take", "rows", "resultsperpage", "itemsperpage", "pagelimit"];

    private readonly List<(string Text, string? Decide)> _lines = [];

    /// <summary>One document as it comes; null when the description shows none.</summary>
    public JsonNode? Sample { get; private init; }

    public static DraftFeed Of(OpenApiDescription description, OpenApiOperation list, OpenApiOperation? one, DraftSettings settings)
    {
        var schemas = description.Schemas;
        var query = list.Parameters.Where(p => p.Where == "query").ToList();
        var since = query.Find(p => p.Name == new OperationWords(list, schemas).Since);
        var token = query.Find(p => p != since && Tokens.Contains(Plain(p.Name)));
        var next = NextIn(schemas, list);
        var page = query.Find(p => Pages.Contains(Plain(p.Name)));
        var offset = query.Find(p => p != since && Offsets.Contains(Plain(p.Name)) && p.Schema?.Text("format") is not ("date-time" or "date"));
        var size = query.Find(p => Sizes.Contains(Plain(p.Name)));
        var parts = new List<string>();
        if (since is not null)
            parts.Add($"{Uri.EscapeDataString(since.Name)}={{since}}");
        var style = token is not null && next.Token is not null ? "token" : list.LinkHeader ? "link" : page is not null ? "page" : offset is not null ? "offset" : next.Address is not null ? "next-url" : null;
        if (style == "page")
            parts.Add($"{Uri.EscapeDataString(page!.Name)}={{page}}");
        if (style == "offset")
            parts.Add($"{Uri.EscapeDataString(offset!.Name)}={{offset}}");
        if (size is not null && style is not null)
            parts.Add($"{Uri.EscapeDataString(size.Name)}={{size}}");
        foreach (var other in query.Where(p => p.Required && p != since && p != token && !(style == "page" && p == page) && !(style == "offset" && p == offset) && !(style is not null && p == size)))
            parts.Add($"{Uri.EscapeDataString(other.Name)}={(other.Sample is { Length: > 0 and <= 100 } sample ? Uri.EscapeDataString(sample).Replace("{", "%7B", StringComparison.Ordinal) : settings.Add(other.Name, $"Value of {other.Name} of the list of orders."))}");
        var path = PathOf(list, (name, _) => settings.Add(name, $"Value of {name} in the address of orders.")) + (parts.Count > 0 ? (list.Path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + string.Join('&', parts) : "");

        var lists = ApiPlaces.Lists(schemas, list.Response).ToList();
        var items = lists.OrderByDescending(l => FieldNames.Words(l.Name).Contains("order") ? 2 : l.Path == "$" || l.Name.ToLowerInvariant() is "items" or "data" or "results" or "value" or "elements" ? 1 : 0).FirstOrDefault();
        var listed = items.Path is null ? null : FromExample(schemas, list, items.Path) ?? schemas.Example(items.Items);
        var (whole, oneAt) = one is null ? (null, null) : One(schemas, one);
        // Lists that only name their orders: each is asked for by its own.
        var id = listed is JsonObject entry ? entry.Where(f => f.Value is JsonValue && ApiPlaces.IsName(f.Key)).Select(f => f.Key).OrderByDescending(k => k.ToLowerInvariant() == "id" ? 3 : FieldNames.Words(k) is [.., "order", "id"] ? 2 : FieldNames.Words(k) is [.., "id"] ? 1 : 0).FirstOrDefault() : null;
        var names = id is not null && whole is not null && !HasLines(listed) && HasLines(whole);
        var feed = new DraftFeed { Sample = names ? whole : listed ?? whole };
        feed.Say($"- name: {Name}");
        feed.Say($"  path: {DraftText.Value(path)}", since is null ? "the list cannot be asked since a time, so that each poll reads all of it; is there another parameter?" : null);
        if (since?.Schema is { } schema && (schema.Text("format") == "date" ? "yyyy-MM-dd" : schemas.Kind(schema) is "integer" or "number" ? "unix" : null) is { } format)
            feed.Say($"  sinceFormat: {format}", format == "unix" ? "unix seconds, or unix-ms?" : null);
        if (list.Parameters.Where(p => p.Where == "header" && p.Required && !DraftOperation.IsOurs(p.Name)).ToList() is { Count: > 0 } headers)
            feed.Say($"  headers: {{ {string.Join(", ", headers.Select(h => $"{DraftText.Value(h.Name)}: {DraftText.Value(HeaderValue(h, settings))}"))} }}");
        feed.Say($"  items: {DraftText.Value((items.Path ?? "$") + "[]")}", items.Path is null ? "where do the orders stand in the answer? The description shows no list." : lists.Count > 1 ? $"the answer has several lists ({string.Join(", ", lists.Take(4).Select(l => l.Path))}); is it this one?" : null);
        feed.Say(style switch
        {
            "token" => $"  paging: {{ style: token, parameter: {DraftText.Value(token!.Name)}, next: {DraftText.Value(next.Token!)} }}",
            "link" => "  paging: { style: link }",
            "page" => $"  paging: {{ style: page, size: {Size(size)}{(page!.Schema?.Text("minimum") == "0" || page.Schema?.Text("default") == "0" ? ", first: 0" : "")} }}",
            "offset" => $"  paging: {{ style: offset, size: {Size(size)} }}",
            "next-url" => $"  paging: {{ style: next-url, next: {DraftText.Value(next.Address!)} }}",
            _ => "",
        }, style is null ? "how is the next page asked for? paging: { style: page, size: 50 }; the description shows no parameter for it." : style is "page" or "offset" && size is null ? "how many are on a page? The size has to be theirs." : null);
        if (one is not null)
        {
            feed.Say($"  one: {DraftText.Value(PathOf(one, (name, last) => last ? "{id}" : settings.Add(name, $"Value of {name} in the address of orders.")))}");
            if (oneAt is not null)
                feed.Say($"  oneAt: {DraftText.Value(oneAt)}");
            if (names)
                feed.Say($"  each: {DraftText.Value("$" + DocumentProfile.Step(id!))}", "the list only names its orders, so that each is asked for by one. Leave each out if it holds them whole.");
        }

        return feed;
    }

    public void Write(DraftText text)
    {
        text.Line(2, "feeds:");
        foreach (var (line, decide) in _lines)
            text.Line(4, line, decide);
        text.Gap();
    }

    private void Say(string text, string? decide = null)
    {
        if (text.Length > 0 || decide is not null)
            _lines.Add((text.Length == 0 ? " " : text, decide));
    }

    /// <summary>A path as requests write it. Curly brackets that are no parameters are dropped: nothing could fill them.</summary>
    /// <param name="fill">What stands for a parameter, by its name and whether it is the last.</param>
    public static string PathOf(OpenApiOperation operation, Func<string, bool, string> fill)
    {
        var path = operation.Path.Split('#')[0];
        var last = Parameter().Matches(path).Count;
        var at = 0;
        var written = new StringBuilder();
        var from = 0;
        foreach (Match match in Parameter().Matches(path))
        {
            written.Append(path[from..match.Index].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)).Append(fill(match.Groups[1].Value, ++at == last));
            from = match.Index + match.Length;
        }

        written.Append(path[from..].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
        return written.Length > 0 && written[0] == '/' ? written.ToString() : "/" + written;
    }

    internal static string HeaderValue(OpenApiParameter header, DraftSettings settings) =>
        header.Sample is { Length: > 0 and <= 100 } sample && sample.All(c => c is > ' ' and < '\u007F' and not ('{' or '}')) && header.Schema?["enum"] is not null ? sample : settings.Add(header.Name, $"Value of the header {header.Name}.");

    private static int Size(OpenApiParameter? size) =>
        int.TryParse(size?.Schema?.Text("maximum"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is > 0 and < 50 ? most
        : 50;

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>Where the answer names the next page.</summary>
    private static (string? Token, string? Address) NextIn(ApiSchemas schemas, OpenApiOperation list)
    {
        string? token = null, address = null;
        foreach (var (path, name, schema) in ApiPlaces.Scalars(schemas, list.Response, lists: false))
        {
            var plain = Plain(name);
            if (plain is "nexttoken" or "nextcursor" or "nextpagetoken" or "cursor" or "endcursor" or "continuationtoken" or "paginationtoken" or "nextmarker")
                token ??= path;
            else if (plain is "next" or "nexturl" or "nextlink" or "nextpage" or "nextpageurl" or "odatanextlink" || plain == "href" && path.Contains("next", StringComparison.OrdinalIgnoreCase))
                (token, address) = schemas.Kind(schema) == "string" ? (token ?? (plain == "next" ? path : null), address ?? path) : (token, address);
        }

        return (token, address);
    }

    /// <summary>One order as the description shows it, and where it stands in the answer.</summary>
    private static (JsonNode? Whole, string? At) One(ApiSchemas schemas, OpenApiOperation one)
    {
        var objects = ApiPlaces.Objects(schemas, one.Response).ToList();
        if (objects.Count == 0)
            return (null, null);
        // A wrapper has an object of the order's name within, and little beside it.
        var inner = objects.Skip(1).FirstOrDefault(o => o.Path.Count(c => c == '.') == 1 && o.Name.ToLowerInvariant() is "order" or "data" or "payload" or "result" && schemas.Fields(objects[0].Schema).Count <= 4);
        var whole = (one.ResponseExample is { } example ? ApiSchemas.Literal(example) : null) ?? schemas.Example(one.Response);
        return inner.Path is null ? (whole, null) : (whole?[inner.Name], inner.Path);
    }

    private static JsonNode? FromExample(ApiSchemas schemas, OpenApiOperation list, string path)
    {
        if ((list.ResponseExample ?? schemas.References.Of(list.Response)?["example"]) is not { } example || ApiSchemas.Literal(example) is not { } whole || DocumentPath.TryParse(path + "[]") is not { } at)
            return null;
        return at.First(OpenApiDraftMaker.Element(whole)) is { ValueKind: JsonValueKind.Object } found ? JsonNode.Parse(found.GetRawText()) : null;
    }

    private static bool HasLines(JsonNode? document)
    {
        if (document is null)
            return false;
        var profile = new DocumentProfile();
        profile.Add(OpenApiDraftMaker.Element(document));
        return RowSuggestions.Lines(profile).Count > 0;
    }

    [GeneratedRegex(@"\{([^{}]{1,80})\}")]
    private static partial Regex Parameter();
}
