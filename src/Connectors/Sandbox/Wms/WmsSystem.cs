using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Wms;

/// <summary>
/// The regional warehouse: takes orders under an idempotency key, works on them, and tells how it goes. The API is our
/// own, shaped like those of mid-size warehouses; docs/sandbox.md is its reference.
/// </summary>
internal sealed class WmsSystem : SandboxSystem
{
    public static readonly LedgerOperation OrderTaken = new("warehouse-order", Once: true);
    public static readonly LedgerOperation OrderCancelled = new("cancellation", Once: false);
    public static readonly LedgerOperation OrderChanged = new("order-change", Once: false);

    private readonly BoundedStore<string, WmsOrder> _orders;
    private readonly Dictionary<string, WmsOrder> _byReference = new(StringComparer.Ordinal);
    private readonly BoundedStore<string, (string Digest, SandboxAnswer Answer)> _keys;
    private readonly WebhookSender _webhooks;
    private readonly WmsFloor _floor;
    private readonly TokenBucket _calls;
    private int _number;

    public WmsSystem(SandboxWorld world)
        : base(DialCatalog.Wms, world, OrderTaken, OrderCancelled, OrderChanged)
    {
        _orders = new(world.Options.KeptOrders, o => _byReference.Remove(o.Reference));
        _keys = new(world.Options.KeptOrders);
        var style = new StandardWebhookStyle(world.Options.Secrets.WmsWebhookSecret, Luck);
        _webhooks = new(DialCatalog.Wms, world.Options.WmsConnection, style, RetrySchedule.Persistent, Counters, Luck, world);
        _floor = new(world, Luck, _webhooks, style, Gate);
        _calls = Limit(50, 100);
        _number = 20_000 + world.NumberOffset;
    }

    public override int Kept
    {
        get
        {
            lock (Gate)
                return _orders.Count;
        }
    }

    public override int WebhooksWaiting => _webhooks.Waiting;

    public override void Map(SystemRoutes routes)
    {
        routes.Post("/v1/orders", Guarded(Create));
        routes.Get("/v1/orders", Guarded(Find));
        routes.Get("/v1/orders/{id}", Guarded(GetOne));
        routes.Put("/v1/orders/{id}", Guarded(Change));
        routes.Post("/v1/orders/{id}/cancel", Guarded(Cancel));
        routes.Get("/v1/stock/{sku}", Guarded(Stock));
        routes.Otherwise(Guarded(NotFound));
    }

    public override SandboxAnswer Throttled(SandboxCall call) => Throttled(TimeSpan.FromSeconds(2));

    public override SandboxAnswer Broken(SandboxCall call, int status) => WmsDocuments.Error(status, "internal_error", "The warehouse system failed. Try again.");

