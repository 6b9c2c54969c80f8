using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>Sales orders as data; shipment posting and customer matching in code, because they take several calls or a choice.</summary>
public sealed class BusinessCentralConnector : DeclarativeConnector
{
    public BusinessCentralConnector(TimeProvider clock)
        : this(EmbeddedCatalog.Load("BusinessCentral"), clock)
    {
    }

    private BusinessCentralConnector(ConnectorDefinition definition, TimeProvider clock)
        : base(definition, clock, coded: [new PostShipment(definition, clock), new FindCustomer(definition, clock)])
    {
    }
}
