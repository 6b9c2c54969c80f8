using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Amazon;

public sealed class NotificationTests
{
    private static string Changed => GivenAmazon.Sample("notification-order-change.json");

    [Theory]
    [InlineData("notifications")]
    [InlineData("")]
    public void A_changed_order_is_fetched_by_its_id(string topic)
    {
        var fetch = Assert.IsType<InboundEvent.FetchNeeded>(GivenAmazon.Translate(Changed, topic));

        Assert.Equal(("orders-feed", "302-1048576-5551234"), (fetch.Feed, fetch.ExternalId));
    }

    [Theory]
    [InlineData("FulfillmentType", "AFN", "Amazon ships it.")]
    [InlineData("OrderStatus", "Shipped", "Amazon has it as shipped: nothing is left to ship.")]
    public void What_would_be_thrown_away_is_not_fetched(string name, string value, string reason) => Assert.Equal(
        reason,
        Assert.IsType<InboundEvent.Ignored>(GivenAmazon.Translate(ChangedBy(d => d["Payload"]!["OrderChangeNotification"]!["Summary"]![name] = value), "notifications")).Reason);

    [Theory]
    [InlineData("""{"NotificationType":"ANY_OFFER_CHANGED","Payload":{}}""")]
    [InlineData("""{"notificationType":"FEED_PROCESSING_FINISHED","payload":{}}""")]
    public void Another_type_is_kept_and_does_nothing(string body) => Assert.IsType<InboundEvent.Ignored>(GivenAmazon.Translate(body));

    [Theory]
    [InlineData("{}", "NotificationType", "json.missing")]
    [InlineData("""{"NotificationType":5}""", "NotificationType", "json.wrong_type")]
    [InlineData("""{"NotificationType":"ORDER_CHANGE"}""", "Payload", "json.missing")]
    [InlineData("""{"NotificationType":"ORDER_CHANGE","Payload":{}}""", "Payload.OrderChangeNotification", "json.missing")]
    [InlineData("""{"NotificationType":"ORDER_CHANGE","Payload":{"OrderChangeNotification":{}}}""", "Payload.OrderChangeNotification.AmazonOrderId", "json.missing")]
    [InlineData("""{"NotificationType":"ORDER_CHANGE","Payload":{"OrderChangeNotification":{"AmazonOrderId":"1?x=1"}}}""", "Payload.OrderChangeNotification.AmazonOrderId", "order.id_unreadable")]
    public void A_notification_that_names_no_order_is_refused_by_its_field(string body, string field, string code)
    {
        var refused = Assert.IsType<InboundEvent.Refused>(GivenAmazon.Translate(body, "notifications"));

        Assert.Equal([(code, field)], refused.Refusals.Select(r => (r.Code, r.Field)));
    }

    [Fact]
    public void A_notification_is_believed_when_the_relay_signed_it_with_the_connections_secret()
    {
        var signed = Signed(Changed, GivenAmazon.RelaySecret);
        var connection = GivenAmazon.Connection();

        Assert.True(GivenAmazon.Receiver.Verify(signed, connection));
        Assert.False(GivenAmazon.Receiver.Verify(Signed(Changed, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"), connection));
        Assert.False(GivenAmazon.Receiver.Verify(new() { Body = signed.Body, ReceivedAt = Given.Now }, connection));
        Assert.False(GivenAmazon.Receiver.Verify(signed, Given.Connection("amazon"))); // No secret: nobody is believed.
        Assert.True(GivenAmazon.Receiver.Verify(new() { Body = signed.Body, Polled = true }, connection));
    }

    [Fact]
    public void The_same_notification_keeps_its_id_under_whatever_id_the_relay_sends_it()
    {
        Assert.Equal("8d3f1c52-0000-4000-8000-000000000002", GivenAmazon.Receiver.DeliveryId(Signed(Changed, GivenAmazon.RelaySecret)));
        Assert.Equal("7f3a", GivenAmazon.Receiver.DeliveryId(Signed("""{"notificationType":"X","notificationMetadata":{"notificationId":"7f3a"}}""", GivenAmazon.RelaySecret)));
        Assert.Equal("msg_1", GivenAmazon.Receiver.DeliveryId(Signed(GivenAmazon.Sample("order.json"), GivenAmazon.RelaySecret)));
        Assert.Equal("msg_1", GivenAmazon.Receiver.DeliveryId(Signed("{ \"NotificationId\": ", GivenAmazon.RelaySecret)));
        Assert.Null(GivenAmazon.Receiver.DeliveryId(new() { Body = Encoding.UTF8.GetBytes(Changed), Polled = true }));
    }

    private static string ChangedBy(Action<JsonObject> change) => GivenAmazon.Sample("notification-order-change.json", change);

    private static InboundRequest Signed(string text, string key)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var seconds = Given.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Convert.FromBase64String(key), (byte[])[.. Encoding.UTF8.GetBytes($"msg_1.{seconds}."), .. body]);
        return Protocols.WebhookSignatureTests.Request(body, "msg_1", seconds, "v1," + Convert.ToBase64String(signature), Given.Now);
    }
}
