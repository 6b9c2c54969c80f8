using System.Text.Json;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>The facts of orders that were stuck before: what the failing step had in memory, read back.</summary>
internal sealed class StuckOrders(IConnectionRegistry connections)
{
    /// <param name="withOrders">False where no rule asks for what is inside the order: the bodies are then not read.</param>
    public async Task<IReadOnlyDictionary<Guid, StuckFacts>> FactsAsync(ControlPlaneDbContext context, IReadOnlyList<TransactionRow> rows, bool withOrders, CancellationToken ct)
    {
        var ids = withOrders ? rows.Select(r => r.CanonicalPayloadId).OfType<Guid>().Distinct().ToList() : [];
        var payloads = ids.Count == 0 ? [] : await context.Payloads.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        return rows.ToDictionary(r => r.Id, r => Of(r, r.CanonicalPayloadId is { } id ? payloads.GetValueOrDefault(id) : null));
    }

    private StuckFacts Of(TransactionRow row, PayloadRow? payload) => new()
    {
        Channel = row.Connection,
        Connector = connections.Find(row.Connection)?.Connector,
        System = row.PartyConnection,
        Kind = row.FaultKind ?? FaultKind.Internal,
        Code = row.FaultCode ?? "none",
        Step = row.Step,
        Stage = row.Stage,
        Total = row.TotalMinor is { } minor && Currencies.IsKnown(row.Currency) ? new Money(minor, row.Currency) : null,
        Order = payload is null ? null : Read(payload),
    };

    /// <summary>A body that is gone or cannot be read leaves its conditions unfulfilled.</summary>
    private static CanonicalOrder? Read(PayloadRow payload)
    {
        if (payload.Content.Length == 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize(PayloadRows.Unpack(payload), FlowJson.Default.CanonicalOrder);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            return null;
        }
    }
}
