using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>
/// An Adobe Commerce shop: requests signed by OAuth 1.0a, searches by searchCriteria that answer their last page again and again, and a webhook signed
/// with the shop's private key, which is sent once and never again.
/// </summary>
internal sealed class AdobeCommerceSystem : Marketplace
{
    private readonly OAuth1Check _check;
    private readonly Lazy<RSA> _key = new(() => RSA.Create(2048));

    public AdobeCommerceSystem(SandboxWorld world)
        : base(SandboxSystems.AdobeCommerce, world, 25, 50, RetrySchedule.Never, "/order-saved") => _check = new(Secrets, world.Clock);

    public override string WebhookKey => _key.Value.ExportSubjectPublicKeyInfoPem();

    public override void Map(SystemRoutes routes)
    {
        const string root = "/rest/V1";
        routes.Get(root + "/orders", Guarded(Search));
        routes.Get(root + "/orders/{id}", OfOrder((_, order) => SandboxAnswer.Of(200, Document(order))));
        routes.Post(root + "/order/{id}/ship", OfOrder(Confirm));
        routes.Get(root + "/shipments", Guarded(Shipments));
        routes.Otherwise(NotFound);
    }

    protected override string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected override string LineIdOf(int number, int index) => (number * 10 + index).ToString(CultureInfo.InvariantCulture);

    protected override bool MayCall(SandboxCall call) => _check.Holds(call);

    protected override (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId) =>
        ("order-saved", new JsonObject { ["order"] = new JsonObject { ["entity_id"] = order.Number, ["increment_id"] = Increment(order), ["updated_at"] = Time(order.UpdatedAt) } });

