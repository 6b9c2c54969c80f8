using Connectors.Catalog.Amazon;
using Connectors.Catalog.BusinessCentral;
using Connectors.Catalog.GenericHttp;
using Connectors.Catalog.Kafka;
using Connectors.Catalog.RabbitMq;
using Connectors.Catalog.RegionalWms;
using Connectors.Catalog.Shopify;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Connectors;

/// <summary>Registers the catalogue with every built-in connector.</summary>
public static class ConnectorsFeature
{
    public static IServiceCollection AddConnectors(this IServiceCollection services)
    {
        services.AddSingleton(p => BuiltIn(p.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IConnectorCatalog>(p => p.GetRequiredService<ConnectorCatalog>());
        return services;
    }

    /// <summary>One line a connector.</summary>
    public static ConnectorCatalog BuiltIn(TimeProvider clock)
    {
        var (amazon, warehouse, shopify) = (new AmazonConnector(clock), new RegionalWmsConnector(clock), new ShopifyConnector(clock));
        return new ConnectorCatalog()
            .Add(new GenericHttpConnector(clock))
            .Add(amazon)
            .Add(new BusinessCentralConnector(clock))
            .Add(warehouse)
            .Add(shopify)
            .Add(Data("WooCommerce", clock))
            .Add(Data("BigCommerce", clock))
            .Add(Data("AdobeCommerce", clock))
            .Add(Data("Walmart", clock))
            .Add(Data("Ebay", clock))
            .Add(Data("EdiThreePl", clock))
            .Add(Data("EdiTradingPartner", clock))
            .Add(Data("EdifactTradingPartner", clock))
            .Add(Data("NetSuiteSoap", clock))
            .Add(Data("SapIdoc", clock))
            .Add(Data("PosLog", clock))
            .Add(Data("UblPartner", clock))
            .Add(Data("FileWarehouse", clock))
            .Add(Data("CsvTill", clock))
            .Add(new GenericHttpConnector(clock, "GenericFiles"))
            .Add(Data("NetSuiteRest", clock))
            .Add(Data("SapS4", clock))
            .Add(Data("ShipHero", clock))
            .Add(Data("ThreePlCentral", clock))
            .Add(Data("Tryton", clock))
            .Add(Data("Odoo", clock))
            .Add(new KafkaConnector(clock, amazon, warehouse, shopify))
            .Add(new RabbitMqConnector(clock, amazon, warehouse, shopify));
    }

    /// <summary>A connector that is its document alone.</summary>
    private static DeclarativeConnector Data(string partner, TimeProvider clock) => new(EmbeddedCatalog.Load(partner), clock);
}
