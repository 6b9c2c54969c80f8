namespace Connectors.Sandbox.Webhooks;

/// <summary>One event on its way to us.</summary>
/// <param name="Id">The sender's id of this delivery; stays the same when it tries again.</param>
/// <param name="EventId">The same for every delivery of one event.</param>
/// <param name="Body">The bytes as they were when the event happened; a later try does not see later changes.</param>
/// <param name="At">When the event happened.</param>
internal sealed record Webhook(string Id, string EventId, string Topic, byte[] Body, DateTimeOffset At);

/// <summary>Headers of one delivery: which, and signed how, is the partner's own affair.</summary>
internal interface IWebhookStyle
{
    /// <param name="now">When this try leaves; some signatures carry it.</param>
    IEnumerable<KeyValuePair<string, string>> Headers(Webhook webhook, DateTimeOffset now);

    /// <summary>An id for a second delivery of the same event that is not a retry.</summary>
    string NewId();
}

/// <summary>What a sender does when it is not answered with 2xx.</summary>
/// <param name="Waits">Before the second, third, … try.</param>
/// <param name="ThenEvery">After those, again and again until it is answered; null = it gives up.</param>
/// <param name="MostAttempts">The end in any case.</param>
internal sealed record RetrySchedule(IReadOnlyList<TimeSpan> Waits, TimeSpan? ThenEvery, int MostAttempts)
{
    /// <summary>Shopify tries 8 times more within 4 hours, ever later; compressed here to about 4 minutes.</summary>
    public static RetrySchedule Shopify { get; } = new(Seconds(1, 2, 4, 8, 16, 32, 64, 128), null, 9);

    /// <summary>Until it is answered, for about 4 hours.</summary>
    public static RetrySchedule Persistent { get; } = new(Seconds(1, 2, 4, 8, 15), TimeSpan.FromSeconds(30), 500);

    /// <summary>Never a second time.</summary>
    public static RetrySchedule Never { get; } = new([], null, 1);

    /// <summary>How long to wait after so many tries; null = give up.</summary>
    public TimeSpan? After(int attempts)
    {
        if (attempts >= MostAttempts)
            return null;
        return attempts <= Waits.Count ? Waits[attempts - 1] : ThenEvery;
    }

    private static TimeSpan[] Seconds(params int[] seconds) => [.. seconds.Select(s => TimeSpan.FromSeconds(s))];
}
