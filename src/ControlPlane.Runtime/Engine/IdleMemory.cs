using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Gives memory back after a rush. The collector keeps what a rush needed until the next collection, and a node that has nothing to
/// do allocates too little to have one: it would look for hours as if its open orders filled the memory.
/// </summary>
internal sealed class IdleMemory(CommitWriter writer, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly IdleWatch _watch = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Look, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (_watch.IsRestAfterRush(writer.Committed))
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}

/// <summary>Tells the moment after a rush, once per rush. Looked at in regular intervals.</summary>
internal sealed class IdleWatch
{
    /// <summary>Fewer units leave too little behind to be worth a pause of some ten milliseconds.</summary>
    private const long Rush = 2_000;

    /// <summary>A unit or two between looks is a heart-beat, not work.</summary>
    private const long Still = 10;

    private long _seen;
    private long _givenBackAt;

    public bool IsRestAfterRush(long committed)
    {
        var still = committed - _seen <= Still;
        _seen = committed;
        if (!still || committed - _givenBackAt < Rush)
            return false;
        _givenBackAt = committed;
        return true;
    }
}
