using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>What of an order or a shipment a field of a request surely means, by its name and those above it.</summary>
internal sealed record DraftSource(string From, string? Convert = null, string? Decide = null);

/// <summary>The words by which such fields are known.</summary>
internal static class DraftSources
{
    /// <summary>Null when nothing is sure.</summary>
    public static DraftSource? For(OpenApiPurpose purpose, string name, IReadOnlyList<string> parents, bool ofLines, string kind, string? format)
    {
        var words = FieldNames.Words(name);
        if (words.Count == 0 || kind == "boolean")
            return null;
        var above = parents.SelectMany(FieldNames.Words).ToHashSet(StringComparer.Ordinal);
        bool Has(params string[] any) => any.Any(words.Contains);
        var end = words[^1];
        var shipping = purpose == OpenApiPurpose.ConfirmShipment;
        if (purpose == OpenApiPurpose.SetStock)
            return null;
        if (ofLines)
            return Line(shipping, words, end, above, kind);
        if (shipping)
        {
            if (Has("tracking", "awb", "waybill"))
                return Has("url", "link", "uri") ? new("shipment.trackingUrl") : new("shipment.trackingNumber");
            if (Has("carrier", "courier") && !Has("method", "service"))
                return new("shipment.carrier");
            if (Has("service", "method") && (Has("ship", "shipping", "carrier", "delivery") || above.Overlaps(["carrier", "shipment", "tracking", "shipping"])))
                return new("shipment.service");
            if (end is "date" or "time" or "at" or "on" && Has("ship", "shipped", "shipping", "shipment", "dispatch", "dispatched", "fulfilled", "fulfillment"))
                return When("shipment.shippedAt", kind, format);
            if (words is ["shipment", "id" or "number" or "reference"] || Has("shipment", "package", "parcel") && end is "id" or "number" && Has("reference", "package", "parcel"))
                return new("shipment.externalId");
        }

        if (Has("order", "purchase") && end is "id")
            return shipping || purpose == OpenApiPurpose.CancelOrder || purpose == OpenApiPurpose.AcknowledgeOrder ? new("order.externalId") : new("reference");
        if (Has("order", "purchase", "po") && end is "number" or "no" or "name")
            return new("order.number");
        if (words is ["reference"] or ["external", "id"] or ["external", "reference"] or ["client", "reference"] or ["customer", "reference"] or ["external", "order", "id"] or [.., "reference", "id" or "number"])
            return new("reference");
        if (purpose != OpenApiPurpose.CreateOrder)
            return null;
        if (Has("currency"))
            return new("order.currency");
        if (end is "date" or "at" or "time" && (Has("order", "placed", "created", "purchase") || words.Count == 1))
            return When("order.placedAt", kind, format);
        if (Has("email", "mail"))
            return new("order.customer.email");
        var address = above.Overlaps(["bill", "billing", "invoice"]) || Has("bill", "billing") ? "order.billTo"
            : above.Overlaps(["ship", "shipping", "delivery", "address", "consignee", "recipient", "to"]) || Has("ship", "shipping", "delivery") ? "order.shipTo" : null;
        if (address is not null && Part(words, end) is { } part)
            return new($"{address}.{part}");
        if (Has("phone", "telephone", "mobile"))
            return new("order.customer.phone");
        if (Has("customer", "buyer") && end == "name")
            return new("order.customer.name");
        return words is ["total"] or ["grand", "total"] or ["total", "amount" or "price"] or ["order", "total"] ? Amount("order.total", kind) : null;
    }

    private static DraftSource? Line(bool shipping, IReadOnlyList<string> words, string end, HashSet<string> above, string kind)
    {
        var lines = shipping ? "shipment.lines[]" : "order.lines[]";
        if (words.Contains("quantity") || words.Contains("qty") || end == "amount" && above.Contains("quantity"))
            return new(lines + ".quantity", kind == "string" ? "text" : null);
        if (words.Contains("sku"))
            return new(lines + ".sku");
        if (words.Any(w => w is "line" or "item" or "lineitem") && end is "id" or "number" or "no" or "reference" or "ref")
            return new(lines + ".channelLineRef");
        if (words is ["id"] && above.Overlaps(["line", "item", "lineitem"]))
            return new(lines + ".channelLineRef", null, "is it the id of their line, or of the product?");
        if (shipping)
            return words.Contains("tracking") ? new("shipment.trackingNumber") : words.Contains("carrier") ? new("shipment.carrier") : null;
        if (words is ["product", "code" or "number"] or ["item", "code"] or ["article", ..])
            return new(lines + ".sku");
        if (end is "title" or "name" or "description")
            return new(lines + ".title");
        return words is ["price"] or ["unit", "price"] or ["unit", "cost"] ? Amount(lines + ".unitPrice", kind) : null;
    }

    private static string? Part(IReadOnlyList<string> words, string end) =>
        words.Contains("country") ? "countryCode" : words.Any(w => w is "postal" or "zip" or "postcode" or "zipcode") ? "postalCode" : words.Any(w => w is "city" or "town" or "locality") ? "city"
        : words.Any(w => w is "state" or "region" or "province") ? "region" : words.Contains("company") ? "company" : words.Contains("phone") ? "phone"
        : end is "line2" or "address2" or "street2" || words is [.., "line" or "address" or "street", "2"] ? "line2" : end is "line1" or "address1" or "street" or "street1" or "address" || words is [.., "line" or "address" or "street", "1"] ? "line1"
        : end == "name" && !words.Contains("first") && !words.Contains("last") ? "name" : null;

    private static DraftSource When(string from, string kind, string? format) =>
        kind is "integer" or "number" ? new(from, "unix", "unix seconds, or unix-ms?") : new(from, format == "date" ? "date" : "datetime");

    private static DraftSource Amount(string from, string kind) => new(from, kind switch { "number" => "money-decimal", "integer" => "integer", _ => "money-text" }, kind == "integer" ? "is it in cents? Then convert: integer is right." : null);
}
