using ControlPlane.Runtime.Engine;

namespace ControlPlane.Runtime.Tests.Engine;

public sealed class FairQueueTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_sends_a_hundred_times_as_much_waits_behind_itself_only()
    {
        using var queue = new FairQueue<string>();
        for (var i = 0; i < 100; i++)
            queue.Enqueue("loud", $"loud {i}");
        queue.Enqueue("quiet", "quiet 0");
        queue.Enqueue("quiet", "quiet 1");
        Assert.Equal((102, 100, 2, 2), (queue.Count, queue.CountOf("loud"), queue.CountOf("quiet"), queue.Sources));
        var served = new List<string>();
        for (var i = 0; i < 5; i++)
            served.Add(await queue.DequeueAsync(Ct));
        Assert.Equal(["loud 0", "quiet 0", "loud 1", "quiet 1", "loud 2"], served);
    }

    [Fact]
    public async Task What_comes_later_wakes_who_waits()
    {
        using var queue = new FairQueue<string>();
        Assert.False(queue.TryDequeue(out _));
        var waiting = queue.DequeueAsync(Ct);
        Assert.False(waiting.IsCompleted);
        queue.Enqueue("shop", "first");
        Assert.Equal("first", await waiting);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Leases_go_by_the_database_and_the_monotonic_counter_not_by_the_wall_clock()
    {
        var clock = new JumpingClock();
        var leases = new LeaseClock(clock);
        leases.Set(1_000_000);
        clock.Elapse(TimeSpan.FromSeconds(3));
        clock.Wall = clock.Wall.AddHours(-1);
        Assert.Equal(4_000_000, leases.Now);
    }
}
