using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Marketplaces;

/// <summary>What becomes of every document that we have of these systems, read through the connectors that are data alone.</summary>
public sealed class RealDocumentTests
{
    [Fact]
    public void WooCommerce()
    {
        var text = new StringBuilder();
        var folder = Path.GetDirectoryName(Samples.Find("woocommerce/woocommerce-ios/order.json"))!;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            Outcomes(text, "WooCommerce", Path.GetFileName(file), File.ReadAllBytes(file));
        Approved.Check("woocommerce-real-documents", text.ToString());
    }

    [Fact]
    public void Walmart()
    {
        var text = new StringBuilder();
        foreach (var (name, example) in Examples(Samples.Find("walmart/walmart-api-php/us/mp/orders.json")))
            Outcomes(text, "Walmart", name, Encoding.UTF8.GetBytes(example.GetRawText()));
        Approved.Check("walmart-real-documents", text.ToString());
        var canada = new StringBuilder();
        // Canada answers XML, which the connector does not ask for: refused, each of them.
        foreach (var (name, example) in Examples(Samples.Find("walmart/walmart-api-php/ca/mp/orders.json"), "application/xml"))
            Outcomes(canada, "Walmart", name, Encoding.UTF8.GetBytes(example.GetString()!));
        Approved.Check("walmart-ca-real-documents", canada.ToString());
    }

    [Fact]
    public void Ebay()
    {
        var text = new StringBuilder();
        Outcomes(text, "Ebay", "03_ebay-order-cancelled.json", File.ReadAllBytes(Samples.Find("ebay/metasfresh-ebay/03_ebay-order-cancelled.json")));
        Approved.Check("ebay-real-documents", text.ToString());
        // Its descriptions of the API hold no examples of documents; what stands in them is checked against the names that the connector reads.
        var description = File.ReadAllText(Samples.Find("ebay/ebay-api/sell_fulfillment_v1_oas3.json"));
        foreach (var name in new[] { "orderId", "creationDate", "lineItems", "lineItemId", "pricingSummary", "orderFulfillmentStatus", "shipTo", "fulfillmentStartInstructions", "shipmentTrackingNumber" })
            Assert.Contains($"\"{name}\"", description, StringComparison.Ordinal);
    }

    /// <summary>Documents stand alone, in a list, or within one member; each is read as the feed would bring it.</summary>
    private static void Outcomes(StringBuilder text, string partner, string name, byte[] body)
    {
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System);
        foreach (var (part, document) in Documents(body))
        {
            var request = new InboundRequest { Topic = "orders-feed", Body = document, ReceivedAt = Given.Now, Polled = true };
            text.Append(name).Append(part).Append(": ").Append(Of(connector.Receiver!.Translate(request, Given.Connection()))).Append('\n');
        }
    }

    private static IEnumerable<(string Part, byte[] Body)> Documents(byte[] body)
    {
        JsonElement root;
        try
        {
            root = JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return [("", body)];
        }

        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("list", out var list) && list.TryGetProperty("elements", out var elements))
            root = elements.GetProperty("order");
        foreach (var wrapper in new[] { "data", "orders", "order" })
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(wrapper, out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                root = inner;
        return root.ValueKind == JsonValueKind.Array
            ? root.EnumerateArray().Take(12).Select((e, i) => ($"[{i.ToString(CultureInfo.InvariantCulture)}]", Encoding.UTF8.GetBytes(e.GetRawText())))
            : [("", Encoding.UTF8.GetBytes(root.GetRawText()))];
    }

    private static IEnumerable<(string Name, JsonElement Example)> Examples(string file, string type = "application/json")
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
                foreach (var answer in method.Value.GetProperty("responses").EnumerateObject())
                    if (answer.Value.TryGetProperty("content", out var content) && content.TryGetProperty(type, out var json))
                    {
                        var name = $"{method.Name} {path.Name} {answer.Name}";
                        if (json.TryGetProperty("example", out var one))
                            yield return (name, one.Clone());
                        if (json.TryGetProperty("examples", out var many))
                            foreach (var example in many.EnumerateObject())
                                yield return ($"{name} {example.Name}", example.Value.GetProperty("value").Clone());
                    }
    }

    internal static string Of(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived { Order: var o } r => string.Create(CultureInfo.InvariantCulture,
            $"order {o.Number}, {o.Status}, {o.Currency} total {o.TotalMinor} tax {o.TaxMinor} shipping {o.ShippingMinor} discount {o.DiscountMinor}, placed {o.PlacedAt:yyyy-MM-dd HH:mm}, to {o.ShipTo?.CountryCode}, key {r.BusinessKey}; {string.Join(", ", o.Lines.Select(l => $"{l.ChannelLineRef} {l.Sku} x{l.Quantity} at {l.UnitPriceMinor} tax {l.TaxMinor} discount {l.DiscountMinor}"))}"),
        InboundEvent.Happened h => $"{h.Event} of {string.Join(", ", h.Correlation.Select(c => $"{c.Kind} {c.Value}"))}; {h.Summary}",
        InboundEvent.Ignored i => $"ignored: {i.Reason}",
        InboundEvent.Refused f => "refused: " + string.Join("; ", f.Refusals.Take(4).Select(r => $"{r.Code} at {r.Field}")) + (f.Refusals.Count > 4 ? $" and {f.Refusals.Count - 4} more" : ""),
        _ => meaning.ToString()!,
    };
}
