using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Amazon;

/// <summary>One document of Amazon's own, as it would reach us.</summary>
/// <param name="Case">File, operation, status and number of the example.</param>
internal sealed record AmazonDocument(string Case, byte[] Body)
{
    public static AmazonDocument Of(string name, JsonNode node) => new(name, Encoding.UTF8.GetBytes(node.ToJsonString()));
}

/// <summary>The pairs that Amazon's static sandbox answers with, the examples of models and schemas, recorded answers and exports.</summary>
internal static class AmazonDocuments
{
    private const string Folder = "amazon";
    private const string Models = $"{Folder}/selling-partner-api-models/models";

    public static IReadOnlyList<AmazonDocument> All() =>
    [
        .. Model($"{Models}/orders-api-model/ordersV0.json"),
        .. Model($"{Models}/vendor-orders-api-model/vendorOrders.json"),
        .. Files($"{Folder}/selling-partner-api-models/schemas", "*.json").SelectMany(Examples),
        .. Files($"{Folder}/selling-partner-api-samples/responses", "*.json").Select(f => new AmazonDocument(Path.GetFileName(f), File.ReadAllBytes(f))),
        .. Files($"{Folder}/dbt_amazon_selling_partner", "*.csv").Select(f => new AmazonDocument(Path.GetFileName(f), File.ReadAllBytes(f))),
        .. Joined(),
    ];

    /// <summary>Empty where the model is not among the samples: it came to them later.</summary>
    public static IReadOnlyList<AmazonDocument> V2026()
    {
        Samples.Find($"{Models}/orders-api-model/ordersV0.json");
        var file = Path.Combine(Root, Models, "orders-api-model/orders_2026-01-01.json");
        if (!File.Exists(file))
            return [];
        var found = Model($"{Models}/orders-api-model/orders_2026-01-01.json").ToList();
        // Most of the examples are shipped, and would show nothing of what is read: the same once more, not shipped yet.
        var text = found.Select(d => new AmazonDocument(d.Case + ", as if not shipped", Encoding.UTF8.GetBytes(Unshipped(Encoding.UTF8.GetString(d.Body)))));
        return [.. found, .. text.Where(t => found.All(f => !f.Body.AsSpan().SequenceEqual(t.Body)))];
    }

    /// <summary>Request and answer pairs of one operation of Orders v0.</summary>
    public static IEnumerable<(string Case, int Status, JsonNode Request, JsonNode Response)> Pairs(string operationId)
    {
        var file = Samples.Find($"{Models}/orders-api-model/ordersV0.json");
        foreach (var (name, status, pair) in Responses(file).Where(r => r.Operation == operationId).SelectMany(r => r.Pairs.Select(p => (r.Case, r.Status, p))))
            yield return (name, status, pair["request"]!, pair["response"]!);
    }

    private static string Root
    {
        get
        {
            // …/samples/amazon/<repository>/models/<api>/<file>
            var known = Samples.Find($"{Models}/orders-api-model/ordersV0.json");
            return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(known)!, "..", "..", "..", ".."));
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static IEnumerable<AmazonDocument> Model(string path)
    {
        var file = Path.Combine(Root, path);
        foreach (var response in Responses(file))
        {
            var bodies = response.Examples.Concat(response.Pairs.Select(p => p["response"]!)).ToList();
            for (var i = 0; i < bodies.Count; i++)
                foreach (var document in WithParts($"{Path.GetFileName(file)}#{response.Case}/{i}", bodies[i]))
                    yield return document;
        }
    }

    /// <summary>A page of several orders also comes apart, as the feed takes it apart.</summary>
    private static IEnumerable<AmazonDocument> WithParts(string name, JsonNode body)
    {
        yield return AmazonDocument.Of(name, body);
        if ((body["orders"] ?? body["payload"]?["Orders"]) is JsonArray { Count: > 0 } orders)
            for (var i = 0; i < orders.Count; i++)
                yield return AmazonDocument.Of($"{name}, order {i}", orders[i]!);
    }

    private static IEnumerable<AmazonDocument> Examples(string file)
    {
        var examples = JsonNode.Parse(File.ReadAllText(file))!["examples"] as JsonArray ?? [];
        return examples.Select((e, i) => AmazonDocument.Of($"{Path.GetFileName(file)}#examples/{i}", e!));
    }

