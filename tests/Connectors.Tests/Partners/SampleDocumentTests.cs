using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Marketplaces;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Partners;

/// <summary>
/// What becomes of every JSON document that we have of smaller systems. Two of them are read by connectors that stand only here: written as a user would,
/// from the documents alone.
/// </summary>
public sealed class SampleDocumentTests
{
    private const string Unicommerce = """
        kind: Connector
        metadata: { name: unicommerce }
        spec:
          title: Unicommerce
          roles: [marketplace]
          feeds:
            - { name: orders, path: "/services/rest/v1/oms/saleorder/search", items: "$.elements[]" }
          receive:
            documents:
              - at: $.saleOrderDTO
                order:
                  lines: { at: "$.saleOrderItems[]", only: [{ at: "@.statusCode", not: [CANCELLED] }] }
                  rows:
                    - { to: externalId, from: $.code }
                    - { to: number, from: $.displayOrderCode }
                    - { to: placedAt, from: $.displayOrderDateTime, convert: unix-ms }
                    - { to: currency, from: $.currencyCode }
                    - { to: status, from: $.status, values: { CANCELLED: cancelled, PENDING_VERIFICATION: pending, "*": open } }
                    - { to: total, from: "$.saleOrderItems[].sellingPrice", convert: "sum, round" }
                    - { to: shipTo.name, from: "$.addresses[0].name" }
                    - { to: shipTo.line1, from: "$.addresses[0].addressLine1" }
                    - { to: shipTo.city, from: "$.addresses[0].city" }
                    - { to: shipTo.postalCode, from: "$.addresses[0].pincode" }
                    - { to: shipTo.countryCode, from: "$.addresses[0].country" }
                    # One item is one piece; each is a line.
                    - { to: "lines[].channelLineRef", from: "@.code" }
                    - { to: "lines[].sku", from: "@.itemSku" }
                    - { to: "lines[].title", from: "@.itemName" }
                    - { to: "lines[].quantity", value: "1" }
                    - { to: "lines[].unitPrice", from: "@.sellingPrice", convert: round }
              - only: [{ at: "$.saleOrderItems[0]", present: true }]
                order:
                  lines: { at: "$.saleOrderItems[]", only: [{ at: "@.statusCode", not: [CANCELLED] }] }
                  rows:
                    - { to: externalId, from: $.code }
                    - { to: number, from: $.displayOrderCode }
                    - { to: placedAt, from: $.displayOrderDateTime, convert: unix-ms }
                    - { to: currency, from: $.currencyCode }
                    - { to: total, from: "$.saleOrderItems[].sellingPrice", convert: "sum, round" }
                    - { to: "lines[].channelLineRef", from: "@.code" }
                    - { to: "lines[].sku", from: "@.itemSku" }
                    - { to: "lines[].quantity", value: "1" }
                    - { to: "lines[].unitPrice", from: "@.sellingPrice", convert: round }
              - only: [{ at: $.successful, is: ["false"] }]
                ignore: Unicommerce says that the call failed.
              - ignore: It is no order.
        """;

    private const string Shopware = """
        kind: Connector
        metadata: { name: shopware }
        spec:
          title: Shopware
          roles: [storefront]
          feeds:
            - { name: orders, path: /api/search/order, method: POST, body: { page: "{page}", limit: "{size}" }, items: "$.data[]", paging: { style: page, size: 100 } }
          receive:
            documents:
              - only: [{ at: $.orderNumber, present: true }, { at: $.stateMachineState.technicalName, is: [open, in_progress] }]
                order:
                  lines: { at: "$.lineItems[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: number, from: $.orderNumber }
                    - { to: placedAt, from: [$.orderDate, $.createdAt] }
                    - { to: currency, from: [$.currency.isoCode, $.currencyId] }
                    - { to: customer.email, from: $.orderCustomer.email }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].sku", from: "@.payload.productNumber" }
                    - { to: "lines[].quantity", from: "@.quantity" }
                    - { to: "lines[].unitPrice", from: "@.unitPrice", convert: round }
              - only: [{ at: $.orderNumber, present: true }]
                ignore: The order is not open.
              - ignore: It is no order.
        """;

