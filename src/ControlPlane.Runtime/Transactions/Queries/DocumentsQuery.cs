using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Every body that belongs to a transaction, by its title; the bodies themselves are fetched one by one.</summary>
internal sealed class DocumentsQuery(ControlPlaneDbContext context, FactsBuilder builder)
{
    public async Task<IReadOnlyList<TransactionDocument>> ListAsync(TransactionRow row, IReadOnlyList<AttemptRow> attempts, CancellationToken ct)
    {
        var documents = new List<TransactionDocument>();
        void Add(Guid? payload, DocumentKind kind, VerdictSystem? system, string title, long at, Guid? attempt = null)
        {
            if (payload is { } id && documents.All(d => d.PayloadId != id || d.AttemptId != attempt))
                documents.Add(new(id, kind, system, title, Instant.FromMicroseconds(at), null, null, attempt));
        }

        Add(row.SourcePayloadId, DocumentKind.Source, builder.System(row.Connection), "Order as it came", row.ReceivedAt);
        Add(row.CanonicalPayloadId, DocumentKind.Canonical, null, "Canonical order", row.ReceivedAt);
        var signals = await context.Signals.AsNoTracking().Where(s => s.TransactionId == row.Id)
            .OrderBy(s => s.ReceivedAt).Select(s => new { s.Connection, s.Event, s.PayloadId, s.ReceivedAt }).Take(TransactionDetail.MostRows).ToListAsync(ct);
        foreach (var signal in signals)
            Add(signal.PayloadId, DocumentKind.Message, builder.System(signal.Connection), VerdictWords.Cap(VerdictWords.Event(signal.Event)), signal.ReceivedAt);
        foreach (var attempt in attempts)
        {
            var system = builder.System(attempt.Connection);
            var title = $"{attempt.Operation}{(attempt.LookUp ? ", look-up" : "")}, attempt {attempt.Number.ToString(CultureInfo.InvariantCulture)}";
            Add(attempt.RequestPayloadId, DocumentKind.Request, system, title + ", sent", attempt.StartedAt, attempt.Id);
            Add(attempt.AnswerPayloadId, DocumentKind.Answer, system, $"{title}, answer {attempt.Status.ToString(CultureInfo.InvariantCulture)}", attempt.StartedAt + attempt.DurationMicroseconds, attempt.Id);
        }

        var sizes = await SizesAsync([.. documents.Select(d => d.PayloadId).Distinct()], ct);
        return [.. documents.Select(d => sizes.TryGetValue(d.PayloadId, out var size) ? d with { ContentType = size.ContentType, Length = size.Length } : d).OrderBy(d => d.At)];
    }

    private async Task<Dictionary<Guid, Size>> SizesAsync(List<Guid> ids, CancellationToken ct)
    {
        var found = new Dictionary<Guid, Size>();
        foreach (var part in ids.Chunk(500))
            foreach (var size in await context.Payloads.AsNoTracking().Where(p => part.Contains(p.Id)).Select(p => new Size(p.Id, p.ContentType, p.Length)).ToListAsync(ct))
                found[size.Id] = size;
        return found;
    }

    private sealed record Size(Guid Id, string? ContentType, int Length);
}
