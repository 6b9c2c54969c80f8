using System.Data.Common;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Subscriptions;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Hangfire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Ingestion.Subscriptions;

public sealed class SubscriptionIntakeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_a_broker_repeats_is_recognised_and_what_is_refused_is_kept_once(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var intake = Intake(rig, new DoorPressure());
        var order = JsonSerializer.SerializeToUtf8Bytes(Orders.Order(1), FlowJson.Default.CanonicalOrder);
        var refused = Encoding.UTF8.GetBytes("""{"refuse":"order.no_lines"}""");
        foreach (var (body, id) in new[] { (order, "m-1"), (order, "m-1"), (order, "m-2"), (refused, "m-3"), (refused, "m-3"), (refused, "m-4") })
            Assert.Equal(Receipt.Kept, await intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(body, id), Ct));

        Assert.Single(await rig.RowsAsync<TransactionRow>(Ct));
        var messages = await rig.RowsAsync<MessageRow>(Ct);
        Assert.Equal(["", "order.no_lines"], messages.Select(m => m.Code ?? "").Order(StringComparer.Ordinal));

        // What was refused may fit after a change here: the same bytes under the same id then come in.
        Assert.Equal(Receipt.Kept, await intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(JsonSerializer.SerializeToUtf8Bytes(Orders.Order(2), FlowJson.Default.CanonicalOrder), "m-3"), Ct));
        Assert.Equal(2, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_message_that_is_too_large_leaves_its_beginning_and_the_reason(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var intake = Intake(rig, new DoorPressure());
        Assert.Equal(Receipt.PartlyKept, await intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(new byte[20 * 1024 * 1024]), Ct));
        var message = Assert.Single(await rig.RowsAsync<MessageRow>(Ct));
        Assert.Equal((MessageState.Refused, "receive.too_large"), (message.State, message.Code));
        Assert.Contains("The message has 20,971,520 bytes; at most 5,242,880 are taken. Its first 16,384 bytes are kept.", message.Detail, StringComparison.Ordinal);
        Assert.Equal(SubscriptionIntake.ExcerptBytes, Assert.Single(await rig.RowsAsync<PayloadRow>(Ct)).Length);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_can_never_be_stored_does_not_come_round_for_ever(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var intake = Intake(rig, new DoorPressure());
        foreach (var poison in new[] { new InboundRequest { Topic = null!, Body = "{\"refuse\":\"x\"}"u8.ToArray(), Queued = true }, Message("no json at all"u8.ToArray()) })
            Assert.Equal(Receipt.Kept, await PassingAsync(rig, intake.TakeAsync(Shop(rig), new ScriptedReceiver(), poison, Ct)));
        Assert.All(await rig.RowsAsync<MessageRow>(Ct), m => Assert.Equal((MessageState.Refused, "receive.not_storable"), (m.State, m.Code)));
        Assert.Equal(2, (await rig.RowsAsync<MessageRow>(Ct)).Count);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task In_a_full_house_a_message_waits_and_at_the_end_it_is_the_brokers_again(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var door = new DoorPressure();
        for (var i = 0; i < DoorPressure.Crowd; i++)
            door.Enter();
        var intake = Intake(rig, door);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var order = JsonSerializer.SerializeToUtf8Bytes(Orders.Order(1), FlowJson.Default.CanonicalOrder);
        var given = intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(order), stop.Token);
        var kept = intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(order), Ct);
        await Task.Delay(100, Ct);
        Assert.False(given.IsCompleted || kept.IsCompleted);

        await stop.CancelAsync();
        Assert.Equal(Receipt.NotKept, await given);
        Assert.Empty(await rig.RowsAsync<MessageRow>(Ct));

        for (var i = 0; i < DoorPressure.Crowd; i++)
            door.Leave();
        Assert.Equal(Receipt.Kept, await kept);
        Assert.Single(await rig.RowsAsync<MessageRow>(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task While_the_store_is_away_nothing_is_refused_and_nothing_is_acknowledged(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var away = new AwayDb(rig.Db) { Away = true };
        using var writer = new CommitWriter(away, new ChangeFeed(), NullLogger<CommitWriter>.Instance);
        await writer.StartAsync(Ct);
        var emails = new EmailHash();
        emails.Use(new byte[32]);
        var receiver = new Receiver(
            writer, new FlowsOf(rig.Flow), new IdentifierLookup(rig.Db), new LanePumps([]), new OrderCache(), emails, rig.Node, Options.Create(new EngineOptions()), new LeaseClock(rig.Clock), rig.Clock);
        var intake = Intake(rig, new DoorPressure(), receiver, writer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var given = intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(JsonSerializer.SerializeToUtf8Bytes(Orders.Order(1), FlowJson.Default.CanonicalOrder)), stop.Token);
        var kept = intake.TakeAsync(Shop(rig), new ScriptedReceiver(), Message(JsonSerializer.SerializeToUtf8Bytes(Orders.Order(2), FlowJson.Default.CanonicalOrder)), Ct);
        for (var i = 0; i < 60; i++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10, Ct);
        }

        // Far more tries than it takes to give up a document that is at fault itself.
        Assert.True(away.Refused > 4 * SubscriptionIntake.MostStoreFailures);
        Assert.False(given.IsCompleted || kept.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(Receipt.NotKept, await PassingAsync(rig, given));
        Assert.Empty(await rig.RowsAsync<MessageRow>(Ct));

        away.Away = false;
        Assert.Equal(Receipt.Kept, await PassingAsync(rig, kept));
        Assert.Equal((MessageState.Accepted, (string?)null), (Assert.Single(await rig.RowsAsync<MessageRow>(Ct)).State, Assert.Single(await rig.RowsAsync<MessageRow>(Ct)).Code));
        await writer.StopAsync(Ct);
    }

    private static async Task<Receipt> PassingAsync(EngineRig rig, Task<Receipt> given)
    {
        while (!given.IsCompleted)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Ct);
        }

        return await given;
    }

    private static Connection Shop(EngineRig rig) => rig.Connections.Find("shop")!;

    private static SubscriptionIntake Intake(EngineRig rig, DoorPressure door, Receiver? receiver = null, CommitWriter? writer = null) => new(
        receiver ?? rig.Receiver, writer ?? rig.Writer, new SubscriptionBoard(rig.Db, rig.Writer, rig.Node, rig.Clock), door, Options.Create(new ReceiveOptions()),
        new Lazy<IBackgroundJobClient>(() => throw new InvalidOperationException()), rig.Clock, NullLogger<SubscriptionIntake>.Instance);

    private static InboundRequest Message(byte[] body, string? id = null) => new()
    {
        Body = body,
        ContentType = "application/json",
        Headers = id is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["delivery-id"] = id },
        Queued = true,
    };

    /// <summary>A database whose server does not answer while the test says so.</summary>
    private sealed class AwayDb(IControlPlaneDb inner) : IControlPlaneDb
    {
        private int _refused;

        public bool Away { get; set; }

        public int Refused => Volatile.Read(ref _refused);

        public DatabaseProvider Provider => inner.Provider;

        public ControlPlaneDbContext CreateContext(TenantScope? tenant = null) => inner.CreateContext(tenant);

        public Task<DbConnection> OpenAsync(CancellationToken ct)
        {
            if (!Away)
                return inner.OpenAsync(ct);
            Interlocked.Increment(ref _refused);
            throw new IOException("The database is away.");
        }
    }
}
