using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <summary>
/// Takes a delivery of several documents. The delivery is written first, as it came and with its key; then its parts, each for itself;
/// then what became of it. Only after that it is acknowledged. Cut short anywhere, it stands there as being unpacked: when it comes
/// again, or when <see cref="DeliveryResumer"/> looks, it is gone on with, and what is there already is recognised.
/// </summary>
internal sealed class DeliveryReceiver(CommitWriter writer, MessageIntake intake, IControlPlaneDb db, TimeProvider clock)
{
    private readonly PartWriter _parts = new(writer, intake, db, clock);
    private readonly AnswersAgain _again = new(db, clock);

    public async Task<ReceiveOutcome> TakeAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, Unpacked unpacked)
    {
        var delivery = MessageRows.Make(tenant, connection, receiver, request, null, null, clock);
        var verdict = DeliveryVerdict.Of(unpacked, receiver, connection);
        var unit = new CommitUnit { Traffic = intake.Traffic(tenant, connection) };
        var payload = PayloadRows.Make(tenant.TenantId, request.Body, request.ContentType, clock);
        delivery.PayloadId = payload.Id;
        unit.Payloads.Add(payload);
        unit.Messages.Add(delivery);
        unit.Keys.AddRange(InboxKeys.Of(delivery, request, verdict.Refusals.Count > 0));
        AddAnswers(unit, delivery, unpacked.Answers);
        if (unpacked.Refusals.Count > 0)
        {
            verdict.ApplyTo(delivery);
            unit.Traffic.Refused = 1;
        }
        else
        {
            delivery.State = MessageState.Unpacking;
            delivery.Detail = unpacked.Summary;
        }

        try
        {
            if (!writer.TryEnqueue(unit, out var committed))
                return new ReceiveOutcome.Busy();
            if (await committed == CommitOutcome.Duplicate)
            {
                var repeat = await RepeatAsync(tenant, connection, receiver, request, unpacked, verdict, unit.FirstMessageId!.Value);
                await _again.RepeatedAsync(tenant, connection, unpacked.Answers);
                return repeat;
            }

            await _again.ReplaceAsync(tenant, unit.DeliveryAnswers);
            var fetches = unpacked.Refusals.Count > 0 ? [] : await UnpackAsync(tenant, connection, receiver, request, unpacked, verdict, delivery, new HashSet<int>());
            return verdict.Refusals.Count > 0
                ? new ReceiveOutcome.Refused(delivery.Id, verdict.Refusals)
                : new ReceiveOutcome.Accepted(delivery.Id, delivery.CorrelationId, Duplicate: false) { Fetches = fetches };
        }
        catch (StoreUnavailableException)
        {
            return new ReceiveOutcome.Busy { StoreFailed = true };
        }
    }

    /// <summary>Goes on with a delivery that was cut short, from its raw bytes.</summary>
    /// <exception cref="StoreUnavailableException">Later, then.</exception>
    public async Task<IReadOnlyList<FetchRequest>> ResumeAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, Guid delivery)
    {
        var unpacked = receiver.Unpack(request, connection)
            ?? new("", []) { Refusals = [new("delivery.not_unpacked", "", "The delivery was taken as one of several documents, and the connector now reads it as a single one. Send it again.")] };
        var outcome = await RepeatAsync(tenant, connection, receiver, request, unpacked, DeliveryVerdict.Of(unpacked, receiver, connection), delivery);
        return outcome.Fetches;
    }

    /// <summary>
    /// It was here before. Usually there is nothing to do; but it may have been cut short, or parts of it that could not be used may be
    /// usable now that the connector or a flow was corrected.
    /// </summary>
    private async Task<ReceiveOutcome> RepeatAsync(
        TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, Unpacked unpacked, DeliveryVerdict verdict, Guid first)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == first, CancellationToken.None) is not { } delivery)
            return new ReceiveOutcome.Accepted(first, first.ToString("N"), Duplicate: true);
        if (unpacked.Refusals.Count > 0)
        {
            if (delivery.State == MessageState.Unpacking)
                await FinishAsync(delivery, verdict, unpacked);
            return delivery.State is MessageState.Unpacked or MessageState.Accepted or MessageState.Ignored
                ? new ReceiveOutcome.Accepted(first, delivery.CorrelationId, Duplicate: true)
                : new ReceiveOutcome.Refused(first, verdict.Refusals);
        }

        var there = await context.Messages.AsNoTracking().Where(m => m.ParentId == first).Select(m => new { m.Id, m.Part, m.State, m.Code }).ToListAsync(CancellationToken.None);
        var again = there.Where(p => (p.State == MessageState.Refused || p is { State: MessageState.Unmatched, Code: MessageIntake.NoFlow })
            && p.Part <= unpacked.Parts.Count && IsUsable(unpacked.Parts[p.Part - 1], receiver, connection)).ToList();
        if (delivery.State is not (MessageState.Unpacking or MessageState.Refused) && again.Count == 0)
            return new ReceiveOutcome.Accepted(first, delivery.CorrelationId, Duplicate: true);
        if (delivery.State == MessageState.Refused && verdict.Refusals.Count > 0 && again.Count == 0)
            return new ReceiveOutcome.Refused(first, verdict.Refusals);
        await ForgetAsync(context, connection, first, [.. again.Select(p => p.Part)]);
        delivery.State = MessageState.Unpacking;
        delivery.Detail = unpacked.Summary;
        delivery.Code = null;
        var fetches = await UnpackAsync(tenant, connection, receiver, request, unpacked, verdict, delivery, there.Except(again).Select(p => p.Part).ToHashSet());
        return new ReceiveOutcome.Accepted(first, delivery.CorrelationId, Duplicate: true) { Fetches = fetches };
    }

    private bool IsUsable(InboundPart part, IReceiver receiver, Connection connection) => part.Refusals.Count == 0 && receiver.Translate(part.Request, connection.With(connection.Crosswalks.Uncounted())) switch
    {
        InboundEvent.Refused => false,
        InboundEvent.OrderReceived received => intake.HasFlowFor(received, connection),
        _ => true,
    };

    /// <summary>Parts that came to nothing make room for their second try; first the delivery says again that it is being unpacked.</summary>
    private static async Task ForgetAsync(ControlPlaneDbContext context, Connection connection, Guid delivery, List<int> parts)
    {
        await context.Messages.Where(m => m.Id == delivery).ExecuteUpdateAsync(s => s.SetProperty(m => m.State, MessageState.Unpacking), CancellationToken.None);
        foreach (var some in parts.Chunk(200))
        {
            var keys = some.Select(p => InboxKeys.PlaceKey(delivery, p)).ToList();
            await context.Messages.Where(m => m.ParentId == delivery && some.Contains(m.Part) && (m.State == MessageState.Refused || m.Code == MessageIntake.NoFlow)).ExecuteDeleteAsync(CancellationToken.None);
            await context.InboxKeys.Where(k => k.Connection == connection.Key && keys.Contains(k.Key)).ExecuteDeleteAsync(CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<FetchRequest>> UnpackAsync(
        TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, Unpacked unpacked, DeliveryVerdict verdict, MessageRow delivery, HashSet<int> done)
    {
        var name = request.Header(MessageRows.FileName) ?? "";
        var fetches = await _parts.WriteAsync(tenant, connection, receiver, unpacked.Parts, new PartsOf(delivery, name), done);
        await FinishAsync(delivery, verdict, unpacked);
        return fetches;
    }

    private async Task FinishAsync(MessageRow delivery, DeliveryVerdict verdict, Unpacked unpacked)
    {
        delivery.State = MessageState.Unpacked;
        delivery.Code = null;
        delivery.Detail = unpacked.Summary;
        verdict.ApplyTo(delivery);
        var unit = new CommitUnit();
        unit.MessageOutcomes.Add(delivery);
        await writer.CommitAsync(unit, CancellationToken.None);
    }

    private void AddAnswers(CommitUnit unit, MessageRow delivery, IReadOnlyList<DeliveryAnswer> answers)
    {
        foreach (var answer in answers)
        {
            var payload = PayloadRows.Make(delivery.TenantId, answer.Content, answer.ContentType, clock);
            unit.Payloads.Add(payload);
            unit.DeliveryAnswers.Add(new()
            {
                TenantId = delivery.TenantId,
                Connection = delivery.Connection,
                Key = AnswersAgain.KeyOf(answer) ?? delivery.Id.ToString("N"),
                MessageId = delivery.Id,
                Name = PayloadRows.Cut(answer.Name, ColumnLengths.InboxKey)!,
                ContentType = PayloadRows.Cut(answer.ContentType, 100)!,
                PayloadId = payload.Id,
                State = DeliveryAnswerState.Due,
                CreatedAt = clock.GetUtcNow().ToMicroseconds(),
            });
        }
    }
}
