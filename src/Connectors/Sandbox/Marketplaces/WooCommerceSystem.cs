using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>A WooCommerce shop: REST API v3 with a key by basic authentication, amounts without tax, webhooks that hold the whole order.</summary>
internal sealed class WooCommerceSystem(SandboxWorld world) : Marketplace(SandboxSystems.WooCommerce, world, 25, 50, RetrySchedule.Never)
{
    private readonly HookRegistry _hooks = new();

    public override void Map(SystemRoutes routes)
    {
        const string root = "/wp-json/wc/v3";
        routes.Get(root + "/orders", Guarded(Search));
        routes.Get(root + "/orders/{id}", OfOrder((_, order) => SandboxAnswer.Of(200, Document(order))));
        routes.Put(root + "/orders/{id}", OfOrder(Update));
        routes.Get(root + "/webhooks", Guarded(_ => SandboxAnswer.Of(200, Array(_hooks.All.Select(Document)))));
        routes.Post(root + "/webhooks", Guarded(Subscribe));
        routes.Delete(root + "/webhooks/{id}", Guarded(call => _hooks.Remove(call.Route("id")) is { } hook ? SandboxAnswer.Of(200, Document(hook), committed: true) : Error(call, 404, MarketFailure.Parameter, "id")));
        routes.Otherwise(NotFound);
    }

    protected override string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected override string LineIdOf(int number, int index) => (number * 10 + index).ToString(CultureInfo.InvariantCulture);

    protected override bool MayCall(SandboxCall call) => HasBasic(call);

    protected override (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId) => (created ? "order.created" : "order.updated", Document(order));

