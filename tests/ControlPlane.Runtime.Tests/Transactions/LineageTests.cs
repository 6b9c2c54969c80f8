using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Tests.Transactions;

/// <summary>One file, fifty orders, two shipments each, which come in another file: from each order the way leads back and on.</summary>
public sealed class LineageTests
{
    private const int Orders = 50;

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task From_an_order_the_way_leads_to_its_file_its_siblings_and_its_shipments(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var (file, shipments, orders) = await FillAsync(rig);
        var queries = new LineageQueries(rig.Db, new FlowsOf(rig.Flow), rig.Connections);
        var seen = 0;
        for (var i = 0; i < Orders; i++)
        {
            var found = (await queries.FindAsync(TenantScope.Default, orders[i], Ct))!;
            Assert.Equal((file, "orders.edi", $"ST {i + 1:0000}", i + 1, Orders), (found.Origin!.Delivery, found.Origin.File, found.Origin.Place, found.Origin.Number, found.Origin.Parts));
            Assert.Equal((Orders - 1, Lineage.MostSiblings), (found.SiblingCount, found.Siblings.Count));
            Assert.DoesNotContain(found.Siblings, s => s.Id == orders[i]);
            Assert.Equal([$"SH-{i}-1", $"SH-{i}-2"], found.Shipments);
            var later = found.Messages.Where(m => !m.Origin).ToList();
            Assert.Equal([(shipments, 2 * i + 1, 2 * Orders), (shipments, 2 * i + 2, 2 * Orders)], later.Select(m => (m.Delivery!.Value, m.Number, m.Parts)));
            seen += later.Count;
            Assert.Equal([("createSalesOrder", 0), ("confirmShipment", 1), ("confirmShipment", 2)], found.Sent.Select(e => (e.Operation, e.Occurrence)));
        }

        Assert.Equal(2 * Orders, seen);
        // The siblings stand in the order of the file.
        Assert.Equal(orders.Skip(1).Take(Lineage.MostSiblings), (await queries.FindAsync(TenantScope.Default, orders[0], Ct))!.Siblings.Select(s => s.Id));
        Assert.Null(await queries.FindAsync(new(2), orders[0], Ct));
    }

    [Fact]
    public async Task What_came_alone_has_no_siblings_and_the_same_number_is_told()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ReceiveAsync("shop", Engine.Orders.Order(1));
        await rig.DrainAsync(Ct);
        var order = await rig.TransactionAsync(Ct);
        await using (var context = rig.Db.CreateContext())
        {
            var other = Row(99, Start.AddDays(1));
            (other.Number, other.Kind, other.Connection) = (order.Number, "return", order.Connection);
            context.AddRange(other, new TransactionIdentifierRow { TenantId = 1, TransactionId = other.Id, Kind = IdentifierKinds.OrderNumber, Value = Identifier.Normalize(order.Number), Written = order.Number });
            await context.SaveChangesAsync(Ct);
        }

        var found = (await new LineageQueries(rig.Db, new FlowsOf(rig.Flow), rig.Connections).FindAsync(TenantScope.Default, order.Id, Ct))!;
        Assert.Equal((null, 0, "return"), (found.Origin!.Delivery, found.SiblingCount, Assert.Single(found.SameNumber).Kind));
        Assert.NotEmpty(found.Sent);
    }

    private static async Task<(Guid File, Guid Shipments, List<Guid> Orders)> FillAsync(EngineRig rig)
    {
        await using var context = rig.Db.CreateContext();
        var file = Message(Start, null, 0, null, "orders.edi");
        var second = Message(Start.AddHours(4), null, 0, null, "shipments.edi");
        context.AddRange(file, second);
        var orders = new List<Guid>();
        for (var i = 0; i < Orders; i++)
        {
            var order = Row(i, Start.AddMilliseconds(i));
            orders.Add(order.Id);
            var part = Message(Start.AddMilliseconds(i), file.Id, i + 1, order.Id, null, $"ST {i + 1:0000}");
            order.SourcePayloadId = part.PayloadId;
            context.AddRange(order, part, Effect(order.Id, "createSalesOrder", 0, i));
            for (var s = 1; s <= 2; s++)
                context.AddRange(
                    Message(Start.AddHours(4).AddMilliseconds(2 * i + s), second.Id, 2 * i + s, order.Id, null, $"ST {2 * i + s:0000}"), Effect(order.Id, "confirmShipment", s, i),
                    new TransactionIdentifierRow { TenantId = 1, TransactionId = order.Id, Kind = IdentifierKinds.Shipment, Value = $"sh-{i}-{s}", Written = $"SH-{i}-{s}" });
        }

        await context.SaveChangesAsync(Ct);
        return (file.Id, second.Id, orders);
    }

    private static TransactionRow Row(int n, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at), TenantId = 1, State = TransactionState.Closed, Stage = "closed", Step = "close", Connection = "shop", Flow = "order-to-shipment", FlowVersion = 1, Number = $"#{n}", Reference = $"SHOP-{n}-{at.Ticks}",
        CorrelationId = $"c{n}", Currency = "EUR", PlacedAt = at.ToMicroseconds(), ReceivedAt = at.ToMicroseconds(), UpdatedAt = at.ToMicroseconds(), Since = at.ToMicroseconds(),
    };

    private static MessageRow Message(DateTimeOffset at, Guid? parent, int part, Guid? transaction, string? file, string? place = null) => new()
    {
        Id = Guid.CreateVersion7(at), TenantId = 1, Connection = "shop", Topic = "850", State = parent is null ? MessageState.Unpacked : MessageState.Accepted, CorrelationId = "c", ReceivedAt = at.ToMicroseconds(), PayloadId = Guid.CreateVersion7(at),
        ParentId = parent, Part = part, Place = place, TransactionId = transaction, Headers = file is null ? null : $$"""{"file-name":"{{file}}"}""",
    };

    private static EffectRow Effect(Guid order, string operation, int occurrence, int n) => new()
    {
        TransactionId = order, TenantId = 1, Step = operation, Occurrence = occurrence, Connection = operation == "createSalesOrder" ? "erp" : "shop", Operation = operation, State = EffectState.Confirmed, IdempotencyKey = $"{n}-{operation}-{occurrence}",
        IntendedAt = Start.AddMinutes(occurrence).ToMicroseconds(), ResolvedAt = Start.AddMinutes(occurrence).ToMicroseconds() + 1,
    };
}
