using System.Collections.Frozen;
using ControlPlane.Domain.Silence;

namespace ControlPlane.Runtime.Silence;

/// <summary>All calendars in memory, swapped whole when one is applied: deadlines are worked out without asking the database.</summary>
public sealed class CalendarBoard
{
    private volatile FrozenDictionary<string, IReadOnlyList<CarrierCalendar>> _byConnection = FrozenDictionary<string, IReadOnlyList<CarrierCalendar>>.Empty;

    public IReadOnlyList<CarrierCalendar> All => [.. _byConnection.Values.SelectMany(c => c).OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <param name="connection">Null = no system is known: no calendar fits.</param>
    public IReadOnlyList<CarrierCalendar> Of(string? connection) => connection is not null && _byConnection.TryGetValue(connection, out var found) ? found : [];

    public void Replace(IEnumerable<CarrierCalendar> calendars) =>
        _byConnection = calendars.GroupBy(c => c.Connection).ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<CarrierCalendar>)[.. g.OrderBy(c => c.Name, StringComparer.Ordinal)]);
}
