using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>A BigCommerce store: Orders API v2 that answers 204 where there is nothing, hooks of API v3, webhooks that name an order and no more.</summary>
internal sealed class BigCommerceSystem(SandboxWorld world) : Marketplace(SandboxSystems.BigCommerce, world, 5, 150, RetrySchedule.Persistent)
{
    private readonly HookRegistry _hooks = new();

    public override void Map(SystemRoutes routes)
    {
        const string root = "/stores/{hash}";
        routes.Get(root + "/v2/orders", Guarded(Search));
        routes.Get(root + "/v2/orders/{id}", OfOrder((_, order) => SandboxAnswer.Of(200, Document(order))));
        routes.Put(root + "/v2/orders/{id}", OfOrder(Update));
        routes.Get(root + "/v2/orders/{id}/shipments", OfOrder((_, order) => order.Parcels.Count == 0 ? SandboxAnswer.Empty(204) : SandboxAnswer.Of(200, Array(order.Parcels.Select(p => Document(order, p))))));
        routes.Post(root + "/v2/orders/{id}/shipments", OfOrder(Confirm));
        routes.Get(root + "/v3/hooks", Guarded(_ => SandboxAnswer.Of(200, new JsonObject { ["data"] = Array(_hooks.All.Select(Document)), ["meta"] = new JsonObject() })));
        routes.Post(root + "/v3/hooks", Guarded(Subscribe));
        routes.Delete(root + "/v3/hooks/{id}", Guarded(call => _hooks.Remove(call.Route("id")) is { } hook ? SandboxAnswer.Of(200, new JsonObject { ["data"] = Document(hook), ["meta"] = new JsonObject() }, committed: true) : NotFound(call)));
        routes.Otherwise(NotFound);
    }

    protected override string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected override string LineIdOf(int number, int index) => (number * 10 + index).ToString(CultureInfo.InvariantCulture);

    protected override bool MayCall(SandboxCall call) => call.Header("X-Auth-Token") == Secrets.Token;

    protected override (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId)
    {
        var scope = created ? "store/order/created" : "store/order/updated";
        return (scope, new JsonObject
        {
            ["scope"] = scope,
            ["store_id"] = "1025646",
            ["data"] = new JsonObject { ["type"] = "order", ["id"] = order.Number },
            ["hash"] = eventId.Replace("-", "", StringComparison.Ordinal),
            ["created_at"] = World.Now.ToUnixTimeSeconds(),
            ["producer"] = "stores/sandbox",
        });
    }

