using System.Globalization;
using Connectors.Protocols.Calls;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http.Feeds;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>feeds:</c>.</summary>
internal static class FeedReader
{
    private static readonly string[] PathNames = ["since", "page", "offset", "size"];
    private static readonly string[] OneNames = ["id"];
    private static readonly string[] DocumentNames = ["since", "page", "offset", "size", "token"];

    /// <summary>Out as numbers where they stand alone in a body.</summary>
    private static readonly string[] Counts = ["page", "offset", "size"];

    public static List<FeedSpec> Read(IReadOnlyList<YamlMap> entries, IReadOnlyDictionary<string, IDocumentFormat> formats, IReadOnlyDictionary<string, string> defaults, CallReader calls)
    {
        var feeds = new List<FeedSpec>();
        foreach (var entry in entries)
        {
            var feed = Feed(entry, formats, defaults, calls);
            if (feeds.Exists(f => f.Name == feed.Name))
                entry.Problem("name", $"'{feed.Name}' stands there twice.");
            feeds.Add(feed);
            entry.Done();
        }

        return feeds;
    }

    private static FeedSpec Feed(YamlMap map, IReadOnlyDictionary<string, IDocumentFormat> formats, IReadOnlyDictionary<string, string> defaults, CallReader calls)
    {
        if (map.Map("folder") is { } folder)
        {
            var named = FormatReader.Named(map, formats);
            return new()
            {
                Name = map.Required("name"),
                Path = FeedPath.TryParse("", "iso", PathNames, out _)!,
                Items = DocumentPath.TryParse("$[]")!,
                Format = named,
                Folder = FolderReader.Read(folder, named, defaults),
                Budget = OperationReader.Budgets(map),
            };
        }

        var paging = map.Map("paging");
        var format = map.Text("sinceFormat") ?? "iso";
        if (format is not ("iso" or "unix" or "unix-ms") && !IsPattern(format))
            map.Problem("sinceFormat", $"'{format}' is no form of a time. Allowed: iso, unix, unix-ms, or a pattern such as yyyy-MM-dd HH:mm:ss.");
        // A body is written as the object that it is, or as text of whatever kind.
        var asObject = map.Has("graphql") || map.Tree("body") is YamlDotNet.RepresentationModel.YamlMappingNode;
        var feed = new FeedSpec
        {
            Name = map.Required("name"),
            GraphQl = map.Text("graphql"),
            Json = asObject ? BodyReader.Read(map, map.Has("graphql") ? "variables" : "body", text => Text(map, "body", text, format), Counts) : null,
            Success = map.Statuses("success"),
            HasMore = paging?.Text("more") is { } more ? DocumentPath.TryParse(more) : null,
            Path = map.Has("calls") ? FeedPath.TryParse("", format, PathNames, out _)! : Path(map, "path", format, PathNames),
            Calls = map.Has("calls") ? calls.Feed(map) : null,
            Items = map.Has("calls") ? DocumentPath.TryParse("$[]")! : Items(map),
            Format = FormatReader.Named(map, formats),
            Paging = paging is null ? PagingStyle.None : paging.Choice("style", PagingStyle.None,
                ("page", PagingStyle.Page), ("offset", PagingStyle.Offset), ("token", PagingStyle.Token), ("link", PagingStyle.Link), ("next-url", PagingStyle.NextUrl), ("next-query", PagingStyle.NextQuery), ("search", PagingStyle.Search)),
            Pages = paging?.Text("pages") is { } pages ? DocumentPath.TryParse(pages) : null,
            Expired = paging?.Texts("expired") ?? [],
            Method = map.Choice("method", asObject ? HttpMethod.Post : HttpMethod.Get, ("GET", HttpMethod.Get), ("POST", HttpMethod.Post)),
            Body = asObject ? null : Document(map, "body", format),
            NextBody = Document(map, "nextBody", format),
            ContentType = map.Text("contentType") ?? "application/json",
            Headers = [.. map.Pairs("headers").Select(h => KeyValuePair.Create(h.Key, Header(map, h.Value)))],
            Only = OperationReader.Conditions(map),
            Size = (int)(paging?.Number("size", 1, 10_000) ?? 50),
            First = (int)(paging?.Number("first", 0, 1) ?? 1),
            Next = paging?.Text("next") is { } next ? DocumentPath.TryParse(next) : null,
            Total = paging?.Text("total") is { } total ? DocumentPath.TryParse(total) : null,
            TokenParameter = paging?.Text("parameter") ?? "",
            Overlap = TimeSpan.FromSeconds(map.Number("overlapSeconds", 0, 604_800) ?? 300),
            LookBack = TimeSpan.FromHours(map.Number("lookBackHours", 0, 8_760) ?? 24),
            Budget = OperationReader.Budgets(map),
            EachId = map.Text("each") is { } each ? DocumentPath.TryParse(each) : null,
            One = map.Has("one") ? Path(map, "one", format, OneNames) : null,
            OneAt = map.Text("oneAt") is { } at ? DocumentPath.TryParse(at) : null,
        };
        Check(map, paging, feed);
        paging?.Done();
        return feed;
    }

