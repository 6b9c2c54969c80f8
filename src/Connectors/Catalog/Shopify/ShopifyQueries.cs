namespace Connectors.Catalog.Shopify;

/// <summary>What is asked of the Admin GraphQL API. Each field and argument is in its published schema since 2025-01.</summary>
internal static class ShopifyQueries
{
    private const string Money = "{ shopMoney { amount currencyCode } }";

    private const string Address = "{ name firstName lastName company address1 address2 city zip province provinceCode countryCodeV2 phone }";

    private const string Line =
        "{ id sku title name quantity requiresShipping isGiftCard variant { id } originalUnitPriceSet " + Money
        + " discountAllocations { allocatedAmountSet " + Money + " } taxLines { priceSet " + Money + " } }";

    private const string Order =
        """
        id name confirmationNumber poNumber createdAt processedAt updatedAt cancelledAt cancelReason
        currencyCode presentmentCurrencyCode taxesIncluded test tags note sourceName displayFinancialStatus paymentGatewayNames email phone

        """
        + "totalPriceSet " + Money + " totalTaxSet " + Money + " totalDiscountsSet " + Money + " totalShippingPriceSet " + Money
        + " customer { id firstName lastName } shippingAddress " + Address + " billingAddress " + Address
        + " shippingLines(first: 3) { nodes { title code discountedPriceSet " + Money + " } }"
        + " lineItems(first: $lines, after: $after) { nodes " + Line + " pageInfo { hasNextPage endCursor } } ";

    /// <summary>Orders that changed, the oldest change first, with as many lines as most orders have.</summary>
    public const string ChangedOrders =
        "query ChangedOrders($first: Int!, $page: String, $query: String!, $lines: Int!, $after: String) "
        + "{ orders(first: $first, after: $page, query: $query, sortKey: UPDATED_AT) { nodes { " + Order + "} pageInfo { hasNextPage endCursor } } }";

    /// <summary>One order, or its lines after a cursor.</summary>
    public const string OneOrder = "query OneOrder($id: ID!, $lines: Int!, $after: String) { order(id: $id) { " + Order + "} }";

    /// <summary>What of an order is fulfilled, and what is left to be.</summary>
    public const string Fulfilments =
        """
        query Fulfilments($id: ID!, $lines: Int!) {
          order(id: $id) {
            id name
            fulfillments(first: 50) {
              id name status
              trackingInfo { number }
              fulfillmentLineItems(first: $lines) { nodes { quantity lineItem { id } } }
            }
            fulfillmentOrders(first: 20) {
              nodes {
                id status
                assignedLocation { name }
                lineItems(first: $lines) { nodes { id remainingQuantity lineItem { id } } }
              }
            }
          }
        }
        """;

    public const string CreateFulfilment =
        """
        mutation CreateFulfilment($fulfillment: FulfillmentInput!) {
          fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id name status } userErrors { field message } }
        }
        """;

    public const string UpdateTracking =
        """
        mutation UpdateTracking($fulfillmentId: ID!, $trackingInfoInput: FulfillmentTrackingInput!, $notifyCustomer: Boolean) {
          fulfillmentTrackingInfoUpdate(fulfillmentId: $fulfillmentId, trackingInfoInput: $trackingInfoInput, notifyCustomer: $notifyCustomer) {
            fulfillment { id name } userErrors { field message }
          }
        }
        """;

    public const string CloseOrder =
        """
        mutation CloseOrder($input: OrderCloseInput!) {
          orderClose(input: $input) { order { id closed } userErrors { field message } }
        }
        """;

    public const string IsClosed = "query IsClosed($id: ID!) { order(id: $id) { id closed } }";
}
