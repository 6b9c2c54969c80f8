using ControlPlane.Domain.Connections;
using static Connectors.Tests.Tryton.TrytonOrders;

namespace Connectors.Tests.Tryton;

/// <summary>The connector against a running Tryton.</summary>
public sealed class TrytonJourneyTests
{
    [Fact]
    public async Task An_order_is_sold_shipped_short_then_in_full_invoiced_paid_and_taken_back()
    {
        using var tryton = TrytonServer.Open(new Dictionary<string, string> { ["paymentMethod"] = "Channel payout" });
        var reference = NewReference();
        var order = Order(reference);

        var sold = Done(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, order)));
        var sale = await tryton.Person.SaleAsync(reference, "number", "state", "total_amount", "party.name", "shipment_address.street", "shipment_address.city", "shipment_address.country.code", "lines.note");
        Assert.Equal("processing", (string?)sale!["state"]);
        Assert.Equal("216.80", (string?)sale["total_amount"]!["decimal"]);
        Assert.Equal("Mia Öztürk", (string?)sale["party."]!["name"]);
        Assert.Equal("Lange Straße 5\nHinterhaus", (string?)sale["shipment_address."]!["street"]);
        Assert.Equal("DE", (string?)sale["shipment_address."]!["country."]!["code"]);
        Assert.Equal(sold.Outputs["erpOrderNumber"], (string?)sale["number"]);

        var first = Shipment(reference + "-P1", ("L1", "SKU-1001", 2), ("L2", "SKU-1002", 1));
        Done(await tryton.RunAsync("postShipment", Request(tryton, reference, order, first)));
        var short_ = await tryton.Person.SaleAsync(reference, "shipment_state", "shipments.state", "shipments.reference", "shipments.packages.shipping_reference", "shipments.outgoing_moves.quantity");
        Assert.Equal(["done", "waiting"], short_!["shipments."]!.AsArray().Select(s => (string?)s!["state"]).Order());
        Assert.Contains(first.TrackingNumber!, short_.ToJsonString(), StringComparison.Ordinal);

        var rest = Shipment(reference + "-P2", ("L2", "SKU-1002", 2));
        Done(await tryton.RunAsync("postShipment", Request(tryton, reference, order, first, rest)));
        Done(await tryton.RunAsync("postShipment", Request(tryton, reference, order, first, rest)));
        var full = await tryton.Person.SaleAsync(reference, "shipment_state", "shipments");
        Assert.Equal("sent", (string?)full!["shipment_state"]);
        Assert.Equal(2, full["shipments"]!.AsArray().Count);

        var paid = Done(await tryton.RunAsync("postInvoice", Request(tryton, reference, order)));
        Assert.Equal("paid", paid.Outputs["erpInvoiceState"]);
        Assert.Equal(paid.Outputs["erpInvoiceNumber"], Done(await tryton.RunAsync("postInvoice", Request(tryton, reference, order))).Outputs["erpInvoiceNumber"]);

        var back = Request(tryton, reference, order, Shipment("RET-1", ("L1", "SKU-1001", 1)));
        var returned = Done(await tryton.RunAsync("createReturn", back));
        Assert.Equal("-19.90", returned.Outputs["erpCreditTotal"]);
        Assert.Equal(returned.Outputs["erpCreditNote"], Done(await tryton.RunAsync("createReturn", back)).Outputs["erpCreditNote"]);
        Assert.Equal(1, await tryton.Person.CountAsync("sale.sale", "web_id", reference + "/RET-1"));
    }

    /// <summary>A figure, not a promise: run it with -showLiveOutput.</summary>
    [Fact]
    public async Task How_long_an_order_takes()
    {
        using var tryton = TrytonServer.Open();
        var (first, again) = (NewReference(), NewReference());
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, first, Order(first))));
        var (calls, from) = (tryton.Methods.Count, TimeProvider.System.GetTimestamp());
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, again, Order(again))));
        var took = TimeProvider.System.GetElapsedTime(from);

        TestContext.Current.TestOutputHelper!.WriteLine($"createSalesOrder for a new customer: {took.TotalSeconds:0.00} s in {tryton.Methods.Count - calls} calls");
        Assert.InRange(tryton.Methods.Count - calls, 10, 30);
    }
}
