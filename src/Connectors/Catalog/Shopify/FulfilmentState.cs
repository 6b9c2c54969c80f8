using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.Shopify;

/// <summary>What Shopify knows of an order's shipping: what was fulfilled with which tracking number, and what is left to be.</summary>
internal sealed record FulfilmentState(IReadOnlyList<Fulfilment> Done, IReadOnlyList<OpenLine> Open)
{
    /// <summary>Shopify's largest page.</summary>
    private const int MostLines = 250;

    /// <summary>Lines that staff may have added to the order since it came.</summary>
    private const int Slack = 10;

    public static async Task<(FulfilmentState? State, Fault? Fault)> ReadAsync(ShopifyApi api, OperationRequest request, string operation, IExchange exchange, CancellationToken ct)
    {
        var variables = new JsonObject
        {
            ["id"] = ShopifyApi.Gid("Order", request.Order.ExternalId),
            ["lines"] = Math.Min(request.Order.Lines.Count + Slack, MostLines), // The cost of the query grows with it.
        };
        var answer = await api.AskAsync(request.Connection, ShopifyQueries.Fulfilments, variables, operation, exchange, ct);
        if (answer.Fault is not null)
            return (null, answer.Fault);
        var order = answer.Field("order");
        return order.ValueKind == JsonValueKind.Object ? (Read(order), null) : (null, ShopifyApi.NoOrder);
    }

    private static FulfilmentState Read(JsonElement order) => new(
        [.. ShopifyApi.Nodes(order, "fulfillments").Where(f => ShopifyApi.Text(f, "status") is not ("CANCELLED" or "ERROR" or "FAILURE")).Select(Fulfilment.Read)],
        [.. ShopifyApi.Nodes(order, "fulfillmentOrders").SelectMany(Lines)]);

    private static IEnumerable<OpenLine> Lines(JsonElement fulfilmentOrder) =>
        from line in ShopifyApi.Nodes(fulfilmentOrder, "lineItems")
        select new OpenLine(
            ShopifyApi.Text(fulfilmentOrder, "id") ?? "",
            ShopifyApi.Text(fulfilmentOrder, "status") ?? "",
            ShopifyApi.Text(ShopifyApi.Object(fulfilmentOrder, "assignedLocation"), "name") ?? "",
            ShopifyApi.Text(line, "id") ?? "",
            ShopifyApi.Number(ShopifyApi.Text(ShopifyApi.Object(line, "lineItem"), "id") ?? ""),
            ShopifyApi.Integer(line, "remainingQuantity"));
}

/// <param name="Id">The gid.</param>
/// <param name="Units">By line reference.</param>
internal sealed record Fulfilment(string Id, string Name, IReadOnlyList<string> TrackingNumbers, IReadOnlyDictionary<string, int> Units)
{
    public static Fulfilment Read(JsonElement node)
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in ShopifyApi.Nodes(node, "fulfillmentLineItems"))
        {
            var reference = ShopifyApi.Number(ShopifyApi.Text(ShopifyApi.Object(line, "lineItem"), "id") ?? "");
            units[reference] = units.GetValueOrDefault(reference) + ShopifyApi.Integer(line, "quantity");
        }

        return new(
            ShopifyApi.Text(node, "id") ?? "", ShopifyApi.Text(node, "name") ?? "",
            [.. ShopifyApi.Nodes(node, "trackingInfo").Select(t => ShopifyApi.Text(t, "number")).Where(n => !string.IsNullOrWhiteSpace(n))!], units);
    }

    /// <param name="tracking">Null: fulfilled without a number.</param>
    public bool IsOf(string? tracking) => tracking is null
        ? TrackingNumbers.Count == 0
        : TrackingNumbers.Any(n => string.Equals(n.Trim(), tracking, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A line of a fulfilment order: Shopify splits an order by location, and a line may stand in several.</summary>
internal sealed record OpenLine(string FulfilmentOrder, string Status, string Location, string Id, string LineRef, int Remaining)
{
    /// <summary>Those on hold or scheduled for later are refused by Shopify.</summary>
    public bool CanBeFulfilled => Status is "OPEN" or "IN_PROGRESS";
}
