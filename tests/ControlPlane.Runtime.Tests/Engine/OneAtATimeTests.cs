using ControlPlane.Runtime.Engine;
using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.Server;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>A job that is still running when its schedule comes round again: the second is left out, and nothing failed.</summary>
public sealed class OneAtATimeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_is_left_out_while_the_first_runs_and_the_third_runs_again()
    {
        using var storage = new InMemoryStorage();
        var slow = new Slow();
        using (Server(storage, slow))
        {
            var client = new BackgroundJobClient(storage);
            var first = client.Enqueue<Slow>(s => s.RunAsync());
            await slow.Began.WaitAsync(TimeSpan.FromSeconds(30), Ct);
            var second = client.Enqueue<Slow>(s => s.RunAsync());
            await EndedAsync(storage, second);
            Assert.Equal(1, slow.Runs);
            slow.MayEnd.SetResult();
            await EndedAsync(storage, first);
            await EndedAsync(storage, client.Enqueue<Slow>(s => s.RunAsync()));
            Assert.Equal(2, slow.Runs);
        }

        Assert.Equal(0, storage.GetMonitoringApi().FailedCount());
    }

    [Fact]
    public async Task What_fails_gives_its_turn_back()
    {
        using var storage = new InMemoryStorage();
        var slow = new Slow { Breaks = true };
        slow.MayEnd.SetResult();
        using (Server(storage, slow))
        {
            var client = new BackgroundJobClient(storage);
            await EndedAsync(storage, client.Enqueue<Slow>(s => s.RunAsync()));
            slow.Breaks = false;
            await EndedAsync(storage, client.Enqueue<Slow>(s => s.RunAsync()));
        }

        Assert.Equal((2, 1L), (slow.Runs, storage.GetMonitoringApi().SucceededListCount()));
    }

    private static BackgroundJobServer Server(InMemoryStorage storage, Slow slow) =>
        new(new BackgroundJobServerOptions { WorkerCount = 2, Activator = new Only(slow), FilterProvider = new JobFilterProviderCollection(new JobFilterAttributeFilterProvider()) }, storage);

    private static Task EndedAsync(InMemoryStorage storage, string job) => UntilAsync(() => storage.GetMonitoringApi().JobDetails(job)?.History.FirstOrDefault()?.StateName is "Succeeded" or "Failed" or "Deleted");

    private static async Task UntilAsync(Func<bool> there)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!there())
            await Task.Delay(20, limit.Token);
    }

    private sealed class Only(Slow slow) : JobActivator
    {
        public override object ActivateJob(Type jobType) => slow;
    }

    public sealed class Slow
    {
        private int _runs;

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SemaphoreSlim Began { get; } = new(0);

        public bool Breaks { get; set; }

        public int Runs => _runs;

        [OneAtATime]
        [AutomaticRetry(Attempts = 0)]
        public async Task RunAsync()
        {
            Interlocked.Increment(ref _runs);
            Began.Release();
            await MayEnd.Task;
            if (Breaks)
                throw new InvalidOperationException("It broke.");
        }
    }
}
