using Connectors.Sandbox.Dials;
using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox;

/// <summary>What all simulated systems share: time, dials, the way out, and the tasks that run beside the calls.</summary>
internal sealed class SandboxWorld : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Uri _webhookTarget;

    public SandboxWorld(SandboxOptions options, TimeProvider clock, ILogger log)
    {
        Options = options;
        Clock = clock;
        Log = log;
        NumberOffset = options.NumberOffset ?? SandboxOptions.OffsetAt(clock.GetUtcNow());
        Seed = options.Seed ?? unchecked((int)clock.GetUtcNow().UtcTicks);
        _webhookTarget = options.WebhookTarget;
        Dials = new(
        [
            new(SandboxSystems.Shop, DialCatalog.Shop.OrderRate.Name, options.OrdersPerMinute),
            new(SandboxSystems.Amazon, DialCatalog.Amazon.OrderRate.Name, options.MarketplaceOrdersPerMinute),
            .. options.Marketplaces.Select(m => new DialSetting(m, DialCatalog.Market(m).OrderRate.Name, options.MarketplaceOrdersPerMinute)),
        ], [.. SandboxSystems.All, .. options.Marketplaces]);
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // A partner does not know our trace: whatever correlation there is must come from the documents.
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        })
        {
            // The sender keeps its own time, on the sandbox's clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("ControlPlane-Sandbox");
    }

    public SandboxOptions Options { get; }

    public TimeProvider Clock { get; }

    public ILogger Log { get; }

    public SandboxDials Dials { get; }

    public HttpClient Http { get; }

    public int NumberOffset { get; }

    public int Seed { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Loopback only, as <see cref="SandboxOptions.Problems"/> checks.</summary>
    public Uri WebhookTarget
    {
        get => Volatile.Read(ref _webhookTarget);
        set => Volatile.Write(ref _webhookTarget, value);
    }

    public SandboxRandom Luck(string system) => new(unchecked(Seed * 397 ^ (SandboxSystems.All.Concat(SandboxSystems.Marketplaces).ToList().IndexOf(system) + 1) * 7919));

    /// <summary>Starts work that outlives the call which caused it. It begins on the caller's thread, so that its first timer stands when this returns.</summary>
    public void Run(string system, Func<CancellationToken, Task> work)
    {
        // Neither the caller's trace nor its request may leak into what happens later.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            _ = WatchAsync(system, work);
        }
        finally
        {
            flow?.Undo();
        }
    }

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        Http.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync(string system, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The sandbox is stopping.
        }
        catch (ObjectDisposedException) when (_stop.IsCancellationRequested)
        {
            // The sandbox has stopped in between.
        }
        catch (Exception e)
        {
            SandboxLog.BackgroundFailed(Log, system, e);
        }
    }
}
