using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <param name="Name">Of the file; empty when it has none.</param>
internal sealed record PartsOf(MessageRow Delivery, string Name)
{
    public PartOf Part(int number, string place) => new(Delivery.Id, number, place, Name);
}

/// <summary>
/// Writes the parts of a delivery, each as a unit of its own that succeeds, is recognised as a repeat, or fails without the others; so
/// many at a time that the database commits them together and memory stays small.
/// </summary>
internal sealed class PartWriter(CommitWriter writer, MessageIntake intake, IControlPlaneDb db, TimeProvider clock)
{
    /// <summary>About what the writer puts into one database transaction.</summary>
    private const int Window = 200;

    /// <summary>The store took something else each time, and never this part: then it is the part.</summary>
    private const int MostStoreFailures = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <param name="done">Numbers of parts that are there already.</param>
    /// <exception cref="StoreUnavailableException">What was written so far stays; it is gone on with later.</exception>
    public async Task<IReadOnlyList<FetchRequest>> WriteAsync(
        TenantScope tenant, Connection connection, IReceiver receiver, IReadOnlyList<InboundPart> parts, PartsOf of, HashSet<int> done)
    {
        var fetches = new List<FetchRequest>();
        var window = new List<(InboundPart Part, Prepared Prepared)>(Window);
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < parts.Count; i++)
        {
            if (done.Contains(i + 1))
                continue;
            // Its id is there before it is read, so that a code without an entry leads to it.
            var id = EntityId.New(clock);
            var meaning = Meaning(parts[i], receiver, connection, id);
            var names = Names(meaning);
            // A part that speaks of the same order as an earlier one is looked up after that one is there.
            if (window.Count == Window || names.Any(named.Contains))
                await FlushAsync(tenant, connection, receiver, window, named, of);
            named.UnionWith(names);
            window.Add((parts[i], await intake.PrepareAsync(tenant, connection, receiver, parts[i].Request, meaning, of.Part(i + 1, parts[i].Place), id, CancellationToken.None)));
            if (meaning is InboundEvent.FetchNeeded fetch)
                fetches.Add(new(fetch.Feed, fetch.ExternalId));
        }

