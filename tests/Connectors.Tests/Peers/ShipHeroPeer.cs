using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using Microsoft.AspNetCore.Http;

namespace Connectors.Tests.Peers;

/// <summary>
/// ShipHero's GraphQL API as far as the connector uses it: tokens for a refresh token, HTTP 200 for everything, errors with code 30 and the time until
/// credits are back, quota in extensions, cursors, and orders that are created again when they are sent again.
/// </summary>
internal sealed class ShipHeroPeer : Peer
{
    public List<(string Id, JsonObject Node)> Shipments { get; } = [];

    /// <summary>Webhooks by kind and shop name, each with a secret of its own that is told once.</summary>
    public List<Hook> Hooks { get; } = [];

    public Action? BetweenPages { get; set; }

    /// <summary>The next mutation is refused, with HTTP 200.</summary>
    public bool RefuseNext { get; set; }

    private int _secrets;

    protected override string TokenPath => "/auth/refresh";

    protected override Reply Give(HttpRequest request, string body) =>
        (string?)JsonNode.Parse(body)!["refresh_token"] == "refresh-1"
            ? Granted(new() { ["expires_in"] = 2419200, ["scope"] = "openid", ["token_type"] = "Bearer" })
            : new(403, new JsonObject { ["error"] = "invalid_grant" });

    protected override Reply Throttled(int seconds) => new(200, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject
        {
            ["code"] = 30, ["message"] = "There are not enough credits to perform the requested operation.", ["operation"] = "order_create",
            ["required_credits"] = 405, ["remaining_credits"] = 0, ["time_remaining"] = $"{seconds.ToString(CultureInfo.InvariantCulture)} seconds",
        }),
        ["data"] = new JsonObject { ["order_create"] = null },
    });

    protected override Reply Handle(HttpRequest request, string body)
    {
        var call = JsonNode.Parse(body)!;
        var (query, variables) = ((string)call["query"]!, call["variables"]!);
        if (query.Contains("webhook", StringComparison.Ordinal))
            return Webhooks(query, call["variables"]?["data"]);
        if (query.Contains("order_create(", StringComparison.Ordinal))
            return Create(variables["data"]!.AsObject());
        if (query.Contains("orders(", StringComparison.Ordinal))
            return Data("orders", new JsonObject { ["data"] = new JsonObject { ["edges"] = new JsonArray([.. Orders.Select((o, i) => (o.Reference, Id: Id(i))).Where(o => o.Reference == (string?)variables["reference"]).Select(o => new JsonObject { ["node"] = Order(o.Id, o.Reference) })]) } });
        if (query.Contains("shipments(", StringComparison.Ordinal))
            return List(variables);
        return new(200, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = "Cannot query field." }) });
    }

    /// <summary>A delivery as ShipHero signs it.</summary>
    public static InboundRequest Signed(byte[] body, string secret) => new()
    {
        Topic = "", ContentType = "application/json", Body = body, ReceivedAt = Given.Now,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-shiphero-hmac-sha256"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)) },
    };

    private Reply Webhooks(string query, JsonNode? data)
    {
        var (name, shop) = ((string?)data?["name"], (string?)data?["shop_name"]);
        if (query.Contains("webhook_create(", StringComparison.Ordinal))
        {
            if (Hooks.Exists(h => h.Name == name && h.Shop == shop))
                return new(200, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = 7, ["message"] = "There is already a webhook with that name and shop name." }) });
            var hook = new Hook(name!, shop!, (string)data!["url"]!, $"told-{++_secrets}");
            Hooks.Add(hook);
            return Data("webhook_create", new JsonObject { ["webhook"] = new JsonObject { ["id"] = Id(hook), ["shared_signature_secret"] = hook.Secret } });
        }

        if (query.Contains("webhook_delete(", StringComparison.Ordinal))
            return Hooks.RemoveAll(h => h.Name == name && h.Shop == shop) > 0
                ? Data("webhook_delete", [])
                : new(200, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = 4, ["message"] = "There is no such webhook." }) });
        return Data("webhooks", new JsonObject { ["data"] = new JsonObject { ["edges"] = new JsonArray([.. Hooks.Select(h => new JsonObject { ["node"] = new JsonObject { ["id"] = Id(h), ["name"] = h.Name, ["url"] = h.Address, ["shop_name"] = h.Shop } })]) } });
    }

    private static string Id(Hook hook) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"Webhook:{hook.Name}/{hook.Shop}"));

    private Reply Create(JsonObject data)
    {
        if (RefuseNext || (string?)data["line_items"]![0]!["sku"] == "UNKNOWN")
        {
            RefuseNext = false;
            return new(200, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = 3, ["message"] = "The product UNKNOWN does not exist.", ["field"] = "line_items" }), ["data"] = new JsonObject { ["order_create"] = null } });
        }

        Orders.Add(((string)data["partner_order_id"]!, data));
        return Data("order_create", new JsonObject { ["order"] = Order(Id(Orders.Count - 1), Orders[^1].Reference) });
    }

    private Reply List(JsonNode variables)
    {
        var after = (string?)variables["after"] is { } cursor ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
        var page = Shipments.Skip(after).Take((int)variables["first"]!).ToList();
        var more = after + page.Count < Shipments.Count;
        if (more)
            BetweenPages?.Invoke();
        return Data("shipments", new JsonObject
        {
            ["data"] = new JsonObject
            {
                ["pageInfo"] = new JsonObject { ["hasNextPage"] = more, ["endCursor"] = (after + page.Count).ToString(CultureInfo.InvariantCulture) },
                ["edges"] = new JsonArray([.. page.Select(s => new JsonObject { ["node"] = s.Node.DeepClone() })]),
            },
        });
    }

    private static Reply Data(string name, JsonObject payload)
    {
        payload["request_id"] = "r1";
        payload["complexity"] = 15;
        return new(200, new JsonObject
        {
            ["data"] = new JsonObject { [name] = payload },
            ["extensions"] = new JsonObject { ["throttling"] = new JsonObject { ["cost"] = 15, ["user_quota"] = new JsonObject { ["credits_remaining"] = 3989, ["max_available"] = 4004, ["increment_rate"] = 60 } } },
        });
    }

    private static JsonObject Order(string id, string reference) => new() { ["id"] = id, ["order_number"] = "x", ["partner_order_id"] = reference };

    private static string Id(int index) => $"T3JkZXI6{index.ToString(CultureInfo.InvariantCulture)}";

    internal sealed record Hook(string Name, string Shop, string Address, string Secret);
}