    protected override IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now) =>
    [
        new("X-WC-Webhook-Topic", webhook.Topic),
        new("X-WC-Webhook-Resource", "order"),
        new("X-WC-Webhook-Event", webhook.Topic["order.".Length..]),
        new("X-WC-Webhook-Signature", ShopifySignature.Sign(Secrets.WebhookSecret, webhook.Body)),
        new("X-WC-Webhook-Delivery-ID", webhook.Id),
    ];

    protected override SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null)
    {
        var (code, message) = failure switch
        {
            MarketFailure.Credentials => ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
            MarketFailure.OrderUnknown => ("woocommerce_rest_shop_order_invalid_id", "Invalid ID."),
            MarketFailure.NoSuchPath => ("rest_no_route", "No route was found matching the URL and request method."),
            MarketFailure.Unreadable => ("rest_invalid_json", "Invalid JSON body passed."),
            MarketFailure.Parameter => ("rest_invalid_param", $"Invalid parameter(s): {detail}"),
            MarketFailure.Throttled => ("too_many_requests", "Too many requests."),
            MarketFailure.Closed => ("maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute."),
            _ => ("internal_server_error", "There has been a critical error on this website."),
        };
        var data = new JsonObject { ["status"] = status };
        if (failure == MarketFailure.Parameter)
            data["params"] = new JsonObject { [detail!] = "The value is not allowed." };
        return SandboxAnswer.Of(status, new JsonObject { ["code"] = code, ["message"] = message, ["data"] = data });
    }

    private SandboxAnswer Search(SandboxCall call)
    {
        if (Number(call, "per_page", 10, 1, 100) is not { } size)
            return Error(call, 400, MarketFailure.Parameter, "per_page");
        if (Number(call, "page", 1, 1, int.MaxValue) is not { } page)
            return Error(call, 400, MarketFailure.Parameter, "page");
        if (Time(call.Query["modified_after"].ToString()) is not { } after)
            return Error(call, 400, MarketFailure.Parameter, "modified_after");
        // Whole seconds, and after means after.
        var found = Orders.Where(o => Seconds(o.UpdatedAt) > Seconds(after)).OrderBy(o => Seconds(o.UpdatedAt)).ThenBy(o => o.Number).ToList();
        return SandboxAnswer.Of(200, Array(found.Skip((int)Math.Min(int.MaxValue, (page - 1L) * size)).Take(size).Select(Document)))
            .With("X-WP-Total", found.Count.ToString(CultureInfo.InvariantCulture))
            .With("X-WP-TotalPages", ((found.Count + size - 1) / size).ToString(CultureInfo.InvariantCulture));
    }

    private SandboxAnswer Update(SandboxCall call, MarketOrder order)
    {
        var wish = call.JsonObject();
        if (wish["status"] is { } status)
        {
            if (Word(status) is not ("completed" or "processing" or "on-hold" or "cancelled"))
                return Error(call, 400, MarketFailure.Parameter, "status");
            order.State = Word(status) == "completed" ? MarketState.Completed : MarketState.Open;
        }

        var known = order.Meta.GetValueOrDefault("_tracking_number");
        // By its key: the same again changes nothing.
        foreach (var entry in wish["meta_data"] as JsonArray ?? [])
            if (entry is JsonObject meta && Word(meta["key"]) is { Length: > 0 and <= 255 } key && order.Meta.Count < 100)
                order.Meta[key] = Word(meta["value"]) ?? "";
        if (order.Meta.GetValueOrDefault("_tracking_number") is { } tracking && tracking != known)
            Ledger.Record(ShipmentTold, $"{order.Id}/{tracking}");
        Change(order);
        return SandboxAnswer.Of(200, Document(order), committed: true);
    }

    private SandboxAnswer Subscribe(SandboxCall call)
    {
        var wish = call.JsonObject();
        return Word(wish["topic"]) is not ("order.created" or "order.updated" or "order.deleted" or "order.restored") ? Error(call, 400, MarketFailure.Parameter, "topic")
            : _hooks.Add(Word(wish["topic"])!, Word(wish["delivery_url"]) ?? "") is { } hook ? SandboxAnswer.Of(201, Document(hook), committed: true) : Error(call, 400, MarketFailure.Parameter, "delivery_url");
    }

    private static JsonObject Document(Hook hook) => new() { ["id"] = hook.Id, ["status"] = "active", ["topic"] = hook.Topic, ["delivery_url"] = hook.Address };

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();

    private static string Gmt(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private static JsonObject Document(MarketOrder order)
    {
        var shippingTax = Vat.Within(order.ShippingMinor);
        return new()
        {
            ["id"] = order.Number,
            ["parent_id"] = 0,
            ["number"] = order.Id,
            ["status"] = order.State == MarketState.Completed ? "completed" : "processing",
            ["currency"] = "EUR",
            ["prices_include_tax"] = true,
            ["date_created"] = Gmt(order.CreatedAt),
            ["date_modified"] = Gmt(order.UpdatedAt),
            ["date_created_gmt"] = Gmt(order.CreatedAt),
            ["date_modified_gmt"] = Gmt(order.UpdatedAt),
            ["discount_total"] = "0.00",
            ["shipping_total"] = Money(order.ShippingMinor - shippingTax),
            ["shipping_tax"] = Money(shippingTax),
            ["total"] = Money(order.TotalMinor),
            ["total_tax"] = Money(order.TaxMinor),
            ["customer_id"] = order.Customer.Number,
            ["billing"] = Address(order.Customer),
            ["shipping"] = Address(order.Customer),
            ["transaction_id"] = $"pi_{order.Id}",
            ["customer_note"] = "",
            ["meta_data"] = Array(order.Meta.Select((m, i) => new JsonObject { ["id"] = i + 1, ["key"] = m.Key, ["value"] = m.Value })),
            ["line_items"] = Array(order.Lines.Select(Line)),
            ["shipping_lines"] = new JsonArray(new JsonObject { ["id"] = order.Number, ["method_title"] = "Standard", ["method_id"] = "flat_rate", ["total"] = Money(order.ShippingMinor - shippingTax) }),
        };
    }

    private static JsonObject Line(MarketLine line) => new()
    {
        ["id"] = int.Parse(line.Id, CultureInfo.InvariantCulture),
        ["name"] = line.Product.Title,
        ["product_id"] = line.Product.Number,
        ["variation_id"] = 0,
        ["quantity"] = line.Quantity,
        ["subtotal"] = Money(line.NetMinor),
        ["subtotal_tax"] = Money(line.TaxMinor),
        ["total"] = Money(line.NetMinor),
        ["total_tax"] = Money(line.TaxMinor),
        ["sku"] = line.Product.Sku,
    };

    private static JsonObject Address(Person person) => new()
    {
        ["first_name"] = person.FirstName, ["last_name"] = person.LastName, ["company"] = "", ["address_1"] = person.Street, ["address_2"] = "", ["city"] = person.City, ["state"] = "",
        ["postcode"] = person.Zip, ["country"] = person.CountryCode, ["email"] = person.Email, ["phone"] = person.Phone,
    };
}
