using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>Tells the life of one order, row by row, as the engine would have written it. <see cref="Pass"/> moves its clock.</summary>
internal sealed class SeedStory
{
    private readonly Random _random;
    private readonly bool _slim;
    private readonly FlowVariables _memory = new();
    private int _occurrence;

    /// <param name="slim">True leaves out bodies, messages, calls and effects: for many rows.</param>
    public SeedStory(int index, string channel, DateTimeOffset receivedAt, bool slim, Random random)
    {
        (_random, _slim, Now) = (random, slim, receivedAt);
        var number = channel == SeedEstate.Marketplace ? $"{302 + index % 7}-{4_000_000 + index:0000000}-{index * 7919L % 10_000_000:0000000}" : $"#{1001 + index}";
        Order = SeedOrders.Make(index, channel, number, receivedAt, random);
        var id = Guid.CreateVersion7(receivedAt);
        Rows = new()
        {
            Transaction = new()
            {
                Id = id, TenantId = 1, State = TransactionState.Running, Stage = StageNames.Received, Step = "validate", Connection = channel, Flow = SeedEstate.Flow.Name, FlowVersion = 1,
                Number = number, Reference = PublicReference.For(channel, number), CorrelationId = id.ToString("N"), Currency = Order.Currency, TotalMinor = Order.TotalMinor,
                LineCount = Order.Lines.Count, PlacedAt = Order.PlacedAt.ToMicroseconds(), ReceivedAt = Micros, UpdatedAt = Micros, Since = Micros,
                ShipBy = (receivedAt + TimeSpan.FromHours(48)).ToMicroseconds(),
            },
            Work = new() { TransactionId = id, TenantId = 1, Lane = Lane.Orders, State = WorkState.Ready, Step = "validate", Flow = SeedEstate.Flow.Name, FlowVersion = 1 },
        };
        Identify(IdentifierKinds.OrderNumber, number);
        Identify(IdentifierKinds.ChannelOrderId, Order.ExternalId);
        Identify(IdentifierKinds.Reference, T.Reference);
        Identify(IdentifierKinds.CorrelationId, T.CorrelationId);
        if (!slim)
        {
            T.SourcePayloadId = Keep(SeedOrders.ChannelDocument(Order), "application/json");
            T.CanonicalPayloadId = Keep(JsonSerializer.SerializeToUtf8Bytes(Order, FlowJson.Default.CanonicalOrder), "application/json");
            Message(channel, "orders/create", T.SourcePayloadId.Value);
        }

        Journal(JournalEventType.Received, "", StageNames.Received, channel, $"{SeedEstate.Connections().Find(channel)!.DisplayName} sent order {number}");
    }

    public SeedRows Rows { get; }

    public CanonicalOrder Order { get; }

    public DateTimeOffset Now { get; private set; }

    private TransactionRow T => Rows.Transaction;

    private long Micros => Now.ToMicroseconds();

    public SeedStory Pass(TimeSpan time)
    {
        Now += time;
        return this;
    }

    private void PassMillis(int from, int to) => Pass(TimeSpan.FromMilliseconds(_random.Next(from, to)));

    public SeedStory UpTo(string step)
    {
        foreach (var next in SeedEstate.Flow.Steps)
        {
            T.Step = next.Id;
            if (next.Id == step)
                break;
            Do(next);
        }

        return this;
    }

