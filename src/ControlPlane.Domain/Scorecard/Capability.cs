namespace ControlPlane.Domain.Scorecard;

/// <summary>What the business expects of the integration, in the order in which an executive asks for it.</summary>
/// <param name="Key">In addresses; an indicator belongs to it when its name is this, or begins with it and a hyphen.</param>
public sealed record Capability(string Key, string Title)
{
    /// <summary>The key that stands for all of them.</summary>
    public const string Everything = "all";

    public static readonly IReadOnlyList<Capability> All =
    [
        new("order-ingestion", "Orders into the ERP"),
        new("inventory-publication", "Stock to the channels"),
        new("shipment-confirmation", "Shipments confirmed"),
        new("refund-posting", "Refunds posted"),
        new("settlement", "Settlements matched"),
        new("webhook-acknowledgement", "Webhooks acknowledged"),
    ];

    public bool Covers(string indicator) => indicator == Key || indicator.StartsWith(Key + "-", StringComparison.Ordinal);

    /// <summary>Null for indicators of a user's own.</summary>
    public static Capability? Of(string indicator) => All.FirstOrDefault(c => c.Covers(indicator));
}