    /// <summary>Orders of v0 with the items of their own call, in the three ways in which a relay can join them.</summary>
    private static IEnumerable<AmazonDocument> Joined()
    {
        var order = Pairs("getOrder").First(p => p.Status == 200).Response;
        var items = Pairs("getOrderItems").First(p => p.Status == 200).Response;
        yield return AmazonDocument.Of("ordersV0.json#getOrder joined with getOrderItems, in one", InOne(order, items));
        yield return AmazonDocument.Of("ordersV0.json#getOrder joined with getOrderItems, side by side", Beside(order, items));
        var (recorded, recordedItems) = (Read("orders-getOrder.json"), Read("orders-getOrderItems.json"));
        yield return AmazonDocument.Of("orders-getOrder.json joined with orders-getOrderItems.json", Beside(recorded, recordedItems));
        recordedItems["payload"]!["AmazonOrderId"] = recorded["payload"]!["AmazonOrderId"]!.GetValue<string>();
        yield return AmazonDocument.Of("orders-getOrder.json joined with orders-getOrderItems.json, given its id", Beside(recorded, recordedItems));
        recorded["payload"]!.AsObject().Remove("OrderTotal");
        yield return AmazonDocument.Of("orders-getOrder.json joined with orders-getOrderItems.json, given its id, without total", Beside(recorded, recordedItems));
        var paged = Example("getOrderItems");
        yield return AmazonDocument.Of("ordersV0.json#getOrder example joined with getOrderItems example", Beside(Example("getOrder"), paged));
        paged["payload"]!.AsObject().Remove("NextToken");
        paged["payload"]!["AmazonOrderId"] = Example("getOrder")["payload"]!["AmazonOrderId"]!.GetValue<string>();
        yield return AmazonDocument.Of("ordersV0.json#getOrder example joined with getOrderItems example, given its id", Beside(Example("getOrder"), paged));
        var euros = JsonNode.Parse(paged.ToJsonString().Replace("JPY", "EUR", StringComparison.Ordinal).Replace("GBP", "EUR", StringComparison.Ordinal))!;
        yield return AmazonDocument.Of("ordersV0.json#getOrder example joined with getOrderItems example, given its id, in euros", Beside(Example("getOrder"), euros));
    }

    private static JsonObject InOne(JsonNode order, JsonNode items)
    {
        var joined = order.DeepClone().AsObject();
        joined["payload"]!["OrderItems"] = items["payload"]!["OrderItems"]!.DeepClone();
        return joined;
    }

    private static JsonObject Beside(JsonNode order, JsonNode items) => new() { ["order"] = order.DeepClone(), ["orderItems"] = items.DeepClone() };

    private static JsonNode Read(string response) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, Folder, "selling-partner-api-samples/responses", response)))!;

    private static JsonNode Example(string operationId) =>
        Responses(Samples.Find($"{Models}/orders-api-model/ordersV0.json")).First(r => r.Operation == operationId && r.Examples.Count > 0).Examples[0].DeepClone();

    private static string Unshipped(string body) =>
        body.Replace("\"SHIPPED\",\"fulfilledBy\"", "\"UNSHIPPED\",\"fulfilledBy\"", StringComparison.Ordinal);

    private static IEnumerable<Response> Responses(string file)
    {
        foreach (var (_, methods) in JsonNode.Parse(File.ReadAllText(file))!["paths"]!.AsObject())
            foreach (var (_, operation) in methods!.AsObject().Where(m => m.Value is JsonObject))
                foreach (var (status, response) in operation!["responses"]?.AsObject() ?? [])
                    yield return new(
                        operation["operationId"]!.GetValue<string>(), int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
                        [.. (response!["examples"] as JsonObject ?? []).Select(e => e.Value!)],
                        [.. (response["x-amzn-api-sandbox"]?["static"] as JsonArray ?? []).Select(p => p!)]);
    }

    private sealed record Response(string Operation, int Status, IReadOnlyList<JsonNode> Examples, IReadOnlyList<JsonNode> Pairs)
    {
        public string Case => $"{Operation}/{Status}";
    }
}
