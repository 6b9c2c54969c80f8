using Connectors.Sandbox.Amazon;
using Connectors.Sandbox.Erp;
using Connectors.Sandbox.Marketplaces;
using Connectors.Sandbox.Shop;
using Connectors.Sandbox.Wms;
using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox;

/// <summary>The systems and what they share, whether or not anybody can reach them yet.</summary>
internal sealed class SandboxEstate : IDisposable
{
    public SandboxEstate(SandboxOptions options, TimeProvider clock, ILogger log)
    {
        var problems = options.Problems().ToList();
        if (problems.Count > 0)
            throw new ArgumentException("The sandbox cannot start. " + string.Join(" ", problems), nameof(options));
        World = new(options, clock, log);
        Systems = [new ShopSystem(World), new AmazonSystem(World), new ErpSystem(World), new WmsSystem(World), .. options.Marketplaces.Select(m => Marketplace.Of(m, World))];
        Control = new SandboxControl(this);
    }

    public SandboxWorld World { get; }

    public IReadOnlyList<SandboxSystem> Systems { get; }

    public SandboxControl Control { get; }

    public SandboxSystem? Find(string name) => Systems.FirstOrDefault(s => s.Name == name);

    public void Dispose()
    {
        World.Dispose();
        foreach (var system in Systems)
            system.Dispose();
    }
}
