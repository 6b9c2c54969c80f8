using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>
/// Inserts realistic transactions in every state, through prepared statements made from the EF model: a million on SQLite
/// in about two minutes. The same seed number gives the same stories.
/// </summary>
public sealed class TransactionSeed(IControlPlaneDb db, int seed = 20261123)
{
    private static readonly string[] Channels = [SeedEstate.Shop, SeedEstate.Shop, SeedEstate.Shop, SeedEstate.Marketplace, SeedEstate.Till];

    private readonly Random _random = new(seed);

    /// <summary>One transaction of each case, with everything that belongs to it; minutes apart, the last received at <paramref name="latest"/>.</summary>
    public async Task<IReadOnlyDictionary<SeedCase, SeedRows>> OneOfEachAsync(DateTimeOffset latest, CancellationToken ct)
    {
        var cases = Enum.GetValues<SeedCase>();
        var made = cases.Select((@case, i) => (@case, Rows: Make(@case, i, latest - TimeSpan.FromMinutes(3 * (cases.Length - 1 - i)), slim: false))).ToList();
        await SeedWriter.WriteAsync(db, made.Select(m => m.Rows), ct);
        return made.ToDictionary(m => m.@case, m => m.Rows);
    }

    public async Task<SeedRows> OneAsync(SeedCase @case, int index, DateTimeOffset receivedAt, CancellationToken ct)
    {
        var rows = Make(@case, index, receivedAt, slim: false);
        await SeedWriter.WriteAsync(db, [rows], ct);
        return rows;
    }

    /// <summary>Many, of which nearly all are closed, as in real life. Every <paramref name="fullEvery"/>th has its bodies, calls and effects.</summary>
    public Task ManyAsync(int count, DateTimeOffset first, TimeSpan apart, int fullEvery, CancellationToken ct) =>
        SeedWriter.WriteAsync(db, Enumerable.Range(0, count).Select(i => Make(Draw(), i, first + apart * i, slim: i % fullEvery != 0)), ct);

    private SeedCase Draw() => _random.Next(10_000) switch
    {
        < 9_200 => SeedCase.Closed,
        < 9_350 => SeedCase.ClosedInTwoShipments,
        < 9_450 => SeedCase.Cancelled,
        < 9_850 => SeedCase.WaitingForShipment,
        var n => (SeedCase)((int)SeedCase.Running + n % (Enum.GetValues<SeedCase>().Length - (int)SeedCase.Running)),
    };

    public SeedRows Make(SeedCase @case, int index, DateTimeOffset receivedAt, bool slim)
    {
        var channel = @case == SeedCase.WaitingForRelease ? SeedEstate.Marketplace : Channels[index % Channels.Length];
        var story = new SeedStory(index, channel, receivedAt, slim, _random);
        var half = story.Order.Lines.Take(1).Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, 1)).ToList();
        var rest = story.Order.Lines.Select((l, i) => new ShipmentLine(l.ChannelLineRef, l.Sku, i == 0 ? l.Quantity - 1 : l.Quantity)).Where(l => l.Quantity > 0).ToList();
        var (erpShipment, confirm) = ((Domain.Flows.CallStep)SeedEstate.Flow.Find("erp-shipment")!, (Domain.Flows.CallStep)SeedEstate.Flow.Find("channel")!);
        story = @case switch
        {
            SeedCase.Closed => story.UpTo("all-shipped").Close(),
            SeedCase.ClosedInTwoShipments => story.UpTo("shipment").Ship(half).Call(erpShipment).Call(confirm).Ship(rest).Call(erpShipment).Call(confirm).Close(),
            SeedCase.Cancelled => story.UpTo("erp-order").Cancel(),
            SeedCase.Running => story.UpTo("erp-order").Work(),
            SeedCase.WaitingForRelease => story.Wait("release"),
            SeedCase.WaitingForAcknowledgement => story.UpTo("wms-ack").Wait("wms-ack"),
            SeedCase.WaitingForShipment => story.UpTo("shipment").Wait("shipment"),
            SeedCase.WaitingForSecondShipment => story.UpTo("shipment").Ship(half).Call(erpShipment).Call(confirm).Wait("shipment"),
            SeedCase.RetryingUnavailable => Unavailable(story.UpTo("erp-order"), 3).RetryIn(TimeSpan.FromMinutes(5)),
            SeedCase.RetryingUnreachable => story.UpTo("wms-order").Fail(FaultKind.Transient, "outbound.not_connected", "WMS Regional cannot be reached.", 0).RetryIn(TimeSpan.FromSeconds(4)),
            SeedCase.RetryingThrottled => story.UpTo("erp-order").Fail(FaultKind.Throttled, "http.429", "Business Central limits the rate of calls.", 429).RetryIn(TimeSpan.FromSeconds(30)),
            SeedCase.RetryingMaintenance => story.UpTo("erp-order").Fail(FaultKind.Maintenance, "http.503", "Business Central is closed for now.", 503).RetryIn(TimeSpan.FromMinutes(10)),
            SeedCase.RetryingConflict => story.UpTo("erp-order").Fail(FaultKind.Conflict, "http.409", "Business Central has a newer version of the record.", 409).RetryIn(TimeSpan.FromSeconds(4)),
            SeedCase.RetryingUnknown => story.UpTo("erp-order").Fail(FaultKind.UnknownOutcome, "outbound.timeout", "Business Central gave no answer within 30 s.", 0, 30_000).RetryIn(TimeSpan.FromSeconds(4)),
            SeedCase.StuckRefused => story.UpTo("erp-order").Fail(FaultKind.Data, "erp.refused", "Item 4711 is blocked.", 400).GiveUp(),
            SeedCase.StuckOwnCheck => story.UpTo("validate").Stop(FaultKind.Data, "order.total_over_limit", "The total is over the limit of 2,000.00 EUR of this flow. Someone has to release it."),
            SeedCase.StuckCredentials => story.UpTo("erp-order").Fail(FaultKind.Authentication, "http.401", "Business Central does not accept our credentials.", 401).GiveUp(),
            SeedCase.StuckDefect => story.UpTo("erp-order").Stop(FaultKind.Internal, "operation.defect", "The operation createSalesOrder of business-central has a defect (FormatException). It was stopped; nothing else is affected.", SystemRole.Erp, SeedEstate.Erp),
            SeedCase.StuckOverdue => story.UpTo("wms-ack").Wait("wms-ack").Stop(FaultKind.Overdue, "wait.overdue", "WMS Regional did not report warehouse.acknowledged in time."),
            SeedCase.StuckOverdueUnproven => story.Wait("wms-ack").Stop(FaultKind.Overdue, "wait.overdue", "WMS Regional did not report warehouse.acknowledged in time."),
            SeedCase.StuckUnknown => story.UpTo("erp-order").Fail(FaultKind.UnknownOutcome, "outbound.cut_off", "Business Central broke off before its answer was complete.", 0, 8_000).GiveUp(),
            SeedCase.StuckRejected => story.UpTo("wms-ack").Wait("wms-ack").Refusal("warehouse.rejected", "WMS Regional rejected the order", "the article TEE-ORG-M is not stocked"),
            SeedCase.StuckExhausted => Unavailable(story.UpTo("erp-order"), 12).GiveUp(),
            _ => throw new ArgumentOutOfRangeException(nameof(@case)),
        };
        return story.End();
    }

    private static SeedStory Unavailable(SeedStory story, int times)
    {
        for (var i = 0; i < times; i++)
            story.Fail(FaultKind.Transient, "http.503", "Business Central answered 503.", 503).Pass(TimeSpan.FromSeconds(20 * i));
        return story;
    }
}
