using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Amazon;

/// <summary>
/// The marketplace: tokens, orders v2026-01-01, shipment confirmation v0 and ORDER_CHANGE. Amazon itself posts
/// notifications to a queue; here whoever forwards them signs by Standard Webhooks.
/// </summary>
internal sealed class AmazonSystem : SandboxSystem
{
    public static readonly LedgerOperation ShipmentConfirmed = new("shipment-confirmation", Once: true);
    public static readonly LedgerOperation ShipmentReplaced = new("shipment-replacement", Once: false);

    private static readonly TimeSpan PendingFor = TimeSpan.FromSeconds(20);

    private readonly BoundedStore<string, AmazonOrder> _orders;
    private readonly AmazonOrderFactory _factory;
    private readonly AmazonLogin _login;
    private readonly WebhookSender _webhooks;
    private readonly StandardWebhookStyle _style;
    private readonly TokenBucket _search;
    private readonly TokenBucket _get;
    private readonly TokenBucket _confirm;
    private readonly TokenBucket _destinations;
    private readonly TokenBucket _subscriptions;
    private readonly TokenBucket _changes;
    private readonly AmazonNotifications _notifications = new();

    public AmazonSystem(SandboxWorld world)
        : base(DialCatalog.Amazon, world, ShipmentConfirmed, ShipmentReplaced)
    {
        _orders = new(world.Options.KeptOrders);
        _factory = new(Luck, world.NumberOffset);
        _login = new(world.Options.Secrets, world.Clock, Luck);
        _style = new(world.Options.Secrets.AmazonWebhookSecret, Luck);
        _webhooks = new(DialCatalog.Amazon, world.Options.AmazonConnection, _style, RetrySchedule.Persistent, Counters, Luck, world);
        // The usage plans that the models print.
        _search = Limit(0.0056, 20);
        _get = Limit(0.5, 30);
        _confirm = Limit(2, 10);
        _destinations = Limit(1, 5);
        _subscriptions = Limit(1, 5);
        _changes = Limit(1, 5);
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
        routes.Post("/auth/o2/token", _login.Token);
        routes.Get("/orders/2026-01-01/orders", call => Limited(call, _search, Search));
        routes.Get("/orders/2026-01-01/orders/{orderId}", call => Limited(call, _get, GetOrder));
        routes.Post("/orders/v0/orders/{orderId}/shipmentConfirmation", call => Limited(call, _confirm, Confirm));
        const string notifications = "/notifications/v1";
        routes.Get(notifications + "/destinations", call => Limited(call, _destinations, _notifications.Destinations, application: true));
        routes.Post(notifications + "/destinations", call => Limited(call, _changes, _notifications.AddDestination, application: true));
        routes.Get(notifications + "/subscriptions/{type}", call => Limited(call, _subscriptions, _notifications.Subscription));
        routes.Post(notifications + "/subscriptions/{type}", call => Limited(call, _changes, _notifications.Subscribe));
        routes.Delete(notifications + "/subscriptions/{type}/{id}", call => Limited(call, _changes, _notifications.Unsubscribe, application: true));
        routes.Otherwise(NotFound);
    }

    public override void Start() => new OrderRhythm(World, DialCatalog.Amazon, DialCatalog.Amazon.OrderRate, Luck, PlaceOrder).Start();

    public override void PlaceOrder()
    {
        AmazonOrder order;
        lock (Gate)
        {
            order = _factory.Make(World.Now, Luck.Chance(World.Dials[DialCatalog.Amazon.PendingRate]));
            _orders.Add(order.Id, order);
        }

        Counters.Count(Counter.OrdersPlaced);
        Tell(order);
        if (order.Pending)
            World.Run(Name, ct => ReleaseAsync(order, ct));
    }

    public override SandboxAnswer Throttled(SandboxCall call) => Signed(AmazonErrors.QuotaExceeded());

    public override SandboxAnswer Broken(SandboxCall call, int status) =>
        Signed(AmazonErrors.Of(status, "InternalFailure", "We encountered an internal error. Please try again."));

