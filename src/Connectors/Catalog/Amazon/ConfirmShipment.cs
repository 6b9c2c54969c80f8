using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Orders;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// Confirms a shipment (Orders v0, where it stays). The package reference is the number of the shipment within the order,
/// so that a repeat replaces the package and makes no second one. In code because it is checked against the order before
/// it is sent, and because a repeat after everything left is refused although it succeeded.
/// </summary>
internal sealed class ConfirmShipment(ConnectorDefinition definition, AmazonApi api) : IOperation
{
    private const string LookUpData = "FULFILLMENT,PACKAGES";

    private readonly CompiledMapping _mapping = definition.Mapping("shipment-confirmation");

    public OperationDescriptor Descriptor { get; } = definition.Descriptor("confirmShipment");

    public MappedDocument Map(OperationRequest request)
    {
        var input = MappingInput.From(request, definition.SettingDefaults);
        var mapped = _mapping.Map(input with { Shipment = Tidy(request.Shipment) });
        return mapped with { Refusals = [.. ShipmentCheck.Find(request, mapped), .. request.Shipment is null ? [] : mapped.Refusals] };
    }

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var fault = await api.WriteAsync(
            new()
            {
                Method = HttpMethod.Post,
                Path = $"/orders/v0/orders/{Uri.EscapeDataString(request.Order.ExternalId)}/shipmentConfirmation",
                Operation = Descriptor.Name,
                Writes = true,
                Body = document,
                ContentType = "application/json",
                Headers = { ["Accept"] = "application/json" },
            },
            Descriptor.Write, exchange, ct);
        if (fault is null)
            return Confirmed(request, "took");
        // "… not finding a matching package or order already fulfilled": a package of ours may be why.
        if (fault is { Kind: FaultKind.Data } && fault.Message.Contains("already fulfilled", StringComparison.OrdinalIgnoreCase)
            && await LookUpAsync(request, exchange, ct) is LookUpResult.Found found)
            return found.Result;
        return new OperationResult.Failed(fault);
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        using var answer = await api.ReadAsync(AmazonApi.GetOrder(request.Order.ExternalId, LookUpData), exchange, ct);
        if (answer.Fault is { } fault)
            return new LookUpResult.Inconclusive(fault);
        return PackageSearch.IsThere(answer.Body.Root, Reference(request), request.Shipment) switch
        {
            true => new LookUpResult.Found(Confirmed(request, "has")),
            false => new LookUpResult.NotThere(),
            null => new LookUpResult.Inconclusive(new(FaultKind.Internal, "amazon.order_unreadable", "Amazon's answer is no order, so that its packages cannot be looked through.")),
        };
    }

    private static string Reference(OperationRequest request) => request.Variables.Occurrence.ToString(CultureInfo.InvariantCulture);

    private static OperationResult.Confirmed Confirmed(OperationRequest request, string verb) => new(
        $"Amazon {verb} shipment {Reference(request)} as sent", [],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["amazonPackage"] = Reference(request) });

    /// <summary>Without blanks around the carrier, which would make Other of it. A warehouse may tell a line in parts, from two places; Amazon takes each item once in a package.</summary>
    private static Shipment? Tidy(Shipment? shipment) => shipment is null ? null : shipment with
    {
        Carrier = shipment.Carrier?.Trim(),
        Lines = [.. shipment.Lines.GroupBy(l => l.ChannelLineRef, StringComparer.Ordinal).Select(g => g.First() with { Quantity = (int)Math.Min(int.MaxValue, g.Sum(l => (long)l.Quantity)) })],
    };
}

/// <summary>Looks for a package in an order of v2026-01-01.</summary>
internal static class PackageSearch
{
    /// <summary>
    /// By our reference, unless it travels under another tracking number: then it is what we are about to correct. Or by
    /// the tracking number, should Amazon have given the package a reference of its own. Null when the document is no order.
    /// </summary>
    public static bool? IsThere(JsonElement root, string reference, Shipment? shipment)
    {
        if (!root.TryGetProperty("order", out var order) || order.ValueKind != JsonValueKind.Object)
            return null;
        if (!order.TryGetProperty("packages", out var packages) || packages.ValueKind != JsonValueKind.Array)
            return false;
        foreach (var package in packages.EnumerateArray())
            if (Fits(Text(package, "packageReferenceId"), Text(package, "trackingNumber"), reference, shipment?.TrackingNumber?.Trim()))
                return true;
        return false;
    }

    private static bool Fits(string? theirReference, string? theirTracking, string reference, string? tracking) =>
        theirReference == reference ? theirTracking is null || theirTracking == tracking
        : theirTracking is not null && theirTracking == tracking && theirReference?.All(char.IsAsciiDigit) != true;

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
