using ControlPlane.Domain.Orders;

namespace Connectors.Catalog.Amazon;

/// <summary>How far an order is, in the words of neither version.</summary>
internal enum OrderPhase
{
    Pending,
    Open,
    PartlyShipped,
    Shipped,
    Cancelled,
    Unfulfillable,
}

/// <summary>What decides whether an order concerns us at all. A null was refused.</summary>
internal sealed record OrderHead(string? Id, OrderPhase? Phase, bool? AmazonShips)
{
    public static OrderStatus Status(OrderPhase phase) => phase switch
    {
        OrderPhase.Pending => OrderStatus.Pending,
        OrderPhase.Cancelled => OrderStatus.Cancelled,
        _ => OrderStatus.Open,
    };
}
