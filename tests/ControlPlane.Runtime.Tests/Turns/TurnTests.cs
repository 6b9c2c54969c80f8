using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Turns;

/// <summary>One key in order, the others side by side.</summary>
public sealed class TurnTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_customers_second_order_waits_for_the_first_and_another_customers_does_not(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.InOrder));
        rig.Erp.ThenFail(FaultKind.Data);
        await ReceiveAsync(rig, 1, "ada");
        await rig.DrainAsync(Ct);
        await ReceiveAsync(rig, 2, "ada");
        await ReceiveAsync(rig, 3, "ben");
        await ReceiveAsync(rig, 4, "ada");
        await rig.DrainAsync(Ct);
        Assert.Equal(["#1001 stuck", "#1002 waiting", "#1003 closed", "#1004 waiting"], await StatesAsync(rig));
        var second = await FindAsync(rig, "#1002");
        Assert.Equal(("turn.waiting", "Waits for its turn behind order #1001 of the same customer."), (second.FaultCode, second.FaultMessage));

        await rig.Commands.RetryNowAsync(1, (await FindAsync(rig, "#1001")).Id, "Bo", "", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        Assert.All(await StatesAsync(rig), s => Assert.EndsWith("closed", s, StringComparison.Ordinal));
        Assert.Equal(["#1003", "#1001", "#1002", "#1004"], rig.Sent);
        second = await FindAsync(rig, "#1002");
        Assert.Null(second.FaultCode);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_person_lets_those_behind_a_stuck_one_pass_with_a_reason(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.InOrder));
        rig.Erp.ThenFail(FaultKind.Data);
        await ReceiveAsync(rig, 1, "ada");
        await rig.DrainAsync(Ct);
        await ReceiveAsync(rig, 2, "ada");
        await ReceiveAsync(rig, 3, "ada");
        var head = (await FindAsync(rig, "#1001")).Id;
        Assert.Equal("reason_missing", (await PassAsync(rig, head, "")).Code);
        Assert.Equal("nobody_waits", (await PassAsync(rig, (await FindAsync(rig, "#1002")).Id, "hurry")).Code);
        Assert.Equal("behind", (await rig.Commands.ReplayAsync(1, (await FindAsync(rig, "#1002")).Id, new(null, false, false), "Bo", "", EntityId.New(rig.Clock), Ct)).Code);
        var passed = await PassAsync(rig, head, "the customer waits");
        Assert.Equal("The 2 orders behind it go on, one after the other.", passed.Message);
        await rig.DrainAsync(Ct);
        Assert.Equal(["#1001 stuck", "#1002 closed", "#1003 closed"], await StatesAsync(rig));
        Assert.Contains(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.TurnPassed && j.Summary == "Bo let the 2 behind it pass: the customer waits");

        await rig.Commands.RetryNowAsync(1, head, "Bo", "", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        Assert.Equal(["#1002", "#1003", "#1001"], rig.Sent);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_turn_ends_where_the_flow_says_so(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, EngineRig.OrderToShipment() with { Turns = new(TurnEntity.Customer, TurnPolicy.InOrder, "erp-order") });
        await ReceiveAsync(rig, 1, "ada");
        await ReceiveAsync(rig, 2, "ada");
        await rig.DrainAsync(Ct);
        // Both wait for their warehouse now: only the posting was kept in order.
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.Equal(("wms-ack", TransactionState.Waiting, null), (t.Step, t.State, t.FaultCode)));
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal(0, w.Turn));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_states_only_the_newest_counts_and_a_late_older_one_is_not_published(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.Newest));
        await StateAsync(rig, "sku-1", 1);
        await StateAsync(rig, "sku-1", 2);
        await StateAsync(rig, "sku-1", 3);
        await StateAsync(rig, "sku-2", 1);
        await rig.DrainAsync(Ct);
        await StateAsync(rig, "sku-1", 2, again: true);
        await rig.DrainAsync(Ct);
        Assert.Equal(["sku-1@3", "sku-2@1"], rig.SentVersions.Order());
        Assert.Equal(2, (await rig.RowsAsync<TransactionRow>(Ct)).Count(t => t.State == TransactionState.Closed));
        Assert.Equal(3, (await rig.RowsAsync<TransactionRow>(Ct)).Count(t => t.State == TransactionState.Superseded));
        Assert.Equal(
            ["It came late: a newer state is known already", "Order sku-1 as of a later moment came in: the newest counts", "Order sku-1 as of a later moment came in: the newest counts"],
            (await rig.RowsAsync<JournalRow>(Ct)).Where(j => j.Type == JournalEventType.Superseded).Select(j => j.Summary).Order());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_failed_state_gives_way_to_a_newer_one_and_is_never_replayed_over_it(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.Newest));
        rig.Erp.ThenFail(FaultKind.Transient);
        await StateAsync(rig, "sku-1", 1);
        // It is in work when the newer one comes, and fails only then.
        var claimed = Assert.Single((await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(1), Ct)).Activations);
        await StateAsync(rig, "sku-1", 2);
        Assert.Empty((await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(1), Ct)).Activations);
        await rig.Executor.RunAsync(claimed, CancellationToken.None, Ct);
        await rig.DrainAsync(Ct);
        Assert.Equal(["sku-1@2"], rig.SentVersions);
        var old = Assert.Single(await rig.RowsAsync<TransactionRow>(Ct), t => t.State == TransactionState.Superseded);
        Assert.Equal("superseded", (await rig.Commands.ReplayAsync(1, old.Id, new(ReplayRequest.Start, false, true), "Bo", "", EntityId.New(rig.Clock), Ct)).Code);

        await StateAsync(rig, "sku-1", 3);
        await rig.DrainAsync(Ct);
        var closed = (await rig.RowsAsync<TransactionRow>(Ct)).Single(t => t.State == TransactionState.Closed && t.PlacedAt == VersionAt(2).ToMicroseconds());
        Assert.Equal("busy", (await rig.Commands.ReplayAsync(1, closed.Id, new(ReplayRequest.Start, false, true), "Bo", "", EntityId.New(rig.Clock), Ct)).Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Whatever_the_order_of_arrival_no_key_goes_backwards_and_the_truth_wins(DatabaseProvider provider)
    {
        const int Keys = 40, Versions = 25;
        var random = new Random(20261123);
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.Newest));
        rig.Erp.Chance = () => random.NextDouble() switch { < 0.05 => FaultKind.Transient, < 0.07 => FaultKind.Data, _ => null };
        var events = Enumerable.Range(1, Keys).SelectMany(k => Enumerable.Range(1, Versions).Select(v => (Key: $"sku-{k}", Version: v)))
            .Where(_ => random.NextDouble() > 0.01).SelectMany(e => Enumerable.Repeat(e, random.NextDouble() < 0.2 ? 2 : 1))
            // Late by up to a third of the whole.
            .Select(e => (Event: e, At: e.Version + random.NextDouble() * Versions / 3)).OrderBy(e => e.At).Select(e => e.Event).ToList();
        var receiving = Task.Run(async () =>
        {
            foreach (var chunk in events.Chunk(8))
                await Task.WhenAll(chunk.Select(e => StateAsync(rig, e.Key, e.Version, again: true)));
        }, Ct);
        while (!receiving.IsCompleted)
            await rig.DrainSideBySideAsync(4, Ct);
        await receiving;
        rig.Erp.Chance = null;
        for (var i = 0; i < 20; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(5), Ct);
        var sent = rig.SentVersions.Select(s => s.Split('@')).Select(p => (Key: p[0], Version: int.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture))).ToList();
        foreach (var key in sent.GroupBy(s => s.Key))
            Assert.Equal(key.Select(k => k.Version).Order(), key.Select(k => k.Version));
        // The source is read whole once: what was lost on the way, or refused, is put right.
        for (var k = 1; k <= Keys; k++)
            await StateAsync(rig, $"sku-{k}", Versions, again: true);
        await rig.DrainAsync(Ct);
        var last = rig.SentVersions.Select(s => s.Split('@')).GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1]);
        Assert.Equal(Keys, last.Count(p => p.Value == "25"));
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((WorkState.Done, 0L), (w.State, w.Turn)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{events.Count} events, {rig.SentVersions.Count} published, {rig.Erp.Calls} calls");
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Under_load_each_customers_orders_are_posted_in_the_order_of_their_commit_one_at_a_time(DatabaseProvider provider)
    {
        const int Customers = 15, Count = 300;
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow(TurnPolicy.InOrder));
        var random = new Random(7);
        var busy = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        var overlaps = 0;
        rig.Erp.Before = async request =>
        {
            if (!busy.TryAdd(request.Order.Customer!.ExternalId!, true))
                Interlocked.Increment(ref overlaps);
            await Task.Yield();
            busy.TryRemove(request.Order.Customer!.ExternalId!, out _);
        };
        var receiving = Task.Run(async () =>
        {
            foreach (var chunk in Enumerable.Range(1, Count).Chunk(10))
                await Task.WhenAll(chunk.Select(n => ReceiveAsync(rig, n, $"c{random.Next(Customers)}")));
        }, Ct);
        while (!receiving.IsCompleted)
            await rig.DrainSideBySideAsync(8, Ct);
        await receiving;
        await rig.DrainAsync(Ct);
        Assert.Equal((Count, 0), (rig.Sent.Count, overlaps));
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal(WorkState.Done, w.State));
        // The journal tells who waited; nobody was posted while an earlier one of the customer was not.
        var rows = await rig.RowsAsync<TransactionRow>(Ct);
        var closedAt = rows.ToDictionary(r => r.Number, r => r.Revision);
        Assert.Equal(Count, closedAt.Count);
    }

    [Fact]
    public async Task A_flow_without_turns_leaves_no_trace_of_them()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await ReceiveAsync(rig, 1, "ada");
        await rig.DrainAsync(Ct);
        Assert.Empty(await rig.RowsAsync<ControlPlane.Runtime.Turns.TurnRow>(Ct));
        Assert.Null((await rig.RowsAsync<WorkItemRow>(Ct)).Single().EntityKey);
    }

    private static FlowDefinition Flow(TurnPolicy policy) => new()
    {
        Name = "turns",
        Trigger = new("order.created", []),
        Turns = new(policy == TurnPolicy.Newest ? TurnEntity.Order : TurnEntity.Customer, policy, null),
        Steps = [new CallStep { Id = "erp-order", Stage = "erp-posted", Connection = "role:erp", Operation = "createSalesOrder" }, new CloseStep { Id = "close", Stage = "closed" }],
    };

    private static Task ReceiveAsync(EngineRig rig, int n, string customer) => rig.ReceiveAsync("shop", Orders.Order(n) with { Customer = new() { ExternalId = customer } });

    private static DateTimeOffset VersionAt(int version) => new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero).AddMinutes(version);

    private static int _unique;

    /// <summary>A state of something as of a moment; the same moment may be told twice.</summary>
    private static Task StateAsync(EngineRig rig, string key, int version, bool again = false) => rig.ReceiveAsync("shop", Orders.Order(1) with
    {
        Number = key,
        ExternalId = again ? $"{key}@{version}@{Interlocked.Increment(ref _unique)}" : $"{key}@{version}",
        PlacedAt = VersionAt(version),
    });

    private static Task<CommandOutcome> PassAsync(EngineRig rig, Guid id, string reason) => rig.Commands.PassTurnAsync(1, id, "Bo", reason, EntityId.New(rig.Clock), Ct);

    private static async Task<List<string>> StatesAsync(EngineRig rig) =>
        [.. (await rig.RowsAsync<TransactionRow>(Ct)).OrderBy(t => t.Number, StringComparer.Ordinal).Select(t => $"{t.Number} {t.State.Word()}")];

    private static async Task<TransactionRow> FindAsync(EngineRig rig, string number) => (await rig.RowsAsync<TransactionRow>(Ct)).Single(t => t.Number == number);
}
