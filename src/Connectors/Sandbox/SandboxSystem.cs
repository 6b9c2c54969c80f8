using System.Text.Json.Nodes;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Ledgers;

namespace Connectors.Sandbox;

/// <summary>
/// One simulated partner: its state, guarded by one lock, and what it can be asked. State lives in memory and is
/// forgotten with the process.
/// </summary>
internal abstract class SandboxSystem : IFaultShapes, IDisposable
{
    protected SandboxSystem(SystemDials dial, SandboxWorld world, params IReadOnlyList<LedgerOperation> operations)
    {
        Name = dial.System;
        World = world;
        Luck = world.Luck(Name);
        Ledger = new(operations);
        Faults = new(dial, this, world.Dials, Luck, Counters, world.Clock, world.Log);
    }

    public string Name { get; }

    public SystemCounters Counters { get; } = new();

    public EffectLedger Ledger { get; }

    public FaultGate Faults { get; }

    /// <summary>Orders that are kept at the moment.</summary>
    public abstract int Kept { get; }

    public virtual int WebhooksWaiting => 0;

    /// <summary>Public key of its webhooks (PEM), for partners that show it to their users; null for the others.</summary>
    public virtual string? WebhookKey => null;

    /// <summary>True for those whose customers order by themselves.</summary>
    public virtual bool Sells => false;

    protected SandboxWorld World { get; }

    protected SandboxRandom Luck { get; }

    protected Lock Gate { get; } = new();

    public abstract void Map(SystemRoutes routes);

    /// <summary>Begins what it does by itself.</summary>
    public virtual void Start()
    {
    }

    /// <summary>Places an order now. Only for those that sell.</summary>
    public virtual void PlaceOrder() => throw new NotSupportedException($"{Name} does not sell.");

    public abstract SandboxAnswer Throttled(SandboxCall call);

    public abstract SandboxAnswer Broken(SandboxCall call, int status);

    public abstract SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter);

    public abstract SandboxAnswer CredentialsRefused(SandboxCall call);

    public abstract SandboxAnswer NotFound(SandboxCall call);

    public abstract SandboxAnswer Unreadable(SandboxCall call);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A bucket with a published limit; one that never runs dry when the limits are lifted.</summary>
    protected TokenBucket Limit(double perSecond, double burst) =>
        World.Options.PublishedLimits ? new(perSecond, burst, World.Clock) : new(1e9, 1e9, World.Clock);

    protected static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];
}
