using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// Records a shipment as a fulfilment with tracking. In code because Shopify wants its own ids of what is left to fulfil,
/// which are read first. Safe to run again from the start: what Shopify holds already is not told twice.
/// </summary>
internal sealed class ConfirmShipment(ShopifyApi api) : IOperation
{
    public const string FulfilmentOutput = "channelFulfilmentId";
    private const string Name = "confirmShipment";

    private readonly CompiledMapping _mapping = api.Definition.Mapping("fulfilment");

    public OperationDescriptor Descriptor { get; } = api.Definition.Descriptor(Name);

    public MappedDocument Map(OperationRequest request)
    {
        var refusals = FulfilmentPlan.Check(request).ToList();
        if (request.Shipment is null)
            return MappedDocument.None with { Refusals = refusals };
        var mapped = _mapping.Map(MappingInput.From(request, api.Definition.SettingDefaults));
        return mapped with { Refusals = [.. refusals, .. mapped.Refusals] };
    }

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        if (FulfilmentPlan.For(request) is not { } plan)
            return new OperationResult.Failed(NoShipment);
        var (state, fault) = await FulfilmentState.ReadAsync(api, request, Name, exchange, ct);
        if (state is null)
            return new OperationResult.Failed(fault!);
        var missing = plan.Missing(state);
        if (missing.Count == 0)
            return Known(plan, state);
        var (fulfilments, cannot) = FulfilmentPlan.Allocate(missing, state);
        if (cannot is not null)
            return new OperationResult.Failed(cannot);
        var told = document.IsEmpty ? Map(request).Content : document;
        OperationResult result = new OperationResult.Failed(NoShipment);
        foreach (var lines in fulfilments)
        {
            result = await CreateAsync(request, told, lines, exchange, ct);
            if (result is OperationResult.Failed failed)
                return failed.Fault.Kind == FaultKind.Data ? await RefusedAsync(request, plan, failed, exchange, ct) : failed;
        }

        return result;
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        if (FulfilmentPlan.For(request) is not { } plan)
            return new LookUpResult.Inconclusive(NoShipment);
        var (state, fault) = await FulfilmentState.ReadAsync(api, request, Name, exchange, ct);
        if (state is null)
            return new LookUpResult.Inconclusive(fault!);
        // A part of it, in one of several locations, is no shipment yet; sending again adds what is missing.
        return plan.Missing(state).Count == 0 && Known(plan, state) is OperationResult.Confirmed known ? new LookUpResult.Found(known) : new LookUpResult.NotThere();
    }

    private async Task<OperationResult> CreateAsync(
        OperationRequest request, ReadOnlyMemory<byte> document, IReadOnlyList<(OpenLine Line, int Units)> lines, IExchange exchange, CancellationToken ct)
    {
        var input = JsonNode.Parse(document.Span)!.AsObject();
        input.Remove("lines"); // By our references, for people to read; Shopify wants those of its fulfilment orders.
        input["lineItemsByFulfillmentOrder"] = new JsonArray([.. lines.GroupBy(l => l.Line.FulfilmentOrder, StringComparer.Ordinal).Select(g => (JsonNode)new JsonObject
        {
            ["fulfillmentOrderId"] = g.Key,
            ["fulfillmentOrderLineItems"] = new JsonArray([.. g.Select(l => (JsonNode)new JsonObject { ["id"] = l.Line.Id, ["quantity"] = l.Units })]),
        })]);
        var answer = await api.SendAsync(request.Connection, ShopifyQueries.CreateFulfilment, new() { ["fulfillment"] = input }, Name, Descriptor.Write, exchange, ct);
        if (answer.Fault is not null)
            return new OperationResult.Failed(answer.Fault);
        var payload = answer.Field("fulfillmentCreate");
        if (GraphQlUserErrors.Read(payload, api.System, "shopify.fulfilment_refused") is { } refused)
            return new OperationResult.Failed(refused);
        var created = ShopifyApi.Object(payload, "fulfillment");
        return ShopifyApi.Text(created, "id") is { } id
            ? Confirmed(id, ShopifyApi.Text(created, "name"))
            : new OperationResult.Failed(new(FaultKind.UnknownOutcome, "shopify.fulfilment_not_told", "Shopify did not say whether it recorded the shipment."));
    }

    /// <summary>Between our reading and our writing, an earlier try of ours may have arrived after all.</summary>
    private async Task<OperationResult> RefusedAsync(OperationRequest request, FulfilmentPlan plan, OperationResult.Failed failed, IExchange exchange, CancellationToken ct)
    {
        var (state, _) = await FulfilmentState.ReadAsync(api, request, Name, exchange, ct);
        return state is not null && plan.Missing(state).Count == 0 ? Known(plan, state) : failed;
    }

    private static OperationResult Known(FulfilmentPlan plan, FulfilmentState state) =>
        plan.Newest(state) is { } fulfilment ? Confirmed(fulfilment.Id, fulfilment.Name) : new OperationResult.Failed(NoShipment); // Without lines nothing is missing, and nothing is there.

    private static OperationResult.Confirmed Confirmed(string id, string? name) => new(
        $"Shopify recorded the shipment as {(string.IsNullOrEmpty(name) ? ShopifyApi.Number(id) : name)}",
        [new(IdentifierKinds.ChannelFulfilment, ShopifyApi.Number(id))],
        new Dictionary<string, string>(StringComparer.Ordinal) { [FulfilmentOutput] = id });

    private static Fault NoShipment { get; } = new(FaultKind.Internal, "shopify.no_shipment", "There is no shipment to tell Shopify about. The step that waits for it has to come first.");
}
