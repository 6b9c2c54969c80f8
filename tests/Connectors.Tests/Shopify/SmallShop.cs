using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Shopify;

/// <summary>
/// What Shopify does with the three mutations and their query, in memory. It reads variables, not the GraphQL language:
/// that is checked against the sandbox's schema.
/// </summary>
public sealed class SmallShop : IExchange
{
    public const string OrderGid = "gid://shopify/Order/5123";

    public List<Place> Places { get; } = [];

    public List<(string Id, string Tracking, string Lines, string Status)> Fulfilments { get; } = [];

    public List<JsonNode> Sent { get; } = [];

    public List<ExchangeRequest> Calls { get; } = [];

    public bool Closed { get; set; }

    public bool OrderExists { get; set; } = true;

    /// <summary>The next mutation is done, and its answer lost.</summary>
    public bool LoseNext { get; set; }

    /// <summary>Answers instead of the shop when it returns something.</summary>
    public Func<ExchangeRequest, ExchangeAnswer?>? Before { get; set; }

    public IEnumerable<string> Operations => Sent.Select(s => s["query"]!.GetValue<string>().Split(['(', ' ', '{'], StringSplitOptions.RemoveEmptyEntries)[1]);

    public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        Calls.Add(request);
        var body = JsonNode.Parse(request.Body.Span)!;
        Sent.Add(body);
        if (Before?.Invoke(request) is { } instead)
            return Task.FromResult(instead);
        var variables = body["variables"]!.AsObject();
        var data = Operations.Last() switch
        {
            "Fulfilments" => Read(),
            "CreateFulfilment" => Create(variables["fulfillment"]!.AsObject()),
            "UpdateTracking" => Track(variables),
            "CloseOrder" => Close(),
            "IsClosed" => new() { ["order"] = new JsonObject { ["id"] = OrderGid, ["closed"] = Closed } },
            var other => throw new Xunit.Sdk.XunitException($"The shop is asked for {other}."),
        };
        if (LoseNext && request.Writes)
        {
            LoseNext = false;
            throw new ExchangeException(new(FaultKind.UnknownOutcome, "outbound.cut", "The answer was lost."));
        }

        return Task.FromResult(Answer(new() { ["data"] = data }));
    }

    public static ExchangeAnswer Answer(JsonObject body, int status = 200) => new() { Status = status, ContentType = "application/json", Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };

    public static ExchangeAnswer Refuses(string field, string message) => Answer(new()
    {
        ["data"] = new JsonObject { [field] = new JsonObject { ["userErrors"] = new JsonArray(new JsonObject { ["field"] = new JsonArray("fulfillment", "lines"), ["message"] = message }) } },
    });

    private JsonObject Read() => !OrderExists ? new() { ["order"] = null } : new()
    {
        ["order"] = new JsonObject
        {
            ["id"] = OrderGid,
            ["fulfillments"] = new JsonArray([.. Fulfilments.Select(f => (JsonNode)new JsonObject
            {
                ["id"] = f.Id,
                ["name"] = "#1001-F" + (Fulfilments.IndexOf(f) + 1),
                ["status"] = f.Status,
                ["trackingInfo"] = f.Tracking.Length == 0 ? new JsonArray() : new JsonArray(new JsonObject { ["number"] = f.Tracking }),
                ["fulfillmentLineItems"] = Nodes(f.Lines.Split(' ').Select(l => l.Split('x')).Select(l => new JsonObject { ["quantity"] = int.Parse(l[1], null), ["lineItem"] = new JsonObject { ["id"] = "gid://shopify/LineItem/" + l[0] } })),
            })]),
            ["fulfillmentOrders"] = Nodes(Places.Select(p => new JsonObject
            {
                ["id"] = p.Gid,
                ["status"] = p.Status,
                ["assignedLocation"] = new JsonObject { ["name"] = p.Location },
                ["lineItems"] = Nodes(p.Left.Select(l => new JsonObject { ["id"] = $"{p.Gid}/{l.Key}", ["remainingQuantity"] = l.Value, ["lineItem"] = new JsonObject { ["id"] = "gid://shopify/LineItem/" + l.Key } })),
            })),
        },
    };

    private JsonObject Create(JsonObject input)
    {
        var lines = new List<string>();
        foreach (var group in input["lineItemsByFulfillmentOrder"]!.AsArray())
        {
            var place = Places.Single(p => p.Gid == group!["fulfillmentOrderId"]!.GetValue<string>());
            foreach (var item in group!["fulfillmentOrderLineItems"]!.AsArray())
            {
                var line = item!["id"]!.GetValue<string>().Split('/')[^1];
                var quantity = item["quantity"]!.GetValue<int>();
                if (quantity > place.Left[line] || place.Status is not ("OPEN" or "IN_PROGRESS"))
                    return new() { ["fulfillmentCreate"] = new JsonObject { ["fulfillment"] = null, ["userErrors"] = new JsonArray(new JsonObject { ["field"] = new JsonArray("fulfillment"), ["message"] = "Invalid fulfillment order line item quantity requested." }) } };
                place.Left[line] -= quantity;
                lines.Add($"{line}x{quantity}");
            }
        }

        var id = $"gid://shopify/Fulfillment/{900 + Fulfilments.Count + 1}";
        Fulfilments.Add((id, input["trackingInfo"]?["number"]?.GetValue<string>() ?? "", string.Join(' ', lines), "SUCCESS"));
        return new() { ["fulfillmentCreate"] = new JsonObject { ["fulfillment"] = new JsonObject { ["id"] = id, ["name"] = $"#1001-F{Fulfilments.Count}", ["status"] = "SUCCESS" }, ["userErrors"] = new JsonArray() } };
    }

    private JsonObject Track(JsonObject variables) => Fulfilments.Any(f => f.Id == variables["fulfillmentId"]!.GetValue<string>())
        ? new() { ["fulfillmentTrackingInfoUpdate"] = new JsonObject { ["fulfillment"] = new JsonObject { ["id"] = variables["fulfillmentId"]!.DeepClone() }, ["userErrors"] = new JsonArray() } }
        : new() { ["fulfillmentTrackingInfoUpdate"] = new JsonObject { ["fulfillment"] = null, ["userErrors"] = new JsonArray(new JsonObject { ["field"] = new JsonArray("fulfillmentId"), ["message"] = "Fulfillment does not exist." }) } };

    private JsonObject Close()
    {
        Closed = true;
        return new() { ["orderClose"] = new JsonObject { ["order"] = new JsonObject { ["id"] = OrderGid, ["closed"] = true }, ["userErrors"] = new JsonArray() } };
    }

    private static JsonObject Nodes(IEnumerable<JsonObject> nodes) => new() { ["nodes"] = new JsonArray([.. nodes]) };

    /// <summary>A fulfilment order: what is left to ship from one location.</summary>
    public sealed class Place(int number, string location, params (string Line, int Units)[] lines)
    {
        public string Gid => $"gid://shopify/FulfillmentOrder/{number}";

        public string Location => location;

        public string Status { get; set; } = "OPEN";

        public Dictionary<string, int> Left { get; } = lines.ToDictionary(l => l.Line, l => l.Units);
    }
}
