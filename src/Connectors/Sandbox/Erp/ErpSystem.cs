using System.Text.Json.Nodes;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;

namespace Connectors.Sandbox.Erp;

/// <summary>
/// The ERP: OAuth, and the part of Business Central's API v2.0 that an order needs. As the real one it takes a second
/// order with the same external document number unless a dial says otherwise, so a lost answer really can double.
/// </summary>
internal sealed class ErpSystem : SandboxSystem
{
    public static readonly LedgerOperation OrderCreated = new("sales-order", Once: true);
    public static readonly LedgerOperation LineChanged = new("sales-line-change", Once: false);
    public static readonly LedgerOperation OrderDeleted = new("sales-order-deletion", Once: false);
    public static readonly LedgerOperation ShipmentPosted = new("sales-shipment", Once: false);

    private const string Company = "/api/v2.0/companies({company})";

    private readonly ErpBooks _books;
    private readonly ErpLogin _login;
    private readonly TokenBucket _calls;

    public ErpSystem(SandboxWorld world)
        : base(DialCatalog.Erp, world, OrderCreated, LineChanged, ShipmentPosted, OrderDeleted)
    {
        _books = new(world.Options.KeptOrders, world.NumberOffset, Luck, world.Clock);
        _login = new(world.Options.Secrets, world.Clock, Luck);
        // 6,000 calls in 5 minutes for a user, as a bucket instead of Microsoft's sliding window.
        _calls = Limit(20, 6_000);
    }

    public override int Kept
    {
        get
        {
            lock (Gate)
                return _books.Count;
        }
    }

    public override void Map(SystemRoutes routes)
    {
        routes.Post("/oauth2/v2.0/token", _login.Token);
        routes.Post("/{tenant}/oauth2/v2.0/token", _login.Token);
        routes.Get("/api/v2.0/companies", Guarded(Companies));
        routes.Get($"{Company}/salesOrders", Guarded(List));
        routes.Post($"{Company}/salesOrders", Guarded(Create));
        routes.Get($"{Company}/salesOrders({{id}})", Guarded(GetOne));
        routes.Delete($"{Company}/salesOrders({{id}})", Guarded(Delete));
        routes.Get($"{Company}/salesOrders({{id}})/salesOrderLines", Guarded(Lines));
        routes.Get($"{Company}/salesOrders({{id}})/salesOrderLines({{line}})", Guarded(GetLine));
        routes.Patch($"{Company}/salesOrders({{id}})/salesOrderLines({{line}})", Guarded(ChangeLine));
        routes.Get($"{Company}/salesOrderLines({{line}})", Guarded(GetLine));
        routes.Patch($"{Company}/salesOrderLines({{line}})", Guarded(ChangeLine));
        routes.Post($"{Company}/salesOrders({{id}})/Microsoft.NAV.shipAndInvoice", Guarded(ShipAndInvoice));
        routes.Get($"{Company}/salesShipments", Guarded(Shipments));
        routes.Get($"{Company}/salesShipments({{id}})", Guarded(Shipment));
        routes.Get($"{Company}/customers", Guarded(Customers));
        routes.Get($"{Company}/customers({{id}})", Guarded(Customer));
        routes.Otherwise(Guarded(NotFound));
    }

    public override SandboxAnswer Throttled(SandboxCall call) => Throttled(TimeSpan.FromSeconds(5));

    public override SandboxAnswer Broken(SandboxCall call, int status) => Refused(status, "Internal_ServerError", "An internal server error occurred. Please try again.");

