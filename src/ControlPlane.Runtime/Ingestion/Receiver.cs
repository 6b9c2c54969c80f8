using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>What became of a received document.</summary>
public abstract record ReceiveOutcome
{
    /// <summary>Durable. <paramref name="CorrelationId"/> follows the whole exchange.</summary>
    public sealed record Accepted(Guid MessageId, string CorrelationId, bool Duplicate) : ReceiveOutcome;

    /// <summary>Kept with its raw bytes, but unusable.</summary>
    public sealed record Refused(Guid MessageId, IReadOnlyList<Refusal> Refusals) : ReceiveOutcome;

    /// <summary>The notification asks us to fetch a document; nothing is durable yet but the message.</summary>
    public sealed record Fetch(Guid MessageId, string CorrelationId, string Feed, string ExternalId) : ReceiveOutcome;

    /// <summary>Too much at once, or the store is away: the sender repeats it.</summary>
    public sealed record Busy : ReceiveOutcome
    {
        /// <summary>True when the store was tried and did not take it; false when it was not even tried.</summary>
        public bool StoreFailed { get; init; }
    }
}

/// <summary>
/// Takes a document whose sender is proven: translates it, recognises repeats, and commits message, transaction and the
/// first piece of work together. Whoever gets an <see cref="ReceiveOutcome.Accepted"/> can rely on it.
/// </summary>
internal sealed class Receiver(
    CommitWriter writer, IFlowCatalog flows, IdentifierLookup lookup, LanePumps pumps, OrderCache orders, EmailHash emails, Node node, IOptions<EngineOptions> engine, LeaseClock leases, TimeProvider clock)
{
    public async Task<ReceiveOutcome> ReceiveAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, CancellationToken ct)
    {
        var meaning = receiver.Translate(request, connection);
        var message = Message(tenant, connection, receiver, request, meaning);
        var unit = new CommitUnit { Traffic = Traffic(tenant, connection) };
        var payload = PayloadRows.Make(tenant.TenantId, request.Body, request.ContentType, clock);
        message.PayloadId = payload.Id;
        unit.Payloads.Add(payload);
        unit.Messages.Add(message);
        // What a sender pushed and we refused, he may mend and send again; what we fetched comes with every poll, and is kept once.
        if (meaning is not InboundEvent.Refused || request.Polled)
            AddKeys(unit, message, request);
        // A broker repeats what we kept when the acknowledgement was lost. A key of its own: the same document may fit later.
        else if (request.Queued)
            unit.Keys.Add(KeyRow(message, "r:" + Digest(request)));
        Activation? handOver = null;
        switch (meaning)
        {
            case InboundEvent.OrderReceived received:
                handOver = await OpenAsync(unit, tenant, connection, message, received, ct);
                break;
            case InboundEvent.Happened happened:
                await JoinAsync(unit, tenant, connection, message, happened, null, ct);
                break;
            case InboundEvent.Ignored ignored:
                message.State = MessageState.Ignored;
                message.Detail = ignored.Reason;
                break;
            case InboundEvent.Refused refused:
                message.State = MessageState.Refused;
                message.Code = PayloadRows.Cut(refused.Refusals[0].Code, ColumnLengths.Code);
                message.Detail = JsonSerializer.Serialize(refused.Refusals, JsonSerializerOptions.Web);
                unit.Traffic.Refused = 1;
                break;
        }

        return await CommitAsync(unit, tenant, message, meaning, handOver, ct);
    }

    private async Task<ReceiveOutcome> CommitAsync(CommitUnit unit, TenantScope tenant, MessageRow message, InboundEvent meaning, Activation? handOver, CancellationToken ct)
    {
        CommitOutcome outcome;
        try
        {
            if (!writer.TryEnqueue(unit, out var committed))
                return new ReceiveOutcome.Busy();
            outcome = await committed;
        }
        catch (StoreUnavailableException)
        {
            return new ReceiveOutcome.Busy { StoreFailed = true };
        }

        if (outcome == CommitOutcome.Duplicate)
        {
            var first = unit.FirstMessageId!.Value;
            return new ReceiveOutcome.Accepted(first, await lookup.CorrelationOfAsync(first, ct) ?? first.ToString("N"), Duplicate: true);
        }

        if (handOver is not null)
        {
            if (handOver.Work.State == WorkState.Leased)
                pumps.Find(handOver.Work.Lane)!.HandOver(handOver);
            else
                pumps.Find(handOver.Work.Lane)?.Poke();
        }
        else if (unit.Wake.Count > 0)
        {
            pumps.PokeAll();
        }

        return meaning switch
        {
            InboundEvent.Refused refused => new ReceiveOutcome.Refused(message.Id, refused.Refusals),
            InboundEvent.FetchNeeded fetch => new ReceiveOutcome.Fetch(message.Id, message.CorrelationId, fetch.Feed, fetch.ExternalId),
            _ => new ReceiveOutcome.Accepted(message.Id, message.CorrelationId, Duplicate: false),
        };
    }

    private async ValueTask<Activation?> OpenAsync(
        CommitUnit unit, TenantScope tenant, Connection connection, MessageRow message, InboundEvent.OrderReceived received, CancellationToken ct)
    {
        var order = received.Order;
        // A marketplace shows an order while its payment is pending, and again when it is released: that is one order.
        if (connection.Role == SystemRole.Marketplace
            && await lookup.FindAsync(tenant.TenantId, connection.Key, [new(IdentifierKinds.ChannelOrderId, order.ExternalId)], ct) is not null)
        {
            var newer = new InboundEvent.Happened(order.Status == OrderStatus.Cancelled ? "order.cancelled" : "order.updated", [new(IdentifierKinds.ChannelOrderId, order.ExternalId)])
            {
                Summary = order.Status == OrderStatus.Cancelled ? $"{connection.DisplayName} cancelled the order" : $"{connection.DisplayName} sent a newer version of the order",
            };
            await JoinAsync(unit, tenant, connection, message, newer, order, ct);
            return null;
        }

        if (flows.ForEvent(received.Event, connection.Key) is not { } flow)
        {
            message.State = MessageState.Unmatched;
            message.Code = "flow.none_fits";
            message.Detail = $"No flow is triggered by {received.Event} from {connection.Key}. Apply one and send it again.";
            unit.Keys.Clear();
            return null;
        }

        var id = EntityId.New(clock);
        var now = clock.GetUtcNow().ToMicroseconds();
        message.TransactionId = id;
        message.CorrelationId = id.ToString("N");
        var canonical = PayloadRows.Make(tenant.TenantId, JsonSerializer.SerializeToUtf8Bytes(order, FlowJson.Default.CanonicalOrder), "application/json", clock);
        unit.Payloads.Add(canonical);
        orders.Put(canonical.Id, order);
        var first = flow.Steps[0];
        var transaction = new TransactionRow
        {
            Id = id,
            TenantId = tenant.TenantId,
            State = TransactionState.Running,
            Stage = StageNames.Received,
            Step = first.Id,
            Connection = connection.Key,
            Flow = flow.Name,
            FlowVersion = flow.Version,
            Number = PayloadRows.Cut(order.Number, Identifier.LongestValue)!,
            Reference = PublicReference.For(connection.Key, order.Number),
            CorrelationId = message.CorrelationId,
            Currency = order.Currency,
            TotalMinor = order.TotalMinor,
            LineCount = order.Lines.Count,
            PlacedAt = order.PlacedAt.ToMicroseconds(),
            ReceivedAt = now,
            UpdatedAt = now,
            Since = now,
            ShipBy = order.ShipBy?.ToMicroseconds(),
            SourcePayloadId = message.PayloadId,
            CanonicalPayloadId = canonical.Id,
            TraceParent = TraceContext.Parent(message.TraceParent),
        };
        var pump = pumps.Find(flow.Lane);
        var here = pump?.TakesHandOver(connection.Key) == true;
        var work = new WorkItemRow
        {
            TransactionId = id,
            TenantId = tenant.TenantId,
            Lane = flow.Lane,
            Source = connection.Key,
            State = here ? WorkState.Leased : WorkState.Ready,
            Step = first.Id,
            Flow = flow.Name,
            FlowVersion = flow.Version,
            DueAt = now,
            Owner = here ? node.Id : null,
            LeaseUntil = here ? leases.Now + engine.Value.LeaseSeconds * 1_000_000L : 0,
            Fence = 1,
            JournalSequence = 1,
            Variables = JsonSerializer.SerializeToUtf8Bytes(new FlowVariables(), FlowJson.Default.FlowVariables),
        };
        unit.NewTransaction = transaction;
        unit.NewWork = work;
        if (flow.Turns is { } turns && turns.KeyOf(flow.Name, connection.Key, order) is { } entity)
            unit.Turn = new(emails.Of(entity), turns.Policy, turns.Policy == TurnPolicy.Newest ? TurnRule.VersionOf(order) : 0, turns.Words, work.State, work.Owner, work.LeaseUntil);
        unit.Identifiers.AddRange(Numbers(order, transaction).DistinctBy(i => (i.Kind, Identifier.Normalize(i.Value))).Select(i => Activation.Row(tenant.TenantId, id, i)));
        unit.Journal.Add(new()
        {
            TransactionId = id,
            TenantId = tenant.TenantId,
            At = now,
            Sequence = 1,
            Type = JournalEventType.Received,
            Stage = StageNames.Received,
            System = connection.Key,
            Summary = PayloadRows.Cut($"{connection.DisplayName} sent order {order.Number}", ColumnLengths.Summary)!,
        });
        unit.Traffic!.Received = 1;
        unit.Note = new ChangeNote(tenant.TenantId, id, TransactionState.Running, connection.Key, IsNew: true);
        return new Activation(work, transaction, order, new FlowVariables(), clock);
    }

    private IEnumerable<Identifier> Numbers(CanonicalOrder order, TransactionRow transaction)
    {
        yield return new(IdentifierKinds.OrderNumber, order.Number);
        yield return new(IdentifierKinds.ChannelOrderId, order.ExternalId);
        yield return new(IdentifierKinds.Reference, transaction.Reference);
        yield return new(IdentifierKinds.CorrelationId, transaction.CorrelationId);
        foreach (var (kind, value) in order.References)
            if (value.Trim().Length > 0)
                yield return new(kind, value);
        if (order.Customer?.Email is { Length: > 0 } email)
            yield return new(IdentifierKinds.EmailHash, emails.Of(email));
    }

    private async ValueTask JoinAsync(
        CommitUnit unit, TenantScope tenant, Connection connection, MessageRow message, InboundEvent.Happened happened, CanonicalOrder? newer, CancellationToken ct)
    {
        var transaction = await lookup.FindAsync(tenant.TenantId, connection.Role.Sells() ? connection.Key : null, happened.Correlation, ct);
        message.TransactionId = transaction;
        message.CorrelationId = (transaction ?? message.Id).ToString("N");
        message.State = transaction is null ? MessageState.Unmatched : MessageState.Accepted;
        unit.Signals.Add(new()
        {
            Id = EntityId.New(clock),
            TenantId = tenant.TenantId,
            Connection = connection.Key,
            Event = happened.Event,
            TransactionId = transaction,
            CorrelationValue = happened.Correlation.Count > 0 ? Identifier.Normalize(happened.Correlation[0].Value) : "",
            PayloadId = message.PayloadId,
            ReceivedAt = message.ReceivedAt,
            Body = JsonSerializer.Serialize(new SignalBody
            {
                Summary = happened.Summary,
                Reason = happened.Reason,
                Shipment = happened.Shipment,
                Order = newer,
                Correlation = happened.Correlation,
                Identifiers = happened.Identifiers,
                Outputs = happened.Outputs,
            }, SignalJson.Default.SignalBody),
        });
        if (transaction is { } id)
            unit.Wake.Add(id);
    }

    private MessageRow Message(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, InboundEvent meaning)
    {
        var id = EntityId.New(clock);
        return new()
        {
            Id = id,
            TenantId = tenant.TenantId,
            Connection = connection.Key,
            Topic = PayloadRows.Cut(request.Topic, ColumnLengths.Key)!,
            State = MessageState.Accepted,
            CorrelationId = id.ToString("N"),
            DeliveryId = Key(receiver.DeliveryId(request)),
            BusinessKey = Key(meaning.BusinessKey),
            ReceivedAt = request.ReceivedAt.ToMicroseconds(),
            Headers = KeptHeaders.ToJson(request.Headers, receiver.Reads),
            TraceParent = request.Header("traceparent") is { Length: 55 } trace ? trace : null,
        };
    }

    private static void AddKeys(CommitUnit unit, MessageRow message, InboundRequest request)
    {
        void Add(string key) => unit.Keys.Add(KeyRow(message, key));
        if (message.DeliveryId is { } delivery && !request.Polled)
            Add("d:" + delivery);
        if (message.BusinessKey is { } business)
            Add("b:" + business);
        // Neither: the same bytes again are the same message.
        if (unit.Keys.Count == 0)
            Add("h:" + Digest(request));
    }

    private static InboxKeyRow KeyRow(MessageRow message, string key) =>
        new() { TenantId = message.TenantId, Connection = message.Connection, Key = key, MessageId = message.Id, SeenAt = message.ReceivedAt };

    private static string Digest(InboundRequest request) => Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));

    /// <summary>An id longer than the index takes is replaced by its hash: still the same for the same id.</summary>
    private static string? Key(string? value) => value is not { Length: > 0 } ? null
        : value.Length <= ColumnLengths.InboxKey ? value
        : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private TrafficRow Traffic(TenantScope tenant, Connection connection)
    {
        const long Minute = 60_000_000;
        var now = clock.GetUtcNow().ToMicroseconds();
        return new() { TenantId = tenant.TenantId, Connection = connection.Key, NodeId = node.Id, Minute = now - now % Minute };
    }
}