    private void Do(StepDefinition step)
    {
        switch (step)
        {
            case ValidateStep:
                PassMillis(1, 4);
                Journal(JournalEventType.Validated, step.Id, step.Stage, null, $"Order checked: {Order.Lines.Count} lines, complete");
                break;
            case EnrichStep:
                PassMillis(1, 3);
                Journal(JournalEventType.Enriched, step.Id, step.Stage, null, "Tax completed at 19 %");
                break;
            case MapStep:
                PassMillis(1, 3);
                Journal(JournalEventType.Mapped, step.Id, step.Stage, SeedEstate.Erp, "Mapped for Business Central");
                break;
            case CallStep call:
                Call(call);
                break;
            case WaitStep { Id: "wms-ack" }:
                Wait(step.Id).Pass(TimeSpan.FromSeconds(_random.Next(20, 90)));
                Hear("warehouse.acknowledged", step, $"WMS Regional accepted the order as WMS-{Short(7)}", """{"event":"order.acknowledged","reference":"REF","warehouseOrder":"WMS-1","operator":{"name":"Pia Lund","phone":"+49 40 5550199"}}""");
                break;
            case WaitStep { Id: "shipment" }:
                Ship(Order.Lines.Where(l => l.RequiresShipping).Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity)).ToList());
                break;
            default:
                return;
        }

        if (step.Stage.Length > 0)
            T.Stage = step.Stage;
    }

    public SeedStory Wait(string step)
    {
        T.Step = step;
        PassMillis(1, 3);
        var wait = (WaitStep)SeedEstate.Flow.Find(step)!;
        Journal(JournalEventType.WaitStarted, step, wait.Stage, step == "release" ? T.Connection : SeedEstate.Wms, $"Waiting for {string.Join(" or ", wait.Events)}");
        Stand(TransactionState.Waiting, step == "release" ? SystemRole.Marketplace : SystemRole.Wms, step == "release" ? T.Connection : SeedEstate.Wms, Now + wait.Deadline);
        return this;
    }

    public SeedStory Ship(IReadOnlyList<ShipmentLine> lines)
    {
        Wait("shipment").Pass(TimeSpan.FromMinutes(_random.Next(40, 400)));
        _occurrence++;
        var shipment = new Shipment
        {
            ExternalId = $"SH-{Short(6)}-{_occurrence}", ShippedAt = Now, Carrier = "DHL", TrackingNumber = "JJD0" + Short(11), TrackingUrl = "https://tracking.example/JJD0", Lines = lines,
        };
        _memory.Shipments.Add(shipment);
        _memory.Occurrence = _occurrence;
        Identify(IdentifierKinds.Shipment, shipment.ExternalId);
        Identify(IdentifierKinds.Tracking, shipment.TrackingNumber);
        Hear("shipment.confirmed", SeedEstate.Flow.Find("shipment")!, $"WMS Regional shipped {lines.Sum(l => l.Quantity)} units as {shipment.ExternalId}", JsonSerializer.Serialize(shipment, FlowJson.Default.Shipment));
        T.Stage = "shipped";
        return this;
    }

    public SeedStory Call(CallStep call)
    {
        T.Step = call.Id;
        var system = Target(call);
        var (summary, answer) = call.Id switch
        {
            "erp-order" => Numbered(IdentifierKinds.ErpOrder, "SO-" + (88_000 + Math.Abs(T.Id.GetHashCode()) % 900_000).ToString(CultureInfo.InvariantCulture), "Business Central created sales order "),
            "wms-order" => Numbered(IdentifierKinds.WmsOrder, "WMS-" + Short(7), "WMS Regional took the order as "),
            "erp-shipment" => Numbered(IdentifierKinds.ErpShipment, "SS-" + Short(6), "Business Central posted shipment "),
            _ => ("The channel was told of the shipment", "{\"ok\":true}"),
        };
        var effect = Intend(call, system);
        var duration = _random.Next(40, 400);
        var attempt = Attempt(call, system, 201, duration, answer);
        Pass(TimeSpan.FromMilliseconds(duration));
        if (effect is not null)
            (effect.State, effect.Summary, effect.ResolvedAt) = (EffectState.Confirmed, summary, Micros);
        Journal(JournalEventType.CallSucceeded, call.Id, call.Stage, system, summary, null, 1, duration * 1000, attempt);
        T.Stage = call.Stage;
        return this;
    }

    /// <summary>One failing attempt of the present step.</summary>
    public SeedStory Fail(FaultKind kind, string code, string message, int status, int duration = 120)
    {
        var call = (CallStep)SeedEstate.Flow.Find(T.Step)!;
        var system = Target(call);
        Rows.Work.Attempts++;
        var effect = Rows.Effects.Find(e => e.Step == call.Id && e.Occurrence == _occurrence) ?? Intend(call, system);
        if (effect is not null)
            (effect.State, effect.Summary, effect.Attempts) = (kind switch { FaultKind.UnknownOutcome => EffectState.Unknown, FaultKind.Data => EffectState.Refused, _ => EffectState.Intended }, message, Rows.Work.Attempts);
        var attempt = Attempt(call, system, status, duration, status > 0 ? $$"""{"error":{"code":"{{code}}","message":"{{message}}"} }""" : null, kind, code, message);
        Pass(TimeSpan.FromMilliseconds(duration));
        Journal(kind == FaultKind.UnknownOutcome ? JournalEventType.OutcomeUnknown : JournalEventType.CallFailed, call.Id, call.Stage, system, message, code, Rows.Work.Attempts, duration * 1000, attempt);
        (T.FaultKind, T.FaultCode, T.FaultMessage) = (kind, code, message);
        (T.Party, T.PartyConnection) = (SeedEstate.Connections().Find(system)!.Role, system);
        return this;
    }

    public SeedStory RetryIn(TimeSpan wait)
    {
        Journal(JournalEventType.RetryScheduled, T.Step, StageOf(T.Step), T.PartyConnection, $"Attempt {Rows.Work.Attempts} of 12 failed: {T.FaultMessage}", T.FaultCode, Rows.Work.Attempts);
        Stand(TransactionState.Retrying, T.Party, T.PartyConnection, Now + wait);
        return this;
    }

    public SeedStory GiveUp()
    {
        Journal(JournalEventType.DeadLettered, T.Step, StageOf(T.Step), T.PartyConnection, $"{T.FaultMessage} Sending it again unchanged cannot help.", T.FaultCode, Rows.Work.Attempts);
        Stand(TransactionState.Stuck, T.Party, T.PartyConnection, null);
        return this;
    }

    /// <summary>Stuck by a fault that no call brought.</summary>
    public SeedStory Stop(FaultKind kind, string code, string message, SystemRole? party = null, string? partyConnection = null)
    {
        (T.FaultKind, T.FaultCode, T.FaultMessage) = (kind, code, message);
        if (kind == FaultKind.Overdue)
        {
            Pass(TimeSpan.FromMinutes(31));
            var due = T.DueAt;
            Journal(JournalEventType.WaitOverdue, T.Step, StageOf(T.Step), SeedEstate.Wms, message, code);
            Stand(TransactionState.Stuck, SystemRole.Wms, SeedEstate.Wms, due is { } at ? Instant.FromMicroseconds(at) : null);
            return this;
        }

        (T.Party, T.PartyConnection) = (party, partyConnection);
        return GiveUp();
    }

    public SeedStory Refusal(string @event, string summary, string reason)
    {
        Pass(TimeSpan.FromSeconds(40));
        Journal(JournalEventType.SignalReceived, T.Step, StageOf(T.Step), SeedEstate.Wms, summary, @event);
        return Stop(FaultKind.Data, @event, $"{summary}: {reason}");
    }

    public SeedStory Close()
    {
        (T.Step, T.Stage, T.ClosedAt) = ("close", StageNames.Closed, Micros);
        Journal(JournalEventType.Closed, "close", StageNames.Closed, null, "Everything is done");
        Stand(TransactionState.Closed, null, null, null);
        return this;
    }

    public SeedStory Cancel()
    {
        Pass(TimeSpan.FromSeconds(3));
        T.ClosedAt = Micros;
        Journal(JournalEventType.Cancelled, T.Step, StageOf(T.Step), T.Connection, "The channel cancelled the order.");
        Stand(TransactionState.Cancelled, null, null, null);
        return this;
    }

    public SeedStory Work()
    {
        PassMillis(5, 50);
        Stand(TransactionState.Running, null, null, null);
        return this;
    }

    public SeedRows End()
    {
        Rows.Work.Step = T.Step;
        Rows.Work.State = T.State switch
        {
            TransactionState.Waiting => WorkState.Waiting,
            TransactionState.Stuck when T.FaultKind == FaultKind.Overdue => WorkState.Waiting,
            TransactionState.Stuck => WorkState.Dead,
            TransactionState.Closed or TransactionState.Cancelled => WorkState.Done,
            _ => WorkState.Ready,
        };
        Rows.Work.DueAt = T.DueAt ?? 0;
        Rows.Work.JournalSequence = Rows.Journal.Count;
        Rows.Work.Variables = _slim ? [] : JsonSerializer.SerializeToUtf8Bytes(_memory, FlowJson.Default.FlowVariables);
        T.UpdatedAt = Rows.Journal[^1].At;
        T.Revision = Rows.Journal.Count;
        return Rows;
    }

    private void Stand(TransactionState state, SystemRole? party, string? system, DateTimeOffset? due)
    {
        if (state is TransactionState.Waiting or TransactionState.Closed or TransactionState.Cancelled or TransactionState.Running)
            (T.FaultKind, T.FaultCode, T.FaultMessage) = (null, null, null);
        (T.State, T.Party, T.PartyConnection, T.Since, T.DueAt) = (state, party, system, Micros, due?.ToMicroseconds());
    }

    private void Hear(string name, StepDefinition step, string summary, string document)
    {
        Journal(JournalEventType.SignalReceived, step.Id, step.Stage, SeedEstate.Wms, summary);
        Stand(TransactionState.Running, null, null, null);
        if (_slim)
            return;
        var payload = Keep(Encoding.UTF8.GetBytes(document), "application/json");
        Message(SeedEstate.Wms, "events", payload);
        Rows.Signals.Add(new()
        {
            Id = Guid.CreateVersion7(Now), TenantId = 1, Connection = SeedEstate.Wms, Event = name, TransactionId = T.Id, CorrelationValue = Identifier.Normalize(T.Reference), PayloadId = payload,
            Body = "{}", ReceivedAt = Micros, ConsumedAt = Micros,
        });
    }

    private EffectRow? Intend(CallStep call, string system)
    {
        if (_slim)
            return null;
        var effect = new EffectRow
        {
            TransactionId = T.Id, Step = call.Id, Occurrence = _occurrence, TenantId = 1, Connection = system, Operation = call.Operation, State = EffectState.Intended, Attempts = 1, IntendedAt = Micros,
            WriteKind = call.Id == "erp-order" ? WriteKind.Blind : WriteKind.Keyed, IdempotencyKey = IdempotencyKey.For(T.Id, call.Id, _occurrence, 0),
        };
        Rows.Effects.Add(effect);
        return effect;
    }

    private Guid? Attempt(CallStep call, string system, int status, int duration, string? answer, FaultKind? kind = null, string? code = null, string? message = null)
    {
        if (_slim)
            return null;
        var row = new AttemptRow
        {
            Id = Guid.CreateVersion7(Now), TenantId = 1, TransactionId = T.Id, Step = call.Id, Occurrence = _occurrence, Number = kind is null ? Rows.Work.Attempts + 1 : Rows.Work.Attempts, Connection = system,
            Operation = call.Operation, Method = "POST", Path = call.Id switch { "erp-order" => "/companies(5b1)/salesOrders", "wms-order" => "/v2/fulfilment-orders", "erp-shipment" => "/companies(5b1)/shipments", _ => "/admin/api/2026-07/fulfillments.json" },
            Status = status, StartedAt = Micros, DurationMicroseconds = duration * 1000, FaultKind = kind, FaultCode = code, FaultMessage = message,
            RequestPayloadId = Keep(SeedOrders.SystemDocument(Order, T.Reference), "application/json"),
            AnswerPayloadId = answer is null ? null : Keep(Encoding.UTF8.GetBytes(answer), "application/json"),
        };
        Rows.Attempts.Add(row);
        return row.Id;
    }

    private (string, string) Numbered(string kind, string number, string summary)
    {
        Identify(kind, number);
        return (summary + number, $$"""{"id":"{{T.Id}}","number":"{{number}}","status":"Open"}""");
    }

    private void Identify(string kind, string value) => Rows.Identifiers.Add(new() { TenantId = 1, TransactionId = T.Id, Kind = kind, Value = Identifier.Normalize(value), Written = value });

    private void Journal(JournalEventType type, string step, string stage, string? system, string summary, string? code = null, int attempt = 0, int duration = 0, Guid? attemptId = null) =>
        Rows.Journal.Add(new()
        {
            TransactionId = T.Id, TenantId = 1, At = Micros, Sequence = Rows.Journal.Count + 1, Type = type, Step = step, Stage = stage, System = system, Summary = summary, Code = code, Attempt = attempt,
            DurationMicroseconds = duration, AttemptId = attemptId,
        });

    private void Message(string connection, string topic, Guid payload) =>
        Rows.Messages.Add(new()
        {
            Id = Guid.CreateVersion7(Now), TenantId = 1, Connection = connection, Topic = topic, State = MessageState.Accepted, TransactionId = T.Id, CorrelationId = T.CorrelationId, DeliveryId = Short(12),
            ReceivedAt = Micros, PayloadId = payload,
        });

    private Guid Keep(byte[] body, string type)
    {
        var row = PayloadRows.Make(1, body, type, TimeProvider.System);
        (row.Id, row.CreatedAt) = (Guid.CreateVersion7(Now), Micros);
        Rows.Payloads.Add(row);
        return row.Id;
    }

    private string Target(CallStep call) => call.Connection switch { CallStep.Source => T.Connection, "role:erp" => SeedEstate.Erp, _ => SeedEstate.Wms };

    private static string StageOf(string step) => SeedEstate.Flow.Find(step)?.Stage ?? "";

    /// <summary>Digits, made from the random source.</summary>
    private string Short(int digits) => string.Create(digits, _random, static (span, random) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = (char)('0' + random.Next(10));
    });
}