    public override SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter) =>
        WmsDocuments.Error(503, "maintenance", "The warehouse system is closed for maintenance.").WithRetryAfter(retryAfter);

    public override SandboxAnswer CredentialsRefused(SandboxCall call) => WmsDocuments.Error(401, "unauthorized", "The API key is missing, wrong or revoked.");

    public override SandboxAnswer NotFound(SandboxCall call) => WmsDocuments.Error(404, "not_found", "There is nothing at this address.");

    public override SandboxAnswer Unreadable(SandboxCall call) => WmsDocuments.Error(400, "invalid_json", "The body is not a JSON object.");

    protected override void Dispose(bool disposing) => _webhooks.Dispose();

    private Func<SandboxCall, SandboxAnswer> Guarded(Func<SandboxCall, SandboxAnswer> operation) => call =>
    {
        if (call.Bearer() != World.Options.Secrets.WmsApiKey)
            return CredentialsRefused(call);
        if (!_calls.TryTake(1, out var left))
        {
            Counters.Count(Counter.Throttled);
            return Throttled(_calls.Until(1));
        }

        lock (Gate)
            return Budget(operation(call), left);
    };

    private SandboxAnswer Create(SandboxCall call)
    {
        var key = call.Header("Idempotency-Key");
        var digest = Convert.ToHexStringLower(SHA256.HashData(call.Body.Span));
        if (key is not null && _keys.TryGet(key, out var earlier))
            return earlier.Digest == digest
                ? Again(earlier.Answer)
                : WmsDocuments.Error(422, "idempotency_key_reused", "The idempotency key was used with another body.");
        var (reference, lines, shipTo, refused) = WmsOrderInput.Read(call.JsonObject());
        if (refused is not null)
            return refused;
        if (_byReference.TryGetValue(reference, out var existing))
            return WmsDocuments.Error(409, "reference_exists", $"The reference is already in use by {existing.Id}.", ("reference", existing.Id));
        var order = new WmsOrder { Id = $"WMS-{++_number}", Reference = reference, CreatedAt = World.Now, Lines = lines, ShipTo = shipTo };
        _orders.Add(order.Id, order);
        _byReference.Add(reference, order);
        Ledger.Record(OrderTaken, reference);
        Counters.Count(Counter.OrdersPlaced);
        var body = new JsonObject { ["id"] = order.Id, ["reference"] = reference, ["status"] = WmsDocuments.Word(order.Status), ["version"] = order.Version };
        var answer = SandboxAnswer.Of(201, body, committed: true).With("Location", $"/wms/v1/orders/{order.Id}");
        if (key is not null)
            _keys.Add(key, (digest, answer));
        _floor.Take(order);
        return answer;
    }

    private SandboxAnswer Find(SandboxCall call)
    {
        if (call.Query["reference"].ToString() is not { Length: > 0 } reference)
            return WmsDocuments.Error(400, "reference_missing", "Ask by reference: /wms/v1/orders?reference=…");
        var items = new JsonArray();
        if (_byReference.TryGetValue(reference, out var order))
            items.Add((JsonNode)WmsDocuments.Order(order));
        return SandboxAnswer.Of(200, new JsonObject { ["items"] = items });
    }

    private SandboxAnswer GetOne(SandboxCall call) => _orders.Find(call.Route("id")) is { } order
        ? SandboxAnswer.Of(200, WmsDocuments.Order(order))
        : WmsDocuments.Error(404, "order_unknown", "There is no order with this id.");

    /// <summary>Takes other content for the version that it names, until it is picked.</summary>
    private SandboxAnswer Change(SandboxCall call)
    {
        var key = call.Header("Idempotency-Key");
        var digest = Convert.ToHexStringLower(SHA256.HashData(call.Body.Span));
        if (key is not null && _keys.TryGet(key, out var earlier))
            return earlier.Digest == digest ? new SandboxAnswer { Status = earlier.Answer.Status, Body = earlier.Answer.Body, ContentType = earlier.Answer.ContentType }.With("Idempotent-Replayed", "true")
                : WmsDocuments.Error(422, "idempotency_key_reused", "The idempotency key was used with another body.");
        if (_orders.Find(call.Route("id")) is not { } order)
            return WmsDocuments.Error(404, "order_unknown", "There is no order with this id.");
        var (reference, lines, shipTo, refused) = WmsOrderInput.Read(call.JsonObject());
        if (refused is not null)
            return refused;
        if (reference != order.Reference)
            return WmsDocuments.Error(422, "validation_failed", "The reference of an order cannot be changed.", ("reference", "must stay as it is"));
        if (order.Picked)
            return WmsDocuments.Error(409, "already_picked", "The order is being picked and cannot be changed.");
        if (order.Status is WmsStatus.Rejected or WmsStatus.Cancelled)
            return WmsDocuments.Error(409, "already_rejected", "The order is not worked on; there is nothing to change.");
        if (call.Header("If-Match") is not { Length: > 0 } match || match != order.Version.ToString(CultureInfo.InvariantCulture))
            return WmsDocuments.Error(412, "version_moved", $"The order is version {order.Version} by now.");
        (order.Lines, order.ShipTo) = (lines, shipTo);
        order.Version++;
        Ledger.Record(OrderChanged, order.Reference);
        var answer = SandboxAnswer.Of(200, WmsDocuments.Order(order), committed: true);
        if (key is not null)
            _keys.Add(key, (digest, answer));
        return answer;
    }

    /// <summary>So much of every product that it knows; a dial says how much.</summary>
    private SandboxAnswer Stock(SandboxCall call)
    {
        var sku = call.Route("sku");
        return Assortment.Products.All.Any(p => p.Sku == sku)
            ? SandboxAnswer.Of(200, new JsonObject { ["sku"] = sku, ["location"] = "MAIN", ["available"] = (int)World.Dials[DialCatalog.Wms.Stock] })
            : WmsDocuments.Error(404, "sku_unknown", "The warehouse does not know this product.", ("sku", sku));
    }

    private SandboxAnswer Cancel(SandboxCall call)
    {
        if (_orders.Find(call.Route("id")) is not { } order)
            return WmsDocuments.Error(404, "order_unknown", "There is no order with this id.");
        if (order.Picked)
            return WmsDocuments.Error(409, "already_picked", "The order is being picked and cannot be cancelled.");
        if (order.Status == WmsStatus.Rejected)
            return WmsDocuments.Error(409, "already_rejected", "The order was rejected; there is nothing to cancel.");
        var changes = order.Status != WmsStatus.Cancelled;
        order.Status = WmsStatus.Cancelled;
        if (changes)
            Ledger.Record(OrderCancelled, order.Reference);
        return SandboxAnswer.Of(200, WmsDocuments.Order(order), committed: changes);
    }

    /// <summary>The first answer once more. Nothing is committed this time, so that it is not lost by the dial again.</summary>
    private static SandboxAnswer Again(SandboxAnswer first)
    {
        var answer = new SandboxAnswer { Status = first.Status, Body = first.Body, ContentType = first.ContentType };
        return answer.With("Location", first.Headers[0].Value).With("Idempotent-Replayed", "true");
    }

    private SandboxAnswer Throttled(TimeSpan wait) =>
        Budget(WmsDocuments.Error(429, "rate_limited", "Too many calls."), 0).WithRetryAfter(wait);

    private SandboxAnswer Budget(SandboxAnswer answer, double left) => answer
        .With("X-RateLimit-Limit", _calls.Burst.ToString(CultureInfo.InvariantCulture))
        .With("X-RateLimit-Remaining", Math.Floor(left).ToString(CultureInfo.InvariantCulture));
}
