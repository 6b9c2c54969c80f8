using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Erp;

/// <summary>A sales order with its lines.</summary>
internal sealed class SalesOrder(Guid id) : ErpRow(ErpEntities.SalesOrder, id)
{
    public List<SalesOrderLine> Lines { get; } = [];

    public string ExternalNumber => Text("externalDocumentNumber");

    public string OrderNumber => Text("number");

    /// <summary>Under which the ledger counts it.</summary>
    public string Reference => ExternalNumber.Length > 0 ? ExternalNumber : OrderNumber;

    public void Recalculate(DateTimeOffset now)
    {
        foreach (var line in Lines)
            line.Recalculate((bool)this["pricesIncludeTax"]);
        this["totalAmountIncludingTax"] = Lines.Sum(l => l.Number("amountIncludingTax")) - Number("discountAmount");
        this["totalTaxAmount"] = Lines.Sum(l => l.Number("totalTaxAmount"));
        this["totalAmountExcludingTax"] = Number("totalAmountIncludingTax") - Number("totalTaxAmount");
        this["fullyShipped"] = Lines.All(l => l.Outstanding == 0);
        this["lastModifiedDateTime"] = now;
        Touch();
    }
}

internal sealed class SalesOrderLine(Guid id) : ErpRow(ErpEntities.SalesOrderLine, id)
{
    public decimal Outstanding => Number("quantity") - Number("shippedQuantity");

    /// <summary>What the next posting ships: everything that is left, unless somebody said less.</summary>
    public decimal ToShip => IsSet("shipQuantity") ? Number("shipQuantity") : Outstanding;

    public void Recalculate(bool pricesIncludeTax)
    {
        var gross = Number("quantity") * Number("unitPrice");
        var discount = Number("discountPercent") > 0 ? Math.Round(gross * Number("discountPercent") / 100, 2) : Number("discountAmount");
        var amount = Math.Round(gross - discount, 2, MidpointRounding.AwayFromZero);
        var tax = Math.Round(pricesIncludeTax ? amount * Vat.Rate / (1 + Vat.Rate) : amount * Vat.Rate, 2, MidpointRounding.AwayFromZero);
        var net = pricesIncludeTax ? amount - tax : amount;
        this["discountAmount"] = discount;
        this["amountIncludingTax"] = this["netAmountIncludingTax"] = net + tax;
        this["totalTaxAmount"] = this["netTaxAmount"] = tax;
        this["amountExcludingTax"] = this["netAmount"] = net;
        this["taxPercent"] = Vat.Rate * 100;
    }

    public override JsonObject Write(IReadOnlyCollection<string> select)
    {
        var body = base.Write(select);
        if (body.ContainsKey("shipQuantity"))
            body["shipQuantity"] = ToShip;
        if (body.ContainsKey("invoiceQuantity"))
            body["invoiceQuantity"] = ToShip;
        return body;
    }
}

/// <summary>What was posted as shipped; stays when the order goes.</summary>
internal sealed class SalesShipment(Guid id) : ErpRow(ErpEntities.SalesShipment, id)
{
    public List<ErpRow> Lines { get; } = [];
}
