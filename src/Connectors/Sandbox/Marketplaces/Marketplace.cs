using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>
/// What all marketplaces that run on demand have in common: orders, parcels, the ledger, limits and webhooks. A face adds paths, credentials,
/// documents and the words of its failures.
/// </summary>
internal abstract class Marketplace : SandboxSystem
{
    public static readonly LedgerOperation ShipmentTold = new("shipment", Once: true);
    public static readonly LedgerOperation OrderChanged = new("order-change", Once: false);

    private readonly BoundedStore<string, MarketOrder> _orders;
    private readonly MarketDials _dial;
    private readonly TokenBucket _bucket;
    private readonly WebhookSender _webhooks;
    private readonly MarketStyle _style;
    private int _number;
    private int _parcel;

    /// <param name="perSecond">The partner's limit of calls, for the whole account.</param>
    /// <param name="path">Behind the connection's address, for partners whose webhooks say only there what they are about.</param>
    protected Marketplace(string system, SandboxWorld world, double perSecond, double burst, RetrySchedule retries, string path = "")
        : base(DialCatalog.Market(system), world, ShipmentTold, OrderChanged)
    {
        _dial = DialCatalog.Market(system);
        Secrets = world.Options.Secrets.Of(system);
        _orders = new(world.Options.KeptOrders);
        _bucket = Limit(perSecond, burst);
        _style = new(Luck, Sign);
        _webhooks = new(_dial, world.Options.MarketplaceConnections.GetValueOrDefault(system, system) + path, _style, retries, Counters, Luck, world);
        _number = 1_000 + world.NumberOffset;
        _parcel = world.NumberOffset;
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

    protected MarketplaceSecrets Secrets { get; }

    protected IEnumerable<MarketOrder> Orders => _orders.Values;

    /// <exception cref="ArgumentOutOfRangeException">Not one of <see cref="SandboxSystems.Marketplaces"/>.</exception>
    public static Marketplace Of(string system, SandboxWorld world) => system switch
    {
        SandboxSystems.WooCommerce => new WooCommerceSystem(world),
        SandboxSystems.Walmart => new WalmartSystem(world),
        SandboxSystems.AdobeCommerce => new AdobeCommerceSystem(world),
        SandboxSystems.BigCommerce => new BigCommerceSystem(world),
        SandboxSystems.Ebay => new EbaySystem(world),
        _ => throw new ArgumentOutOfRangeException(nameof(system)),
    };

    public override void Start() => new OrderRhythm(World, _dial, _dial.OrderRate, Luck, PlaceOrder).Start();

    public override void PlaceOrder()
    {
        lock (Gate)
        {
            var number = ++_number;
            var order = new MarketOrder
            {
                Id = IdOf(number),
                Number = number,
                CreatedAt = World.Now,
                UpdatedAt = World.Now,
                Customer = Luck.Pick(People.All),
                Lines = [.. Basket().Select((b, i) => new MarketLine { Id = LineIdOf(number, i), Product = b.Product, Quantity = b.Quantity })],
                ShippingMinor = 490,
            };
            _orders.Add(order.Id, order);
            Tell(order, created: true);
        }

        Counters.Count(Counter.OrdersPlaced);
    }

    public sealed override SandboxAnswer Throttled(SandboxCall call) => Error(call, 429, MarketFailure.Throttled).WithRetryAfter(_bucket.Until(1));

    public sealed override SandboxAnswer Broken(SandboxCall call, int status) => Error(call, status, MarketFailure.Broken);

    public sealed override SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter) => Error(call, 503, MarketFailure.Closed).WithRetryAfter(retryAfter);

    public sealed override SandboxAnswer CredentialsRefused(SandboxCall call) => Error(call, 401, MarketFailure.Credentials);

    public sealed override SandboxAnswer NotFound(SandboxCall call) => Error(call, 404, MarketFailure.NoSuchPath);

    public sealed override SandboxAnswer Unreadable(SandboxCall call) => Error(call, 400, MarketFailure.Unreadable);

    /// <summary>True: each unit is a line of its own.</summary>
    protected virtual bool LinePerUnit => false;

    protected abstract string IdOf(int number);

    protected abstract string LineIdOf(int number, int index);

    /// <summary>A failure in the partner's words.</summary>
    /// <param name="detail">What is wrong, where the partner says more than the kind.</param>
    protected abstract SandboxAnswer Error(SandboxCall call, int status, MarketFailure failure, string? detail = null);

    protected abstract bool MayCall(SandboxCall call);

    /// <summary>What is told of an order; null where the partner tells nothing of it.</summary>
    protected abstract (string Topic, JsonNode Body)? News(MarketOrder order, bool created, string eventId);

    /// <summary>Headers of a delivery.</summary>
    protected abstract IEnumerable<KeyValuePair<string, string>> Sign(Webhook webhook, DateTimeOffset now);

    /// <summary>Limits as the partner shows them with every answer.</summary>
    /// <param name="left">Calls that are left at the moment.</param>
    protected virtual SandboxAnswer WithLimits(SandboxAnswer answer, double left) => answer;

    protected override void Dispose(bool disposing) => _webhooks.Dispose();

