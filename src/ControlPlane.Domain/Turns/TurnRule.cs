using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Turns;

/// <summary>Whose work is kept in order.</summary>
public enum TurnEntity
{
    /// <summary>The customer of the order, by the channel's key or else by e-mail; an order without either has no turn.</summary>
    Customer,

    /// <summary>The channel as a whole: one order at a time, as a till's journal wants it.</summary>
    Channel,

    /// <summary>The order itself: what comes under the same number is one after the other.</summary>
    Order,
}

/// <summary>What happens to those that come while an earlier one of the same key is not done. The value is stored; do not renumber.</summary>
public enum TurnPolicy : short
{
    /// <summary>They wait, in the order in which they were committed. One that is stuck blocks those behind it until a person acts.</summary>
    InOrder = 1,

    /// <summary>Only the newest counts: what has not begun is superseded, and so is what comes late with an older state.</summary>
    Newest = 2,
}

/// <summary>One key in order, all keys side by side.</summary>
/// <param name="Until">Id of the step after which the next one has its turn; null = the end of the flow.</param>
public sealed record TurnRule(TurnEntity Entity, TurnPolicy Policy, string? Until)
{
    /// <summary>
    /// What is kept in order, in plain text and therefore never stored as it is; null where the order has none. The flow's
    /// name is part of it: two flows about one customer do not wait for each other.
    /// </summary>
    public string? KeyOf(string flow, string connection, CanonicalOrder order) => Entity switch
    {
        TurnEntity.Channel => $"{flow}/{connection}",
        TurnEntity.Order => $"{flow}/{connection}/{order.Number}",
        _ when order.Customer?.ExternalId is { Length: > 0 } id => $"{flow}/{connection}/{id}",
        _ when order.Customer?.Email is { Length: > 0 } email => $"{flow}/{connection}/{email.Trim()}",
        _ => null,
    };

    /// <summary>How new the state is that the document reports: when the channel changed it last, in microseconds UTC.</summary>
    public static long VersionOf(CanonicalOrder order) => (order.UpdatedAt ?? order.PlacedAt).ToMicroseconds();

    /// <summary>"of the same customer".</summary>
    public string Words => Entity switch
    {
        TurnEntity.Customer => "of the same customer",
        TurnEntity.Channel => "of the same channel",
        _ => "with the same number",
    };
}
