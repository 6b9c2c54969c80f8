using ControlPlane.Runtime.Ingestion;

namespace ControlPlane.Runtime.Tests.Ingestion;

public sealed class DoorPressureTests
{
    [Fact]
    public async Task A_crowd_makes_flows_wait_until_it_is_over_and_not_until_the_door_is_empty()
    {
        var ct = TestContext.Current.CancellationToken;
        var door = new DoorPressure();
        for (var i = 0; i < DoorPressure.Crowd - 1; i++)
            door.Enter();
        Assert.True(door.CalmAsync(ct).IsCompleted);
        door.Enter();
        var calm = door.CalmAsync(ct);
        Assert.False(calm.IsCompleted);
        for (var i = DoorPressure.Crowd; i > DoorPressure.Calm; i--)
            door.Leave();
        Assert.False(calm.IsCompleted);
        Assert.True(door.Crowded);
        door.Leave();
        await calm.WaitAsync(TimeSpan.FromSeconds(5), ct);
        Assert.False(door.Crowded);
    }
}
