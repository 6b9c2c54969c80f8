using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// Orders that changed, page by page: the truth path beside the webhooks, which Shopify does not guarantee. Each order is
/// one document, whole: lines beyond the first page are fetched and added.
/// </summary>
internal sealed class ShopifyOrdersFeed(ShopifyApi api) : IFeed
{
    /// <summary>As many as most orders have; a page's cost grows with it.</summary>
    private const int FewLines = 10;

    private const int ManyLines = 100;

    public string Name => ShopifyReceiver.OrdersFeed;

    /// <summary>A page of fifty orders with few lines; what it really cost is told by the answer.</summary>
    public RateBudget? Budget { get; } = new(100, 2000, "points", 40);

    public async Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var (answer, at) = await PageAsync(connection, FeedCursor.Read(cursor, now), exchange, ct);
        var orders = answer.Field("orders");
        var documents = new List<ReadOnlyMemory<byte>>();
        var newest = at.Newest;
        foreach (var order in ShopifyApi.Nodes(orders, "nodes"))
        {
            documents.Add(await WholeAsync(connection, order, exchange, ct));
            if (DateTimeOffset.TryParse(ShopifyApi.Text(order, "updatedAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var updated) && !(updated <= newest))
                newest = updated.ToUniversalTime();
        }

        return Next(orders) is { } next
            ? new(documents, at.After(next, newest).ToString(), true)
            : new(documents, at.NextRun(newest).ToString(), false);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct)
    {
        var answer = await OrderAsync(connection, ShopifyApi.Gid("Order", externalId), ManyLines, null, exchange, ct);
        var order = answer.Field("order");
        if (order.ValueKind != JsonValueKind.Object)
            return null; // Not as one expression: null would become memory of no bytes there.
        return await WholeAsync(connection, order, exchange, ct);
    }

    /// <summary>A page that is too costly is asked for again with fewer orders: Shopify does not publish what a page will cost.</summary>
    private async Task<(GraphQlAnswer Answer, FeedCursor At)> PageAsync(Connection connection, FeedCursor at, IExchange exchange, CancellationToken ct)
    {
        while (true)
        {
            var variables = new JsonObject { ["first"] = at.Size, ["page"] = at.Page, ["query"] = at.Query, ["lines"] = FewLines, ["after"] = null };
            var answer = await api.AskAsync(connection, ShopifyQueries.ChangedOrders, variables, Name, exchange, ct);
            if (answer.Fault is null)
                return (answer, at);
            if (answer.OverCost is not { } over || at.Size == 1)
                throw new ExchangeException(answer.Fault);
            at = at with { Size = Math.Clamp((int)(at.Size / over), 1, at.Size - 1) };
        }
    }

    private async Task<ReadOnlyMemory<byte>> WholeAsync(Connection connection, JsonElement order, IExchange exchange, CancellationToken ct)
    {
        if (Next(ShopifyApi.Object(order, "lineItems")) is not { } next || ShopifyApi.Text(order, "id") is not { } gid)
            return JsonMarshal.GetRawUtf8Value(order).ToArray();
        var whole = JsonObject.Create(order)!;
        var lines = whole["lineItems"]!["nodes"]!.AsArray();
        for (string? cursor = next; cursor is not null;)
        {
            var answer = await OrderAsync(connection, gid, ManyLines, cursor, exchange, ct);
            var page = ShopifyApi.Object(answer.Field("order"), "lineItems");
            var before = lines.Count;
            foreach (var line in ShopifyApi.Nodes(page, "nodes"))
                lines.Add((JsonNode?)JsonObject.Create(line));
            if (lines.Count == before)
                throw new ExchangeException(LinesMissing); // An order with a part of its lines would be shipped with a part of its goods.
            cursor = Next(page);
        }

        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(whole);
    }

    private async Task<GraphQlAnswer> OrderAsync(Connection connection, string gid, int lines, string? after, IExchange exchange, CancellationToken ct)
    {
        var answer = await api.AskAsync(connection, ShopifyQueries.OneOrder, new() { ["id"] = gid, ["lines"] = lines, ["after"] = after }, Name, exchange, ct);
        return answer.Fault is null ? answer : throw new ExchangeException(answer.Fault);
    }

    private static Fault LinesMissing { get; } = new(FaultKind.Transient, "shopify.lines_missing", "Shopify announced more lines of an order and did not send them.");

    private static string? Next(JsonElement page)
    {
        var info = ShopifyApi.Object(page, "pageInfo");
        return info.ValueKind == JsonValueKind.Object && info.TryGetProperty("hasNextPage", out var more) && more.ValueKind == JsonValueKind.True ? ShopifyApi.Text(info, "endCursor") : null;
    }
}
