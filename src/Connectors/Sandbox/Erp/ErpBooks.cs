using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Erp;

/// <summary>The state of the ERP and its rules. Not safe from several threads: <see cref="ErpSystem"/> locks.</summary>
internal sealed class ErpBooks
{
    private readonly SandboxRandom _luck;
    private readonly TimeProvider _clock;
    private readonly BoundedStore<Guid, SalesOrder> _orders;
    private readonly BoundedStore<Guid, SalesShipment> _shipments;
    private readonly Dictionary<string, List<SalesOrder>> _byExternalNumber = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<SalesShipment>> _shipmentsByExternalNumber = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Guid, (SalesOrder Order, SalesOrderLine Line)> _lines = [];
    private readonly HashSet<string> _items = [.. Products.All.Select(p => p.Sku)];
    private int _orderNumber;
    private int _shipmentNumber;

    public ErpBooks(int capacity, int numberOffset, SandboxRandom luck, TimeProvider clock)
    {
        _luck = luck;
        _clock = clock;
        _orders = new(capacity, Forget);
        _shipments = new(capacity, s => Drop(_shipmentsByExternalNumber, s.Text("externalDocumentNumber"), s));
        Customers = new(clock.GetUtcNow());
        _orderNumber = _shipmentNumber = 10_000 + numberOffset;
    }

    public ErpCustomers Customers { get; }

    public int Count => _orders.Count;

    public IEnumerable<SalesOrder> Candidates(IReadOnlyList<ErpComparison> filter) =>
        filter.Wanted("externalDocumentNumber") is { } number ? _byExternalNumber.GetValueOrDefault(number) ?? [] : _orders.Values;

    public IEnumerable<SalesShipment> ShipmentCandidates(IReadOnlyList<ErpComparison> filter) =>
        filter.Wanted("externalDocumentNumber") is { } number ? _shipmentsByExternalNumber.GetValueOrDefault(number) ?? [] : _shipments.Values;

    public bool Has(string externalNumber) => _byExternalNumber.ContainsKey(externalNumber);

    public SalesOrder Order(string id) => Guid.TryParse(id, out var key) && _orders.TryGet(key, out var order) ? order : throw ErpRefusalException.NoRecord("Sales Order", id);

    public SalesShipment Shipment(string id) => Guid.TryParse(id, out var key) && _shipments.TryGet(key, out var found) ? found : throw ErpRefusalException.NoRecord("Sales Shipment", id);

    public (SalesOrder Order, SalesOrderLine Line) Line(string id) =>
        Guid.TryParse(id, out var key) && _lines.TryGetValue(key, out var found) ? found : throw ErpRefusalException.NoRecord("Sales Order Line", id);

    /// <summary>Reads and checks an order; nothing is kept yet.</summary>
    public SalesOrder Draft(JsonObject input)
    {
        var now = _clock.GetUtcNow();
        var order = new SalesOrder(_luck.Guid());
        ErpInput.Read(input, order, "salesOrderLines");
        var customer = Customer(order);
        order["customerId"] = customer.Id;
        order["customerNumber"] = customer.Text("number");
        order["customerName"] = customer.Text("displayName");
        Default(order, "billToName", customer.Text("displayName"));
        Default(order, "billToCustomerId", customer.Id);
        Default(order, "billToCustomerNumber", customer.Text("number"));
        Default(order, "orderDate", DateOnly.FromDateTime(now.UtcDateTime));
        Default(order, "postingDate", DateOnly.FromDateTime(now.UtcDateTime));
        Default(order, "currencyCode", "EUR");
        Default(order, "pricesIncludeTax", true);
        order["status"] = "Draft";
        if (!ControlPlane.Domain.Shared.Currencies.IsKnown(order.Text("currencyCode")))
            throw ErpRefusalException.Dialog("The \"currencyCode\" does not match to a Currency.");
        foreach (var node in input["salesOrderLines"] as JsonArray ?? [])
            order.Lines.Add(DraftLine(order, node as JsonObject ?? throw ErpRefusalException.BadRequest("Invalid Request Body")));
        return order;
    }

