using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

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
}
