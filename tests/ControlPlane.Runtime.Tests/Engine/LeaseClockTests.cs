using ControlPlane.Runtime.Engine;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>What a node may still believe of its work after it stood still.</summary>
public sealed class LeaseClockTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _leases;

    public LeaseClockTests()
    {
        _leases = new LeaseClock(_time);
        _leases.SignOfLife(_leases.Now, Timeout);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private bool StillOurs(long since) => _leases.StillOurs(since, since + 60_000_000);

    [Fact]
    public void Work_that_was_just_confirmed_is_ours() => Assert.True(StillOurs(_leases.Now));

    [Fact]
    public void Work_is_not_ours_after_its_lease()
    {
        var since = _leases.Now;
        for (var second = 0; second < 61; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _leases.SignOfLife(_leases.Now, Timeout);
        }

        Assert.False(StillOurs(since));
    }

    [Fact]
    public void Work_is_not_ours_when_the_others_may_take_us_for_dead()
    {
        var since = _leases.Now;
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(StillOurs(since));
    }

    [Fact]
    public void A_new_sign_of_life_brings_back_no_work_that_was_lost_in_between()
    {
        var since = _leases.Now;
        _time.Advance(TimeSpan.FromSeconds(20));
        _leases.SignOfLife(_leases.Now, Timeout);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(StillOurs(since));
        Assert.True(StillOurs(_leases.Now));
    }
}
