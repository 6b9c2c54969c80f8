using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>
/// Walmart Marketplace: tokens of 15 minutes, the headers that every call must carry, a cursor that is the next page's query, lines that know how many
/// of their units are in which state, and the notification PO_CREATED.
/// </summary>
internal sealed class WalmartSystem : Marketplace
{
    private const string Root = "/v3/orders";
    private const string Hooks = "/v3/webhooks/subscriptions";

    private readonly TokenOffice _tokens;
    private readonly HookRegistry _hooks = new();

    public WalmartSystem(SandboxWorld world)
        : base(SandboxSystems.Walmart, world, 5, 60, RetrySchedule.Persistent) => _tokens = new(world.Clock, Luck, TimeSpan.FromMinutes(15), "eyJ");

    public override void Map(SystemRoutes routes)
    {
        routes.Post("/v3/token", Token);
        routes.Get(Root, Guarded(Search));
        routes.Get(Root + "/{id}", OfOrder((_, order) => One(order)));
        routes.Post(Root + "/{id}/acknowledge", OfOrder(Acknowledge));
        routes.Post(Root + "/{id}/shipping", OfOrder(Confirm));
        routes.Post(Root + "/{id}/cancel", OfOrder(Cancel));
        routes.Get(Hooks, Guarded(_ => SandboxAnswer.Of(200, Told(_hooks.All))));
        routes.Post(Hooks, Guarded(Subscribe));
        routes.Patch(Hooks + "/{id}", Guarded(Switch));
        routes.Delete(Hooks + "/{id}", Guarded(call => _hooks.Remove(call.Route("id")) is { } hook ? SandboxAnswer.Of(200, Told([hook]), committed: true) : Error(call, 404, MarketFailure.NoSuchPath)));
        routes.Otherwise(NotFound);
    }

    protected override bool LinePerUnit => true;

    protected override string IdOf(int number) => (2_577_570_000_000 + number).ToString(CultureInfo.InvariantCulture);

    protected override string LineIdOf(int number, int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    protected override bool MayCall(SandboxCall call) => HasCorrelation(call) && _tokens.Look(call.Header("WM_SEC.ACCESS_TOKEN")) == TokenState.Good;

    protected override (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId) => created
        ? ("PO_CREATED", new JsonObject
        {
            ["source"] = new JsonObject { ["eventType"] = "PO_CREATED", ["eventTime"] = World.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), ["eventId"] = eventId },
            ["payload"] = new JsonObject { ["partnerId"] = "10000000001", ["purchaseOrderId"] = order.Id, ["shipNodeType"] = "SellerFulfilled" },
        })
        : null;

