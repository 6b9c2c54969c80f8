namespace ControlPlane.Domain.Outbound;

/// <summary>A declared time in which a system is not called.</summary>
/// <param name="Connection">Key of the connection that is closed.</param>
/// <param name="EndsAt">Exclusive; work goes on from here, first a little, then more.</param>
public sealed record MaintenanceWindow(Guid Id, string Connection, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Reason, string DeclaredBy)
{
    /// <summary>Longer ones are a mistake, or a system that should be disabled.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public bool Covers(DateTimeOffset at) => at >= StartsAt && at < EndsAt;
}
