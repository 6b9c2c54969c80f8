using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Live;

/// <summary>What a page injects to follow the changes of its tenant.</summary>
public sealed class LiveFeed(IChangeFeed feed, LiveState state, TimeProvider clock, TenantScope tenant)
{
    /// <summary>Start it in <c>OnAfterRender</c> or when the circuit is interactive; dispose it with the page.</summary>
    /// <param name="refresh">See <see cref="LiveSubscription"/>: wrap it in <c>InvokeAsync</c>.</param>
    /// <param name="shortest">Between two refreshes; <see cref="LiveSubscription.Shortest"/> when left out.</param>
    public LiveSubscription Follow(Func<LiveChange, Task> refresh, TimeSpan? shortest = null) => new(feed, state, clock, tenant.TenantId, refresh, shortest);
}
