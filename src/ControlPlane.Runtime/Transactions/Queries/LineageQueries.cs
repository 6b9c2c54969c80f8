using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>What came in about a transaction: alone, or as a part of a file.</summary>
/// <param name="Origin">True for the one that opened it.</param>
/// <param name="Delivery">The file, interchange or batch that it is a part of; null when it came alone.</param>
/// <param name="File">Name of the delivery.</param>
/// <param name="Place">Where it stands there, as its sender counts.</param>
/// <param name="Number">Which part, counted from 1; 0 when it came alone.</param>
/// <param name="Parts">Documents in the delivery.</param>
public sealed record LineageMessage(Guid Id, VerdictSystem System, string Topic, DateTimeOffset At, bool Origin, Guid? Delivery, string? File, string? Place, int Number, int Parts);

/// <summary>Another transaction that hangs together with it.</summary>
public sealed record LineageOrder(Guid Id, string Number, string Kind, TransactionState State, VerdictSystem Channel);

/// <param name="Sent">When the target confirmed it; null while it has not.</param>
/// <param name="Epoch">0 = the first sending; each sending on purpose after that counts up.</param>
public sealed record LineageEffect(string Operation, VerdictSystem System, EffectState State, int Occurrence, int Epoch, string Summary, DateTimeOffset IntendedAt, DateTimeOffset? Sent);

/// <summary>From where it came, with whom, and where it went.</summary>
public sealed record Lineage
{
    public const int MostMessages = 200;

    public const int MostSiblings = 25;

    /// <summary>Oldest first; the one that opened it is the origin.</summary>
    public required IReadOnlyList<LineageMessage> Messages { get; init; }

    /// <summary>Other orders of the file that it came in, at most <see cref="MostSiblings"/>.</summary>
    public required IReadOnlyList<LineageOrder> Siblings { get; init; }

    /// <summary>All other orders of that file.</summary>
    public required int SiblingCount { get; init; }

    /// <summary>What its file was answered with, such as a 997.</summary>
    public required IReadOnlyList<AnswerStanding> Answers { get; init; }

    /// <summary>What left us, oldest first.</summary>
    public required IReadOnlyList<LineageEffect> Sent { get; init; }

    /// <summary>Numbers of its shipments.</summary>
    public required IReadOnlyList<string> Shipments { get; init; }

    /// <summary>Transactions of the same channel and order number: returns, and orders that came again.</summary>
    public required IReadOnlyList<LineageOrder> SameNumber { get; init; }

    /// <summary>When people let it go through the flow again.</summary>
    public required IReadOnlyList<(DateTimeOffset At, string Summary)> Replays { get; init; }

    public LineageMessage? Origin => Messages.FirstOrDefault(m => m.Origin);
}

/// <summary>Reads lineage across files and batches: each part a seek and a short, bounded walk of an index.</summary>
public sealed class LineageQueries(IControlPlaneDb db, IFlowCatalog flows, IConnectionRegistry connections)
{
    private readonly FactsBuilder _builder = new(flows, connections);