    /// <summary>Credentials and limits first; then the operation has the orders for itself.</summary>
    protected Func<SandboxCall, SandboxAnswer> Guarded(Func<SandboxCall, SandboxAnswer> operation) => call =>
    {
        if (!MayCall(call))
            return CredentialsRefused(call);
        if (!_bucket.TryTake(1, out var left))
        {
            Counters.Count(Counter.Throttled);
            return WithLimits(Throttled(call), 0);
        }

        lock (Gate)
            return WithLimits(operation(call), left);
    };

    /// <summary>As <see cref="Guarded"/>, for the order that the path names.</summary>
    protected Func<SandboxCall, SandboxAnswer> OfOrder(Func<SandboxCall, MarketOrder, SandboxAnswer> operation) =>
        Guarded(call => _orders.Find(call.Route("id")) is { } order ? operation(call, order) : Error(call, 404, MarketFailure.OrderUnknown, call.Route("id")));

    /// <summary>Sends a parcel off. Null when a line is not the order's, or has fewer units left; then nothing was changed.</summary>
    protected MarketParcel? Ship(MarketOrder order, IReadOnlyList<(string? Line, int Quantity)> lines, string? carrier, string? tracking)
    {
        var wanted = lines.Select(l => (Line: order.Line(l.Line), l.Quantity)).ToList();
        if (wanted.Count == 0 || wanted.Exists(w => w.Line is null || w.Quantity < 1) || wanted.GroupBy(w => w.Line).Any(g => g.Sum(w => (long)w.Quantity) > g.Key!.Open))
            return null;
        foreach (var (line, quantity) in wanted)
            line!.Shipped += quantity;
        var parcel = new MarketParcel(++_parcel, World.Now, carrier, tracking, [.. wanted.Select(w => new MarketParcelLine(w.Line!, w.Quantity))]);
        order.Parcels.Add(parcel);
        Ledger.Record(ShipmentTold, $"{order.Id}/{tracking}");
        Touch(order);
        return parcel;
    }

    /// <summary>Something else about the order changed.</summary>
    protected void Change(MarketOrder order)
    {
        Ledger.Record(OrderChanged, order.Id);
        Touch(order);
    }

    protected void Touch(MarketOrder order)
    {
        order.UpdatedAt = World.Now;
        Tell(order, created: false);
    }

    protected bool HasBasic(SandboxCall call) =>
        call.Header("Authorization") == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Secrets.ClientId}:{Secrets.ClientSecret}"));

    /// <summary>A whole number of the query, or what holds without one; null when it is none or out of range.</summary>
    protected static int? Number(SandboxCall call, string name, int fallback, int least, int most) =>
        call.Query[name].ToString() is not { Length: > 0 } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    /// <summary>A time of the query in UTC, or the beginning of time; null when it is none.</summary>
    protected static DateTimeOffset? Time(string text) =>
        text.Length == 0 ? DateTimeOffset.UnixEpoch
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary><c>12.40</c></summary>
    protected static string Money(long minor, string format = "0.00") => (minor / 100m).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A whole number that the caller wrote as number or as text; 0 for anything else.</summary>
    protected static int Whole(JsonNode? node) => node is JsonValue value && int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Null for what is not text or a number.</summary>
    protected static string? Word(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    /// <summary>What stands below those names; null where something else stands in between.</summary>
    protected static JsonNode? In(JsonNode? node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            node = node is JsonObject holder ? holder[name] : null;
        return node;
    }

    /// <exception cref="JsonException">It is no list.</exception>
    protected static JsonArray List(JsonNode? node) => node as JsonArray ?? throw new JsonException("A list is missing.");

    /// <exception cref="JsonException">It is no object.</exception>
    protected static JsonObject Object(JsonNode? node) => node as JsonObject ?? throw new JsonException("An object is missing.");

    private IEnumerable<BasketLine> Basket() =>
        LinePerUnit ? Baskets.Fill(Luck).SelectMany(b => Enumerable.Repeat(b with { Quantity = 1 }, b.Quantity)) : Baskets.Fill(Luck);

    private void Tell(MarketOrder order, bool created)
    {
        var eventId = Luck.Guid().ToString();
        if (News(order, created, eventId) is { } news)
            _webhooks.Send(new(_style.NewId(), eventId, news.Topic, SandboxAnswer.Bytes(news.Body), World.Now));
    }
}

/// <summary>The ways in which a marketplace refuses, which each has its own words for.</summary>
internal enum MarketFailure
{
    Throttled,
    Broken,
    Closed,
    Credentials,
    NoSuchPath,
    Unreadable,
    OrderUnknown,

    /// <summary>A parameter has a value that is not allowed.</summary>
    Parameter,

    /// <summary>A line is not the order's, or has fewer units left.</summary>
    Line,
}

/// <summary>Headers as the face says; ids as all have them.</summary>
internal sealed class MarketStyle(SandboxRandom luck, Func<Webhook, DateTimeOffset, IEnumerable<KeyValuePair<string, string>>> headers) : IWebhookStyle
{
    public string NewId() => luck.Hex(16);

    public IEnumerable<KeyValuePair<string, string>> Headers(Webhook webhook, DateTimeOffset now) => headers(webhook, now);
}
