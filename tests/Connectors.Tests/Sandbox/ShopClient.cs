using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

/// <summary>The few calls of the Admin API that the tests make.</summary>
internal static class ShopClient
{
    public const string OrderQuery = """
        query Order($id: ID!) {
          order(id: $id) {
            id name closed displayFulfillmentStatus
            lineItems(first: 10) { nodes { id sku quantity } }
            fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 10) { nodes { id remainingQuantity totalQuantity lineItem { id sku } } } } }
            fulfillments(first: 5) { id status trackingInfo { company number url } fulfillmentLineItems(first: 10) { edges { node { quantity lineItem { id } } } } }
          }
        }
        """;

    public const string Fulfill = """
        mutation F($f: FulfillmentInput!) {
          fulfillmentCreate(fulfillment: $f) { fulfillment { id status trackingInfo { number } } userErrors { field message } }
        }
        """;

    public static Task<Answered> GraphQlAsync(this SandboxRig rig, string query, JsonObject? variables = null, string? token = null) => rig.SendAsync(
        HttpMethod.Post,
        "/shop/admin/api/2026-10/graphql.json",
        new JsonObject { ["query"] = query, ["variables"] = variables },
        ("X-Shopify-Access-Token", token ?? rig.Options.Secrets.ShopAccessToken));

    /// <summary>Places one order and returns its webhook.</summary>
    public static async Task<ReceivedWebhook> OrderAsync(this SandboxRig rig)
    {
        Assert.Null(rig.Control.PlaceOrders("shop", 1));
        var webhook = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
        await rig.SettledAsync("shop");
        return webhook;
    }

    public static string Gid(this ReceivedWebhook order) => order.Json["admin_graphql_api_id"]!.GetValue<string>();

    public static async Task<JsonNode> OrderAsync(this SandboxRig rig, string gid) =>
        (await rig.GraphQlAsync(OrderQuery, new() { ["id"] = gid })).Json["data"]!["order"]!;

    public static JsonObject Shipment(JsonNode order, string tracking, int? quantityOfFirst = null)
    {
        var fulfillmentOrder = order["fulfillmentOrders"]!["nodes"]![0]!;
        var lines = new JsonArray();
        foreach (var line in fulfillmentOrder["lineItems"]!["nodes"]!.AsArray())
            lines.Add((JsonNode)new JsonObject { ["id"] = line!["id"]!.GetValue<string>(), ["quantity"] = quantityOfFirst ?? line["remainingQuantity"]!.GetValue<int>() });
        while (quantityOfFirst is not null && lines.Count > 1)
            lines.RemoveAt(1);
        return new()
        {
            ["f"] = new JsonObject
            {
                ["lineItemsByFulfillmentOrder"] = new JsonArray(new JsonObject { ["fulfillmentOrderId"] = fulfillmentOrder["id"]!.GetValue<string>(), ["fulfillmentOrderLineItems"] = lines }),
                ["trackingInfo"] = new JsonObject { ["company"] = "DHL", ["number"] = tracking, ["url"] = $"https://track.example.com/dhl/{tracking}" },
                ["notifyCustomer"] = true,
            },
        };
    }
}
