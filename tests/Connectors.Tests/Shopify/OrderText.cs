using System.Globalization;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Shopify;

/// <summary>What became of a document, for people to read and approve; no names, no addresses.</summary>
public static class OrderText
{
    public static string Of(InboundEvent @event) => @event switch
    {
        InboundEvent.OrderReceived received => Of(received.Order, received.BusinessKey),
        InboundEvent.Refused refused => "refused\n" + string.Concat(refused.Refusals.Select(r => $"  {r.Code} at \"{r.Field}\": {r.Message}\n")),
        InboundEvent.Ignored ignored => $"ignored: {ignored.Reason}\n",
        InboundEvent.Happened happened => $"{happened.Event} {happened.BusinessKey}: {happened.Summary}\n",
        _ => @event.GetType().Name + "\n",
    };

    private static string Of(CanonicalOrder order, string? key)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"order {order.Number} {order.Status}, key {key}\n");
        text.Append(CultureInfo.InvariantCulture, $"  placed {order.PlacedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, written at offset {order.SourceOffsetMinutes} min\n");
        text.Append(CultureInfo.InvariantCulture, $"  total {Amount(order.TotalMinor, order.Currency)} {order.Currency}, tax {Amount(order.TaxMinor, order.Currency)}, shipping {Amount(order.ShippingMinor, order.Currency)}, discount {Amount(order.DiscountMinor, order.Currency)}, {(order.PricesIncludeTax ? "tax included" : "tax on top")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  customer {Given(order.Customer)}, ship to {order.ShipTo?.CountryCode ?? "nowhere"}, bill to {order.BillTo?.CountryCode ?? "nobody"}, service {order.ShippingService ?? "none"}\n");
        foreach (var line in order.Lines)
            text.Append(CultureInfo.InvariantCulture, $"  line {line.ChannelLineRef}|{line.Sku}|{line.Quantity}|{Amount(line.UnitPriceMinor, order.Currency)} tax {Amount(line.TaxMinor, order.Currency)} discount {Amount(line.DiscountMinor, order.Currency)} product {line.ChannelProductRef ?? "none"} \"{line.Title}\"{(line.RequiresShipping ? "" : " (nothing to ship)")}\n");
        foreach (var (kind, value) in order.References)
            text.Append(CultureInfo.InvariantCulture, $"  reference {kind} = {value}\n");
        foreach (var (name, value) in order.Extensions)
            text.Append(CultureInfo.InvariantCulture, $"  extension {name} = {value}\n");
        return text.ToString();
    }

    private static string Amount(long? minor, string currency) => minor is { } given ? new Money(given, currency).ToDecimalText() : "unknown";

    private static string Given(Customer? customer) => customer is null
        ? "unknown"
        : string.Join('+', new[] { (customer.ExternalId, "id"), (customer.Email, "email"), (customer.Name, "name"), (customer.Phone, "phone") }.Where(p => p.Item1 is not null).Select(p => p.Item2));
}
