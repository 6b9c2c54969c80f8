using ControlPlane.Runtime.Ingestion;
using Microsoft.Extensions.Time.Testing;

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

    [Fact]
    public async Task What_is_as_well_done_later_waits_for_calm_but_not_for_ever()
    {
        var ct = TestContext.Current.CancellationToken;
        var (door, clock) = (new DoorPressure(), new FakeTimeProvider());
        Assert.True(door.CalmAsync(TimeSpan.FromSeconds(3), clock, ct).IsCompleted);
        for (var i = 0; i < DoorPressure.Crowd; i++)
            door.Enter();
        var waits = door.CalmAsync(TimeSpan.FromSeconds(3), clock, ct);
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waits.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await waits.WaitAsync(TimeSpan.FromSeconds(5), ct);
        Assert.True(door.Crowded);

        waits = door.CalmAsync(TimeSpan.FromHours(1), clock, ct);
        for (var i = DoorPressure.Crowd; i >= DoorPressure.Calm; i--)
            door.Leave();
        await waits.WaitAsync(TimeSpan.FromSeconds(5), ct);
        using var stop = new CancellationTokenSource();
        for (var i = 0; i < DoorPressure.Crowd; i++)
            door.Enter();
        waits = door.CalmAsync(TimeSpan.FromHours(1), clock, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waits.WaitAsync(TimeSpan.FromSeconds(5), ct));
    }
}
