using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>One transaction, read by its key from eight tables: each a seek and a short walk.</summary>
internal sealed class DetailQuery(ControlPlaneDbContext context, FactsBuilder builder, TimeProvider clock)
{
    public async Task<TransactionDetail?> FindAsync(Guid id, CancellationToken ct)
    {
        if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } row)
            return null;
        var journal = await context.Journal.AsNoTracking().Where(j => j.TransactionId == id)
            .OrderByDescending(j => j.At).ThenByDescending(j => j.Sequence).Take(TransactionDetail.MostRows + 1).ToListAsync(ct);
        var attempts = await context.Attempts.AsNoTracking().Where(a => a.TransactionId == id)
            .OrderByDescending(a => a.StartedAt).ThenByDescending(a => a.Id).Take(TransactionDetail.MostRows + 1).ToListAsync(ct);
        var cut = journal.Count > TransactionDetail.MostRows || attempts.Count > TransactionDetail.MostRows;
        journal = [.. journal.Take(TransactionDetail.MostRows).Reverse()];
        attempts = [.. attempts.Take(TransactionDetail.MostRows).Reverse()];
        var effects = await context.Effects.AsNoTracking().Where(e => e.TransactionId == id).OrderBy(e => e.IntendedAt).ToListAsync(ct);
        var identifiers = await context.TransactionIdentifiers.AsNoTracking().Where(i => i.TransactionId == id).ToListAsync(ct);
        var work = await context.WorkItems.AsNoTracking().Where(w => w.TransactionId == id).Select(w => new { w.Attempts, w.EntityKey, w.Turn }).FirstOrDefaultAsync(ct);
        var facts = Facts(row, journal, attempts, effects, work?.Attempts ?? 0);
        return new()
        {
            Head = builder.Item(row, facts),
            Facts = facts,
            CorrelationId = row.CorrelationId,
            Flow = row.Flow,
            FlowVersion = row.FlowVersion,
            Step = row.Step,
            Stages = new StageStrip(builder).Of(row, journal, clock.GetUtcNow()),
            Timeline = [.. journal.Select(Entry)],
            Attempts = [.. attempts.Select(Item)],
            Effects = [.. effects.Select(Item)],
            Identifiers = [.. identifiers.OrderBy(i => i.Kind, StringComparer.Ordinal).ThenBy(i => i.Value, StringComparer.Ordinal).Select(i => new IdentifierItem(i.Kind, i.Written))],
            Documents = await new DocumentsQuery(context, builder).ListAsync(row, attempts, ct),
            Messages = await MessagesAsync(id, ct),
            Cut = cut,
            TraceParent = row.TraceParent,
            Deadlines = builder.FlowOf(row)?.Steps.OfType<WaitStep>().ToDictionary(w => w.Id, w => w.Deadline) ?? [],
            Turn = work is { EntityKey: { } key, Turn: > 0 } ? await TurnAsync(key, work.Turn, ct) : null,
        };
    }

    /// <summary>Files that it came in, and that its shipments came in.</summary>
    private async Task<IReadOnlyList<TransactionMessage>> MessagesAsync(Guid id, CancellationToken ct)
    {
        var rows = await context.Messages.AsNoTracking().Where(m => m.TransactionId == id).OrderBy(m => m.Id).Take(TransactionDetail.MostMessages)
            .Select(m => new { m.Id, m.Connection, m.Topic, m.ReceivedAt, m.ParentId, m.Place }).ToListAsync(ct);
        var parents = rows.Select(r => r.ParentId).OfType<Guid>().Distinct().ToList();
        var names = parents.Count == 0 ? [] : (await context.Messages.AsNoTracking().Where(m => parents.Contains(m.Id)).ToListAsync(ct)).ToDictionary(m => m.Id, Ingestion.Messages.MessageQueries.TitleOf);
        return [.. rows.Select(r => new TransactionMessage(r.Id, builder.System(r.Connection), r.Topic, At(r.ReceivedAt), r.ParentId, r.ParentId is { } p ? names.GetValueOrDefault(p) : null, r.Place))];
    }

    /// <summary>A walk of the index of those whose order is kept.</summary>
    private async Task<TurnStanding?> TurnAsync(string key, long turn, CancellationToken ct)
    {
        var behind = await context.WorkItems.AsNoTracking().CountAsync(w => w.EntityKey == key && w.Turn > turn && w.State == WorkState.Behind, ct);
        var first = await context.WorkItems.AsNoTracking().Where(w => w.EntityKey == key && w.Turn > 0 && w.Turn < turn).OrderBy(w => w.Turn)
            .Join(context.Transactions.AsNoTracking(), w => w.TransactionId, t => t.Id, (w, t) => new { t.Id, t.Number, t.State }).FirstOrDefaultAsync(ct);
        return first is null && behind == 0 ? null : new(first is null ? null : (first.Id, first.Number, first.State), behind);
    }

    private VerdictFacts Facts(TransactionRow row, List<JournalRow> journal, List<AttemptRow> attempts, List<EffectRow> effects, int failed)
    {
        var facts = builder.Of(row);
        var refusal = journal.FindLast(j => j.Type == JournalEventType.SignalReceived && j.Code is not null && j.Code == row.FaultCode);
        var party = facts.Party;
        // Whoever sent the refusal is who said it, whatever the flow expected.
        if (row.Party is null && refusal?.System is { } sender)
            party = builder.System(sender);
        var heard = refusal ?? journal.FindLast(j => j.Type is JournalEventType.SignalReceived or JournalEventType.ChannelEventReceived && party is not null && j.System == party.Key);
        var told = party is null ? null : effects.Where(e => e.Connection == party.Key && e.State == EffectState.Confirmed && e.ResolvedAt is not null).MaxBy(e => e.ResolvedAt);
        var calls = attempts.Where(a => a.Step == row.Step).ToList();
        return facts with
        {
            Party = party,
            Attempts = failed,
            LastCall = calls.Count == 0 ? null : Call(calls[^1]),
            FailingSince = FailingSince(calls),
            LastHeard = heard is null ? null : new(At(heard.At), heard.System ?? "", heard.Summary, heard.Code),
            PartyTold = told is null ? null : new(At(told.ResolvedAt!.Value), told.Connection, told.Summary),
            OutcomeOpen = effects.Any(e => e.State == EffectState.Unknown),
            ClosingReason = row.State is TransactionState.Cancelled or TransactionState.Superseded ? journal.FindLast(j => j.Type is JournalEventType.Cancelled or JournalEventType.Superseded)?.Summary : null,
        };
    }

    private static VerdictCall Call(AttemptRow a) =>
        new(At(a.StartedAt), a.Connection, a.Method.Length > 0 ? $"{a.Method} {PayloadMask.Mails(a.Path)}" : a.Operation, a.Status, a.DurationMicroseconds, a.FaultKind, a.FaultCode, a.Id);

    /// <summary>Begin of the failures in a row at the end. Asking whether something arrived is not a success.</summary>
    private static DateTimeOffset? FailingSince(List<AttemptRow> calls)
    {
        DateTimeOffset? since = null;
        for (var i = calls.Count - 1; i >= 0; i--)
            if (calls[i].FaultKind is not null)
                since = At(calls[i].StartedAt);
            else if (!calls[i].LookUp)
                break;
        return since;
    }

    private TimelineEntry Entry(JournalRow j) =>
        new(At(j.At), j.Sequence, j.Type, j.Step, j.Stage, builder.SystemOrOurs(j.System), j.Summary, j.Code, j.Attempt, j.DurationMicroseconds, j.AttemptId, Basis.Read(j.Basis));

    private AttemptItem Item(AttemptRow a) => new(
        a.Id, a.Step, a.Occurrence, a.Number, builder.System(a.Connection), a.Operation, a.Method, PayloadMask.Mails(a.Path), a.Status, At(a.StartedAt), a.DurationMicroseconds,
        a.FaultKind, a.FaultCode, a.FaultMessage, a.LookUp, a.RequestPayloadId, a.AnswerPayloadId);

    private EffectItem Item(EffectRow e) => new(
        e.Step, e.Occurrence, e.Epoch, builder.System(e.Connection), e.Operation, e.WriteKind, e.State, e.IdempotencyKey, e.Attempts, e.Summary,
        At(e.IntendedAt), e.ResolvedAt is { } resolved ? At(resolved) : null);

    private static DateTimeOffset At(long microseconds) => Instant.FromMicroseconds(microseconds);
}