    /// <returns>Null when there is no such transaction in this tenant.</returns>
    public async Task<Lineage?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } row)
            return null;
        var messages = await MessagesAsync(context, row, ct);
        var origin = messages.FirstOrDefault(m => m.Origin);
        var (siblings, count) = origin?.Delivery is { } delivery ? await SiblingsAsync(context, delivery, id, ct) : ([], 0);
        var effects = await context.Effects.AsNoTracking().Where(e => e.TransactionId == id).OrderBy(e => e.IntendedAt).ToListAsync(ct);
        var shipments = await context.TransactionIdentifiers.AsNoTracking().Where(i => i.TransactionId == id && i.Kind == IdentifierKinds.Shipment).Select(i => i.Written).ToListAsync(ct);
        var replays = await context.Journal.AsNoTracking().Where(j => j.TransactionId == id && j.Type == JournalEventType.Replayed).OrderBy(j => j.At).Take(100).Select(j => new { j.At, j.Summary }).ToListAsync(ct);
        return new()
        {
            Messages = messages,
            Siblings = siblings,
            SiblingCount = count,
            Answers = origin is null ? [] : await MessageQueries.AnswersAsync(context, origin.Delivery ?? origin.Id, ct),
            Sent = [.. effects.Select(e => new LineageEffect(e.Operation, _builder.System(e.Connection), e.State, e.Occurrence, e.Epoch, e.Summary, At(e.IntendedAt), e.State == EffectState.Confirmed && e.ResolvedAt is { } at ? At(at) : null))],
            Shipments = [.. shipments.Order(StringComparer.Ordinal)],
            SameNumber = await SameNumberAsync(context, row, ct),
            Replays = [.. replays.Select(r => (At(r.At), r.Summary))],
        };
    }

    private async Task<IReadOnlyList<LineageMessage>> MessagesAsync(ControlPlaneDbContext context, TransactionRow row, CancellationToken ct)
    {
        var rows = await context.Messages.AsNoTracking().Where(m => m.TransactionId == row.Id).OrderBy(m => m.Id).Take(Lineage.MostMessages).ToListAsync(ct);
        var parents = rows.Select(m => m.ParentId).OfType<Guid>().Distinct().ToList();
        var files = parents.Count == 0 ? [] : await context.Messages.AsNoTracking().Where(m => parents.Contains(m.Id)).ToDictionaryAsync(m => m.Id, ct);
        var parts = parents.Count == 0 ? [] : await context.Messages.AsNoTracking().Where(m => m.ParentId != null && parents.Contains(m.ParentId.Value)).GroupBy(m => m.ParentId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return
        [
            .. rows.Select(m => new LineageMessage(
                m.Id, _builder.System(m.Connection), m.Topic, At(m.ReceivedAt), m.PayloadId == row.SourcePayloadId, m.ParentId, m.ParentId is { } file && files.TryGetValue(file, out var delivery) ? MessageQueries.TitleOf(delivery) : null, m.Place, m.Part,
                m.ParentId is { } parent ? parts.GetValueOrDefault(parent) : 0)),
        ];
    }

    private async Task<(IReadOnlyList<LineageOrder>, int)> SiblingsAsync(ControlPlaneDbContext context, Guid delivery, Guid id, CancellationToken ct)
    {
        var others = context.Messages.AsNoTracking().Where(m => m.ParentId == delivery && m.TransactionId != null && m.TransactionId != id);
        var count = await others.Select(m => m.TransactionId).Distinct().CountAsync(ct);
        // In the order of the file.
        var first = (await others.OrderBy(m => m.Part).Take(Lineage.MostSiblings * 2).Select(m => m.TransactionId!.Value).ToListAsync(ct)).Distinct().Take(Lineage.MostSiblings).ToList();
        var rows = await context.Transactions.AsNoTracking().Where(t => first.Contains(t.Id)).ToDictionaryAsync(t => t.Id, ct);
        return ([.. first.Where(rows.ContainsKey).Select(t => Order(rows[t]))], count);
    }

    private async Task<IReadOnlyList<LineageOrder>> SameNumberAsync(ControlPlaneDbContext context, TransactionRow row, CancellationToken ct)
    {
        var value = Identifier.Normalize(row.Number);
        var ids = await context.TransactionIdentifiers.AsNoTracking().Where(i => i.Value == value && i.TransactionId != row.Id).OrderBy(i => i.TransactionId).Select(i => i.TransactionId).Take(100).ToListAsync(ct);
        var rows = ids.Count == 0 ? [] : await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id) && t.Connection == row.Connection).OrderBy(t => t.Id).Take(Lineage.MostSiblings).ToListAsync(ct);
        return [.. rows.Select(Order)];
    }

    private LineageOrder Order(TransactionRow t) => new(t.Id, t.Number, t.Kind, t.State, _builder.System(t.Connection));

    private static DateTimeOffset At(long microseconds) => Instant.FromMicroseconds(microseconds);
}
