using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.RegionalWms;

/// <summary>Reads the warehouse's webhooks. In code because the manifest describes what goes out, not what comes in.</summary>
public sealed class RegionalWmsReceiver : IReceiver
{
    public const string WebhookSecret = "webhookSecret";

    private const int LongestReason = 300;

    public bool Verify(InboundRequest request, Connection connection) =>
        request.Polled || StandardWebhooks.Verify(request, connection.Secret(WebhookSecret));

    public string? DeliveryId(InboundRequest request) => request.Header(StandardWebhooks.IdHeader);

    public string TopicOf(InboundRequest request)
    {
        if (request.Topic.Length > 0)
            return request.Topic;
        using var document = StrictJson.Parse(request.Body, out _);
        return document is null ? "" : JsonFields.Root(document).Text("type") ?? "";
    }

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        using var document = StrictJson.Parse(request.Body, out var refusal);
        return document is null ? new InboundEvent.Refused([refusal!]) : Translate(JsonFields.Root(document));
    }

    private static InboundEvent Translate(JsonFields root)
    {
        var type = root.Text("type", required: true);
        if (type is not (null or "order.acknowledged" or "order.rejected" or "order.line_rejected" or "shipment.confirmed"))
            return new InboundEvent.Ignored("The warehouse sent an event of a type that no flow needs.");
        var data = root.Object("data", required: true);
        if (type is null || data is null)
            return new InboundEvent.Refused(root.Refusals);
        var about = About.Read(data);
        var @event = type switch
        {
            "order.acknowledged" => Acknowledged(about),
            "order.rejected" => Rejected(about, data),
            "order.line_rejected" => LineRejected(about, data),
            _ => Shipped(about, data),
        };
        return @event is null || root.Refusals.Count > 0 ? new InboundEvent.Refused(root.Refusals) : @event;
    }

    private static InboundEvent.Happened Acknowledged(About about) => new("warehouse.acknowledged", about.Correlation)
    {
        BusinessKey = $"{about.Key}/acknowledged",
        Identifiers = about.Identifiers,
        Outputs = about.Outputs,
        Summary = about.OrderId is null ? "Warehouse accepted the order" : $"Warehouse accepted the order as {about.OrderId}",
    };

    private static InboundEvent.Happened Rejected(About about, JsonFields data)
    {
        var reason = Reason(data);
        return new("warehouse.rejected", about.Correlation)
        {
            BusinessKey = $"{about.Key}/rejected",
            Identifiers = about.Identifiers,
            Reason = reason,
            Summary = $"Warehouse rejected the order: {reason}",
        };
    }

    private static InboundEvent.Happened LineRejected(About about, JsonFields data)
    {
        var reason = Reason(data);
        var line = Line(data);
        return new("warehouse.line_rejected", about.Correlation)
        {
            BusinessKey = $"{about.Key}/line-rejected/{line.ChannelLineRef}",
            Identifiers = about.Identifiers,
            Reason = reason,
            Summary = $"Warehouse rejected {line.Quantity} of {line.Sku}: {reason}",
        };
    }

    private static InboundEvent.Happened? Shipped(About about, JsonFields data)
    {
        if (data.Object("shipment", required: true) is not { } read)
            return null;
        var shipment = new Shipment
        {
            ExternalId = read.Text("id", required: true) ?? "",
            ShippedAt = read.Instant("shippedAt", required: true) ?? default,
            Carrier = read.Text("carrier"),
            Service = read.Text("service"),
            TrackingNumber = read.Text("trackingNumber"),
            TrackingUrl = Link(read.Text("trackingUrl")),
            Lines = [.. read.Objects("lines", required: true).Select(Line)],
        };
        var identifiers = new List<Identifier>(about.Identifiers) { new(IdentifierKinds.Shipment, shipment.ExternalId) };
        if (shipment.TrackingNumber is { } tracking)
            identifiers.Add(new(IdentifierKinds.Tracking, tracking));
        return new("shipment.confirmed", about.Correlation)
        {
            BusinessKey = $"shipment/{shipment.ExternalId}",
            Shipment = shipment,
            Identifiers = identifiers,
            Outputs = about.Outputs,
            Summary = $"Warehouse shipped {shipment.ExternalId}{(shipment.Carrier is { } carrier ? $" with {carrier}" : "")}",
        };
    }

    /// <summary>A line without the channel's reference could not be confirmed to the channel, so it is refused here and not guessed.</summary>
    private static ShipmentLine Line(JsonFields line) =>
        new(line.Text("lineRef", required: true) ?? "", line.Text("sku", required: true) ?? "", line.Integer("quantity", 1, 1_000_000));

    private static string Reason(JsonFields data)
    {
        var text = data.Text("reason") ?? "no reason given";
        var clean = new string([.. text.Where(c => !char.IsControl(c))]);
        return clean.Length <= LongestReason ? clean : clean[..LongestReason] + "…";
    }

    /// <summary>People click on it: anything but a web address is dropped. A shipment is not held up for its link.</summary>
    private static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? text : null;

    /// <summary>Which order it is about, by our reference or the warehouse's own number.</summary>
    private sealed record About(string? Reference, string? OrderId)
    {
        public string Key => $"order/{Reference ?? OrderId}";

        public IReadOnlyList<Identifier> Correlation =>
            [.. Reference is null ? [] : new[] { new Identifier(IdentifierKinds.Reference, Reference) }, .. Identifiers];

        public IReadOnlyList<Identifier> Identifiers => OrderId is null ? [] : [new(IdentifierKinds.WmsOrder, OrderId)];

        public IReadOnlyDictionary<string, string> Outputs =>
            OrderId is null ? new Dictionary<string, string>() : new Dictionary<string, string>(StringComparer.Ordinal) { ["wmsOrderId"] = OrderId };

        public static About Read(JsonFields data)
        {
            var about = new About(Cut(data, "reference"), Cut(data, "orderId"));
            if (about is { Reference: null, OrderId: null })
                data.Refuse("warehouse.no_reference", "reference", "The event names no order. Send our reference, or your order id.");
            return about;
        }

        private static string? Cut(JsonFields data, string name)
        {
            var text = data.Text(name);
            if (text?.Length > Identifier.LongestValue)
                data.Refuse("json.too_long", name, $"The value is longer than {Identifier.LongestValue} characters.");
            return text;
        }
    }
}
