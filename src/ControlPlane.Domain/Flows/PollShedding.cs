namespace ControlPlane.Domain.Flows;

/// <summary>
/// Polling asks for what a webhook will mostly have brought already: it is the first to stand back when work piles up. It is never put off for
/// good, because it is what finds the webhooks that were lost.
/// </summary>
public static class PollShedding
{
    /// <summary>Work that is due for longer means that more comes in than goes out.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromSeconds(60);

    /// <summary>Looked at again after this.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>A feed is put off for at most so many of its own intervals, and never for longer than <see cref="Longest"/>.</summary>
    public const int MostIntervals = 10;

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <param name="oldestDue">Age of the oldest work that could be done now.</param>
    /// <param name="sincePolled">Since the feed was last asked.</param>
    /// <param name="every">Its interval.</param>
    public static bool StandsBack(TimeSpan oldestDue, TimeSpan sincePolled, TimeSpan every)
    {
        var most = every * MostIntervals;
        return oldestDue > Behind && sincePolled < (most < Longest ? most : Longest);
    }
}
