namespace ControlPlane.Domain.Connections;

/// <summary>Whether a connection has been silent for longer than it usually is. Pure.</summary>
public static class ChannelSilence
{
    /// <summary>Shorter silences mean nothing.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15);

    /// <summary>From fewer pauses nothing can be learned.</summary>
    public const int LeastPauses = 20;

    /// <summary>The pause that is longer than 95 of 100, three times over; at least <see cref="Shortest"/>. Null when too little is known.</summary>
    /// <param name="active">Minutes in which something came, oldest first.</param>
    public static TimeSpan? Usual(IReadOnlyList<DateTimeOffset> active)
    {
        if (active.Count <= LeastPauses)
            return null;
        var pauses = new List<TimeSpan>(active.Count - 1);
        for (var i = 1; i < active.Count; i++)
            pauses.Add(active[i] - active[i - 1]);
        pauses.Sort();
        var long95 = pauses[(int)Math.Ceiling(pauses.Count * 0.95) - 1] * 3;
        return long95 > Shortest ? long95 : Shortest;
    }
}
