using Connectors.Protocols.GraphQl;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace Connectors.Catalog.Shopify;

/// <summary>Settings and error meanings as data; webhooks, the orders feed and operations in code, because GraphQL is one address for everything.</summary>
public sealed class ShopifyConnector : DeclarativeConnector
{
    public ShopifyConnector(TimeProvider clock)
        : this(EmbeddedCatalog.Load("Shopify"), clock)
    {
    }

    private ShopifyConnector(ConnectorDefinition definition, TimeProvider clock)
        : this(definition, clock, new ShopifyApi(definition, clock))
    {
    }

    private ShopifyConnector(ConnectorDefinition definition, TimeProvider clock, ShopifyApi api)
        : base(definition, clock, new ShopifyReceiver(), [new ShopifyOrdersFeed(api)], [new ConfirmShipment(api), new NotifyCustomer(api), new CloseOrder(api)])
    {
    }

    /// <summary>In the body, because the cost of a query is known only after it ran.</summary>
    public override BudgetReading? ReadBudget(ExchangeAnswer answer)
    {
        using var document = StrictJson.Parse(answer.Body, out _);
        return document is null ? null : GraphQlCost.Reading(document.RootElement);
    }
}