    /// <summary>HMAC-SHA256 over the body, in the header that the subscription chose.</summary>
    protected override IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now) => [new("WM_SEC.SIGNATURE", ShopifySignature.Sign(Secrets.WebhookSecret, webhook.Body))];

    protected override SandboxAnswer WithLimits(SandboxAnswer answer, double left) => answer
        .With("X-Current-Token-Count", ((int)left).ToString(CultureInfo.InvariantCulture))
        .With("X-Next-Replenishment-Time", (World.Now.ToUnixTimeMilliseconds() + 1_000).ToString(CultureInfo.InvariantCulture));

    protected override SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null)
    {
        var (code, text) = failure switch
        {
            MarketFailure.Credentials => ("UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized"),
            MarketFailure.OrderUnknown => ("CONTENT_NOT_FOUND.GMP_ORDER_API", $"No order was found for purchase order {detail}."),
            MarketFailure.NoSuchPath => ("CONTENT_NOT_FOUND.GMP_GATEWAY_API", "The resource was not found."),
            MarketFailure.Unreadable => ("INVALID_REQUEST_CONTENT.GMP_ORDER_API", "The request cannot be parsed."),
            MarketFailure.Parameter => ("INVALID_REQUEST_PARAM.GMP_ORDER_API", $"The value of {detail} is not allowed."),
            MarketFailure.Line => ("INVALID_REQUEST_CONTENT.GMP_ORDER_API", "A line is unknown, or fewer of its units are left."),
            MarketFailure.Throttled => ("REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "The request was throttled."),
            MarketFailure.Closed => ("SERVICE_UNAVAILABLE.GMP_GATEWAY_API", "The service is not available."),
            _ => ("SYSTEM_ERROR.GMP_GATEWAY_API", "An internal error occurred."),
        };
        return SandboxAnswer.Of(status, new JsonObject { ["error"] = new JsonArray(new JsonObject { ["code"] = code, ["field"] = detail, ["description"] = text, ["info"] = text, ["severity"] = "ERROR", ["category"] = "DATA" }) });
    }

    /// <summary>Only signed subscriptions, as ours are: which secret signs is the sandbox's own affair.</summary>
    private SandboxAnswer Subscribe(SandboxCall call)
    {
        var made = new List<Hook>();
        foreach (var wish in List(call.JsonObject()["events"]).Select(Object))
        {
            if (Word(wish["eventType"]) is not ("PO_CREATED" or "PO_LINE_AUTOCANCELLED") || Word(wish["eventVersion"]) != "V1" || Word(wish["resourceName"]) != "ORDER")
                return Error(call, 400, MarketFailure.Parameter, "eventType");
            if (Word(In(wish, "authDetails", "authMethod")) != "HMAC" || string.IsNullOrEmpty(Word(In(wish, "authDetails", "clientSecret"))) || Word(In(wish, "authDetails", "authHeaderName")) != "WM_SEC.SIGNATURE")
                return Error(call, 400, MarketFailure.Parameter, "authDetails");
            if (_hooks.Add(Word(wish["eventType"])!, Word(wish["eventUrl"]) ?? "") is not { } hook)
                return Error(call, 400, MarketFailure.Parameter, "events");
            made.Add(hook);
        }

        return SandboxAnswer.Of(200, Told(made), committed: true);
    }

    private SandboxAnswer Switch(SandboxCall call) =>
        _hooks.Find(call.Route("id")) is not { } hook ? Error(call, 404, MarketFailure.NoSuchPath)
        : Word(call.JsonObject()["status"]) is not ("ACTIVE" or "INACTIVE") ? Error(call, 400, MarketFailure.Parameter, "status")
        : SandboxAnswer.Of(200, Told([_hooks.Put(hook with { Active = Word(call.JsonObject()["status"]) == "ACTIVE" })]), committed: true);

    private static JsonObject Told(IEnumerable<Hook> hooks) => new()
    {
        ["events"] = Array(hooks.Select(h => new JsonObject
        {
            ["subscriptionId"] = h.Id.ToString(CultureInfo.InvariantCulture), ["partnerId"] = "10000000001", ["eventType"] = h.Topic, ["eventVersion"] = "V1", ["resourceName"] = "ORDER", ["eventUrl"] = h.Address,
            ["authDetails"] = new JsonObject { ["authMethod"] = "HMAC" }, ["status"] = h.Active ? "ACTIVE" : "INACTIVE",
        })),
    };

    private static bool HasCorrelation(SandboxCall call) => !string.IsNullOrEmpty(call.Header("WM_QOS.CORRELATION_ID")) && !string.IsNullOrEmpty(call.Header("WM_SVC.NAME"));

    private SandboxAnswer Token(SandboxCall call) =>
        !HasCorrelation(call) || !HasBasic(call) ? CredentialsRefused(call)
        : call.Form().GetValueOrDefault("grant_type") != "client_credentials" ? Error(call, 400, MarketFailure.Parameter, "grant_type")
        : SandboxAnswer.Of(200, new JsonObject { ["access_token"] = _tokens.Issue(), ["token_type"] = "Bearer", ["expires_in"] = _tokens.LifetimeSeconds });

    private SandboxAnswer Search(SandboxCall call)
    {
        if (Number(call, "limit", 100, 1, 200) is not { } size)
            return Error(call, 400, MarketFailure.Parameter, "limit");
        if (Time(call.Query["lastModifiedStartDate"].ToString()) is not { } since)
            return Error(call, 400, MarketFailure.Parameter, "lastModifiedStartDate");
        if (Number(call, "poIndex", 0, 0, int.MaxValue) is not { } at)
            return Error(call, 400, MarketFailure.Parameter, "poIndex");
        var found = Orders.Where(o => o.UpdatedAt >= since).OrderBy(o => o.UpdatedAt).ThenBy(o => o.Number).ToList();
        var meta = new JsonObject { ["totalCount"] = found.Count, ["limit"] = size };
        if (found.Count > (long)at + size)
            meta["nextCursor"] = $"?limit={size}&hasMoreElements=true&soIndex={found.Count}&poIndex={at + size}&partnerId=10000000001&sellerId=1000&lastModifiedStartDate={Uri.EscapeDataString(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}";
        return SandboxAnswer.Of(200, new JsonObject { ["list"] = new JsonObject { ["meta"] = meta, ["elements"] = new JsonObject { ["order"] = Array(found.Skip(at).Take(size).Select(WalmartDocument.Of)) } } });
    }

    private SandboxAnswer Acknowledge(SandboxCall call, MarketOrder order)
    {
        if (order.State == MarketState.Open)
        {
            order.State = MarketState.Acknowledged;
            Change(order);
        }

        return One(order, committed: true);
    }

    private SandboxAnswer Confirm(SandboxCall call, MarketOrder order)
    {
        var parcels = new List<(string? Line, int Quantity, string? Carrier, string? Tracking)>();
        foreach (var line in List(In(call.JsonObject(), "orderShipment", "orderLines", "orderLine")))
            foreach (var status in List(In(line, "orderLineStatuses", "orderLineStatus")))
            {
                var carrier = In(status, "trackingInfo", "carrierName");
                parcels.Add((Word(In(line, "lineNumber")), Whole(In(status, "statusQuantity", "amount")), Word(In(carrier, "carrier") ?? In(carrier, "otherCarrier")), Word(In(status, "trackingInfo", "trackingNumber"))));
            }

        if (parcels.Count == 0 || parcels.Select(p => p.Tracking).Distinct().Count() != 1 || string.IsNullOrEmpty(parcels[0].Tracking))
            return Error(call, 400, MarketFailure.Parameter, "trackingNumber");
        return Ship(order, [.. parcels.Select(p => (p.Line, p.Quantity))], parcels[0].Carrier, parcels[0].Tracking) is null ? Error(call, 400, MarketFailure.Line) : One(order, committed: true);
    }

    private SandboxAnswer Cancel(SandboxCall call, MarketOrder order)
    {
        var lines = List(In(call.JsonObject(), "orderCancellation", "orderLines", "orderLine")).Select(l => order.Line(Word(In(l, "lineNumber")))).ToList();
        if (lines.Count == 0 || lines.Exists(l => l is null))
            return Error(call, 400, MarketFailure.Line);
        var open = lines.OfType<MarketLine>().Where(l => l.Open > 0).ToList();
        foreach (var line in open)
            line.Cancelled += line.Open;
        if (open.Count > 0)
            Change(order);
        return One(order, committed: true);
    }

    private static SandboxAnswer One(MarketOrder order, bool committed = false) => SandboxAnswer.Of(200, new JsonObject { ["order"] = WalmartDocument.Of(order) }, committed);
}
