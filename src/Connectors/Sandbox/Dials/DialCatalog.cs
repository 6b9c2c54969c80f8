using System.Collections.Frozen;

namespace Connectors.Sandbox.Dials;

/// <summary>All dials there are. A closed list: nothing else about the sandbox can be changed at run time.</summary>
internal static class DialCatalog
{
    public static ShopDials Shop { get; } = new();

    public static AmazonDials Amazon { get; } = new();

    public static ErpDials Erp { get; } = new();

    public static WmsDials Wms { get; } = new();

    private static readonly FrozenDictionary<string, MarketDials> Markets = SandboxSystems.Marketplaces.ToFrozenDictionary(m => m, m => new MarketDials(m), StringComparer.Ordinal);

    public static IReadOnlyList<DialDefinition> All { get; } =
        [.. Shop.All, .. Amazon.All, .. Erp.All, .. Wms.All, .. SandboxSystems.Marketplaces.SelectMany(m => Markets[m].All)];

    private static readonly FrozenDictionary<string, DialDefinition> ByAddress = All.ToFrozenDictionary(d => d.ToString(), StringComparer.Ordinal);

    /// <summary>The dials of one of <see cref="SandboxSystems.Marketplaces"/>.</summary>
    public static MarketDials Market(string system) => Markets[system];

    public static DialDefinition? Find(string system, string name) => ByAddress.GetValueOrDefault($"{system}/{name}");
}
