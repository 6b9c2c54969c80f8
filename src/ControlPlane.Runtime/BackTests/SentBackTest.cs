using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.BackTests;

/// <summary>
/// The other way round: what the operations of a draft would have sent in recorded transactions, against those in service. Each request
/// that really went to the connection is mapped twice, by both, from the same order and the same variables. Reads only.
/// </summary>
internal sealed class SentBackTest(IControlPlaneDb db)
{
    private const int PageSize = 250;

    /// <param name="count">Transactions that are looked at, the newest first.</param>
    /// <returns>Null when nothing went to the connection that could be compared.</returns>
    public async Task<BackTestReport?> RunAsync(TenantScope tenant, Connection connection, IConnector inService, IConnector draft, int count, CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        var test = new BackTest();
        var compared = false;
        await using var context = db.CreateContext(tenant);
        Guid? edge = null;
        for (var left = Math.Clamp(count, 1, BackTests.Most); left > 0;)
        {
            var rows = context.Transactions.AsNoTracking().Where(t => t.CanonicalPayloadId != null);
            if (edge is { } before)
                rows = rows.Where(t => t.Id.CompareTo(before) < 0);
            var ids = await rows.OrderByDescending(t => t.Id).Take(Math.Min(PageSize, left)).Select(t => t.Id).ToListAsync(ct);
            if (ids.Count == 0)
                break;
            foreach (var call in await CallsAsync(context, connection.Key, ids, ct))
                compared |= Compare(test, connection, inService, draft, call);
            (edge, left) = (ids.Min(), left - ids.Count);
            if (ids.Count < PageSize)
                break;
            // Mapping is work without waiting: others on this thread get a turn.
            await Task.Yield();
        }

        return compared ? test.Report(Stopwatch.GetElapsedTime(from)) : null;
    }

    /// <summary>What went to the connection in these transactions, each occurrence of an operation once, however often it was tried.</summary>
    private static async Task<IReadOnlyList<Call>> CallsAsync(ControlPlaneDbContext context, string connection, List<Guid> ids, CancellationToken ct)
    {
        var attempts = await context.Attempts.AsNoTracking().Where(a => ids.Contains(a.TransactionId) && a.Connection == connection && !a.LookUp)
            .GroupBy(a => new { a.TransactionId, a.Operation, a.Occurrence }).Select(g => new { g.Key.TransactionId, g.Key.Operation, g.Key.Occurrence, At = g.Min(a => a.StartedAt) }).ToListAsync(ct);
        if (attempts.Count == 0)
            return [];
        var called = attempts.Select(a => a.TransactionId).Distinct().ToList();
        var known = await context.Transactions.AsNoTracking().Where(t => called.Contains(t.Id))
            .Join(context.WorkItems.AsNoTracking(), t => t.Id, w => w.TransactionId, (t, w) => new { t.Id, t.Number, t.Reference, t.CorrelationId, t.CanonicalPayloadId, w.Variables })
            .Join(context.Payloads.AsNoTracking(), t => t.CanonicalPayloadId, p => p.Id, (t, p) => new { t.Id, t.Number, t.Reference, t.CorrelationId, t.Variables, Payload = p }).ToListAsync(ct);
        // What was erased cannot be mapped any more.
        var kept = known.Where(k => k.Payload.Content.Length > 0).ToDictionary(k => k.Id);
        return
        [
            .. attempts.OrderByDescending(a => a.TransactionId).ThenBy(a => a.At).Where(a => kept.ContainsKey(a.TransactionId)).Select(a =>
            {
                var of = kept[a.TransactionId];
                return new Call(a.TransactionId, of.Number, a.Operation, a.Occurrence, a.At, of.Reference, of.CorrelationId, of.Variables, of.Payload);
            }),
        ];
    }

    private static bool Compare(BackTest test, Connection connection, IConnector inService, IConnector draft, Call call)
    {
        if (inService.Operation(call.Operation) is not { } now)
            return false;
        var was = now.Map(call.Request(connection));
        var then = draft.Operation(call.Operation) is { } next
            ? next.Map(call.Request(connection))
            : new(default, "", [new("operation.not_offered", call.Operation, $"The draft has no operation {call.Operation}.")]);
        // An operation that sends no document has no mapping to compare.
        if (was.Content.IsEmpty && then.Content.IsEmpty && was.Refusals.Count == 0 && then.Refusals.Count == 0)
            return false;
        test.Add(call.Transaction, call.Number, was, then);
        return true;
    }

    private sealed record Call(Guid Transaction, string Number, string Operation, int Occurrence, long At, string Reference, string CorrelationId, byte[] Variables, PayloadRow Payload)
    {
        /// <summary>Anew for each side: variables can be written to.</summary>
        public OperationRequest Request(Connection connection)
        {
            var variables = OutgoingTrials.Variables(Variables);
            variables.Occurrence = Math.Clamp(Occurrence, 0, variables.Shipments.Count);
            return new()
            {
                Connection = connection,
                TransactionId = Transaction,
                Reference = Reference,
                CorrelationId = CorrelationId,
                IdempotencyKey = OutgoingTrials.IdempotencyKey,
                Order = JsonSerializer.Deserialize(PayloadRows.Unpack(Payload), FlowJson.Default.CanonicalOrder)!,
                Variables = variables,
                Number = 1,
                At = Instant.FromMicroseconds(At),
            };
        }
    }
}
