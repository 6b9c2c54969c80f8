using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

/// <summary>An order on the afternoon of 23 November; it is 14:40.</summary>
internal static class VerdictSamples
{
    public static readonly DateTimeOffset Now = At(14, 40);

    public static readonly VerdictSystem Erp = new("business-central", "Business Central", SystemRole.Erp, "Finance IT");

    public static readonly VerdictSystem Wms = new("wms-regional", "WMS Regional", SystemRole.Wms, "Logistics Nord");

    public static readonly VerdictSystem Market = new("amazon-de", "Amazon DE", SystemRole.Marketplace);

    public static readonly VerdictFacts Running = new()
    {
        State = TransactionState.Running, Stage = "erp-posted", StepTitle = "Post the sales order", Channel = new("shopify-eu", "Shopify EU", SystemRole.Storefront), ReceivedAt = At(14, 0), Since = At(14, 2),
    };

    public static readonly VerdictFacts Waiting = Running with
    {
        State = TransactionState.Waiting, Stage = "shipped", Party = Wms, DueAt = At(17, 0), AwaitedEvents = ["shipment.confirmed"], PartyTold = new(At(14, 1), Wms.Key, "took the order as WMS-20331"),
    };

    public static VerdictFacts Failing(TransactionState state, FaultKind? kind, string? code, VerdictSystem? party, int status) => Running with
    {
        State = state, FaultKind = kind, FaultCode = code, FaultMessage = kind is null ? null : "The target failed.", Party = party,
        LastCall = party is null ? null : new(At(14, 2), party.Key, "POST /salesOrders", status, 163_000, kind, code, Guid.Empty),
    };

    public static DateTimeOffset At(int hour, int minute) => new(2026, 11, 23, hour, minute, 0, TimeSpan.Zero);

    public static Verdict Decide(VerdictFacts facts) => VerdictRules.Decide(facts, Now, TimeZoneInfo.Utc);
}
