using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Shop;

/// <summary>
/// The web shop. Customers order by themselves and each order is told by <c>orders/create</c>; the Admin GraphQL API is
/// the truth beside it. See docs/sandbox.md for what is Shopify's and what is assumed.
/// </summary>
internal sealed class ShopSystem : SandboxSystem
{
    public static readonly LedgerOperation FulfillmentCreated = new("fulfillment", Once: true);
    public static readonly LedgerOperation OrderClosed = new("order-close", Once: false);
    public static readonly LedgerOperation TrackingChanged = new("tracking-update", Once: false);

    private readonly BoundedStore<long, ShopOrder> _orders;
    private readonly Dictionary<long, ShopOrder> _byFulfillmentOrder = [];
    private readonly Dictionary<long, ShopFulfillment> _fulfillments = [];
    private readonly ShopOrderFactory _factory;
    private readonly WebhookSender _webhooks;
    private readonly ShopWebhookStyle _style;
    private readonly ShopAdminApi _api;
    private int _fulfillmentNumber;

    public ShopSystem(SandboxWorld world)
        : base(DialCatalog.Shop, world, FulfillmentCreated, OrderClosed, TrackingChanged)
    {
        _orders = new(world.Options.KeptOrders, Forget);
        _factory = new(Luck, world.NumberOffset);
        _style = new(world.Options.Secrets.ShopWebhookSecret, world.Options.ShopDomain, Luck);
        _webhooks = new(DialCatalog.Shop, world.Options.ShopConnection, _style, RetrySchedule.Shopify, Counters, Luck, world);
        _fulfillmentNumber = world.NumberOffset;
        // Standard plan: 100 points a second; the size of the bucket is what stores on that plan report.
        _api = new(this, world.Options.Secrets.ShopAccessToken, Limit(100, 2_000));
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

    public override bool Sells => true;

    public override void Map(SystemRoutes routes)
    {
        routes.Post("/admin/api/{version}/graphql.json", _api.Answer);
        routes.Otherwise(NotFound);
    }

    public override void Start() => new OrderRhythm(World, DialCatalog.Shop, DialCatalog.Shop.OrderRate, Luck, PlaceOrder).Start();

    public override void PlaceOrder()
    {
        ShopOrder order;
        byte[] body;
        lock (Gate)
        {
            order = _factory.Make(World.Now);
            _orders.Add(order.Id, order);
            _byFulfillmentOrder.Add(order.FulfillmentOrderId, order);
            body = SandboxAnswer.Bytes(ShopOrderDocument.Of(order, World.Options.ShopDomain));
        }

        Counters.Count(Counter.OrdersPlaced);
        _webhooks.Send(new(_style.NewId(), _style.NewId(), "orders/create", body, order.CreatedAt));
    }

    /// <summary>Runs a request against the orders while nobody else does.</summary>
    public T Locked<T>(Func<T> work)
    {
        lock (Gate)
            return work();
    }

    public IEnumerable<ShopOrder> Orders => _orders.Values;

    public ShopOrder? Find(long id) => _orders.Find(id);

    public ShopOrder? FindByFulfillmentOrder(long id) => _byFulfillmentOrder.GetValueOrDefault(id);

    public ShopFulfillment? FindFulfillment(long id) => _fulfillments.GetValueOrDefault(id);

    public ShopFulfillment Fulfill(ShopOrder order, IReadOnlyList<(ShopLine Line, int Quantity)> lines, ShopTracking? tracking)
    {
        var now = World.Now;
        var id = 5_200_000_000_000 + ++_fulfillmentNumber;
        var fulfillment = new ShopFulfillment
        {
            Id = id,
            Name = $"{order.Name}-F{order.Fulfillments.Count + 1}",
            CreatedAt = now,
            UpdatedAt = now,
            Order = order,
            Tracking = tracking,
            Lines = [.. lines.Select((l, i) => new ShopFulfillmentLine(id * 10 + i, l.Line, l.Quantity))],
        };
        foreach (var (line, quantity) in lines)
            line.Remaining -= quantity;
        order.Fulfillments.Add(fulfillment);
        order.UpdatedAt = now;
        _fulfillments.Add(id, fulfillment);
        Ledger.Record(FulfillmentCreated, $"{order.Name}/{tracking?.Number ?? fulfillment.Name}");
        return fulfillment;
    }

    public void Track(ShopFulfillment fulfillment, ShopTracking tracking)
    {
        fulfillment.Tracking = tracking;
        fulfillment.UpdatedAt = fulfillment.Order.UpdatedAt = World.Now;
        Ledger.Record(TrackingChanged, fulfillment.Name);
    }

    /// <summary>False when it was closed before: that changes nothing.</summary>
    public bool Close(ShopOrder order)
    {
        if (order.ClosedAt is not null)
            return false;
        order.ClosedAt = order.UpdatedAt = World.Now;
        Ledger.Record(OrderClosed, order.Name);
        return true;
    }

    public override SandboxAnswer Throttled(SandboxCall call) => _api.Throttled();

    public override SandboxAnswer Broken(SandboxCall call, int status) => SandboxAnswer.Of(status, new JsonObject { ["errors"] = status == 500 ? "Internal Server Error" : "Bad Gateway" });

    public override SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter) =>
        SandboxAnswer.Of(503, new JsonObject { ["errors"] = "Service Unavailable" }).WithRetryAfter(retryAfter);

    public override SandboxAnswer CredentialsRefused(SandboxCall call) =>
        SandboxAnswer.Of(401, new JsonObject { ["errors"] = "[API] Invalid API key or access token (unrecognized login or wrong password)" });

    public override SandboxAnswer NotFound(SandboxCall call) => SandboxAnswer.Of(404, new JsonObject { ["errors"] = "Not Found" });

    public override SandboxAnswer Unreadable(SandboxCall call) =>
        SandboxAnswer.Of(400, new JsonObject { ["errors"] = new JsonObject { ["query"] = "Required parameter missing or invalid" } });

    protected override void Dispose(bool disposing) => _webhooks.Dispose();

    private void Forget(ShopOrder order)
    {
        _byFulfillmentOrder.Remove(order.FulfillmentOrderId);
        foreach (var fulfillment in order.Fulfillments)
            _fulfillments.Remove(fulfillment.Id);
    }
}
