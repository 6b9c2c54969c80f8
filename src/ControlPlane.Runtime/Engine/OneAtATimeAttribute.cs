using Hangfire.Common;
using Hangfire.Server;
using Hangfire.Storage;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// For a job of the schedule that looks for everything there is to do: while one runs, on whatever node, the next is left out. Hangfire's own attribute fails
/// the second one instead, which is an error in the log and on the page of jobs for each time that a busy machine took longer than the schedule.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneAtATimeAttribute : JobFilterAttribute, IServerFilter
{
    private const string Key = "one-at-a-time";

    /// <summary>Long enough for a lock that is just being given back, too short to keep a worker from other jobs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    public void OnPerforming(PerformingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var job = context.BackgroundJob.Job;
        try
        {
            context.Items[Key] = context.Connection.AcquireDistributedLock($"{job.Type.FullName}.{job.Method.Name}", Patience);
        }
        catch (DistributedLockTimeoutException)
        {
            context.Canceled = true;
        }
    }

    public void OnPerformed(PerformedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Items.TryGetValue(Key, out var taken))
            ((IDisposable)taken!).Dispose();
    }
}
