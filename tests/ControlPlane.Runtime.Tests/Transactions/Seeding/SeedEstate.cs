using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>The systems and the flow that seeded transactions speak of. Shared by tests, page tests and the measurement.</summary>
public static class SeedEstate
{
    public const string Shop = "shopify-eu";
    public const string Marketplace = "amazon-de";
    public const string Till = "pos-hamburg";
    public const string Erp = "business-central";
    public const string Wms = "wms-regional";

    public static ConnectionRegistry Connections()
    {
        var registry = new ConnectionRegistry();
        registry.Replace(
        [
            Connection(Shop, SystemRole.Storefront, "Shopify EU", "E-commerce team"),
            Connection(Marketplace, SystemRole.Marketplace, "Amazon DE", "Marketplace team"),
            Connection(Till, SystemRole.PointOfSale, "POS Hamburg", ""),
            Connection(Erp, SystemRole.Erp, "Business Central", "Finance IT"),
            Connection(Wms, SystemRole.Wms, "WMS Regional", "Logistics Nord"),
        ]);
        return registry;
    }

    public static FlowCatalog Flows()
    {
        var catalog = new FlowCatalog();
        catalog.Replace([Flow]);
        return catalog;
    }

    public static readonly FlowDefinition Flow = new()
    {
        Name = "order-to-shipment",
        Title = "Order to shipment",
        Trigger = new("order.created", []),
        Steps =
        [
            new ValidateStep { Id = "validate", Title = "Check the order", Stage = "validated" },
            new BranchStep { Id = "is-pending", Question = "order-pending", Next = new Dictionary<string, string> { ["no"] = "tax" } },
            new WaitStep { Id = "release", Title = "Wait for the release", Events = ["order.updated"], Deadline = TimeSpan.FromDays(7), System = SystemRole.Marketplace },
            new EnrichStep { Id = "tax", Title = "Complete the tax", Stage = "enriched", Enricher = "tax" },
            new MapStep { Id = "map-erp", Title = "Map for the ERP", Stage = "mapped", For = "erp-order" },
            new CallStep { Id = "erp-order", Title = "Post the sales order", Stage = "erp-posted", Connection = "role:erp", Operation = "createSalesOrder" },
            new CallStep { Id = "wms-order", Title = "Instruct the warehouse", Stage = "wms-instructed", Connection = "role:wms", Operation = "instructFulfilment", System = SystemRole.Wms },
            new WaitStep
            {
                Id = "wms-ack", Title = "Wait for the warehouse to accept", Stage = "wms-acknowledged", Events = ["warehouse.acknowledged"],
                ImpliedBy = ["shipment.confirmed"], FailedBy = ["warehouse.rejected"], Deadline = TimeSpan.FromMinutes(30),
            },
            new WaitStep { Id = "shipment", Title = "Wait for a shipment", Stage = "shipped", Events = ["shipment.confirmed"], Deadline = TimeSpan.FromHours(24) },
            new CallStep { Id = "erp-shipment", Title = "Post the shipment", Stage = "erp-shipped", Connection = "role:erp", Operation = "postShipment" },
            new CallStep { Id = "channel", Title = "Confirm the shipment to the channel", Stage = "channel-fulfilled", Connection = "source", Operation = "confirmShipment", System = SystemRole.Storefront, Optional = true },
            new BranchStep { Id = "all-shipped", Question = "all-lines-shipped", Next = new Dictionary<string, string> { ["no"] = "shipment" } },
            new CloseStep { Id = "close", Stage = "closed" },
        ],
    };

    private static Connection Connection(string key, SystemRole role, string name, string owner) => new() { Key = key, Connector = "test", Role = role, DisplayName = name, Owner = owner };
}
