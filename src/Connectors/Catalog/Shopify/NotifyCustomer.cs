using System.Text.Json.Nodes;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// Lets Shopify mail the customer, by updating the fulfilment's tracking with what it holds. Apart from the confirmation,
/// so that a shop can confirm without mailing.
/// </summary>
internal sealed class NotifyCustomer(ShopifyApi api) : IOperation
{
    private const string Name = "notifyCustomer";

    private readonly CompiledMapping _mapping = api.Definition.Mapping("tracking-update");

    public OperationDescriptor Descriptor { get; } = api.Definition.Descriptor(Name);

    public MappedDocument Map(OperationRequest request) => request.Shipment is null
        ? MappedDocument.None with { Refusals = [new Refusal("shopify.no_shipment", "shipment", "There is no shipment to tell the customer about. The step that waits for it has to come first.")] }
        : _mapping.Map(MappingInput.From(request, api.Definition.SettingDefaults));

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var (id, fault) = await FulfilmentAsync(request, exchange, ct);
        if (id is null)
            return new OperationResult.Failed(fault!);
        var variables = JsonNode.Parse((document.IsEmpty ? Map(request).Content : document).Span)!.AsObject();
        variables["fulfillmentId"] = id;
        var answer = await api.SendAsync(request.Connection, ShopifyQueries.UpdateTracking, variables, Name, Descriptor.Write, exchange, ct);
        if (answer.Fault is not null)
            return new OperationResult.Failed(answer.Fault);
        var payload = answer.Field("fulfillmentTrackingInfoUpdate");
        if (GraphQlUserErrors.Read(payload, api.System, "shopify.notification_refused") is { } refused)
            return new OperationResult.Failed(refused);
        return ShopifyApi.Text(ShopifyApi.Object(payload, "fulfillment"), "id") is null
            ? new OperationResult.Failed(new(FaultKind.Transient, "shopify.notification_not_told", "Shopify did not say whether it told the customer."))
            : new OperationResult.Confirmed("Shopify tells the customer that it is on its way", [], new Dictionary<string, string>());
    }

    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct) =>
        throw new InvalidOperationException("An update may be repeated, so nothing is looked up; the descriptor says so.");

    /// <summary>From the step that confirmed the shipment; when somebody confirmed it by hand, by its tracking number.</summary>
    private async Task<(string? Id, Fault? Fault)> FulfilmentAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        if (request.Output(ConfirmShipment.FulfilmentOutput) is { Length: > 0 } known)
            return (known, null);
        if (FulfilmentPlan.For(request) is not { } plan)
            return (null, new(FaultKind.Internal, "shopify.no_shipment", "There is no shipment to tell the customer about. The step that waits for it has to come first."));
        var (state, fault) = await FulfilmentState.ReadAsync(api, request, Name, exchange, ct);
        if (state is null)
            return (null, fault);
        return plan.Newest(state) is { } fulfilment
            ? (fulfilment.Id, null)
            : (null, new(FaultKind.Data, "shopify.no_fulfilment", "Shopify holds no fulfilment of this shipment, so that it cannot tell the customer. Confirm the shipment first."));
    }
}
