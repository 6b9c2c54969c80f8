using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>What rules find in the stored documents of some transactions. Only bodies that a rule reads are fetched.</summary>
internal sealed class StoredDocuments(ControlPlaneDbContext context, IConnectionRegistry connections, RuleSet rules, Func<string, string> digest)
{
    /// <summary>Bodies in memory at a time; a body has megabytes at most.</summary>
    private const int Bodies = 20;

    /// <param name="Found">By transaction, as written.</param>
    /// <param name="Unreadable">Transactions of which a document is not kept any more.</param>
    internal sealed record Reading(ILookup<Guid, Identifier> Found, IReadOnlySet<Guid> Unreadable);

    private sealed record Wanted(Guid Transaction, RuleDocument Document, string Connection, string Topic, Guid Payload);

    public async Task<Reading> ReadAsync(IReadOnlyList<StoredTransaction> transactions, CancellationToken ct)
    {
        var wanted = new List<Wanted>();
        if (!rules.IsEmpty(RuleDocument.Order))
            wanted.AddRange(transactions.Where(t => t.Order is not null).Select(t => new Wanted(t.Id, RuleDocument.Order, t.Connection, "", t.Order!.Value)));
        if (!rules.IsEmpty(RuleDocument.Message))
            wanted.AddRange(await MessagesAsync([.. transactions.Select(t => t.Id)], ct));
        wanted.RemoveAll(w => !rules.Rules.Any(r => r.Document == w.Document && r.Fits(w.Connection, Connector(w.Connection), w.Topic)));
        var (found, unreadable) = (new List<(Guid, Identifier)>(), new HashSet<Guid>());
        foreach (var part in wanted.Chunk(Bodies))
        {
            var payloads = part.Select(w => w.Payload).Distinct().ToList();
            var bodies = await context.Payloads.AsNoTracking().Where(p => payloads.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
            foreach (var want in part)
                if (bodies.TryGetValue(want.Payload, out var body) && body.Content.Length > 0)
                    found.AddRange(rules.Read(want.Document, want.Connection, Connector(want.Connection), want.Topic, PayloadRows.Unpack(body), digest).Select(i => (want.Transaction, i)));
                else
                    unreadable.Add(want.Transaction);
        }

        return new(found.ToLookup(f => f.Item1, f => f.Item2), unreadable);
    }

    /// <summary>Those that opened the transaction or joined it, and events that came before it was known.</summary>
    private async Task<List<Wanted>> MessagesAsync(List<Guid> ids, CancellationToken ct)
    {
        var messages = await context.Messages.AsNoTracking().Where(m => m.TransactionId != null && ids.Contains(m.TransactionId.Value))
            .Select(m => new { Transaction = m.TransactionId!.Value, m.Connection, m.Topic, m.PayloadId }).ToListAsync(ct);
        var early = await context.Signals.AsNoTracking().Where(s => s.TransactionId != null && ids.Contains(s.TransactionId.Value) && s.PayloadId != null)
            .Select(s => new { Transaction = s.TransactionId!.Value, s.Connection, Payload = s.PayloadId!.Value }).ToListAsync(ct);
        var known = messages.Select(m => m.PayloadId).ToHashSet();
        return
        [
            .. messages.Select(m => new Wanted(m.Transaction, RuleDocument.Message, m.Connection, m.Topic, m.PayloadId)),
            // The topic stands with the message, which does not know the transaction: rules for one topic do not read these.
            .. early.Where(s => !known.Contains(s.Payload)).Select(s => new Wanted(s.Transaction, RuleDocument.Message, s.Connection, "", s.Payload)),
        ];
    }

    private string Connector(string connection) => connections.Find(connection)?.Connector ?? "";
}
