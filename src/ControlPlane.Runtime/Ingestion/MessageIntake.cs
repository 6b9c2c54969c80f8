using System.Text.Json;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>A document, what it means, and the rows that are to be committed for it.</summary>
internal sealed record Prepared(CommitUnit Unit, MessageRow Message, InboundEvent Meaning)
{
    /// <summary>The first piece of work, when it opens a transaction.</summary>
    public Activation? HandOver { get; set; }
}

/// <param name="Delivery">Id of the delivery's message.</param>
/// <param name="Number">Counted from 1.</param>
/// <param name="Name">Of the delivery, for people: its file name; empty when it has none.</param>
internal sealed record PartOf(Guid Delivery, int Number, string Place, string Name);

/// <summary>
/// Makes the rows for one document: message, raw bytes, and what its meaning asks for: a transaction with its first piece of work, or a
/// signal to one. Nothing is written here.
/// </summary>
internal sealed class MessageIntake(
    IFlowCatalog flows, IdentifierLookup lookup, LanePumps pumps, OrderCache orders, EmailHash emails, Node node, IOptions<EngineOptions> engine, LeaseClock leases, TimeProvider clock,
    RuleBoard? rules = null)
{
    /// <summary>Code of an order that no flow is there for.</summary>
    public const string NoFlow = "flow.none_fits";

    public bool HasFlowFor(InboundEvent.OrderReceived received, Connection connection) => flows.ForEvent(received.Event, connection.Key) is not null;

    /// <param name="of">Where it is a part of a delivery.</param>
    /// <param name="id">Of the message; null = a new one.</param>
    public async ValueTask<Prepared> PrepareAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, InboundEvent meaning, PartOf? of, Guid? id, CancellationToken ct)
    {
        var prepared = new Prepared(new() { Traffic = Traffic(tenant, connection) }, MessageRows.Make(tenant, connection, receiver, request, meaning, of, clock, id), meaning);
        var (unit, message) = (prepared.Unit, prepared.Message);
        var payload = PayloadRows.Make(tenant.TenantId, request.Body, request.ContentType, clock);
        message.PayloadId = payload.Id;
        unit.Payloads.Add(payload);
        unit.Messages.Add(message);
        unit.Keys.AddRange(of is null ? InboxKeys.Of(message, request, refused: meaning is InboundEvent.Refused) : InboxKeys.OfPart(message));
        switch (meaning)
        {
            // Its keys stay: what was taken in the shadow run is never started later by a repeat.
            case InboundEvent.OrderReceived or InboundEvent.Happened when connection.Onboarding:
                ShadowRun.Take(message, meaning);
                break;
            case InboundEvent.OrderReceived received:
                prepared.HandOver = await OpenAsync(unit, tenant, connection, message, request, received, of, ct);
                break;
            case InboundEvent.Happened happened:
                await JoinAsync(unit, tenant, connection, message, request, happened, happened.Order, ct);
                break;
            case InboundEvent.Ignored ignored:
                message.State = MessageState.Ignored;
                message.Detail = ignored.Reason;
                message.Code = PayloadRows.Cut(ignored.Code, ColumnLengths.Code);
                break;
            case InboundEvent.Refused refused:
                MessageRows.Refuse(message, refused.Refusals);
                unit.Traffic!.Refused = 1;
                break;
        }

        return prepared;
    }

    /// <summary>After the commit: the work may begin.</summary>
    public void Start(Prepared prepared)
    {
        if (prepared.HandOver is { } handOver)
        {
            if (handOver.Work.State == WorkState.Leased)
                pumps.Find(handOver.Work.Lane)!.HandOver(handOver);
            else
                pumps.Find(handOver.Work.Lane)?.Poke();
        }
        else if (prepared.Unit.Wake.Count > 0)
        {
            pumps.PokeAll();
        }
    }

    private async ValueTask<Activation?> OpenAsync(
        CommitUnit unit, TenantScope tenant, Connection connection, MessageRow message, InboundRequest request, InboundEvent.OrderReceived received, PartOf? of, CancellationToken ct)
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
            await JoinAsync(unit, tenant, connection, message, request, newer, order, ct);
            return null;
        }

        if (flows.ForEvent(received.Event, connection.Key) is not { } flow)
        {
            message.State = MessageState.Unmatched;
            message.Code = NoFlow;
            message.Detail = $"No flow is triggered by {received.Event} from {connection.Key}. Apply one and send it again.";
            // Nothing came of it: it may come again. A part stays where it is, once.
            unit.Keys.Clear();
            if (of is not null)
                unit.Keys.Add(InboxKeys.Place(message));
            return null;
        }

        var id = EntityId.New(clock);
        var now = clock.GetUtcNow().ToMicroseconds();
        message.TransactionId = id;
        message.CorrelationId = id.ToString("N");
        var written = JsonSerializer.SerializeToUtf8Bytes(order, FlowJson.Default.CanonicalOrder);
        var canonical = PayloadRows.Make(tenant.TenantId, written, "application/json", clock);
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
        ExpectationClock.Begin(transaction, flow);
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
        unit.Identifiers.AddRange(ByRules(tenant, connection, message.Topic, request.Body, written).Select(i => RuleBoard.Row(tenant.TenantId, id, i)));
        unit.Journal.Add(new()
        {
            TransactionId = id,
            TenantId = tenant.TenantId,
            At = now,
            Sequence = 1,
            Type = JournalEventType.Received,
            Stage = StageNames.Received,
            System = connection.Key,
            Summary = PayloadRows.Cut($"{connection.DisplayName} sent order {order.Number}{Whence(of)}{(message.MappingVersion is { } version ? $", mapping v{version}" : "")}", ColumnLengths.Summary)!,
            Basis = new Basis(Basis.Of(flow.Name, flow.Version), message.MappingVersion is { } made ? Basis.Of(connection.Connector, made) : null).Write(),
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
        CommitUnit unit, TenantScope tenant, Connection connection, MessageRow message, InboundRequest request, InboundEvent.Happened happened, CanonicalOrder? newer, CancellationToken ct)
    {
        var transaction = await lookup.FindAsync(tenant.TenantId, connection.Role.Sells() ? connection.Key : null, happened.Correlation, ct);
        message.TransactionId = transaction;
        message.CorrelationId = (transaction ?? message.Id).ToString("N");
        message.State = transaction is null ? MessageState.Unmatched : MessageState.Accepted;
        var byRules = ByRules(tenant, connection, message.Topic, request.Body, newer is null || rules?.Of(tenant.TenantId).IsEmpty(RuleDocument.Order) != false ? default
            : JsonSerializer.SerializeToUtf8Bytes(newer, FlowJson.Default.CanonicalOrder));
        if (transaction is { } known)
            unit.Identifiers.AddRange(byRules.Select(i => RuleBoard.Row(tenant.TenantId, known, i)));
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
                // It came before the order is known: the numbers wait with it.
                Found = transaction is null && byRules.Count > 0 ? byRules : null,
            }, SignalJson.Default.SignalBody),
        });
        if (transaction is { } id)
        {
            unit.Wake.Add(id);
            if (happened.Event == ChangeRules.Cancelled || (happened.Event == ChangeRules.Updated && newer is not null))
                unit.Rouse.Add(id);
        }
    }

    /// <summary>Numbers that this company's rules find: in the document as it came, and in the order made of it where it opens or changes one.</summary>
    private List<Identifier> ByRules(TenantScope tenant, Connection connection, string topic, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> order)
    {
        if (rules is null || rules.Of(tenant.TenantId).Rules.Count == 0)
            return [];
        var found = rules.Read(tenant.TenantId, RuleDocument.Message, connection.Key, connection.Connector, topic, body).ToList();
        if (order.Length > 0)
            found.AddRange(rules.Read(tenant.TenantId, RuleDocument.Order, connection.Key, connection.Connector, topic, order));
        return found;
    }

    private static string Whence(PartOf? of) => of switch
    {
        null => "",
        { Name.Length: > 0 } => $" in {of.Name} ({of.Place})",
        _ => $" in a delivery ({of.Place})",
    };

    public TrafficRow Traffic(TenantScope tenant, Connection connection)
    {
        const long Minute = 60_000_000;
        var now = clock.GetUtcNow().ToMicroseconds();
        return new() { TenantId = tenant.TenantId, Connection = connection.Key, NodeId = node.Id, Minute = now - now % Minute };
    }
}
