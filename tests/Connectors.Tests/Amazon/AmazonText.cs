using System.Globalization;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Amazon;

/// <summary>What became of a document, for people to read; nobody's name or address is in it.</summary>
internal static class AmazonText
{
    public static string Of(InboundEvent @event) => @event switch
    {
        InboundEvent.OrderReceived received => Of(received),
        InboundEvent.FetchNeeded fetch => $"  fetch {fetch.ExternalId} from {fetch.Feed}\n",
        InboundEvent.Ignored ignored => $"  ignored: {ignored.Reason}\n",
        InboundEvent.Refused refused => string.Concat(refused.Refusals.Select(r => $"  refused: {r.Code} | {(r.Field.Length == 0 ? "(whole)" : r.Field)} | {r.Message}\n")),
        _ => $"  {@event.GetType().Name}\n",
    };

    private static string Of(InboundEvent.OrderReceived received)
    {
        var order = received.Order;
        var text = new StringBuilder();
        string Amount(long? minor) => minor is { } m ? new Money(m, order.Currency).ToDecimalText() : "-";
        text.Append(CultureInfo.InvariantCulture, $"  order {order.Number} | {order.Currency} | total {Amount(order.TotalMinor)} tax {Amount(order.TaxMinor)} {(order.PricesIncludeTax ? "within" : "on top")} shipping {Amount(order.ShippingMinor)} discount {Amount(order.DiscountMinor)} | {order.Status} | key {received.BusinessKey}\n");
        text.Append(CultureInfo.InvariantCulture, $"    placed {order.PlacedAt:u} ship by {order.ShipBy?.ToString("u", CultureInfo.InvariantCulture) ?? "-"} by {order.ShippingService ?? "-"} to {order.ShipTo?.CountryCode ?? "-"}\n");
        foreach (var line in order.Lines)
            text.Append(CultureInfo.InvariantCulture, $"    {line.ChannelLineRef}|{line.Sku}|{line.ChannelProductRef}|{line.Quantity}|{Amount(line.UnitPriceMinor)}|tax {Amount(line.TaxMinor)}|discount {Amount(line.DiscountMinor)}\n");
        foreach (var (name, value) in order.References)
            text.Append(CultureInfo.InvariantCulture, $"    reference {name} = {value}\n");
        foreach (var (name, value) in order.Extensions.Where(e => e.Key is not ("buyerCompany" or "deliveryInstruction" or "dropOffLocation")))
            text.Append(CultureInfo.InvariantCulture, $"    extension {name} = {value}\n");
        var refusals = OrderRules.Check(order).ToList();
        foreach (var refusal in order.Status == OrderStatus.Cancelled ? [] : refusals)
            text.Append(CultureInfo.InvariantCulture, $"    the rules of orders refuse it: {refusal.Code} | {refusal.Field}\n");
        return text.ToString();
    }
}