        await FlushAsync(tenant, connection, receiver, window, named, of);
        return fetches;
    }

    private static InboundEvent Meaning(InboundPart part, IReceiver receiver, Connection connection, Guid id)
    {
        if (part.Refusals.Count > 0)
            return new InboundEvent.Refused(part.Refusals);
        using (CrosswalkTally.About(id))
            return receiver.Translate(part.Request, connection);
    }

    private static List<string> Names(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived received => [.. received.Order.References.Values.Append(received.Order.ExternalId).Append(received.Order.Number).Select(Identifier.Normalize).Distinct(StringComparer.Ordinal)],
        InboundEvent.Happened happened => [.. happened.Correlation.Select(c => Identifier.Normalize(c.Value)).Distinct(StringComparer.Ordinal)],
        _ => [],
    };

    private async Task FlushAsync(TenantScope tenant, Connection connection, IReceiver receiver, List<(InboundPart Part, Prepared Prepared)> window, HashSet<string> named, PartsOf of)
    {
        var commits = new List<Task<CommitOutcome>>(window.Count);
        foreach (var (_, prepared) in window)
            commits.Add(writer.CommitAsync(prepared.Unit, CancellationToken.None));
        await ((Task)Task.WhenAll(commits)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var repeats = new List<(InboundPart, Prepared)>();
        for (var i = 0; i < window.Count; i++)
        {
            var prepared = window[i].Prepared;
            var outcome = commits[i].IsCompletedSuccessfully ? await commits[i] : await TryAgainAsync(tenant, connection, receiver, window[i].Part, prepared.Message, of);
            if (outcome == CommitOutcome.Duplicate)
                repeats.Add(window[i]);
            else if (outcome == CommitOutcome.Committed)
                intake.Start(prepared);
        }

        await NoteAsync(tenant, connection, receiver, repeats, of);
        window.Clear();
        named.Clear();
    }

    /// <summary>
    /// What was recognised is noted as a part of this delivery all the same, with the transaction that it belongs to: who looks at the
    /// file wants to see all of it. Unless the first one is this very part, written by a try before.
    /// </summary>
    private async Task NoteAsync(TenantScope tenant, Connection connection, IReceiver receiver, List<(InboundPart Part, Prepared Prepared)> repeats, PartsOf of)
    {
        if (repeats.Count == 0)
            return;
        var ids = repeats.Where(r => r.Prepared.Unit.FirstMessageId is not null).Select(r => r.Prepared.Unit.FirstMessageId!.Value).Distinct().ToList();
        await using var context = db.CreateContext(tenant);
        var firsts = await context.Messages.AsNoTracking().Where(m => ids.Contains(m.Id))
            .Select(m => new { m.Id, m.ParentId, m.Part, m.TransactionId, m.CorrelationId }).ToDictionaryAsync(m => m.Id, CancellationToken.None);
        var commits = new List<Task<CommitOutcome>>(repeats.Count);
        foreach (var (part, prepared) in repeats)
        {
            var first = prepared.Unit.FirstMessageId is { } id ? firsts.GetValueOrDefault(id) : null;
            if (first?.ParentId == of.Delivery.Id && first.Part == prepared.Message.Part)
                continue;
            var row = MessageRows.Make(tenant, connection, receiver, part.Request, prepared.Meaning, of.Part(prepared.Message.Part, part.Place), clock);
            row.State = MessageState.Duplicate;
            row.TransactionId = first?.TransactionId;
            row.CorrelationId = first?.CorrelationId ?? row.CorrelationId;
            row.Detail = prepared.Unit.FirstMessageId is { } known ? $"It came before, as message {known:D}, and changed nothing." : "It came before and changed nothing.";
            commits.Add(writer.CommitAsync(Unit(tenant, part, row), CancellationToken.None));
        }

        await Task.WhenAll(commits);
    }

    /// <summary>A part that the store did not take: either the store is away, or there is something in the part that no store takes.</summary>
    private async Task<CommitOutcome?> TryAgainAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundPart part, MessageRow message, PartsOf of)
    {
        for (var i = 0; i < MostStoreFailures; i++)
        {
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            var probe = new CommitUnit();
            probe.MessageOutcomes.Add(of.Delivery);
            await writer.CommitAsync(probe, CancellationToken.None);
            try
            {
                // A new id: under the old one an earlier try that was committed after all would pass for this one.
                var id = EntityId.New(clock);
                var prepared = await intake.PrepareAsync(tenant, connection, receiver, part.Request, Meaning(part, receiver, connection, id), of.Part(message.Part, part.Place), id, CancellationToken.None);
                var outcome = await writer.CommitAsync(prepared.Unit, CancellationToken.None);
                if (outcome == CommitOutcome.Committed)
                    intake.Start(prepared);
                if (outcome == CommitOutcome.Duplicate)
                    await NoteAsync(tenant, connection, receiver, [(part, prepared)], of);
                return null;
            }
            catch (StoreUnavailableException)
            {
                // The next probe tells whether it is the store.
            }
        }

        var refused = MessageRows.Make(tenant, connection, receiver, new() { ReceivedAt = part.Request.ReceivedAt, Polled = part.Request.Polled, Queued = part.Request.Queued, Part = true }, null,
            of.Part(message.Part, $"part {message.Part}"), clock);
        MessageRows.Refuse(refused, [new("receive.not_storable", "", "This part could not be stored as what it is, although others could. Its content is kept. The log names the cause; mend the document, then send it again.")]);
        await writer.CommitAsync(Unit(tenant, part, refused), CancellationToken.None);
        return null;
    }

    private CommitUnit Unit(TenantScope tenant, InboundPart part, MessageRow row)
    {
        var unit = new CommitUnit();
        var payload = PayloadRows.Make(tenant.TenantId, part.Request.Body, part.Request.ContentType, clock);
        row.PayloadId = payload.Id;
        unit.Keys.Add(InboxKeys.Place(row));
        unit.Payloads.Add(payload);
        unit.Messages.Add(row);
        return unit;
    }
}
