namespace ControlPlane.Domain.Scorecard;

/// <summary>Where orders passed: a band of the chart, or a part of it. What is null may be anything.</summary>
/// <param name="Erp">Key of the ERP that took it; empty = none did.</param>
/// <param name="Warehouse">Key of the warehouse that was told; empty = none was.</param>
public sealed record OrderWay(string? Channel = null, string? Erp = null, string? Warehouse = null, bool? Shipped = null, OrderEnd? End = null)
{
    /// <summary>In the order in which an order passes them.</summary>
    private enum Stop
    {
        Channel,
        Here,
        Erp,
        Warehouse,
        Carrier,
        End,
    }

    public const string Here = "us";
    public const string Carriers = "carriers";

    /// <summary>How orders end, as addresses name it.</summary>
    public static readonly IReadOnlyList<(OrderEnd End, string Word)> Ends =
        [(OrderEnd.Done, "done"), (OrderEnd.UnderWay, "under-way"), (OrderEnd.Stuck, "stuck"), (OrderEnd.Cancelled, "cancelled")];

    /// <summary>Orders that went from one stop straight to the other: they passed none of those between.</summary>
    /// <param name="from"><c>c:channel</c>, <see cref="Here"/>, <c>e:erp</c>, <c>w:warehouse</c>, <see cref="Carriers"/>, or a word of <see cref="Ends"/>.</param>
    public static OrderWay Between(string from, string to)
    {
        var way = new OrderWay().At(from).At(to);
        for (var stop = StopOf(from) + 1; stop < StopOf(to); stop++)
            way = stop switch
            {
                Stop.Erp => way with { Erp = "" },
                Stop.Warehouse => way with { Warehouse = "" },
                Stop.Carrier => way with { Shipped = false },
                _ => way,
            };
        return way;
    }

    private OrderWay At(string stop) => StopOf(stop) switch
    {
        Stop.Channel => this with { Channel = stop[2..] },
        Stop.Erp => this with { Erp = stop[2..] },
        Stop.Warehouse => this with { Warehouse = stop[2..] },
        Stop.Carrier => this with { Shipped = true },
        Stop.End => this with { End = Ends.First(e => e.Word == stop).End },
        _ => this,
    };

    private static Stop StopOf(string stop) => stop switch
    {
        Here => Stop.Here,
        Carriers => Stop.Carrier,
        _ => stop[..2] switch { "c:" => Stop.Channel, "e:" => Stop.Erp, "w:" => Stop.Warehouse, _ => Stop.End },
    };
}
