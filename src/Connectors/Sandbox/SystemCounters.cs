namespace Connectors.Sandbox;

internal enum Counter
{
    Calls,
    Refused,
    Broken,
    Throttled,
    LostAnswers,
    OrdersPlaced,
    WebhooksSent,
    WebhooksAnswered,
    WebhooksFailed,
    WebhooksLost,
    WebhooksDuplicated,
    WebhooksGivenUp,
}

/// <summary>What one system has seen since it started.</summary>
internal sealed class SystemCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<Counter>().Length];

    public long this[Counter counter] => Interlocked.Read(ref _counts[(int)counter]);

    public void Count(Counter counter, long by = 1) => Interlocked.Add(ref _counts[(int)counter], by);

    public void CountAnswer(int status)
    {
        if (status >= 500)
            Count(Counter.Broken);
        else if (status >= 400)
            Count(Counter.Refused);
    }
}
