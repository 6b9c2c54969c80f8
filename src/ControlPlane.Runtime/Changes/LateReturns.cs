using System.Text.Json;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Changes;

/// <summary>Begins the return of what could not be stopped: a transaction of its own, written with the order's in one commit.</summary>
internal sealed class LateReturns(IFlowCatalog flows)
{
    public const string Trigger = "return.opened";

    public const string Kind = "return";

    /// <returns>Null when no flow takes it.</returns>
    public (Guid Id, string Number)? Begin(Activation a, OpenChange change)
    {
        var order = a.Transaction;
        if (a.Variables.Return is { } begun)
            return (begun, NumberOf(order));
        if (flows.ForEvent(Trigger, order.Connection) is not { } flow)
            return null;
        // The same however often it is tried, so that a crash begins no second one.
        var id = EntityId.Derived(change.Id, order.Id);
        a.Variables.Return = id;
        var (now, first) = (a.Now.ToMicroseconds(), flow.Steps[0]);
        var number = NumberOf(order);
        a.Pending.NewTransaction = new()
        {
            Id = id, TenantId = order.TenantId, Kind = Kind, State = TransactionState.Running, Stage = StageNames.Received, Step = first.Id, Connection = order.Connection, Flow = flow.Name, FlowVersion = flow.Version,
            Number = number, Reference = PublicReference.For(order.Connection, number), CorrelationId = id.ToString("N"), Currency = order.Currency, TotalMinor = order.TotalMinor, LineCount = order.LineCount,
            PlacedAt = order.PlacedAt, ReceivedAt = now, UpdatedAt = now, Since = now, SourcePayloadId = order.SourcePayloadId, CanonicalPayloadId = order.CanonicalPayloadId, TraceParent = order.TraceParent,
        };
        a.Pending.NewWork = new()
        {
            TransactionId = id, TenantId = order.TenantId, Lane = flow.Lane, Source = order.Connection, State = WorkState.Ready, Step = first.Id, Flow = flow.Name, FlowVersion = flow.Version, DueAt = now, JournalSequence = 1,
            Variables = JsonSerializer.SerializeToUtf8Bytes(new FlowVariables { Outputs = new(a.Variables.Outputs, StringComparer.Ordinal), Shipments = [.. a.Variables.Shipments] }, FlowJson.Default.FlowVariables),
        };
        foreach (var identifier in new[] { new Identifier(IdentifierKinds.OrderNumber, number), new Identifier(IdentifierKinds.Reference, a.Pending.NewTransaction.Reference) })
            a.Pending.Identifiers.Add(Activation.Row(order.TenantId, id, identifier));
        a.Pending.Journal.Add(new()
        {
            TransactionId = id, TenantId = order.TenantId, At = now, Sequence = 1, Type = JournalEventType.Received, Stage = StageNames.Received, System = order.Connection,
            Summary = Ingestion.PayloadRows.Cut($"Begun because order {order.Number} was {(change.Kind == ChangeKind.Cancellation ? "cancelled" : "changed")} too late", Persistence.ColumnLengths.Summary)!,
            Basis = new Basis(Basis.Of(flow.Name, flow.Version)).Write(),
        });
        return (id, number);
    }

    private static string NumberOf(TransactionRow order) => Ingestion.PayloadRows.Cut($"{order.Number}-R", Identifier.LongestValue)!;
}
