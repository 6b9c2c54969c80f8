using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.IdentifierRules;

/// <summary>Numbers by rule: found along with the message, carried back over what is stored, and taken away with the rule.</summary>
public sealed class IdentifierRulesTests
{
    private static readonly IdentifierRule Sku = new() { Name = "sku", Kind = "sku", Title = "SKU", Document = RuleDocument.Order, Path = "$.lines[*].sku" };

    private static readonly IdentifierRule Sscc = new() { Name = "sscc", Kind = "sscc", Pattern = @"\b(?:00)?([0-9]{18})\b" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_number_that_somebody_holds_finds_the_order_from_the_moment_it_is_received(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await SaveAsync(rig, Sku);
        await SaveAsync(rig, Sscc);
        await SaveAsync(rig, new() { Name = "settlement", Kind = "settlement", Path = "$.settlementId", Connection = "wms" });
        await SaveAsync(rig, new() { Name = "phone", Kind = "phone", Document = RuleDocument.Order, Path = "$.shipTo.phone", Hash = true });
        await rig.ReceiveAsync("shop", Orders.Order(1) with { Customer = new Customer { Email = "mia@example.org" }, ShipTo = new Address { Phone = "+49 40 123" } });
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001", ""","settlementId":"S-77","pallet":"00340123450000000018" """);
        await rig.DrainAsync(Ct);
        await rig.ShippedAsync("SHOP-1001", "P1", ("L1", 1), ("L2", 2));
        await rig.DrainAsync(Ct);
        var id = (await rig.TransactionAsync(Ct)).Id;
        foreach (var number in new[] { "#1001", "5001", "so-5001", "WMS-5001", "P1", "TRK-P1", "sku-2", "340123450000000018", "s-77", "mia@example.org", " +49 40 123", id.ToString() })
            Assert.True((await Queries(rig).ListAsync(new() { Search = number }, null, 10, Ct)).Items is [{ Id: var found }] && found == id, number);
        // A digest is found by the value and says nothing to who reads the table.
        var stored = (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Single(i => i.Kind == "phone");
        Assert.Equal(rig.Emails.Of("+49 40 123"), stored.Written);
        Assert.All((await rig.RowsAsync<TransactionIdentifierRow>(Ct)), i => Assert.Equal(i.Kind is "sku" or "sscc" or "settlement" or "phone" ? IdentifierOrigin.Rule : IdentifierOrigin.Flow, i.Origin));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_new_rule_is_carried_back_piece_by_piece_and_over_a_crash(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 250; i++)
        {
            await rig.ReceiveAsync("shop", Orders.Order(i));
            rig.Clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        var run = await SaveAsync(rig, Sku);
        // Not before every node knows the rule: what comes meanwhile to another node is covered.
        await Backfill(rig).TickAsync(Ct);
        Assert.Equal(0, (await RunAsync(rig, run)).Looked);
        rig.Clock.Advance(RuleStore.NodesKnowAfter);
        await Backfill(rig, perSecond: 100).TickAsync(Ct);
        var half = await RunAsync(rig, run);
        Assert.Equal((100, BackfillState.Running, 200), (half.Looked, half.State, half.Written));
        Assert.InRange(half.Fraction, 0.01, 0.99);
        // The newest first: those are asked for.
        Assert.Equal("#1250", (await Queries(rig).ListAsync(new() { Search = "SKU-1" }, null, 1, Ct)).Items[0].Number);
        // The process dies after the numbers of the next piece were written and before its progress was.
        await using (var context = rig.Db.CreateContext())
            await context.IdentifierBackfills.ExecuteUpdateAsync(s => s.SetProperty(b => b.Cursor, (Guid?)null), Ct);
        rig.NewNode();
        await Backfill(rig).TickAsync(Ct);
        Assert.Equal(100, (await RunAsync(rig, run)).Looked);
        rig.Clock.Advance(TimeSpan.FromSeconds(16));
        await Backfill(rig).TickAsync(Ct);
        var done = await RunAsync(rig, run);
        Assert.Equal((BackfillState.Done, 350, 500, 1.0), (done.State, done.Looked, done.Written, done.Fraction));
        Assert.Equal(500, (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Count(i => i.Kind == "sku"));
        // Many orders have an article: the list pages through them.
        var (count, at) = (0, (PageCursor?)null);
        do
        {
            var page = await Queries(rig).ListAsync(new() { Search = "SKU-2" }, at, 40, Ct);
            (count, at) = (count + page.Items.Count, page.Older);
        }
        while (at is not null);
        Assert.Equal(250, count);
        // Once more changes nothing.
        await new RuleQueries(rig.Db, rig.Clock).AgainAsync(TenantScope.Default, run, "Bo", Ct);
        await Backfill(rig).TickAsync(Ct);
        var again = (await new RuleQueries(rig.Db, rig.Clock).ListAsync(TenantScope.Default, Ct)).Backfills.Single();
        Assert.Equal((BackfillState.Done, 0, 0), (again.State, again.Written, again.Removed));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_changed_rule_replaces_what_it_found_and_a_removed_one_takes_it_away(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await SaveAsync(rig, Sku);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.ReceiveAsync("shop", Orders.Order(2));
        var flow = (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Count(i => i.Origin == IdentifierOrigin.Flow);
        Assert.Equal("SKU-1 SKU-1 SKU-2 SKU-2", await ValuesAsync(rig, "sku"));
        await SaveAsync(rig, Sku with { Path = "$.lines[0].title" }, 1);
        await FinishAsync(rig);
        Assert.Equal("THING 1 THING 1", await ValuesAsync(rig, "sku"));
        // A second rule for the same kind: what both give stays when one of them goes.
        await SaveAsync(rig, new() { Name = "sku-too", Kind = "sku", Document = RuleDocument.Order, Path = "$.lines[*].title" });
        await FinishAsync(rig);
        Assert.Equal("THING 1 THING 1 THING 2 THING 2", await ValuesAsync(rig, "sku"));
        var store = new RuleStore(rig.Db, rig.Rules, rig.Clock);
        Assert.IsType<RuleOutcome.Saved>(await store.RemoveAsync(TenantScope.Default, "sku", null, "Bo", "not wanted", Ct));
        await FinishAsync(rig);
        Assert.Equal("THING 1 THING 1 THING 2 THING 2", await ValuesAsync(rig, "sku"));
        Assert.IsType<RuleOutcome.Saved>(await store.RemoveAsync(TenantScope.Default, "sku-too", null, "Bo", "not wanted", Ct));
        await FinishAsync(rig);
        Assert.Equal("", await ValuesAsync(rig, "sku"));
        Assert.Equal(flow, (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Count);
        var history = await new RuleQueries(rig.Db, rig.Clock).HistoryAsync(TenantScope.Default, "sku", 10, Ct);
        Assert.Equal(["3 Removed Bo not wanted", "2 Changed Bo why", "1 Made Bo why"], history.Select(h => $"{h.Revision} {h.Change} {h.By} {h.Reason}"));
        Assert.Contains("title", history[1].Document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_any_more_keeps_its_numbers()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await SaveAsync(rig, Sku);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await using (var context = rig.Db.CreateContext())
            await context.Payloads.ExecuteUpdateAsync(s => s.SetProperty(p => p.Content, Array.Empty<byte>()), Ct);
        var run = await SaveAsync(rig, Sku with { Path = "$.lines[*].title" }, 1);
        await FinishAsync(rig);
        Assert.Equal("SKU-1 SKU-2", await ValuesAsync(rig, "sku"));
        Assert.Equal(1, (await RunAsync(rig, run)).Unreadable);
    }

    [Fact]
    public async Task A_run_is_paused_resumed_and_ended_and_a_newer_one_takes_its_place()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        for (var i = 1; i <= 150; i++)
            await rig.ReceiveAsync("shop", Orders.Order(i));
        var queries = new RuleQueries(rig.Db, rig.Clock);
        var run = await SaveAsync(rig, Sku);
        rig.Clock.Advance(RuleStore.NodesKnowAfter);
        await Backfill(rig, perSecond: 10).TickAsync(Ct);
        Assert.True((await queries.PauseAsync(TenantScope.Default, run, "Bo", Ct)).Accepted);
        await Backfill(rig).TickAsync(Ct);
        Assert.Equal((BackfillState.Paused, 100), ((await RunAsync(rig, run)).State, (await RunAsync(rig, run)).Looked));
        Assert.True((await queries.ResumeAsync(TenantScope.Default, run, "Bo", Ct)).Accepted);
        var newer = await SaveAsync(rig, Sku with { Path = "$.lines[1].sku" }, 1);
        Assert.Equal(BackfillState.Replaced, (await RunAsync(rig, run)).State);
        Assert.True((await queries.CancelAsync(TenantScope.Default, newer, "Bo", Ct)).Accepted);
        Assert.Equal("not_possible", (await queries.ResumeAsync(TenantScope.Default, newer, "Bo", Ct)).Code);
        Assert.Equal("not_found", (await queries.PauseAsync(TenantScope.Default, Guid.CreateVersion7(), "Bo", Ct)).Code);
    }

    [Fact]
    public async Task A_number_of_an_event_that_came_before_its_order_is_found_and_no_event_is_matched_by_a_rule()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await SaveAsync(rig, Sscc);
        // The first line's article is called like the second order's reference.
        await SaveAsync(rig, Sku);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1002", ""","pallet":"340123450000000018" """);
        var order = Orders.Order(1);
        await rig.ReceiveAsync("shop", order with { Lines = [order.Lines[0] with { Sku = "SHOP-1002" }] });
        await rig.Store.MatchEarlySignalsAsync(Ct);
        Assert.Null((await rig.RowsAsync<SignalRow>(Ct)).Single().TransactionId);
        await rig.ReceiveAsync("shop", Orders.Order(2));
        await rig.Store.MatchEarlySignalsAsync(Ct);
        await rig.DrainAsync(Ct);
        var found = (await Queries(rig).ListAsync(new() { Search = "340123450000000018" }, null, 10, Ct)).Items;
        Assert.Equal("#1002", Assert.Single(found).Number);
    }

    [Fact]
    public async Task Two_people_on_one_rule_the_second_is_told()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var store = new RuleStore(rig.Db, rig.Rules, rig.Clock);
        await store.SaveAsync(TenantScope.Default, Sku, 0, "Ada", "first", Ct);
        await store.SaveAsync(TenantScope.Default, Sku with { Title = "Article" }, 1, "Ada", "a better word", Ct);
        Assert.Equal("Ada", Assert.IsType<RuleOutcome.Changed>(await store.SaveAsync(TenantScope.Default, Sku with { Path = "$.x" }, 1, "Bo", "mine", Ct)).By);
        Assert.IsType<RuleOutcome.Changed>(await store.SaveAsync(TenantScope.Default, Sku with { Path = "$.x" }, 0, "Bo", "mine", Ct));
        Assert.IsType<RuleOutcome.Unchanged>(await store.SaveAsync(TenantScope.Default, Sku with { Title = "Article" }, 2, "Bo", "mine", Ct));
        Assert.Equal(["path", "reason"], Assert.IsType<RuleOutcome.Refused>(await store.SaveAsync(TenantScope.Default, Sku with { Path = "x" }, 2, "Bo", " ", Ct)).Problems.Select(p => p.Field));
        // A new title looks through nothing.
        Assert.Single(await rig.RowsAsync<IdentifierBackfillRow>(Ct));
    }

    [Fact]
    public async Task A_trial_tells_what_a_rule_would_find_without_showing_it()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        for (var i = 1; i <= 30; i++)
            await rig.ReceiveAsync("shop", Orders.Order(i));
        var trial = new RuleTrial(rig.Db, rig.Connections);
        var shared = await trial.RunAsync(TenantScope.Default, Sku, 500, Ct);
        Assert.Equal((30, 30, 60, 2), (shared.Documents, shared.WithValue, shared.Values, shared.Distinct));
        Assert.Contains("30 of 30", shared.Warning, StringComparison.Ordinal);
        Assert.DoesNotContain(shared.Examples, e => e.Value.Contains("SKU-1", StringComparison.Ordinal));
        var own = await trial.RunAsync(TenantScope.Default, Sku with { Document = RuleDocument.Message, Path = "$.externalId", Connector = "shop" }, 20, Ct);
        Assert.Equal((20, 20, 20, null), (own.Documents, own.WithValue, own.Distinct, own.Warning));
        Assert.Contains("None", (await trial.RunAsync(TenantScope.Default, Sku with { Path = "$.no" }, 500, Ct)).Warning, StringComparison.Ordinal);
        Assert.DoesNotContain(await rig.RowsAsync<TransactionIdentifierRow>(Ct), i => i.Origin == IdentifierOrigin.Rule);
    }

    private static async Task<Guid> SaveAsync(EngineRig rig, IdentifierRule rule, int? revision = null) =>
        Assert.IsType<RuleOutcome.Saved>(await new RuleStore(rig.Db, rig.Rules, rig.Clock).SaveAsync(TenantScope.Default, rule, revision, "Bo", "why", Ct)).Backfill!.Value;

    private static RuleBackfill Backfill(EngineRig rig, int perSecond = 10_000) =>
        new(rig.Db, rig.Rules, rig.Writer, rig.Connections, rig.Node, new LeaseClock(rig.Clock), Options.Create(new BackfillOptions { BackfillPerSecond = perSecond }), rig.Clock);

    private static async Task FinishAsync(EngineRig rig)
    {
        rig.Clock.Advance(RuleStore.NodesKnowAfter);
        await Backfill(rig).TickAsync(Ct);
        Assert.DoesNotContain(await rig.RowsAsync<IdentifierBackfillRow>(Ct), b => b.State == BackfillState.Running);
    }

    private static async Task<BackfillItem> RunAsync(EngineRig rig, Guid id) => (await new RuleQueries(rig.Db, rig.Clock).FindBackfillAsync(TenantScope.Default, id, Ct))!;

    private static async Task<string> ValuesAsync(EngineRig rig, string kind) =>
        string.Join(' ', (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Where(i => i.Kind == kind).Select(i => i.Value).Order(StringComparer.Ordinal));

    private static TransactionQueries Queries(EngineRig rig) => new(rig.Db, TenantScope.Default, SeedEstate.Flows(), rig.Connections, rig.Clock, rig.Emails);
}
