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
            .Add("woocommerce", () => Data("WooCommerce", clock))
            .Add("bigcommerce", () => Data("BigCommerce", clock))
            .Add("adobe-commerce", () => Data("AdobeCommerce", clock))
            .Add("walmart", () => Data("Walmart", clock))
            .Add("ebay", () => Data("Ebay", clock))
            .Add("edi-3pl", () => Data("EdiThreePl", clock))
            .Add("edi-trading-partner", () => Data("EdiTradingPartner", clock))
            .Add("edifact-trading-partner", () => Data("EdifactTradingPartner", clock))
            .Add("netsuite-soap", () => Data("NetSuiteSoap", clock))
            .Add("sap-idoc", () => Data("SapIdoc", clock))
            .Add("poslog", () => Data("PosLog", clock))
            .Add("ubl-partner", () => Data("UblPartner", clock))
            .Add("file-warehouse", () => Data("FileWarehouse", clock))
            .Add("csv-till", () => Data("CsvTill", clock))
            .Add("generic-files", () => new GenericHttpConnector(clock, "GenericFiles"))
            .Add("netsuite-rest", () => Data("NetSuiteRest", clock))
            .Add("sap-s4", () => Data("SapS4", clock))
            .Add("shiphero", () => Data("ShipHero", clock))
            .Add("3pl-central", () => Data("ThreePlCentral", clock))
            .Add("tryton", () => Data("Tryton", clock))
            .Add("odoo", () => Data("Odoo", clock))
            .Add(new KafkaConnector(clock, amazon, warehouse, shopify))
            .Add(new RabbitMqConnector(clock, amazon, warehouse, shopify));
    }

    /// <summary>A connector that is its document alone.</summary>
    private static DeclarativeConnector Data(string partner, TimeProvider clock) => new(EmbeddedCatalog.Load(partner), clock);
}
