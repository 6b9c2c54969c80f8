using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>eBay: access tokens of two hours for a seller's refresh token, the Fulfillment API v1, and notifications signed with a key that is asked for by its id.</summary>
internal sealed class EbaySystem : Marketplace
{
    public const string KeyId = "9936261a-7d7b-4621-a0f1-964e0f0e7ab1";

    private const string Root = "/sell/fulfillment/v1/order";

    private readonly TokenOffice _tokens;
    private readonly TokenOffice _applicationTokens;
    private readonly EbayNotifications _notifications;
    private readonly Lazy<ECDsa> _key = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public EbaySystem(SandboxWorld world)
        : base(SandboxSystems.Ebay, world, 5, 100, RetrySchedule.Persistent)
    {
        _tokens = new(world.Clock, Luck, TimeSpan.FromHours(2), "v^1.1#");
        _applicationTokens = new(world.Clock, Luck, TimeSpan.FromHours(2), "v^1.1#a");
        _notifications = new((call, name) => Error(call, 400, MarketFailure.Parameter, name), call => Error(call, 404, MarketFailure.NoSuchPath));
    }

    public override string WebhookKey => _key.Value.ExportSubjectPublicKeyInfoPem();

    public override void Map(SystemRoutes routes)
    {
        routes.Post("/identity/v1/oauth2/token", Token);
        routes.Get(Root, Guarded(Search));
        routes.Get(Root + "/{id}", OfOrder((_, order) => SandboxAnswer.Of(200, Document(order))));
        routes.Get(Root + "/{id}/shipping_fulfillment", OfOrder((_, order) => SandboxAnswer.Of(200, new JsonObject { ["total"] = order.Parcels.Count, ["fulfillments"] = Array(order.Parcels.Select(Document)) })));
        routes.Post(Root + "/{id}/shipping_fulfillment", OfOrder(Confirm));
        routes.Get("/commerce/notification/v1/public_key/{key}", Guarded(Key));
        _notifications.Map(routes, Guarded);
        routes.Otherwise(NotFound);
    }

    protected override string IdOf(int number) => $"14-{number / 100_000:00000}-{number % 100_000:00000}";

    protected override string LineIdOf(int number, int index) => (10_000_000_000_000 + number * 10L + index).ToString(CultureInfo.InvariantCulture);

    protected override bool MayCall(SandboxCall call) => (EbayNotifications.IsOfApplication(call.Path) ? _applicationTokens : _tokens).Look(call.Bearer()) == TokenState.Good;

    protected override (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId) => created
        ? ("ORDER_CONFIRMATION", new JsonObject
        {
            ["metadata"] = new JsonObject { ["topic"] = "ORDER_CONFIRMATION", ["schemaVersion"] = "1.0", ["deprecated"] = false },
            ["notification"] = new JsonObject
            {
                ["notificationId"] = eventId, ["eventDate"] = Time(order.CreatedAt), ["publishDate"] = Time(World.Now), ["publishAttemptCount"] = 1, ["data"] = new JsonObject { ["orderId"] = order.Id },
            },
        })
        : null;

