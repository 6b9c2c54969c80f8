using System.Text.RegularExpressions;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http.Feeds;
using Connectors.Protocols.Http.Receiving;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>receive:</c>: who may send, how repeats are known, and what each document means.</summary>
internal static partial class ReceiveReader
{
    public static ReceiveSpec? Read(YamlMap? map, IReadOnlyList<FeedSpec> from, IReadOnlyDictionary<string, IDocumentFormat> formats, IReadOnlyDictionary<string, string> defaults, ManifestProblems problems, bool brokered, bool application = false)
    {
        if (map is null)
            return null;
        var feeds = from.Select(f => f.Name).ToList();
        var spec = new ReceiveSpec
        {
            Signature = SignatureReader.Read(map.Map("signature"), application),
            Challenge = Challenge(map.Map("challenge")),
            DeliveryId = Value(map, "deliveryId"),
            Topic = Value(map, "topic"),
            Documents = [.. map.Maps("documents").Select(d => Rule(d, feeds, problems)).OfType<DocumentRule>()],
            Format = FormatReader.Named(map, formats),
            FileFormats = from.Where(f => f is { Folder: not null, Format: not null }).DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Format!, StringComparer.Ordinal),
            SettingDefaults = defaults,
        };
        if (!map.Has("documents"))
            map.Problem("documents", "It is missing. Say what each kind of document means.");
        if (spec.Signature is null && feeds.Count == 0 && !brokered)
            map.Problem("signature", "It is missing. Say how a webhook proves its sender, or give the connector feeds.");
        map.Done();
        return spec;
    }

    private static ChallengeSpec? Challenge(YamlMap? map)
    {
        if (map is null)
            return null;
        var spec = new ChallengeSpec(map.Required("parameter"), map.Required("secret"), map.Required("answer"));
        map.Done();
        return spec;
    }

    private static RequestValue? Value(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        if (text.StartsWith("header:", StringComparison.Ordinal) && text.Length > "header:".Length)
            return new(text["header:".Length..], null);
        if (DocumentPath.TryParse(text) is { OfLine: false } path)
            return new(null, path);
        map.Problem(key, $"'{text}' cannot be read. Allowed: header:Name, or a path beginning with $.");
        return null;
    }

    private static DocumentRule? Rule(YamlMap map, IReadOnlyCollection<string> feeds, ManifestProblems problems)
    {
        var before = problems.Found.Count;
        var conditions = new List<MappingProblem>();
        var only = DocumentConditions.Compile("documents", IncomingReader.Conditions(map, "only"), conditions);
        IncomingReader.Note(conditions, map.Line, problems);
        var order = map.Map("order") is { } o ? IncomingReader.Read("order", IncomingKind.Order, o, problems) : null;
        var shipment = map.Map("shipment") is { } s ? IncomingReader.Read("shipment", IncomingKind.Shipment, s, problems) : null;
        var fetch = map.Map("fetch");
        var rule = new DocumentRule
        {
            Topics = map.Texts("topics"),
            At = Path(map, "at"),
            Only = only,
            Event = map.Text("event") ?? (map.Has("order") ? "order.created" : map.Has("shipment") ? "shipment.confirmed" : ""),
            Order = order,
            Shipment = shipment,
            FetchFeed = fetch?.Required("feed"),
            FetchId = fetch is null ? null : Path(fetch, "id"),
            Ignore = map.Text("ignore"),
            IgnoreCode = map.Text("code"),
            Correlate = Places(map, "correlate"),
            Identifiers = Places(map, "identifiers"),
            Outputs = Places(map, "outputs"),
            Reason = Path(map, "reason"),
            Summary = map.Text("summary"),
        };
        Check(map, rule, fetch, feeds);
        fetch?.Done();
        map.Done();
        return problems.Found.Count > before ? null : rule;
    }

    private static void Check(YamlMap map, DocumentRule rule, YamlMap? fetch, IReadOnlyCollection<string> feeds)
    {
        if (fetch is not null && rule.FetchId is null)
            fetch.Problem("id", "A path to the document's id is missing.");
        if (fetch is not null && !feeds.Contains(rule.FetchFeed!))
            fetch.Problem("feed", $"There is no feed '{rule.FetchFeed}'. Known: {(feeds.Count == 0 ? "none" : string.Join(", ", feeds))}.");
        var ways = (map.Has("order") ? 1 : 0) + (fetch is not null ? 1 : 0) + (rule.Ignore is not null ? 1 : 0) + (map.Has("correlate") ? 1 : 0);
        if (ways != 1)
            map.Problem("event", "A document is one of four: an order (order:), news of an order (correlate:, perhaps with shipment:), something to fetch (fetch:), or to be ignored (ignore: why).");
        if (rule.IgnoreCode is { } code && (rule.Ignore is null || !EventForm().IsMatch(code)))
            map.Problem("code", $"'{code}' is not allowed. Allowed: beside ignore:, two words with a dot that say what is not carried out, such as stock.not_carried_out.");
        if (map.Has("shipment") && !map.Has("correlate"))
            map.Problem("correlate", "A shipment needs to say which order it is of, such as {reference: $.order_reference}.");
        if (map.Has("correlate") && !EventForm().IsMatch(rule.Event))
            map.Problem("event", $"'{rule.Event}' is no event. Allowed: two words with a dot, such as order.cancelled, shipment.confirmed, warehouse.acknowledged.");
    }

    private static DocumentPath? Path(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        if (DocumentPath.TryParse(text) is { OfLine: false } path)
            return path;
        map.Problem(key, $"'{text}' is no path. Allowed: {DocumentPath.Allowed}.");
        return null;
    }

    private static List<(string, DocumentPath)> Places(YamlMap map, string key)
    {
        var places = new List<(string, DocumentPath)>();
        foreach (var (name, text) in map.Pairs(key))
            if (DocumentPath.TryParse(text) is { OfLine: false } path)
                places.Add((name, path));
            else
                map.Problem(key, $"'{text}' is no path. Allowed: {DocumentPath.Allowed}.");
        if (map.Has(key) && places.Count == 0)
            map.Problem(key, "It is empty.");
        return places;
    }

    [GeneratedRegex(@"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")]
    private static partial Regex EventForm();
}
