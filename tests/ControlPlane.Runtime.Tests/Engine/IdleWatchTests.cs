using ControlPlane.Runtime.Engine;

namespace ControlPlane.Runtime.Tests.Engine;

public sealed class IdleWatchTests
{
    [Fact]
    public void Memory_is_given_back_once_after_each_rush_and_never_during_one()
    {
        var watch = new IdleWatch();
        Assert.False(watch.IsRestAfterRush(0));
        Assert.False(watch.IsRestAfterRush(1_500));
        Assert.False(watch.IsRestAfterRush(5_000));
        Assert.True(watch.IsRestAfterRush(5_003));
        Assert.False(watch.IsRestAfterRush(5_003));
        Assert.False(watch.IsRestAfterRush(6_500));
        Assert.False(watch.IsRestAfterRush(6_500));
        Assert.False(watch.IsRestAfterRush(7_100));
        Assert.True(watch.IsRestAfterRush(7_100));
    }
}