    protected override IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now)
    {
        // eBay's signatures are ECDSA over SHA-1, in the DER form.
#pragma warning disable CA5350
        var signature = _key.Value.SignData(webhook.Body, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);
#pragma warning restore CA5350
        var header = new JsonObject { ["alg"] = "ecdsa", ["kid"] = KeyId, ["signature"] = Convert.ToBase64String(signature), ["digest"] = "SHA1" };
        return [new("X-EBAY-SIGNATURE", Convert.ToBase64String(SandboxAnswer.Bytes(header)))];
    }

    protected override SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null)
    {
        if (failure == MarketFailure.Credentials && call.Path.EndsWith("/token", StringComparison.Ordinal))
            return SandboxAnswer.Of(401, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "client authentication failed" });
        var (id, message) = failure switch
        {
            MarketFailure.Credentials => (1001, "Invalid access token"),
            MarketFailure.Throttled => (2001, "Too many requests."),
            MarketFailure.OrderUnknown => (32100, $"Invalid order ID: {detail}"),
            MarketFailure.NoSuchPath => (2002, "Resource not found"),
            MarketFailure.Unreadable => (2003, "The request body cannot be read."),
            MarketFailure.Parameter => (30700, $"Invalid value: {detail}"),
            MarketFailure.Line => (32800, "Invalid line item ID or quantity"),
            MarketFailure.Closed => (2004, "The service is not available."),
            _ => (30500, "System error."),
        };
        var error = new JsonObject { ["errorId"] = id, ["domain"] = "API_FULFILLMENT", ["category"] = status >= 500 ? "APPLICATION" : "REQUEST", ["message"] = message };
        if (detail is not null)
            error["parameters"] = new JsonArray(new JsonObject { ["name"] = detail, ["value"] = detail });
        return SandboxAnswer.Of(status, new JsonObject { ["errors"] = new JsonArray(error) });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_key.IsValueCreated)
            _key.Value.Dispose();
    }

    private SandboxAnswer Token(SandboxCall call)
    {
        if (!HasBasic(call))
            return CredentialsRefused(call);
        var form = call.Form();
        if (form.GetValueOrDefault("grant_type") == "client_credentials" && form.GetValueOrDefault("scope") == "https://api.ebay.com/oauth/api_scope")
            return SandboxAnswer.Of(200, new JsonObject { ["access_token"] = _applicationTokens.Issue(), ["expires_in"] = _applicationTokens.LifetimeSeconds, ["token_type"] = "Application Access Token" });
        return form.GetValueOrDefault("grant_type") != "refresh_token" || form.GetValueOrDefault("refresh_token") != Secrets.Token
            ? SandboxAnswer.Of(400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "the provided authorization refresh token is invalid or was issued to another client" })
            : SandboxAnswer.Of(200, new JsonObject { ["access_token"] = _tokens.Issue(), ["expires_in"] = _tokens.LifetimeSeconds, ["token_type"] = "User Access Token" });
    }

    private SandboxAnswer Key(SandboxCall call) => call.Route("key") == KeyId
        ? SandboxAnswer.Of(200, new JsonObject { ["algorithm"] = "ECDSA", ["digest"] = "SHA1", ["key"] = WebhookKey.ReplaceLineEndings("") })
        : Error(call, 400, MarketFailure.Parameter, "public_key_id");

    private SandboxAnswer Search(SandboxCall call)
    {
        if (Number(call, "limit", 50, 1, 200) is not { } size)
            return Error(call, 400, MarketFailure.Parameter, "limit");
        if (Number(call, "offset", 0, 0, int.MaxValue) is not { } offset)
            return Error(call, 400, MarketFailure.Parameter, "offset");
        if (Since(call.Query["filter"].ToString()) is not { } since)
            return Error(call, 400, MarketFailure.Parameter, "filter");
        var found = Orders.Where(o => o.UpdatedAt >= since).OrderBy(o => o.CreatedAt).ThenBy(o => o.Number).ToList();
        return SandboxAnswer.Of(200, new JsonObject { ["href"] = call.Origin + call.Path, ["total"] = found.Count, ["limit"] = size, ["offset"] = offset, ["orders"] = Array(found.Skip(offset).Take(size).Select(Document)) });
    }

    /// <summary><c>lastmodifieddate:[2026-11-22T19:04:11.000Z..]</c></summary>
    private static DateTimeOffset? Since(string filter)
    {
        const string start = "lastmodifieddate:[";
        var dots = filter.IndexOf("..", StringComparison.Ordinal);
        return filter.Length == 0 ? DateTimeOffset.UnixEpoch
            : filter.StartsWith(start, StringComparison.Ordinal) && dots > start.Length && filter.EndsWith(']') ? Time(filter[start.Length..dots]) : null;
    }

    private SandboxAnswer Confirm(SandboxCall call, MarketOrder order)
    {
        var wish = call.JsonObject();
        if (Word(wish["trackingNumber"]) is not { Length: > 0 and <= 100 } tracking || !tracking.All(char.IsAsciiLetterOrDigit))
            return Error(call, 400, MarketFailure.Parameter, "trackingNumber");
        var lines = List(wish["lineItems"]).Select(i => Object(i)).Select(i => (Word(i["lineItemId"]), Whole(i["quantity"]))).ToList();
        return Ship(order, lines, Word(wish["shippingCarrierCode"]), tracking) is { } parcel
            ? SandboxAnswer.Empty(201, committed: true).With("Location", $"{call.Origin}{call.Path}/{parcel.Tracking}")
            : Error(call, 400, MarketFailure.Line);
    }

    private static JsonObject Document(MarketParcel parcel) => new()
    {
        ["fulfillmentId"] = parcel.Tracking,
        ["shipmentTrackingNumber"] = parcel.Tracking,
        ["shippingCarrierCode"] = parcel.Carrier,
        ["shippedDate"] = Time(parcel.At),
        ["lineItems"] = Array(parcel.Lines.Select(l => new JsonObject { ["lineItemId"] = l.Line.Id, ["quantity"] = l.Quantity })),
    };

    private static JsonObject Document(MarketOrder order)
    {
        var person = order.Customer;
        var address = new JsonObject { ["addressLine1"] = person.Street, ["city"] = person.City, ["postalCode"] = person.Zip, ["countryCode"] = person.CountryCode };
        return new()
        {
            ["orderId"] = order.Id,
            ["legacyOrderId"] = $"110580000000-{order.Number}",
            ["creationDate"] = Time(order.CreatedAt),
            ["lastModifiedDate"] = Time(order.UpdatedAt),
            ["orderFulfillmentStatus"] = order.Shipped ? "FULFILLED" : order.Parcels.Count > 0 ? "IN_PROGRESS" : "NOT_STARTED",
            ["orderPaymentStatus"] = "PAID",
            ["sellerId"] = "sandbox-seller",
            ["buyer"] = new JsonObject { ["username"] = $"buyer{person.Number}" },
            ["pricingSummary"] = new JsonObject { ["priceSubtotal"] = Amount(order.LinesMinor), ["deliveryCost"] = Amount(order.ShippingMinor), ["total"] = Amount(order.TotalMinor) },
            ["cancelStatus"] = new JsonObject { ["cancelState"] = "NONE_REQUESTED", ["cancelRequests"] = new JsonArray() },
            ["fulfillmentStartInstructions"] = new JsonArray(new JsonObject
            {
                ["fulfillmentInstructionsType"] = "SHIP_TO",
                ["shippingStep"] = new JsonObject
                {
                    ["shipTo"] = new JsonObject { ["fullName"] = person.Name, ["contactAddress"] = address, ["primaryPhone"] = new JsonObject { ["phoneNumber"] = person.Phone }, ["email"] = person.Email },
                    ["shippingCarrierCode"] = "DHL",
                    ["shippingServiceCode"] = "DE_DHLPaket",
                },
            }),
            ["lineItems"] = Array(order.Lines.Select(l => Line(order, l))),
        };
    }

    private static JsonObject Line(MarketOrder order, MarketLine line) => new()
    {
        ["lineItemId"] = line.Id,
        ["legacyItemId"] = (110_580_000_000 + line.Product.Number).ToString(CultureInfo.InvariantCulture),
        ["sku"] = line.Product.Sku,
        ["title"] = line.Product.Title,
        ["lineItemCost"] = Amount(line.GrossMinor),
        ["discountedLineItemCost"] = Amount(line.GrossMinor),
        ["quantity"] = line.Quantity,
        ["lineItemFulfillmentStatus"] = line.Open == 0 ? "FULFILLED" : line.Shipped > 0 ? "IN_PROGRESS" : "NOT_STARTED",
        ["lineItemFulfillmentInstructions"] = new JsonObject { ["shipByDate"] = Time(order.CreatedAt.AddDays(2)) },
        ["taxes"] = new JsonArray(),
    };

    private static JsonObject Amount(long minor) => new() { ["value"] = Money(minor), ["currency"] = "EUR" };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