    /// <summary>No signature: a header that whoever made the hook chose.</summary>
    protected override IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now) => [new("X-Webhook-Token", Secrets.WebhookSecret)];

    protected override SandboxAnswer WithLimits(SandboxAnswer answer, double left) => answer
        .With("X-Rate-Limit-Requests-Left", ((int)left).ToString(CultureInfo.InvariantCulture))
        .With("X-Rate-Limit-Requests-Quota", "150")
        .With("X-Rate-Limit-Time-Reset-Ms", "15000")
        .With("X-Rate-Limit-Time-Window-Ms", "30000");

    protected override SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null)
    {
        var message = failure switch
        {
            MarketFailure.Credentials => "X-Auth-Token header is required",
            MarketFailure.OrderUnknown or MarketFailure.NoSuchPath => "The requested resource was not found.",
            MarketFailure.Unreadable => "The request body is not valid JSON.",
            MarketFailure.Parameter => $"The field '{detail}' is invalid.",
            MarketFailure.Line => "The quantity specified is greater than the quantity of the product that is available to ship.",
            MarketFailure.Throttled => "You have exceeded the request limit for this store.",
            MarketFailure.Closed => "The store is down for maintenance.",
            _ => "An internal error occurred.",
        };
        // API v3 and the gate in front of both speak otherwise than v2.
        return call.Path.Contains("/v3/", StringComparison.Ordinal) || failure == MarketFailure.Credentials
            ? SandboxAnswer.Of(status, new JsonObject { ["status"] = status, ["title"] = message, ["type"] = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes", ["errors"] = new JsonObject() })
            : SandboxAnswer.Of(status, new JsonArray(new JsonObject { ["status"] = status, ["message"] = message }));
    }

    private SandboxAnswer Search(SandboxCall call)
    {
        if (Number(call, "limit", 50, 1, 250) is not { } size)
            return Error(call, 400, MarketFailure.Parameter, "limit");
        if (Number(call, "page", 1, 1, int.MaxValue) is not { } page)
            return Error(call, 400, MarketFailure.Parameter, "page");
        if (Time(call.Query["min_date_modified"].ToString()) is not { } since)
            return Error(call, 400, MarketFailure.Parameter, "min_date_modified");
        var found = Orders.Where(o => o.UpdatedAt >= since).OrderBy(o => o.UpdatedAt).ThenBy(o => o.Number).Skip((int)Math.Min(int.MaxValue, (page - 1L) * size)).Take(size).ToList();
        return found.Count == 0 ? SandboxAnswer.Empty(204) : SandboxAnswer.Of(200, Array(found.Select(Document)));
    }

    private SandboxAnswer Update(SandboxCall call, MarketOrder order)
    {
        if (call.JsonObject()["status_id"] is { } wish)
        {
            if (Whole(wish) is not (2 or 9 or 10 or 11))
                return Error(call, 400, MarketFailure.Parameter, "status_id");
            order.State = Whole(wish) == 10 ? MarketState.Completed : MarketState.Open;
        }

        Change(order);
        return SandboxAnswer.Of(200, Document(order), committed: true);
    }

    private SandboxAnswer Confirm(SandboxCall call, MarketOrder order)
    {
        var wish = call.JsonObject();
        if (Whole(wish["order_address_id"]) != order.Number)
            return Error(call, 400, MarketFailure.Parameter, "order_address_id");
        var lines = List(wish["items"]).Select(i => Object(i)).Select(i => (Word(i["order_product_id"]), Whole(i["quantity"]))).ToList();
        return Ship(order, lines, Word(wish["tracking_carrier"]), Word(wish["tracking_number"])) is { } parcel
            ? SandboxAnswer.Of(201, Document(order, parcel), committed: true)
            : Error(call, 400, MarketFailure.Line);
    }

    private SandboxAnswer Subscribe(SandboxCall call)
    {
        var wish = call.JsonObject();
        return Word(wish["scope"])?.StartsWith("store/order/", StringComparison.Ordinal) != true ? Error(call, 422, MarketFailure.Parameter, "scope")
            : _hooks.Add(Word(wish["scope"])!, Word(wish["destination"]) ?? "") is { } hook ? SandboxAnswer.Of(200, new JsonObject { ["data"] = Document(hook), ["meta"] = new JsonObject() }, committed: true)
            : Error(call, 422, MarketFailure.Parameter, "destination");
    }

    private static JsonObject Document(Hook hook) => new() { ["id"] = hook.Id, ["scope"] = hook.Topic, ["destination"] = hook.Address, ["is_active"] = true };

    private static JsonObject Document(MarketOrder order, MarketParcel parcel) => new()
    {
        ["id"] = parcel.Id,
        ["order_id"] = order.Number,
        ["date_created"] = Rfc2822(parcel.At),
        ["tracking_number"] = parcel.Tracking,
        ["tracking_carrier"] = parcel.Carrier ?? "",
        ["items"] = Array(parcel.Lines.Select(l => new JsonObject { ["order_product_id"] = int.Parse(l.Line.Id, CultureInfo.InvariantCulture), ["quantity"] = l.Quantity })),
    };

    private static JsonObject Document(MarketOrder order)
    {
        var status = order.State == MarketState.Completed ? 10 : order.Shipped ? 2 : order.Parcels.Count > 0 ? 3 : 11;
        var person = order.Customer;
        var address = new JsonObject
        {
            ["id"] = order.Number, ["first_name"] = person.FirstName, ["last_name"] = person.LastName, ["company"] = "", ["street_1"] = person.Street, ["street_2"] = "", ["city"] = person.City, ["state"] = "",
            ["zip"] = person.Zip, ["country"] = person.Country, ["country_iso2"] = person.CountryCode, ["shipping_method"] = "Standard", ["line_items"] = Array(order.Lines.Select(Line)),
        };
        return new()
        {
            ["id"] = order.Number,
            ["customer_id"] = person.Number,
            ["date_created"] = Rfc2822(order.CreatedAt),
            ["date_modified"] = Rfc2822(order.UpdatedAt),
            ["status_id"] = status,
            ["status"] = status switch { 10 => "Completed", 2 => "Shipped", 3 => "Partially Shipped", _ => "Awaiting Fulfillment" },
            ["currency_code"] = "EUR",
            ["default_currency_code"] = "EUR",
            ["total_inc_tax"] = Money(order.TotalMinor, "0.0000"),
            ["total_tax"] = Money(order.TaxMinor, "0.0000"),
            ["shipping_cost_ex_tax"] = Money(order.ShippingMinor - Vat.Within(order.ShippingMinor), "0.0000"),
            ["discount_amount"] = "0.0000",
            ["coupon_discount"] = "0.0000",
            ["billing_address"] = new JsonObject { ["first_name"] = person.FirstName, ["last_name"] = person.LastName, ["email"] = person.Email, ["phone"] = person.Phone },
            ["consignments"] = new JsonArray(new JsonObject { ["shipping"] = new JsonArray(address) }),
        };
    }

    private static JsonObject Line(MarketLine line) => new()
    {
        ["id"] = int.Parse(line.Id, CultureInfo.InvariantCulture),
        ["product_id"] = line.Product.Number,
        ["sku"] = line.Product.Sku,
        ["name"] = line.Product.Title,
        ["quantity"] = line.Quantity,
        ["quantity_shipped"] = line.Shipped,
        ["price_ex_tax"] = Money(line.Product.PriceMinor - Vat.Within(line.Product.PriceMinor), "0.0000"),
        ["total_tax"] = Money(line.TaxMinor, "0.0000"),
        ["type"] = "physical",
    };

    private static string Rfc2822(DateTimeOffset at) => at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