    public void Keep(SalesOrder order)
    {
        order["number"] = Numbered("SO-", ++_orderNumber);
        order.Recalculate(_clock.GetUtcNow());
        _orders.Add(order.Id, order);
        foreach (var line in order.Lines)
            _lines.Add(line.Id, (order, line));
        if (order.ExternalNumber.Length > 0)
            Index(_byExternalNumber, order.ExternalNumber, order);
    }

    public void Change(SalesOrder order, SalesOrderLine line, JsonObject input)
    {
        var draft = new SalesOrderLine(line.Id);
        draft.CopyFrom(line);
        ErpInput.Read(input, draft);
        CheckObject(draft);
        if (draft.Number("quantity") < draft.Number("shippedQuantity"))
            throw ErpRefusalException.Dialog("Quantity must not be less than the quantity shipped.");
        CheckToShip(draft);
        line.CopyFrom(draft);
        line.Touch();
        order.Recalculate(_clock.GetUtcNow());
    }

    /// <summary>Ships and invoices what each line says. An order of which nothing is left is deleted, as the real system does.</summary>
    public SalesShipment Post(SalesOrder order, bool keepWhenDone)
    {
        var customer = Customers.FindNumber(order.Text("customerNumber"))!;
        if (customer.Text("blocked") is not " " and var blocked)
            throw ErpRefusalException.Dialog($"You cannot post this type of document when Customer {customer.Text("number")} is blocked with type {blocked}.");
        var lines = order.Lines.Where(l => l.ToShip > 0).Select(l => (Line: l, Quantity: l.ToShip)).ToList();
        if (lines.Count == 0)
            throw ErpRefusalException.Dialog("There is nothing to post because the document does not contain a quantity or amount.");
        var shipment = Shipped(order, lines);
        foreach (var (line, quantity) in lines)
        {
            line["shippedQuantity"] = line.Number("shippedQuantity") + quantity;
            line["invoicedQuantity"] = line.Number("invoicedQuantity") + quantity;
            line["shipQuantity"] = line["invoiceQuantity"] = line.Outstanding;
            line.Touch();
        }

        order.Recalculate(_clock.GetUtcNow());
        if (!keepWhenDone && order.Lines.All(l => l.Outstanding == 0))
            _orders.Remove(order.Id);
        return shipment;
    }

    public void Delete(SalesOrder order)
    {
        if (order.Lines.Any(l => l.Number("shippedQuantity") > 0))
            throw ErpRefusalException.Dialog($"You cannot delete Sales Order {order.OrderNumber}: it has been shipped in part.");
        _orders.Remove(order.Id);
        Forget(order);
    }

    private ErpRow Customer(SalesOrder order)
    {
        var customer = order.IsSet("customerNumber") ? Customers.FindNumber(order.Text("customerNumber")) : order.IsSet("customerId") ? Customers.Find((Guid)order["customerId"]) : null;
        if (customer is null)
            throw ErpRefusalException.Dialog(order.IsSet("customerNumber") || order.IsSet("customerId")
                ? "The sell-to customer cannot be found."
                : "A \"customerNumber\" or a \"customerId\" must be provided.");
        return customer.Text("blocked") == "All" ? throw BlockedCustomer(customer.Text("number")) : customer;
    }

    public static ErpRefusalException BlockedCustomer(string number) =>
        ErpRefusalException.Dialog($"You cannot create this type of document when Customer {number} is blocked with type All.");

    public static ErpRefusalException UnknownItem(string number) => ErpRefusalException.Relation("No.", "Sales Line", number, "Item");

