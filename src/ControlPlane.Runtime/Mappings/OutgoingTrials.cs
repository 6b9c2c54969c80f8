using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Mappings;

/// <param name="Shipments">How many there are to map.</param>
public sealed record TrialTransaction(Guid Id, string Number, string Connection, int Shipments);

/// <summary>Real transactions on which an outgoing mapping is tried. Reads only: nothing is sent, no number is taken.</summary>
public sealed class OutgoingTrials(IControlPlaneDb db, TimeProvider clock)
{
    /// <summary>What a mapping sees in place of a key: the same each time, as nothing is sent.</summary>
    internal const string IdempotencyKey = "preview";

    /// <summary>The newest, newest first.</summary>
    /// <param name="search">Part of the order's number, or the whole id; null = all.</param>
    public async Task<IReadOnlyList<TrialTransaction>> ListAsync(TenantScope tenant, string? search, int count, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = context.Transactions.AsNoTracking().Where(t => t.CanonicalPayloadId != null);
        if (Guid.TryParse(search, out var id))
            rows = rows.Where(t => t.Id == id);
        else if (!string.IsNullOrWhiteSpace(search))
            rows = rows.Where(t => t.Number == search.Trim());
        var page = await rows.OrderByDescending(t => t.Id).Take(Math.Clamp(count, 1, 50))
            .Join(context.WorkItems.AsNoTracking(), t => t.Id, w => w.TransactionId, (t, w) => new { t.Id, t.Number, t.Connection, w.Variables }).ToListAsync(ct);
        return [.. page.OrderByDescending(t => t.Id).Select(t => new TrialTransaction(t.Id, t.Number, t.Connection, Variables(t.Variables).Shipments.Count))];
    }

    /// <summary>What the step would ask for; null when there is no such transaction, or its order is not kept any more.</summary>
    /// <param name="shipment">Counted from 1; 0 = before the first; null = the last there is.</param>
    public async Task<OperationRequest?> RequestAsync(TenantScope tenant, Guid transaction, Connection connection, int? shipment, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var found = await context.Transactions.AsNoTracking().Where(t => t.Id == transaction)
            .Join(context.WorkItems.AsNoTracking(), t => t.Id, w => w.TransactionId, (t, w) => new { t.Reference, t.CorrelationId, t.CanonicalPayloadId, w.Variables }).FirstOrDefaultAsync(ct);
        if (found?.CanonicalPayloadId is not { } id || await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is not { Content.Length: > 0 } payload)
            return null;
        var variables = Variables(found.Variables);
        variables.Occurrence = Math.Clamp(shipment ?? variables.Shipments.Count, 0, variables.Shipments.Count);
        return new()
        {
            Connection = connection,
            TransactionId = transaction,
            Reference = found.Reference,
            CorrelationId = found.CorrelationId,
            IdempotencyKey = IdempotencyKey,
            Order = JsonSerializer.Deserialize(PayloadRows.Unpack(payload), FlowJson.Default.CanonicalOrder)!,
            Variables = variables,
            Number = 1,
            At = clock.GetUtcNow(),
        };
    }

    internal static FlowVariables Variables(byte[] json) => JsonSerializer.Deserialize(json, FlowJson.Default.FlowVariables)!;
}
