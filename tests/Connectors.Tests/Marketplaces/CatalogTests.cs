using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Marketplaces;

public sealed class CatalogTests
{
    [Theory]
    [InlineData("WooCommerce"), InlineData("BigCommerce"), InlineData("AdobeCommerce"), InlineData("Walmart"), InlineData("Ebay")]
    public void A_connector_that_is_data_reads_without_a_problem(string partner)
    {
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System);
        Assert.NotNull(connector.Receiver);
        Assert.Equal("orders-feed", Assert.Single(connector.Feeds).Name);
        Assert.NotNull(connector.Operation("confirmShipment"));
    }
}
