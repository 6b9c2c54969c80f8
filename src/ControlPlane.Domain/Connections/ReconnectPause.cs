namespace ControlPlane.Domain.Connections;

/// <summary>How long a subscription that ended waits before it connects again.</summary>
public static class ReconnectPause
{
    /// <summary>A broker that restarts is missed for no longer than this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <param name="failures">In a row, this one included; 1 or more.</param>
    /// <param name="person">Only a person can help (a wrong password, no such queue): trying often is no use and fills the broker's log.</param>
    /// <param name="spread">0 to 1, at random: nodes that lost the same broker do not come back at the same moment.</param>
    public static TimeSpan After(int failures, bool person, double spread)
    {
        var full = person ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - 1, 10)));
        return full * (0.5 + spread / 2);
    }
}
