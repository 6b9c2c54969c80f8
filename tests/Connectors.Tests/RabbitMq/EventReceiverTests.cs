using System.Text;
using Connectors.Catalog.RabbitMq;
using Connectors.Protocols.Brokers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.RabbitMq;

public sealed class EventReceiverTests
{
    private static readonly EventReceiver Receiver = new();

    private static readonly Connection Bus = Given.Connection("rabbitmq", new Dictionary<string, string> { ["exchange"] = "amq.topic", ["routingKey"] = "k" });

    [Fact]
    public void What_is_published_can_be_read_again()
    {
        var order = Given.Order with { UpdatedAt = Given.Now, ShipBy = Given.Now.AddDays(1), DiscountMinor = 500 };
        var read = Assert.IsType<InboundEvent.OrderReceived>(Receiver.Translate(Published(order), Bus));
        Assert.Equal("order/5123/created", read.BusinessKey);
        Assert.Equal(order.Lines, read.Order.Lines);
        Assert.Equal((order.Customer, order.ShipTo), (read.Order.Customer, read.Order.ShipTo));
        // Lists are compared above; the rest as a whole.
        Assert.Equal(order with { Lines = read.Order.Lines, References = read.Order.References, Extensions = read.Order.Extensions }, read.Order);
    }

    [Fact]
    public void A_shipment_is_news_of_its_order()
    {
        var happened = Assert.IsType<InboundEvent.Happened>(Receiver.Translate(Published(Given.Order, Given.Shipment), Bus));
        Assert.Equal(("shipment.confirmed", "shipment/SHP-1", "SHP-1", "00340434161094042557"), (happened.Event, happened.BusinessKey, happened.Shipment!.ExternalId, happened.Shipment.TrackingNumber));
        Assert.Equal([new(IdentifierKinds.Reference, "SHOPIFY-EU-1001"), new(IdentifierKinds.ChannelOrderId, "5123")], happened.Correlation);
        Assert.Equal(Given.Shipment.Lines, happened.Shipment.Lines);
    }

    [Fact]
    public void A_cancelled_order_is_a_cancellation() =>
        Assert.Equal("order.cancelled", Assert.IsType<InboundEvent.Happened>(Receiver.Translate(Published(Given.Order with { Status = OrderStatus.Cancelled }), Bus)).Event);

    [Theory]
    [InlineData("[]", "json.wrong_type", "")]
    [InlineData("{}", "json.missing", "order")]
    [InlineData("\"currency\":\"EUR\"→\"currency\":\"EURO\"", "order.currency_unknown", "order.currency")]
    [InlineData("\"total\":\"126.40\"→\"total\":126.40", "json.wrong_type", "order.total")]
    [InlineData("\"total\":\"126.40\"→\"total\":\"126.405\"", "order.amount", "order.total")]
    [InlineData("\"quantity\":2→\"quantity\":0", "json.out_of_range", "order.lines[0].quantity")]
    [InlineData("\"status\":\"open\"→\"status\":\"shipped\"", "order.status_unknown", "order.status")]
    public void What_is_wrong_is_refused_by_its_path(string change, string code, string field)
    {
        var published = Encoding.UTF8.GetString(Published(Given.Order).Body.Span);
        var parts = change.Split('→');
        var text = parts.Length == 1 ? change : published.Replace(parts[0], parts[1], StringComparison.Ordinal);
        Assert.NotEqual(published, text);
        var refused = Assert.IsType<InboundEvent.Refused>(Receiver.Translate(new() { Body = Encoding.UTF8.GetBytes(text), Queued = true }, Bus));
        Assert.Equal((code, field), (refused.Refusals[0].Code, refused.Refusals[0].Field));
    }

    private static InboundRequest Published(CanonicalOrder order, params Shipment[] shipments)
    {
        var mapped = Broker.Connector.Operation("publish")!.Map(Given.Request(order, Bus, shipments: shipments));
        Assert.Empty(mapped.Refusals);
        return new() { Body = mapped.Content, ContentType = mapped.ContentType, Queued = true, ReceivedAt = Given.Now };
    }
}
