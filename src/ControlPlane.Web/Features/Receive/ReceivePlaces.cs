namespace ControlPlane.Web.Features.Receive;

/// <summary>
/// How many documents may be on their way through the door at the same moment. In a flood a few are served quickly and the
/// others asked to come again, instead of all waiting, and the portal with them.
/// </summary>
internal sealed class ReceivePlaces(TimeProvider clock)
{
    /// <summary>Two thousand a second that take a quarter of a second each: more than two cores commit.</summary>
    public const int Most = 512;

    /// <summary>Senders whose document is not here yet hold none of the places above: who sends drop by drop keeps nobody else out.</summary>
    public const int MostArriving = 4096;

    /// <summary>Sent away in a second for each second that they are asked to stay away: about what two cores take in.</summary>
    private const int Pace = 500;

    private const int LongestAway = 15;

    private int _taken;
    private int _arriving;
    private long _second;
    private int _sentAway;
    private int _before;

    public bool Full => Volatile.Read(ref _taken) >= Most;

    public bool TryArrive() => TryTake(ref _arriving, MostArriving);

    public void Arrived() => Interlocked.Decrement(ref _arriving);

    public bool TryEnter() => TryTake(ref _taken, Most);

    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>Counts one that is sent away.</summary>
    /// <returns>Seconds after which it may come again: the more are sent away, the longer, so that they do not all come back at once.</returns>
    public int SendAway()
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) is var last && last != second)
            Volatile.Write(ref _before, Interlocked.Exchange(ref _sentAway, 0) is var away && last == second - 1 ? away : 0);
        var now = Interlocked.Increment(ref _sentAway);
        var most = Math.Clamp(2 + Math.Max(now, Volatile.Read(ref _before)) / Pace, 2, LongestAway);
        return most == 2 ? 2 : Random.Shared.Next(2, most + 1);
    }

    private static bool TryTake(ref int taken, int most)
    {
        if (Interlocked.Increment(ref taken) <= most)
            return true;
        Interlocked.Decrement(ref taken);
        return false;
    }
}