    public override SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter) =>
        Signed(AmazonErrors.Of(503, "ServiceUnavailable", "Service is temporarily unavailable. Please try again later.")).WithRetryAfter(retryAfter);

    public override SandboxAnswer CredentialsRefused(SandboxCall call) => call.Path.EndsWith("/token", StringComparison.Ordinal)
        ? AmazonLogin.InvalidClient()
        : Signed(AmazonErrors.Unauthorized("The access token you provided is revoked, malformed or invalid."));

    public override SandboxAnswer NotFound(SandboxCall call) => Signed(AmazonErrors.NotFound());

    public override SandboxAnswer Unreadable(SandboxCall call) => Signed(AmazonErrors.Invalid("Request has missing or invalid parameters and cannot be parsed."));

    protected override void Dispose(bool disposing) => _webhooks.Dispose();

    private SandboxAnswer Limited(SandboxCall call, TokenBucket bucket, Func<SandboxCall, SandboxAnswer> operation, bool application = false)
    {
        if (_login.Refusal(call, application) is { } refused)
            return Signed(refused);
        if (!bucket.TryTake(1, out _))
        {
            Counters.Count(Counter.Throttled);
            return Throttled(call);
        }

        lock (Gate)
            return Signed(operation(call)).With("x-amzn-RateLimit-Limit", bucket.PerSecond.ToString(CultureInfo.InvariantCulture));
    }

    private SandboxAnswer Search(SandboxCall call)
    {
        var (search, refused) = AmazonSearch.Read(call, World.Options.MarketplaceId, World.Now);
        if (search is null)
            return refused!;
        var page = _orders.Values.Where(search.Fits).OrderBy(search.At).ThenBy(o => o.Sequence).Take(search.PageSize + 1).ToList();
        var body = new JsonObject { ["orders"] = Array(page.Take(search.PageSize).Select(o => AmazonOrderDocument.Of(o, World.Options.MarketplaceId, search.Data))) };
        if (page.Count > search.PageSize)
            body["pagination"] = new JsonObject { ["nextToken"] = search.Token(page[^2]) };
        body[search.ByUpdate ? "lastUpdatedBefore" : "createdBefore"] = AmazonTime.Text(search.Before ?? World.Now);
        return SandboxAnswer.Of(200, body);
    }

    private SandboxAnswer GetOrder(SandboxCall call)
    {
        var data = AmazonSearch.List(call, "includedData");
        if (!data.IsSubsetOf(AmazonOrderDocument.DataSets))
            return AmazonErrors.Invalid("includedData has a value that is not defined.");
        return _orders.Find(call.Route("orderId")) is { } order
            ? SandboxAnswer.Of(200, new JsonObject { ["order"] = AmazonOrderDocument.Of(order, World.Options.MarketplaceId, data) })
            : AmazonErrors.NotFound("The order you requested was not found.");
    }

    private SandboxAnswer Confirm(SandboxCall call)
    {
        if (_orders.Find(call.Route("orderId")) is not { } order)
            return AmazonErrors.NotFound("The order you requested was not found.");
        var (package, refused) = ConfirmShipment.Read(call.JsonObject(), order, World.Options.MarketplaceId, World.Now);
        if (package is null)
            return refused!;
        var replaces = order.Packages.ContainsKey(package.Reference);
        order.Packages[package.Reference] = package;
        order.UpdatedAt = World.Now;
        Ledger.Record(replaces ? ShipmentReplaced : ShipmentConfirmed, $"{order.Id}/{package.Reference}");
        if (!replaces)
            Tell(order);
        return SandboxAnswer.Empty(204, committed: true);
    }

    private async Task ReleaseAsync(AmazonOrder order, CancellationToken ct)
    {
        await Task.Delay(PendingFor, World.Clock, ct);
        lock (Gate)
        {
            order.Pending = false;
            order.UpdatedAt = World.Now;
            Tell(order);
        }
    }

    private void Tell(AmazonOrder order)
    {
        var id = Luck.Guid().ToString();
        byte[] body;
        lock (Gate)
            body = SandboxAnswer.Bytes(OrderChangeNotification.Of(order, World.Options, id, World.Now));
        _webhooks.Send(new("msg_" + id, id, "ORDER_CHANGE", body, World.Now));
    }

    private SandboxAnswer Signed(SandboxAnswer answer) => answer.With("x-amzn-RequestId", Luck.Guid().ToString());
}
