using ControlPlane.Domain.Shared;

namespace ControlPlane.Web.Live;

/// <summary>
/// Readings on their way from a prerendered page to the circuit that takes it over. Only a ticket travels through the
/// browser: a page of rows would make the document twice as large, and its way back larger than a message may be.
/// </summary>
/// <remarks>
/// A ticket is good once, for half a minute, on this node. When it is not good any more the page reads anew, which only
/// costs that reading.
/// </remarks>
public sealed class CarriedReadings(TimeProvider clock)
{
    /// <summary>More than this many people do not open a page in the same second; the oldest is let go first.</summary>
    public const int Most = 64;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, (object Reading, DateTimeOffset At)> _left = [];

    /// <returns>The ticket. It cannot be guessed, and the browser gets it encrypted.</returns>
    public string Leave(object reading)
    {
        var now = clock.GetUtcNow();
        var ticket = EntityId.New(clock).ToString("N");
        lock (_lock)
        {
            while (_left.Count > 0 && (_left.Count >= Most || now - _left.GetAt(0).Value.At > Longest))
                _left.RemoveAt(0);
            _left[ticket] = (reading, now);
        }

        return ticket;
    }

    /// <summary>Null when there is no such reading (any more).</summary>
    public T? Collect<T>(string? ticket)
        where T : class
    {
        lock (_lock)
            return ticket is not null && _left.Remove(ticket, out var left) && clock.GetUtcNow() - left.At <= Longest ? left.Reading as T : null;
    }
}