    private const string Forwarded = """
        kind: Connector
        metadata: { name: forwarded }
        spec:
          title: Forwarded orders
          roles: [erp]
          feeds:
            - { name: orders, path: /orders, items: "$.orders[]" }
          receive:
            documents:
              - only: [{ at: $.order_ref, present: true }]
                order:
                  lines: { at: "$.lines[]" }
                  rows:
                    - { to: externalId, from: $.order_ref }
                    - { to: placedAt, from: receivedAt }
                    - { to: currency, value: USD }
                    - { to: customer.externalId, from: $.customer_ref }
                    - { to: "lines[].channelLineRef", from: "@.line_ref" }
                    - { to: "lines[].sku", from: "@.product_ref" }
                    - { to: "lines[].quantity", from: "@.quantity" }
              - only: [{ at: $.soTrx, present: true }]
                ignore: It is a candidate for an invoice and no order.
              - ignore: It is no order.
        """;

    [Fact]
    public void Every_document_is_read_or_refused_with_a_reason()
    {
        var text = new StringBuilder();
        Folder(text, "wms-3pl/tap-3plcentral/orders.json", Read(EmbeddedCatalog.Load("ThreePlCentral")));
        Folder(text, "wms-3pl/ecommerce_integrations-unicommerce/order-SO5841.json", Read(Of(Unicommerce)));
        Folder(text, "erp-other/metasfresh-shopware6/happyFlow/10_JsonOrders.json", Read(Of(Shopware)), "..");
        Folder(text, "erp-other/metasfresh-invoicecandidate/sales_afterOrderDelivered.json", Read(Of(Forwarded)));
        Folder(text, "erp-other/odoo-edi/edi_sale_forward_request/tests/files/order01.json", Read(Of(Forwarded)));
        Approved.Check("partner-real-documents", text.ToString());
    }

    [Fact]
    public void Shipped_orders_of_Extensiv_s_published_form_are_found_by_the_feed()
    {
        var body = File.ReadAllText(Samples.Find("wms-3pl/tap-3plcentral/orders.json"));
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load("ThreePlCentral"), TimeProvider.System);
        var items = connector.Definition.Feeds[0].Items;
        var found = new List<JsonElement>();
        using var document = JsonDocument.Parse(body);
        items.Select(document.RootElement, found);
        Assert.Single(found);
    }

    private static ConnectorDefinition Of(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "user.yaml");
        return reading.Definition ?? throw new Xunit.Sdk.XunitException(string.Join("\n", reading.Problems));
    }

    private static Func<byte[], string> Read(ConnectorDefinition definition)
    {
        var connector = new DeclarativeConnector(definition, TimeProvider.System);
        return body => RealDocumentTests.Of(connector.Receiver!.Translate(new() { Topic = connector.Feeds[0].Name, Body = body, ReceivedAt = Given.Now, Polled = true }, Given.Connection()));
    }

    /// <summary>A file is one document, or a list of them as the feed would take it apart.</summary>
    private static void Folder(StringBuilder text, string sample, Func<byte[], string> read, string up = ".")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Samples.Find(sample))!, up));
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var document in Documents(File.ReadAllBytes(file)))
                text.Append(Path.GetRelativePath(folder, file)).Append('[').Append(number++).Append("]: ").Append(read(document)).Append('\n');
        }
    }

    private static IEnumerable<byte[]> Documents(byte[] body)
    {
        var root = JsonNode.Parse(body)!;
        var list = root switch
        {
            JsonObject o when o["_embedded"] is JsonObject { Count: 1 } embedded => embedded.First().Value as JsonArray,
            JsonObject o => (o["data"] ?? o["elements"] ?? o["orders"]) as JsonArray,
            var other => other as JsonArray,
        };
        return list is null ? [body] : list.Select(d => Encoding.UTF8.GetBytes(d!.ToJsonString()));
    }
}
