using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Tests.Orders;

public sealed class OrderRulesTests
{
    private static CanonicalOrder Order(params OrderLine[] lines) => new()
    {
        ExternalId = "1",
        Number = "#1",
        PlacedAt = DateTimeOffset.UnixEpoch,
        Currency = "EUR",
        Lines = lines,
    };

    private static OrderLine Line(string id, int quantity = 1, string sku = "A", bool ships = true) => new() { ChannelLineRef = id, Sku = sku, Quantity = quantity, RequiresShipping = ships };

    [Fact]
    public void A_plain_order_is_workable() => Assert.Empty(OrderRules.Check(Order(Line("1"), Line("2"))));

    [Fact]
    public void Each_defect_is_named_with_its_field()
    {
        var order = Order(Line("1", 0), Line("", -1), Line("1", sku: "")) with { Currency = "EURO", TotalMinor = -1 };
        Assert.Equal(
            [
                "order.currency_unknown currency", "order.total_negative total", "order.quantity_not_positive lines[0].quantity", "order.line_no_id lines[1].channelLineRef",
                "order.quantity_not_positive lines[1].quantity", "order.line_id_twice lines[2].channelLineRef", "order.line_no_product lines[2].sku",
            ],
            OrderRules.Check(order).Select(r => $"{r.Code} {r.Field}"));
        Assert.Contains(OrderRules.Check(Order()), r => r.Code == "order.no_lines");
    }

    [Fact]
    public void What_is_left_to_ship_follows_the_channels_line_not_the_product()
    {
        var order = Order(Line("1", 3, "SAME"), Line("2", 2, "SAME"), Line("3", 1, "GIFT", ships: false));
        var shipment = new Shipment { ExternalId = "S", ShippedAt = DateTimeOffset.UnixEpoch, Lines = [new("2", "SUBSTITUTE", 2), new("1", "SAME", 1)] };
        Assert.Equal(new Dictionary<string, int> { ["1"] = 2 }, OrderRules.Remaining(order, [shipment]));
    }
}
