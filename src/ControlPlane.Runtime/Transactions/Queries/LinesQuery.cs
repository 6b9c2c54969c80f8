using System.Text.Json;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>What was ordered, from the canonical order, beside what was shipped, from the flow's memory.</summary>
internal static class LinesQuery
{
    public static async Task<TransactionLines?> ReadAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct)
    {
        var payload = await context.Transactions.Where(t => t.Id == id)
            .Join(context.Payloads, t => t.CanonicalPayloadId, p => (Guid?)p.Id, (_, p) => p).AsNoTracking().FirstOrDefaultAsync(ct);
        if (payload is null || payload.Content.Length == 0)
            return null;
        var order = JsonSerializer.Deserialize(PayloadRows.Unpack(payload), FlowJson.Default.CanonicalOrder)!;
        var memory = await context.WorkItems.Where(w => w.TransactionId == id).Select(w => w.Variables).FirstOrDefaultAsync(ct);
        var shipments = memory is { Length: > 0 } ? JsonSerializer.Deserialize(memory, FlowJson.Default.FlowVariables)!.Shipments : [];
        return new(Lines(order, shipments), shipments);
    }

    internal static IReadOnlyList<TransactionLine> Lines(CanonicalOrder order, IReadOnlyList<Shipment> shipments)
    {
        var shipped = shipments.SelectMany(s => s.Lines).GroupBy(l => l.ChannelLineRef, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(l => l.Quantity), StringComparer.Ordinal);
        var priced = Currencies.IsKnown(order.Currency);
        return [.. order.Lines.Select(line =>
        {
            var sent = shipped.GetValueOrDefault(line.ChannelLineRef);
            return new TransactionLine(line.ChannelLineRef, line.Sku, line.Title, line.Quantity, sent, line.RequiresShipping ? Math.Max(0, line.Quantity - sent) : 0,
                priced && line.UnitPriceMinor is { } price ? new Money(price, order.Currency) : null, line.RequiresShipping);
        })];
    }
}