    public override SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter) =>
        Refused(503, "Internal_TenantUnavailable", "The tenant 'sandbox' is not accessible.").WithRetryAfter(retryAfter);

    public override SandboxAnswer CredentialsRefused(SandboxCall call) => call.Path.EndsWith("/token", StringComparison.Ordinal)
        ? _login.InvalidClient()
        : Refused(401, "Authentication_InvalidCredentials", "The server has rejected the client credentials.").With("WWW-Authenticate", "Bearer");

    public override SandboxAnswer NotFound(SandboxCall call) =>
        Refused(404, "BadRequest_ResourceNotFound", $"Resource not found for the segment '{call.Path.Split('/')[^1]}'.");

    public override SandboxAnswer Unreadable(SandboxCall call) => Refused(400, "BadRequest", "Invalid Request Body");

    private Func<SandboxCall, SandboxAnswer> Guarded(Func<SandboxCall, SandboxAnswer> operation) => call =>
    {
        if (!_login.Knows(call.Bearer()))
            return CredentialsRefused(call);
        if (!_calls.TryTake(1, out _))
        {
            Counters.Count(Counter.Throttled);
            return Throttled(_calls.Until(1));
        }

        if (call.Route("company") is { Length: > 0 } company && !string.Equals(company, World.Options.ErpCompany.ToString(), StringComparison.OrdinalIgnoreCase))
            return Refused(404, "Internal_CompanyNotFound", "Cannot process the request because the company cannot be found.");
        try
        {
            lock (Gate)
                return operation(call);
        }
        catch (ErpRefusalException refusal)
        {
            return Refused(refusal.Status, refusal.Code, refusal.Message);
        }
    };

    private SandboxAnswer Companies(SandboxCall call) => SandboxAnswer.Of(200, new JsonObject
    {
        ["@odata.context"] = $"{call.Origin}/erp/api/v2.0/$metadata#companies",
        ["value"] = new JsonArray(new JsonObject { ["id"] = World.Options.ErpCompany.ToString(), ["name"] = "SANDBOX", ["displayName"] = "Sandbox Retail GmbH" }),
    });

    private SandboxAnswer List(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesOrder, "salesOrderLines", "customer");
        return query.Answer(call, "salesOrders", _books.Candidates(query.Filter), o => Write(o, query));
    }

    private SandboxAnswer GetOne(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesOrder, "salesOrderLines", "customer");
        return One(call, 200, "salesOrders", Write(_books.Order(call.Route("id")), query));
    }

    private SandboxAnswer Create(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesOrder, "salesOrderLines", "customer");
        var order = _books.Draft(call.JsonObject());
        if (Luck.Chance(World.Dials[DialCatalog.Erp.RejectedOrderRate]))
            throw ErpBooks.BlockedCustomer(order.Text("customerNumber"));
        if (order.Lines.Count > 0 && Luck.Chance(World.Dials[DialCatalog.Erp.RejectedLineRate]))
            throw ErpBooks.UnknownItem(order.Lines[0].Text("lineObjectNumber"));
        if (World.Dials.On(DialCatalog.Erp.UniqueDocumentNumber) && order.ExternalNumber.Length > 0 && _books.Has(order.ExternalNumber))
            throw ErpRefusalException.Dialog($"Sales Order {order.ExternalNumber} already exists for this customer.");
        _books.Keep(order);
        Ledger.Record(OrderCreated, order.Reference);
        return One(call, 201, "salesOrders", Write(order, query), committed: true)
            .With("Location", $"{call.Origin}{call.Path}({order.Id})");
    }

    /// <summary>As the real one: only for the version that was read, and only while nothing of it was shipped.</summary>
    private SandboxAnswer Delete(SandboxCall call)
    {
        var order = _books.Order(call.Route("id"));
        if (call.Header("If-Match") is not { Length: > 0 } match)
            throw ErpRefusalException.NoToken();
        if (match != "*" && match != order.ETag)
            throw ErpRefusalException.Changed();
        _books.Delete(order);
        Ledger.Record(OrderDeleted, order.Reference);
        return SandboxAnswer.Empty(204, committed: true);
    }

    private SandboxAnswer Lines(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesOrderLine);
        return query.Answer(call, "salesOrderLines", _books.Order(call.Route("id")).Lines, l => l.Write(query.Select));
    }

    private SandboxAnswer GetLine(SandboxCall call) => One(call, 200, "salesOrderLines", _books.Line(call.Route("line")).Line.Write([]));

    private SandboxAnswer ChangeLine(SandboxCall call)
    {
        var (order, line) = _books.Line(call.Route("line"));
        if (call.Header("If-Match") is not { Length: > 0 } match)
            throw ErpRefusalException.NoToken();
        if (Luck.Chance(World.Dials[DialCatalog.Erp.StaleETagRate]))
            line.Touch();
        if (match != "*" && match != line.ETag)
            throw ErpRefusalException.Changed();
        _books.Change(order, line, call.JsonObject());
        Ledger.Record(LineChanged, order.Reference);
        return One(call, 200, "salesOrderLines", line.Write([]), committed: true);
    }

    private SandboxAnswer ShipAndInvoice(SandboxCall call)
    {
        var order = _books.Order(call.Route("id"));
        _books.Post(order, World.Dials.On(DialCatalog.Erp.KeepPostedOrders));
        Ledger.Record(ShipmentPosted, order.Reference);
        return SandboxAnswer.Empty(204, committed: true);
    }

    private SandboxAnswer Shipments(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesShipment, "salesShipmentLines");
        return query.Answer(call, "salesShipments", _books.ShipmentCandidates(query.Filter), s => Write(s, query));
    }

    private SandboxAnswer Shipment(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.SalesShipment, "salesShipmentLines");
        return One(call, 200, "salesShipments", Write(_books.Shipment(call.Route("id")), query));
    }

    private SandboxAnswer Customers(SandboxCall call)
    {
        var query = ErpQuery.Read(call, ErpEntities.Customer);
        return query.Answer(call, "customers", _books.Customers.Candidates(query.Filter), c => c.Write(query.Select));
    }

    private SandboxAnswer Customer(SandboxCall call) => Guid.TryParse(call.Route("id"), out var id) && _books.Customers.Find(id) is { } customer
        ? One(call, 200, "customers", customer.Write([]))
        : throw ErpRefusalException.NoRecord("Customer", call.Route("id"));

    private JsonObject Write(SalesOrder order, ErpQuery query)
    {
        var body = order.Write(query.Select);
        if (query.Expand.Contains("salesOrderLines"))
            body["salesOrderLines"] = Array(order.Lines.Select(l => l.Write([])));
        if (query.Expand.Contains("customer"))
            body["customer"] = _books.Customers.FindNumber(order.Text("customerNumber"))!.Write([]);
        return body;
    }

    private static JsonObject Write(SalesShipment shipment, ErpQuery query)
    {
        var body = shipment.Write(query.Select);
        if (query.Expand.Contains("salesShipmentLines"))
            body["salesShipmentLines"] = Array(shipment.Lines.Select(l => l.Write([])));
        return body;
    }

    private static SandboxAnswer One(SandboxCall call, int status, string set, JsonObject entity, bool committed = false)
    {
        var body = new JsonObject { ["@odata.context"] = $"{ErpQuery.Context(call, set)}/$entity" };
        foreach (var (name, node) in entity.ToList())
        {
            entity.Remove(name);
            body[name] = node;
        }

        return SandboxAnswer.Of(status, body, committed, ErpQuery.ContentType);
    }

    private SandboxAnswer Throttled(TimeSpan wait) =>
        Refused(429, "Application_TooManyRequests", "Too many requests. The user has reached the limit of requests; try again later.").WithRetryAfter(wait);

    private SandboxAnswer Refused(int status, string code, string message) => ErpErrors.Of(status, code, message, Luck.Guid());
}
