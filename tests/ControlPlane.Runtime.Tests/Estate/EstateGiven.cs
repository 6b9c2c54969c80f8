using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Tests.Engine;

namespace ControlPlane.Runtime.Tests.Estate;

/// <summary>References that a test knows.</summary>
internal sealed class References(params (string Name, string Value)[] known) : IReferenceResolver
{
    public string? Resolve(string reference) => known.Where(k => k.Name == reference).Select(k => k.Value).FirstOrDefault();
}

/// <summary>Takes documents whose text says <c>sound</c>.</summary>
internal sealed class Connectors : IConnectorDocuments, IConnectorCatalog
{
    private readonly Dictionary<string, IConnector> _all = new() { ["shopify"] = new ScriptedConnector("shopify") };

    public IReadOnlyCollection<IConnector> All => _all.Values;

    public IConnector? Find(string name) => _all.GetValueOrDefault(name);

    public (IConnector? Connector, IReadOnlyList<EstateProblem> Problems) Read(string document, string source, int? version = null) => document.Contains("sound", StringComparison.Ordinal)
        ? (new ScriptedConnector("own-erp"), [])
        : (null, [new(source, 3, "spec", "It is not sound.")]);

    public void Use(IConnector connector) => _all[connector.Manifest.Name] = connector;
}

internal static class Yaml
{
    public const string Flow = """
        kind: Flow
        metadata: { name: one }
        spec:
          title: One
          trigger: { event: order.created }
          steps:
            - { id: check, type: validate, stage: validated }
            - { id: close, type: close, stage: closed }
        """;

    public const string Connection = """
        kind: Connection
        metadata: { name: shop-eu }
        spec:
          connector: shopify
          role: storefront
          displayName: Shop EU
          baseAddress: "http://${env:SHOP_HOST:-127.0.0.1}:81/api"
          secrets: { token: "${secret:SHOP_TOKEN}" }
        """;

    public static readonly EstateReader Reader = new(new References(("secret:SHOP_TOKEN", "t-1"), ("env:PORT", "82")));

    public static IReadOnlyList<string> Problems(string text) => [.. Reader.Read([new("test.yaml", text)]).Problems.Select(p => p.ToString())];
}
