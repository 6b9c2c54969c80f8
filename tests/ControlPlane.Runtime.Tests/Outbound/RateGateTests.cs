using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Outbound;

public sealed class RateGateTests
{
    [Fact]
    public void A_burst_is_spent_and_comes_back_at_the_published_rate()
    {
        var clock = new FakeTimeProvider();
        // Amazon's searchOrders: 0.0056 a second, burst 20.
        var gate = new RateGate(new RateBudget(0.0056, 20), clock);
        for (var i = 0; i < 20; i++)
            Assert.Equal(TimeSpan.Zero, gate.TryTake());
        Assert.InRange(gate.TryTake().TotalSeconds, 178, 179);
        clock.Advance(TimeSpan.FromSeconds(179));
        Assert.Equal(TimeSpan.Zero, gate.TryTake());
        Assert.NotEqual(TimeSpan.Zero, gate.TryTake());
    }

    [Fact]
    public void Nobody_passes_before_the_target_said_so()
    {
        var clock = new FakeTimeProvider();
        var gate = new RateGate(new RateBudget(100, 100), clock);
        gate.CloseFor(TimeSpan.FromSeconds(30));
        Assert.Equal(30, gate.TryTake().TotalSeconds, 3);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, gate.TryTake());
    }
}
