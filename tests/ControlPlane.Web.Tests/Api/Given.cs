using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.Api;

/// <summary>Rows as the engine leaves them.</summary>
internal static class Given
{
    public static Guid Id(DateTimeOffset at) => Guid.CreateVersion7(at);

    public static TransactionRow Transaction(string connection, string number, DateTimeOffset at, TransactionState state = TransactionState.Closed, int tenant = 1) => new()
    {
        Id = Id(at),
        TenantId = tenant,
        State = state,
        Stage = state == TransactionState.Closed ? "closed" : "mapped",
        Step = state == TransactionState.Closed ? "close" : "erp-order",
        Connection = connection,
        Flow = "order-to-shipment",
        FlowVersion = 1,
        Number = number,
        Reference = $"{connection.ToUpperInvariant()}-{number}",
        CorrelationId = "c-" + number,
        Currency = "EUR",
        TotalMinor = 12640,
        LineCount = 2,
        PlacedAt = at.ToMicroseconds(),
        ReceivedAt = at.ToMicroseconds(),
        UpdatedAt = at.ToMicroseconds(),
        ClosedAt = state == TransactionState.Closed ? at.AddMinutes(5).ToMicroseconds() : null,
        Since = at.ToMicroseconds(),
        FaultKind = state == TransactionState.Stuck ? FaultKind.Data : null,
        FaultCode = state == TransactionState.Stuck ? "erp.customer_blocked" : null,
        FaultMessage = state == TransactionState.Stuck ? "The customer is blocked." : null,
        Party = state == TransactionState.Stuck ? SystemRole.Erp : null,
        PartyConnection = state == TransactionState.Stuck ? "erp-main" : null,
    };

    public static TransactionIdentifierRow Number(TransactionRow of, string value, string kind = IdentifierKinds.OrderNumber) =>
        new() { TenantId = of.TenantId, TransactionId = of.Id, Kind = kind, Value = Identifier.Normalize(value), Written = value };

    public static JournalRow Journal(TransactionRow of, int sequence, JournalEventType type, string step, string stage, string summary, string? system = null) =>
        new() { TransactionId = of.Id, TenantId = of.TenantId, At = of.ReceivedAt + sequence, Sequence = sequence, Type = type, Step = step, Stage = stage, Summary = summary, System = system };

    public static MessageRow Message(string connection, DateTimeOffset at, MessageState state, string? code = null, string? detail = null, int tenant = 1) => new()
    {
        Id = Id(at),
        TenantId = tenant,
        Connection = connection,
        Topic = "orders/create",
        State = state,
        ReceivedAt = at.ToMicroseconds(),
        CorrelationId = "c",
        Code = code,
        Detail = detail,
        PayloadId = Id(at),
    };
}
