namespace ControlPlane.Web.Features.Transactions;

/// <summary>The stages of the shipped flows in people's words; a stage that a user's flow names speaks for itself.</summary>
public static class StageWords
{
    public static string Of(string stage) => stage switch
    {
        "received" => "Received",
        "validated" => "Validated",
        "enriched" => "Enriched",
        "mapped" => "Mapped",
        "erp-posted" => "Posted to ERP",
        "wms-instructed" => "Warehouse instructed",
        "wms-acknowledged" => "Warehouse accepted",
        "shipped" => "Shipped",
        "erp-shipped" => "Shipment in ERP",
        "channel-fulfilled" => "Channel told",
        "customer-notified" => "Customer told",
        "closed" => "Closed",
        "" => "",
        _ => char.ToUpperInvariant(stage[0]) + stage[1..].Replace('-', ' '),
    };
}