    private SalesOrderLine DraftLine(SalesOrder order, JsonObject input)
    {
        var line = new SalesOrderLine(_luck.Guid());
        ErpInput.Read(input, line);
        line["documentId"] = order.Id;
        if (!line.IsSet("sequence"))
            line["sequence"] = (order.Lines.Count + 1) * 10_000m;
        if (!line.IsSet("lineType"))
            line["lineType"] = "Item";
        CheckObject(line);
        if (!line.IsSet("description") && Products.All.FirstOrDefault(p => p.Sku == line.Text("lineObjectNumber")) is { } product)
            line["description"] = product.Title;
        if (!line.IsSet("unitOfMeasureCode") && line.Text("lineType") == "Item")
            line["unitOfMeasureCode"] = "PCS";
        if (line.Number("quantity") < 0)
            throw ErpRefusalException.Dialog("Quantity must not be negative on an order.");
        CheckToShip(line);
        return line;
    }

    private static void CheckToShip(SalesOrderLine line)
    {
        if (line.ToShip < 0 || line.ToShip > line.Outstanding)
            throw ErpRefusalException.Dialog(string.Create(CultureInfo.InvariantCulture, $"You cannot ship more than {line.Outstanding} units."));
    }

    private void CheckObject(SalesOrderLine line)
    {
        var number = line.Text("lineObjectNumber");
        switch (line.Text("lineType"))
        {
            case "Item" when !_items.Contains(number):
                throw UnknownItem(number);
            case "Account" when number.Length is < 4 or > 6 || !number.All(char.IsAsciiDigit):
                throw ErpRefusalException.Relation("No.", "Sales Line", number, "G/L Account");
            case "Item" or "Account" or "Charge" or "Comment" or "Resource" or "Fixed Asset":
                break;
            default:
                throw new ErpRefusalException(400, "Application_EvaluateException", $"The value \"{line.Text("lineType")}\" cannot be evaluated into type Option.");
        }
    }

    private SalesShipment Shipped(SalesOrder order, List<(SalesOrderLine Line, decimal Quantity)> lines)
    {
        var now = _clock.GetUtcNow();
        var shipment = new SalesShipment(_luck.Guid());
        foreach (var field in ErpEntities.SalesShipment.Fields)
            if (field.Name is not ("id" or "number") && ErpEntities.SalesOrder.IndexOf(field.Name) >= 0 && order.IsSet(field.Name))
                shipment[field.Name] = order[field.Name];
        shipment["number"] = Numbered("S-SHPT-", ++_shipmentNumber);
        shipment["orderNumber"] = order.OrderNumber;
        shipment["postingDate"] = shipment["invoiceDate"] = shipment["dueDate"] = DateOnly.FromDateTime(now.UtcDateTime);
        shipment["lastModifiedDateTime"] = now;
        foreach (var (line, quantity) in lines)
            shipment.Lines.Add(new ErpRow(ErpEntities.SalesShipmentLine, _luck.Guid())
            {
                ["documentId"] = shipment.Id,
                ["documentNo"] = shipment.Text("number"),
                ["sequence"] = line["sequence"],
                ["lineType"] = line["lineType"],
                ["lineObjectNumber"] = line["lineObjectNumber"],
                ["description"] = line["description"],
                ["unitOfMeasureCode"] = line["unitOfMeasureCode"],
                ["unitPrice"] = line["unitPrice"],
                ["quantity"] = quantity,
                ["shipmentDate"] = shipment["postingDate"],
            });
        _shipments.Add(shipment.Id, shipment);
        Index(_shipmentsByExternalNumber, shipment.Text("externalDocumentNumber"), shipment);
        return shipment;
    }

    private void Forget(SalesOrder order)
    {
        Drop(_byExternalNumber, order.ExternalNumber, order);
        foreach (var line in order.Lines)
            _lines.Remove(line.Id);
    }

    private static void Default(ErpRow row, string field, object value)
    {
        if (!row.IsSet(field))
            row[field] = value;
    }

    private static void Index<T>(Dictionary<string, List<T>> index, string key, T row)
    {
        if (!index.TryGetValue(key, out var rows))
            index.Add(key, rows = []);
        rows.Add(row);
    }

    private static void Drop<T>(Dictionary<string, List<T>> index, string key, T row)
    {
        if (index.TryGetValue(key, out var rows) && rows.Remove(row) && rows.Count == 0)
            index.Remove(key);
    }

    private static string Numbered(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);
}
