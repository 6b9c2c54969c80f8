using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using static ControlPlane.Runtime.Tests.Ingestion.Deliveries.LinesReceiver;

namespace ControlPlane.Runtime.Tests.Ingestion.Deliveries;

/// <summary>One delivery, many documents.</summary>
public sealed class DeliveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_part_stands_for_itself_and_the_file_is_kept_as_it_came(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var reference = PublicReference.For("shop", "#1001");
        var text = string.Join('\n', Order(1), "!bad", Order(2), """{"refuse":"order.no_lines"}""", Order(1), $$"""{"event":"warehouse.acknowledged","reference":"{{reference}}"}""", """{"event":"warehouse.acknowledged","reference":"nobody"}""");
        var outcome = Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, File(text, rig.Clock.GetUtcNow())));

        var messages = await rig.RowsAsync<MessageRow>(Ct);
        var file = Assert.Single(messages, m => m.ParentId is null);
        Assert.Equal((outcome.MessageId, MessageState.Unpacked, "7 lines", MessageArrival.Feed), (file.Id, file.State, file.Detail, file.Arrival));
        Assert.Contains("\"file-name\":\"orders.txt\"", file.Headers, StringComparison.Ordinal);
        await using var context = rig.Db.CreateContext();
        Assert.Equal(text, Encoding.UTF8.GetString(PayloadRows.Unpack(await context.Payloads.SingleAsync(p => p.Id == file.PayloadId, Ct))));
        var parts = messages.Where(m => m.ParentId == file.Id).OrderBy(m => m.Part).ToList();
        Assert.Equal(
            ["1 line 1 Accepted -", "2 line 2 Refused lines.bad", "3 line 3 Accepted -", "4 line 4 Refused order.no_lines", "5 line 5 Duplicate -", "6 line 6 Accepted -", "7 line 7 Unmatched -"],
            parts.Select(p => $"{p.Part} {p.Place} {p.State} {p.Code ?? "-"}"));

        // The event found the order of the same file, and the repeat leads to it.
        Assert.Equal(2, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
        Assert.Equal((parts[0].TransactionId, parts[0].TransactionId), (parts[4].TransactionId, parts[5].TransactionId));
        Assert.Contains((await rig.RowsAsync<JournalRow>(Ct)), j => j.Summary == "The shop sent order #1001 in orders.txt (line 1)");
        await rig.DrainAsync(Ct);
        Assert.Equal(["#1001", "#1002"], rig.Sent.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_delivery_again_changes_nothing_and_another_with_the_same_order_says_so(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var first = Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, File(Order(1), rig.Clock.GetUtcNow())));
        var again = Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, File(Order(1), rig.Clock.GetUtcNow(), "other-name.txt")));
        Assert.Equal((first.MessageId, true, 2), (again.MessageId, again.Duplicate, (await rig.RowsAsync<MessageRow>(Ct)).Count));

        await TakeAsync(rig, File(Order(1) + "\n" + Order(2), rig.Clock.GetUtcNow(), "second.txt"));
        var parts = (await rig.RowsAsync<MessageRow>(Ct)).Where(m => m.ParentId is not null && m.ParentId != first.MessageId).OrderBy(m => m.Part).ToList();
        Assert.Equal([MessageState.Duplicate, MessageState.Accepted], parts.Select(p => p.State));
        Assert.Equal(2, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_cannot_be_read_at_all_is_refused_and_kept_and_may_come_again(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        foreach (var _ in new[] { 1, 2 })
        {
            var refused = Assert.IsType<ReceiveOutcome.Refused>(await TakeAsync(rig, File("BROKEN", rig.Clock.GetUtcNow(), polled: false, deliveryId: "d-1")));
            Assert.Equal("lines.broken", Assert.Single(refused.Refusals).Code);
        }

        Assert.Equal([(MessageState.Refused, "lines.broken"), (MessageState.Refused, "lines.broken")], (await rig.RowsAsync<MessageRow>(Ct)).Select(m => (m.State, m.Code!)));
        Assert.Equal("reject", Assert.Single(await rig.RowsAsync<DeliveryAnswerRow>(Ct)).Key);
        Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, File(Order(1), rig.Clock.GetUtcNow(), polled: false, deliveryId: "d-1")));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Nothing_usable_is_refused_with_its_places_and_one_good_part_is_enough_to_be_taken(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var refused = Assert.IsType<ReceiveOutcome.Refused>(await TakeAsync(rig, File("!one\n!two", rig.Clock.GetUtcNow(), polled: false)));
        Assert.Equal(["line 1: field 3", "line 2: field 3"], refused.Refusals.Select(r => r.Field));
        Assert.Equal(3, (await rig.RowsAsync<MessageRow>(Ct)).Count(m => m.State == MessageState.Refused));
        Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, File("!one\n" + Order(1), rig.Clock.GetUtcNow(), polled: false)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Parts_that_were_refused_are_taken_when_the_delivery_comes_again_after_a_correction(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var request = File(Order(1) + "\n!" + Order(2), rig.Clock.GetUtcNow());
        await TakeAsync(rig, request);
        Assert.Single(await rig.RowsAsync<TransactionRow>(Ct));
        var again = Assert.IsType<ReceiveOutcome.Accepted>(await rig.Receiver.ReceiveAsync(TenantScope.Default, Shop(rig), new LinesReceiver { Lenient = true }, request, Ct));
        Assert.True(again.Duplicate);
        Assert.Equal(2, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
        Assert.Equal([MessageState.Accepted, MessageState.Accepted], (await rig.RowsAsync<MessageRow>(Ct)).Where(m => m.ParentId is not null).Select(m => m.State));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Cut_short_anywhere_a_delivery_is_gone_on_with_and_nothing_happens_twice(DatabaseProvider provider)
    {
        // Each part speaks of the order before it, so that each is committed apart; each round the process lives a little longer.
        for (var life = 2; life <= 12; life++)
        {
            await using var rig = await EngineRig.StartAsync(provider, Ct);
            var lines = Enumerable.Range(1, 5).SelectMany(n => new[] { Order(n), $$"""{"event":"a.b","reference":"{{PublicReference.For("shop", $"#{1000 + n}")}}"}""" });
            var request = File(string.Join('\n', lines.Append(Order(1)).Append("ANSWER thanks")), rig.Clock.GetUtcNow(), polled: life % 2 == 0, deliveryId: "d-1");
            await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Receiver.ReceiveAsync(TenantScope.Default, Shop(rig), new LinesReceiver { DiesAt = life }, request, Ct));
            Assert.Equal(MessageState.Unpacking, Assert.Single(await rig.RowsAsync<MessageRow>(Ct), m => m.ParentId is null).State);
            Assert.True((await rig.RowsAsync<TransactionRow>(Ct)).Count < 5 || life > 9);

            // The sender repeats it; or nobody does, and it is noticed.
            rig.Clock.Advance(TimeSpan.FromMinutes(5));
            if (life % 3 == 0)
                await Resumer(rig).ResumeAsync(Ct);
            else
                Assert.True(Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, request)).Duplicate);
            await AllThereOnceAsync(rig);

            // Dead after the last part and before that was noted.
            await using (var context = rig.Db.CreateContext())
                await context.Messages.Where(m => m.ParentId == null).ExecuteUpdateAsync(s => s.SetProperty(m => m.State, MessageState.Unpacking), Ct);
            await TakeAsync(rig, request);
            await AllThereOnceAsync(rig);
        }
    }

    private static async Task AllThereOnceAsync(EngineRig rig)
    {
        var messages = await rig.RowsAsync<MessageRow>(Ct);
        Assert.Equal(MessageState.Unpacked, Assert.Single(messages, m => m.ParentId is null).State);
        Assert.Equal(Enumerable.Range(1, 11), messages.Where(m => m.ParentId is not null).Select(m => m.Part).Order());
        Assert.Equal((5, 5, 1), ((await rig.RowsAsync<TransactionRow>(Ct)).Count, (await rig.RowsAsync<SignalRow>(Ct)).Count, (await rig.RowsAsync<DeliveryAnswerRow>(Ct)).Count));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_that_bring_the_same_delivery_at_the_same_moment_make_it_one(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var request = File(string.Join('\n', Enumerable.Range(1, 300).Select(Order)), rig.Clock.GetUtcNow());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TakeAsync(rig, request), Ct)));
        Assert.Equal(300, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
        Assert.Equal(Enumerable.Range(1, 300), (await rig.RowsAsync<MessageRow>(Ct)).Where(m => m.ParentId is not null).Select(m => m.Part).Order());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_part_that_no_store_takes_does_not_hold_up_the_others(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await TakeAsync(rig, File(Order(1) + "\n?" + Order(9) + "\n" + Order(2), rig.Clock.GetUtcNow()));
        Assert.Equal(["Accepted -", "Refused receive.not_storable", "Accepted -"], (await rig.RowsAsync<MessageRow>(Ct)).Where(m => m.ParentId is not null).OrderBy(m => m.Part).Select(p => $"{p.State} {p.Code ?? "-"}"));
    }

    [Fact]
    public async Task Ten_thousand_orders_in_one_file_come_in()
    {
        // The figures go into docs/performance.md; the test only says that nothing is lost.
        var count = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FUZZ"), CultureInfo.InvariantCulture, out _) ? 10_000 : 1_000;
        foreach (var provider in new[] { DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql })
        {
            if (provider == DatabaseProvider.PostgreSql && Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_POSTGRES") is not { Length: > 0 })
                continue;
            await using var rig = await EngineRig.StartAsync(provider, Ct);
            var request = File(string.Join('\n', Enumerable.Range(1, count).Select(Order)), rig.Clock.GetUtcNow());
            GC.Collect();
            var (from, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
            var peak = 0L;
            using var sampling = new Timer(_ => peak = Math.Max(peak, GC.GetTotalMemory(false)), null, 0, 20);
            Assert.IsType<ReceiveOutcome.Accepted>(await TakeAsync(rig, request));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{provider}: {count} orders, {request.Body.Length:N0} bytes, {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s, {(GC.GetTotalAllocatedBytes() - before) / count / 1024.0:0.0} KB allocated an order, heap at most {peak / 1024 / 1024} MB"));
            await using var context = rig.Db.CreateContext();
            Assert.Equal((count, count + 1), (await context.Transactions.CountAsync(Ct), await context.Messages.CountAsync(Ct)));
        }
    }

    private static Connection Shop(EngineRig rig) => rig.Connections.Find("shop")!;

    private static Task<ReceiveOutcome> TakeAsync(EngineRig rig, InboundRequest request) => rig.Receiver.ReceiveAsync(TenantScope.Default, Shop(rig), new LinesReceiver(), request, CancellationToken.None);

    private static DeliveryResumer Resumer(EngineRig rig) => new(
        rig.Db, rig.Connections, new CatalogOf(new ScriptedConnector("shop") { Receiver = new LinesReceiver() }), rig.Receiver, new(() => throw new InvalidOperationException("nothing to fetch")), rig.Clock, NullLogger<DeliveryResumer>.Instance);
}
