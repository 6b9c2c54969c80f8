namespace ControlPlane.Runtime.Ingestion;

/// <summary>
/// Whether more documents wait for their acknowledgement than are taken in with ease. Then the acknowledgement goes first: a channel
/// gives up after seconds, what was acknowledged can wait a moment. Flows go on meanwhile, with fewer at a time.
/// </summary>
internal sealed class DoorPressure
{
    /// <summary>Waiting at the same moment: a batch or two of the commit writer.</summary>
    public const int Crowd = 48;

    /// <summary>Below it the crowd is over; the gap keeps it from flapping.</summary>
    public const int Calm = 16;

    private readonly Lock _lock = new();
    private int _inside;
    private TaskCompletionSource? _crowd;

    public bool Crowded => Volatile.Read(ref _crowd) is not null;

    public void Enter()
    {
        lock (_lock)
            if (++_inside >= Crowd)
                _crowd ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Leave()
    {
        lock (_lock)
            if (--_inside < Calm && _crowd is { } crowd)
            {
                _crowd = null;
                crowd.SetResult();
            }
    }

    /// <summary>At once when there is no crowd.</summary>
    public Task CalmAsync(CancellationToken ct) => Volatile.Read(ref _crowd) is { } crowd ? crowd.Task.WaitAsync(ct) : Task.CompletedTask;

    /// <summary>For what is as well done a moment later: at once when there is no crowd, and after so long whatever there is.</summary>
    public async Task CalmAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        if (Volatile.Read(ref _crowd) is { } crowd)
            await Task.WhenAny(crowd.Task, Task.Delay(atMost, clock, ct));
        ct.ThrowIfCancellationRequested();
    }
}
