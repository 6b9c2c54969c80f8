using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ingestion.Messages;

/// <summary>Reads messages with their lineage: the delivery, its parts, their transactions. Each a seek and a short walk of an index.</summary>
public sealed class MessageQueries(IControlPlaneDb db, IConnectionRegistry connections, TimeProvider clock)
{
    public const int PartsAPage = 100;

    private const int MostAnswers = 50;

    /// <param name="state">Only parts in this state; null = all.</param>
    /// <param name="after">Only parts after this number.</param>
    /// <returns>Null when there is no such message in this tenant.</returns>
    public async Task<MessageView?> FindAsync(TenantScope tenant, Guid id, MessageState? state, int after, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct) is not { } row)
            return null;
        var payload = await context.Payloads.AsNoTracking().Where(p => p.Id == row.PayloadId).Select(p => new { p.ContentType, p.Length }).FirstOrDefaultAsync(ct);
        var rows = await PartsAsync(context, id, state, after, ct);
        var shown = rows.Take(PartsAPage).ToList();
        var transactions = await TransactionsAsync(context, [.. shown.Append(row).Select(m => m.TransactionId).OfType<Guid>().Distinct()], ct);
        LinkedTransaction? Linked(Guid? transaction) => transaction is { } key ? transactions.GetValueOrDefault(key) : null;
        return new()
        {
            ReadAt = clock.GetUtcNow(),
            Id = row.Id,
            Connection = row.Connection,
            ConnectionName = connections.Find(row.Connection)?.DisplayName ?? row.Connection,
            Topic = row.Topic,
            State = row.State,
            Arrival = row.Arrival,
            ReceivedAt = Instant.FromMicroseconds(row.ReceivedAt),
            FileName = FileNameOf(row),
            Summary = row.State == MessageState.Refused ? null : row.Detail,
            Code = row.Code,
            Refusals = RefusalsOf(row),
            PayloadId = row.PayloadId,
            ContentType = payload?.ContentType,
            Length = payload?.Length,
            Transaction = Linked(row.TransactionId),
            Parent = row.ParentId is { } parent ? await ParentAsync(context, parent, row, ct) : null,
            Counts = await CountsAsync(context, id, ct),
            Parts = [.. shown.Select(p => new MessagePart(p.Id, p.Part, p.Place ?? "", p.Topic, p.State, RefusalsOf(p), p.State == MessageState.Refused ? null : p.Detail, p.PayloadId, Linked(p.TransactionId), p.Code))],
            More = rows.Count > PartsAPage ? shown[^1].Part : null,
            Answers = await AnswersAsync(context, id, ct),
        };
    }

    public static async Task<PartCounts> CountsAsync(ControlPlaneDbContext context, Guid delivery, CancellationToken ct) =>
        new(await context.Messages.AsNoTracking().Where(m => m.ParentId == delivery).GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct));

    public static async Task<IReadOnlyList<AnswerStanding>> AnswersAsync(ControlPlaneDbContext context, Guid delivery, CancellationToken ct)
    {
        var rows = await context.DeliveryAnswers.AsNoTracking().Where(a => a.MessageId == delivery).OrderBy(a => a.CreatedAt).ThenBy(a => a.Name).Take(MostAnswers).ToListAsync(ct);
        return [.. rows.Select(a => new AnswerStanding(
            a.Name, a.State, a.Attempts, Instant.FromMicroseconds(a.CreatedAt), a.SentAt is { } sent ? Instant.FromMicroseconds(sent) : null,
            a.State == DeliveryAnswerState.Due ? Instant.FromMicroseconds(Math.Max(a.NextAt, a.CreatedAt)) : null, a.Code, a.LastFault, a.PayloadId))];
    }

    public static IReadOnlyList<Refusal> RefusalsOf(MessageRow row) =>
        row is { State: MessageState.Refused, Detail: { Length: > 0 } detail } ? JsonSerializer.Deserialize<List<Refusal>>(detail, JsonSerializerOptions.Web)! : [];

    /// <summary>Headers are kept under lower-case names.</summary>
    public static string? FileNameOf(MessageRow row) =>
        row.Headers is { Length: > 0 } json && json.Contains("\"file-name\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.GetValueOrDefault("file-name") : null;

    /// <summary>What a delivery is called: by its file, else by what it says of itself.</summary>
    public static string TitleOf(MessageRow delivery) =>
        FileNameOf(delivery) ?? (delivery is { State: not MessageState.Refused, Detail: { Length: > 0 } summary } ? summary : "a delivery");

    private static Task<List<MessageRow>> PartsAsync(ControlPlaneDbContext context, Guid delivery, MessageState? state, int after, CancellationToken ct)
    {
        var parts = context.Messages.AsNoTracking().Where(m => m.ParentId == delivery && m.Part > after);
        if (state is { } only)
            parts = parts.Where(m => m.State == only);
        return parts.OrderBy(m => m.Part).Take(PartsAPage + 1).ToListAsync(ct);
    }

    private static async Task<ParentDelivery> ParentAsync(ControlPlaneDbContext context, Guid parent, MessageRow part, CancellationToken ct)
    {
        var row = await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == parent, ct);
        return new(parent, row is null ? "a delivery that is not kept any more" : TitleOf(row), part.Part, part.Place ?? "");
    }

    private static async Task<Dictionary<Guid, LinkedTransaction>> TransactionsAsync(ControlPlaneDbContext context, List<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return [];
        var rows = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).Select(t => new { t.Id, t.Number, t.State }).ToListAsync(ct);
        var shipments = (await context.TransactionIdentifiers.AsNoTracking().Where(i => ids.Contains(i.TransactionId) && i.Kind == IdentifierKinds.Shipment)
            .Select(i => new { i.TransactionId, i.Written }).ToListAsync(ct)).ToLookup(i => i.TransactionId, i => i.Written);
        return rows.ToDictionary(t => t.Id, t => new LinkedTransaction(t.Id, t.Number, t.State, [.. shipments[t.Id].Order(StringComparer.Ordinal)]));
    }
}