    private static void Check(YamlMap map, YamlMap? paging, FeedSpec feed)
    {
        if (paging is not null && !paging.Has("style"))
            paging.Problem("style", "A value is missing. Allowed: page, offset, token, link, next-url, next-query, search.");
        if (feed.Paging == PagingStyle.Search && (feed.Next is null || feed.Pages is null || feed.NextBody is null))
            paging!.Problem("style", "A search needs next: where its name stands, pages: where the number of its pages stands, and the feed's nextBody: with {token} and {page}.");
        if (feed.Body is not null && feed.Method != HttpMethod.Post)
            map.Problem("method", "A feed that asks with a body: does it by POST.");
        if (feed.NextBody is not null && feed.Body is null)
            map.Problem("nextBody", "There is no body: for the first page.");
        if (feed.Paging is PagingStyle.Token or PagingStyle.NextUrl or PagingStyle.NextQuery && feed.Next is null)
            paging!.Problem("next", "A path to the next page's token, address or query is missing.");
        if (paging?.Has("total") == true && feed.Total is null)
            paging.Problem("total", $"It is no path. Allowed: {DocumentPath.Allowed}.");
        var inBody = (feed.Body?.Names ?? []).Concat(feed.Json?.Texts.SelectMany(t => t.Names) ?? []).ToList();
        if (feed.Paging == PagingStyle.Token && feed.TokenParameter.Length == 0 && !inBody.Contains("token"))
            paging!.Problem("parameter", "The name of the parameter that takes the token is missing; in a body, write {token} where it goes.");
        if (feed.Calls is not null && feed.Paging is not (PagingStyle.None or PagingStyle.Offset or PagingStyle.Page))
            paging!.Problem("style", "A feed of calls is paged by page or offset, which they name.");
        if (feed.Calls is not null)
            return;
        if (feed.Paging == PagingStyle.Page && !feed.Path.Names.Concat(inBody).Contains("page"))
            map.Problem("path", "Pages are counted, and the path has no {page}.");
        if (feed.Paging == PagingStyle.Offset && !feed.Path.Names.Concat(inBody).Contains("offset"))
            map.Problem("path", "Documents are counted, and the path has no {offset}.");
        if (paging?.Has("more") == true && feed.HasMore is null)
            paging.Problem("more", $"It is no path. Allowed: {DocumentPath.Allowed}.");
        if (feed.Method == HttpMethod.Get && (feed.Json is not null || feed.GraphQl is not null))
            map.Problem("method", "A GET request has no body. Write method: POST.");
        if (map.Has("each") && (feed.EachId is null or { OfLine: true } || feed.One is null))
            map.Problem("each", "It says where an entry of the list has its id, such as $.id, and needs one: with the address that is asked for it.");
        if (feed is { EachId: not null, Budget: { } budget } && budget.Burst < feed.Size + 1)
            map.Problem("each", "A page takes one call and one for each of its entries, which is more than the budget's burst: it would never end. Make size smaller.");
        if (map.Has("oneAt") && feed.OneAt is null)
            map.Problem("oneAt", $"It is no path. Allowed: {DocumentPath.Allowed}.");
    }

    private static FeedPath? Document(YamlMap map, string key, string format)
    {
        if (map.Text(key) is not { } text)
            return null;
        var document = FeedPath.TryParse(text, format, DocumentNames, out var problem, braces: true);
        if (document is null)
            map.Problem(key, problem);
        return document;
    }

    private static FeedPath Header(YamlMap map, string text)
    {
        var header = FeedPath.TryParse(text, "iso", [], out var problem);
        if (header is null)
            map.Problem("headers", problem);
        return header ?? FeedPath.TryParse("", "iso", [], out _)!;
    }

    private static DocumentPath Items(YamlMap map)
    {
        var text = map.Required("items");
        if (DocumentPath.TryParse(text) is { OfLine: false, Many: true } path)
            return path;
        if (text.Length > 0)
            map.Problem("items", $"'{text}' is no path to a list. Write $.orders[], or $[] when the answer is the list.");
        return DocumentPath.TryParse("$[]")!;
    }

    private static FeedPath Path(YamlMap map, string key, string format, string[] names)
    {
        var path = FeedPath.TryParse(map.Required(key), format, names, out var problem);
        if (path is null)
            map.Problem(key, problem);
        return path ?? FeedPath.TryParse("", "iso", names, out _)!;
    }

    private static FeedPath? Text(YamlMap map, string key, string text, string format)
    {
        var parsed = FeedPath.TryParse(text, format, DocumentNames, out var problem);
        if (parsed is null)
            map.Problem(key, problem);
        return parsed;
    }

    private static bool IsPattern(string format)
    {
        try
        {
            return format.Length is > 3 and < 60 && DateTime.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Any(char.IsAsciiDigit);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
