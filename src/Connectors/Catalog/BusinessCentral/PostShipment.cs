using System.Globalization;
using System.Text;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>
/// Posts a shipment with its invoice: sets what each line ships, each guarded by the line's version, then asks for the
/// posting. In code because it reads before it writes and takes several calls. Safe to run again from the start: what
/// is shipped already is read first and nothing of it is shipped twice.
/// </summary>
internal sealed class PostShipment(ConnectorDefinition definition, TimeProvider clock) : IOperation
{
    /// <summary>The first read, and one more when somebody changed a line in between.</summary>
    private const int MostReads = 2;

    private readonly BusinessCentralApi _api = new(definition, clock, "postShipment", definition.Descriptor("postShipment").Write);

    public OperationDescriptor Descriptor { get; } = definition.Descriptor("postShipment");

    public MappedDocument Map(OperationRequest request) => new(ShippingPlan.For(request).Document(), "application/json", [.. ShippingPlan.Check(request)]);

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var plan = ShippingPlan.For(request);
        for (var read = 1; ; read++)
        {
            var (order, fault, gone) = await ReadOrderAsync(request, exchange, ct);
            if (fault is not null)
                return new OperationResult.Failed(fault);
            if (gone || plan.IsPosted(order!))
                return await PostedAsync(request, exchange, ct) ?? new OperationResult.Failed(OrderGone);
            if (plan.Missing(order!) is { } line)
                return new OperationResult.Failed(LineGone(line));
            var changed = await SetQuantitiesAsync(request, order!, plan, exchange, ct);
            if (changed is null)
                return await PostAsync(request, order!, exchange, ct);
            if (!changed.IsStale || read == MostReads)
                return new OperationResult.Failed(changed.Fault!);
        }
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        var (order, fault, gone) = await ReadOrderAsync(request, exchange, ct);
        if (fault is not null)
            return new LookUpResult.Inconclusive(fault);
        if (!gone && !ShippingPlan.For(request).IsPosted(order!))
            return new LookUpResult.NotThere();
        return await PostedAsync(request, exchange, ct) switch
        {
            null => new LookUpResult.NotThere(),
            OperationResult.Confirmed confirmed => new LookUpResult.Found(confirmed),
            OperationResult.Failed failed => new LookUpResult.Inconclusive(failed.Fault),
            _ => throw new InvalidOperationException("A result is either confirmed or failed."),
        };
    }

    private async Task<(SalesOrder? Order, Fault? Fault, bool Gone)> ReadOrderAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        if (request.Output("erpOrderId") is not { } id)
            return (null, new(FaultKind.Internal, "erp.no_order", "There is no sales order to post the shipment on."), false);
        var answer = await _api.GetAsync(BusinessCentralApi.Path(request, $"salesOrders({Uri.EscapeDataString(id)})?$expand=salesOrderLines"), exchange, ct);
        if (answer.IsGone)
            return (null, null, true); // A sales order that is shipped and invoiced in full is deleted; its shipments stay.
        if (answer.Fault is not null)
            return (null, answer.Fault, false);
        return SalesOrder.Read(answer.Root) is { } order
            ? (order, null, false)
            : (null, new(FaultKind.Internal, "erp.order_unreadable", "The sales order in Business Central lacks its number, its lines or their versions."), false);
    }

    /// <summary>Null when every line ships what it should; otherwise the answer that says why not.</summary>
    private async Task<BusinessCentralAnswer?> SetQuantitiesAsync(OperationRequest request, SalesOrder order, ShippingPlan plan, IExchange exchange, CancellationToken ct)
    {
        foreach (var line in order.Lines)
        {
            var toShip = plan.ToShip(line);
            if (toShip == line.ToShip)
                continue;
            var path = BusinessCentralApi.Path(request, $"salesOrders({Uri.EscapeDataString(order.Id)})/salesOrderLines({Uri.EscapeDataString(line.Id)})");
            var body = Encoding.UTF8.GetBytes($"{{\"shipQuantity\":{toShip.ToString(CultureInfo.InvariantCulture)}}}");
            var answer = await _api.WriteAsync(HttpMethod.Patch, path, body, line.Etag, exchange, ct);
            if (answer.Fault is not null)
                return answer;
        }

        return null;
    }

    private async Task<OperationResult> PostAsync(OperationRequest request, SalesOrder order, IExchange exchange, CancellationToken ct)
    {
        var path = BusinessCentralApi.Path(request, $"salesOrders({Uri.EscapeDataString(order.Id)})/Microsoft.NAV.shipAndInvoice");
        var answer = await _api.WriteAsync(HttpMethod.Post, path, null, null, exchange, ct);
        if (answer.Fault is not null && !answer.IsGone)
            return new OperationResult.Failed(answer.Fault);
        return await PostedAsync(request, exchange, ct) ?? new OperationResult.Failed(OrderGone);
    }

    /// <summary>The newest posted shipment of the order: this one, since a later one is not posted before it. Null when there is none.</summary>
    private async Task<OperationResult?> PostedAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        var filter = request.Output("erpOrderNumber") is { } number
            ? $"orderNumber%20eq%20{BusinessCentralApi.Literal(number)}"
            : $"externalDocumentNumber%20eq%20{BusinessCentralApi.Literal(request.Reference)}";
        var answer = await _api.GetAsync(BusinessCentralApi.Path(request, $"salesShipments?$filter={filter}&$orderby=number%20desc&$select=id,number&$top=1"), exchange, ct);
        if (answer.Fault is not null)
            return new OperationResult.Failed(answer.Fault);
        if (!answer.Root.TryGetProperty("value", out var found) || found.ValueKind != System.Text.Json.JsonValueKind.Array || found.GetArrayLength() == 0
            || SalesOrder.Text(found[0], "number") is not { } shipment)
            return null;
        return new OperationResult.Confirmed(
            $"Business Central posted shipment {shipment}", [new(IdentifierKinds.ErpShipment, shipment)],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["erpShipmentNumber"] = shipment });
    }

    private static Fault OrderGone { get; } = new(
        FaultKind.Data, "erp.order_not_found", "The sales order is no longer in Business Central, and no shipment of it was posted. It was deleted there: create it again, or cancel the order.");

    private static Fault LineGone(string channelLineRef) => new(
        FaultKind.Data, "erp.line_not_found", "A line of the shipment is no longer on the sales order in Business Central. Put the line back with its line number, or post the shipment there by hand.",
        $"lines[{channelLineRef}]");
}