    protected override IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now) =>
        [new("x-adobe-commerce-webhook-signature", Convert.ToBase64String(_key.Value.SignData(webhook.Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))];

    protected override SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null) => SandboxAnswer.Of(status, failure switch
    {
        MarketFailure.Credentials => Message("The signature is invalid. Verify and try again."),
        MarketFailure.OrderUnknown => Message("The entity that was requested doesn't exist. Verify the entity and try again."),
        MarketFailure.NoSuchPath => Message("Request does not match any route."),
        MarketFailure.Unreadable => Message("Decoding error."),
        MarketFailure.Parameter => new JsonObject { ["message"] = "\"%fieldName\" is invalid. Verify and try again.", ["parameters"] = new JsonObject { ["fieldName"] = detail } },
        MarketFailure.Line => Message("Could not save a shipment, see error log for details"),
        MarketFailure.Throttled => Message("Too many requests."),
        MarketFailure.Closed => Message("The shop is down for maintenance."),
        _ => Message("Internal Error. Details are available in Magento log file. Report ID: webapi-sandbox"),
    });

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_key.IsValueCreated)
            _key.Value.Dispose();
    }

    private static JsonObject Message(string text) => new() { ["message"] = text };

    private SandboxAnswer Search(SandboxCall call)
    {
        if (Filter(call, "updated_at", "gteq") is not { } filter || Time(filter) is not { } since)
            return Error(call, 400, MarketFailure.Parameter, "searchCriteria");
        return Page(call, Orders.Where(o => o.UpdatedAt >= since).OrderBy(o => o.Number).Select(Document));
    }

    private SandboxAnswer Shipments(SandboxCall call)
    {
        if (Filter(call, "order_id", "eq") is not { } id)
            return Error(call, 400, MarketFailure.Parameter, "searchCriteria");
        return Page(call, Orders.Where(o => o.Id == id).SelectMany(o => o.Parcels.Select(p => Document(o, p))));
    }

    /// <summary>The one filter that is served; empty when there is none, null when it is another.</summary>
    private static string? Filter(SandboxCall call, string field, string condition)
    {
        const string at = "searchCriteria[filterGroups][0][filters][0]";
        if (!call.Query.ContainsKey(at + "[field]"))
            return "";
        var given = call.Query[at + "[conditionType]"].ToString();
        return call.Query[at + "[field]"] == field && (given.Length == 0 ? "eq" : given) == condition ? call.Query[at + "[value]"].ToString() : null;
    }

    private SandboxAnswer Page(SandboxCall call, IEnumerable<JsonObject> found)
    {
        var all = found.ToList();
        if (Number(call, "searchCriteria[pageSize]", 20, 1, 300) is not { } size || Number(call, "searchCriteria[currentPage]", 1, 1, int.MaxValue) is not { } page)
            return Error(call, 400, MarketFailure.Parameter, "pageSize");
        var last = Math.Max(1, (all.Count + size - 1) / size);
        return SandboxAnswer.Of(200, new JsonObject { ["items"] = Array(all.Skip((Math.Min(page, last) - 1) * size).Take(size)), ["search_criteria"] = new JsonObject { ["page_size"] = size, ["current_page"] = page }, ["total_count"] = all.Count });
    }

    private SandboxAnswer Confirm(SandboxCall call, MarketOrder order)
    {
        var wish = call.JsonObject();
        var lines = List(wish["items"]).Select(i => Object(i)).Select(i => (Word(i["order_item_id"]), Whole(i["qty"]))).ToList();
        var track = wish["tracks"] is JsonArray { Count: > 0 } tracks ? Object(tracks[0]) : [];
        // The answer is the shipment's number, alone, as text.
        return Ship(order, lines, Word(track["title"]), Word(track["track_number"])) is { } parcel
            ? SandboxAnswer.Of(200, JsonValue.Create(parcel.Id.ToString(CultureInfo.InvariantCulture)), committed: true)
            : Error(call, 400, MarketFailure.Line);
    }

    private static string Increment(MarketOrder order) => order.Number.ToString("000000000", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static JsonObject Document(MarketOrder order, MarketParcel parcel) => new()
    {
        ["entity_id"] = parcel.Id,
        ["order_id"] = order.Number,
        ["items"] = Array(parcel.Lines.Select(l => new JsonObject { ["order_item_id"] = int.Parse(l.Line.Id, CultureInfo.InvariantCulture), ["qty"] = l.Quantity })),
        ["tracks"] = new JsonArray(new JsonObject { ["track_number"] = parcel.Tracking, ["title"] = parcel.Carrier, ["carrier_code"] = "custom" }),
    };

    private static JsonObject Document(MarketOrder order)
    {
        var state = order.Shipped ? "complete" : "processing";
        var person = order.Customer;
        var address = new JsonObject
        {
            ["firstname"] = person.FirstName, ["lastname"] = person.LastName, ["company"] = null, ["street"] = new JsonArray(person.Street), ["city"] = person.City, ["region"] = null, ["region_code"] = null,
            ["postcode"] = person.Zip, ["country_id"] = person.CountryCode, ["telephone"] = person.Phone,
        };
        return new()
        {
            ["entity_id"] = order.Number,
            ["increment_id"] = Increment(order),
            ["state"] = state,
            ["status"] = state,
            ["created_at"] = Time(order.CreatedAt),
            ["updated_at"] = Time(order.UpdatedAt),
            ["order_currency_code"] = "EUR",
            ["grand_total"] = order.TotalMinor / 100m,
            ["tax_amount"] = order.TaxMinor / 100m,
            ["shipping_amount"] = (order.ShippingMinor - Vat.Within(order.ShippingMinor)) / 100m,
            ["discount_amount"] = 0,
            ["shipping_description"] = "Flat Rate - Fixed",
            ["customer_id"] = person.Number,
            ["customer_firstname"] = person.FirstName,
            ["customer_lastname"] = person.LastName,
            ["customer_email"] = person.Email,
            ["quote_id"] = order.Number,
            ["billing_address"] = new JsonObject { ["telephone"] = person.Phone },
            ["items"] = Array(order.Lines.Select(Line)),
            ["extension_attributes"] = new JsonObject { ["shipping_assignments"] = new JsonArray(new JsonObject { ["shipping"] = new JsonObject { ["method"] = "flatrate_flatrate", ["address"] = address } }) },
        };
    }

    private static JsonObject Line(MarketLine line) => new()
    {
        ["item_id"] = int.Parse(line.Id, CultureInfo.InvariantCulture),
        ["parent_item_id"] = null,
        ["sku"] = line.Product.Sku,
        ["name"] = line.Product.Title,
        ["product_id"] = line.Product.Number,
        ["product_type"] = "simple",
        ["qty_ordered"] = line.Quantity,
        ["qty_shipped"] = line.Shipped,
        ["price"] = (line.Product.PriceMinor - Vat.Within(line.Product.PriceMinor)) / 100m,
        ["tax_amount"] = line.TaxMinor / 100m,
        ["discount_amount"] = 0,
        ["is_virtual"] = 0,
    };
}
