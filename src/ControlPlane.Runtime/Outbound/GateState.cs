using System.Collections.Immutable;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Runtime.Outbound;

/// <summary>What holds work back at present, as one node knows it. Immutable; a change is a new instance.</summary>
public sealed record GateState(ImmutableArray<MaintenanceWindow> Windows, ImmutableDictionary<string, BreakerRow> Breakers)
{
    public static readonly GateState Empty = new([], ImmutableDictionary.Create<string, BreakerRow>(StringComparer.Ordinal));

    /// <summary>The window that is open now; the one that ends last where several are.</summary>
    public MaintenanceWindow? Window(string connection, DateTimeOffset at)
    {
        MaintenanceWindow? found = null;
        foreach (var window in Windows)
            if (window.Connection == connection && window.Covers(at) && (found is null || window.EndsAt > found.EndsAt))
                found = window;
        return found;
    }

    internal GateState With(BreakerRow row) => this with { Breakers = Breakers.SetItem(row.Key, row) };
}
