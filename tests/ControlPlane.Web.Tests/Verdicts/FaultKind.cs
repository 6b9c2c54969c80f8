using System.Text.Json.Nodes;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>What the verdict has to say, known from how the fault was made.</summary>
/// <param name="Stage">The stage at which it stands.</param>
/// <param name="System">Where it stands: <c>erp</c>, <c>wms</c>, <c>channel</c>, or <c>us</c>.</param>
/// <param name="Move">Whose move it is; unknown where nobody can know from here.</param>
internal sealed record Label(string Stage, string System, VerdictMove Move);

/// <summary>One kind of fault: how it is made, and what is true of it.</summary>
internal sealed record FaultKind(string Name, string What, Label Label)
{
    /// <summary>How many orders.</summary>
    public int Orders { get; init; } = 30;

    /// <summary>Of <see cref="Orders"/>, how many get through before the fault is there.</summary>
    public int Through { get; init; }

    /// <summary>Over so many channels, each with connections of its own: few failures at each leave its breaker closed.</summary>
    public int Spread { get; init; } = 1;

    /// <summary>Key of the ERP's connection in the flow: <c>own</c> = one for each channel.</summary>
    public string Erp { get; init; } = "erp";

    public string Wms { get; init; } = "wms";

    /// <summary>Address of own connections, where it is not the simulator's.</summary>
    public string? Address { get; init; }

    public string Timeout { get; init; } = "10s";

    public string WmsConnector { get; init; } = "regional-wms";

    /// <summary>Further keys of steps: <c>validate</c>, <c>erp-order</c>, <c>wms-order</c>, <c>wms-ack</c>, <c>shipment</c>, <c>channel-shipment</c>.</summary>
    public IReadOnlyDictionary<string, string> Steps { get; init; } = new Dictionary<string, string>();

    /// <summary>Further keys of the flow.</summary>
    public string Flow { get; init; } = "";

    public Action<JsonObject>? Edit { get; init; }

    /// <summary>Whether the fault is there yet.</summary>
    public Func<TransactionRow, bool> Ready { get; init; } = t => t.State is TransactionState.Stuck or TransactionState.Retrying;

    public string Channel(int slot) => Spread == 1 ? $"f-{Name}" : $"f-{Name}-{slot}";

    /// <summary>The label of the system of a verdict, by its key.</summary>
    public static string SystemOf(VerdictSystem? system) => system switch
    {
        null => "us",
        { Role: Domain.Connections.SystemRole.Erp } => "erp",
        { Role: Domain.Connections.SystemRole.Wms } => "wms",
        _ => "channel",
    };

    public IEnumerable<string> Documents()
    {
        for (var slot = 0; slot < Spread; slot++)
        {
            var key = Channel(slot);
            yield return $$"""
                kind: Connection
                metadata: { name: {{key}} }
                spec:
                  connector: shopify
                  role: storefront
                  displayName: Shop {{key}}
                  owner: E-commerce team
                  baseAddress: "{{(Address is not null && Erp != "own" && Wms != "own" ? Address : "${secret:sandbox}/shop")}}"
                  timeout: {{Timeout}}
                  allowPrivateNetwork: true
                  settings: { apiVersion: 2026-01 }
                  secrets: { webhookSecret: "${secret:shop-hook}", accessToken: "${secret:shop-token}" }
                """;
            if (Erp == "own")
                yield return ErpConnection($"{key}-e", Address ?? "${secret:sandbox}/erp/api/v2.0", Timeout);
            if (Wms == "own")
                yield return WmsConnection($"{key}-w", Address ?? "${secret:sandbox}/wms", Timeout, WmsConnector);
            yield return Chart(key);
        }
    }

    public static string ErpConnection(string key, string address, string timeout) => $$"""
        kind: Connection
        metadata: { name: {{key}} }
        spec:
          connector: business-central
          role: erp
          displayName: ERP {{key}}
          owner: Finance systems
          baseAddress: "{{address}}"
          timeout: {{timeout}}
          allowPrivateNetwork: true
          settings: { companyId: "${secret:erp-company}", tokenAddress: "${secret:sandbox}/erp/oauth2/v2.0/token", clientId: "${secret:erp-client}", customerNumber: WEB-GUEST }
          secrets: { clientSecret: "${secret:erp-secret}" }
        """;

    public static string WmsConnection(string key, string address, string timeout, string connector) => $$"""
        kind: Connection
        metadata: { name: {{key}} }
        spec:
          connector: {{connector}}
          role: wms
          displayName: Warehouse {{key}}
          owner: Warehouse operations
          baseAddress: "{{address}}"
          timeout: {{timeout}}
          allowPrivateNetwork: true
          secrets: { apiKey: "${secret:wms-key}", webhookSecret: "${secret:wms-hook}" }
        """;

    private string Chart(string key) => $$"""
        kind: Flow
        metadata: { name: {{key}} }
        spec:
          title: Faults {{Name}}
          trigger: { event: order.created, connections: [{{key}}] }
          {{Flow}}
          steps:
            - { id: validate, type: validate, title: Check the order, stage: validated{{Step("validate")}} }
            - { id: map-erp, type: map, for: erp-order, stage: mapped }
            - { id: erp-order, type: call, title: Post the sales order, connection: {{(Erp == "own" ? key + "-e" : Erp)}}, operation: createSalesOrder, system: erp, stage: erp-posted{{Step("erp-order", "retry: { first: 20s, longest: 60s }")}} }
            - { id: wms-order, type: call, title: Instruct the warehouse, connection: {{(Wms == "own" ? key + "-w" : Wms)}}, operation: instructFulfilment, system: wms, stage: wms-instructed{{Step("wms-order", "retry: { first: 20s, longest: 60s }")}} }
            - { id: wms-ack, type: wait, title: Waiting for the warehouse to accept the order, system: wms, stage: wms-acknowledged, events: [warehouse.acknowledged], failedBy: [warehouse.rejected]{{Step("wms-ack", "deadline: 30m")}} }
            - { id: shipment, type: wait, title: Waiting for the shipment, system: wms, stage: shipped, events: [shipment.confirmed], failedBy: [warehouse.rejected, warehouse.line_rejected]{{Step("shipment", "deadline: 24h")}} }
            - { id: channel-shipment, type: call, title: Confirm the shipment to the channel, connection: source, operation: confirmShipment, system: storefront, stage: channel-fulfilled{{Step("channel-shipment", "retry: { first: 20s, longest: 60s }")}} }
            - { id: all-shipped, type: branch, question: all-lines-shipped, next: { "no": shipment } }
            - { id: close, type: close, stage: closed }
        """;

    private string Step(string id, string usual = "") => (Steps.GetValueOrDefault(id) ?? usual) is { Length: > 0 } more ? ", " + more : "";
}
