using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Views;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Views;

public sealed class SavedViewsTests
{
    private static readonly ViewPerson Ada = new("ada", "Ada", true), Bo = new("bo", "Bo", true), Eve = new("eve", "Eve", false);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_view_is_its_makers_until_it_is_shared(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var store = new ViewStore(database.Db, new FakeTimeProvider());
        var view = Done(await store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, " Stuck ", "?state=stuck&at=older-x&q=", false, Ct));
        Assert.Equal(("Stuck", "state=stuck", true, true), (view.Name, view.Query, view.Mine, view.MayChange));
        Assert.Empty(await store.ListAsync(TenantScope.Default, Bo, ViewPages.Transactions, Ct));
        Assert.IsType<ViewOutcome.NotThere>(await store.DeleteAsync(TenantScope.Default, Bo, view.Id, null, Ct));
        Assert.Empty(await store.ListAsync(TenantScope.Default, Ada, ViewPages.Cases, Ct));
        view = Done(await store.ChangeAsync(TenantScope.Default, Ada, view.Id, view.Revision, new(Shared: true), Ct));
        Assert.Equal(["Stuck"], (await store.ListAsync(TenantScope.Default, Bo, ViewPages.Transactions, Ct)).Select(v => v.Name));
        // Who may not share sees it, and cannot change it; who may not take it from the others does not.
        Assert.False((await store.ListAsync(TenantScope.Default, Eve, ViewPages.Transactions, Ct)).Single().MayChange);
        Assert.IsType<ViewOutcome.NotAllowed>(await store.ChangeAsync(TenantScope.Default, Eve, view.Id, null, new(Name: "Mine"), Ct));
        Assert.IsType<ViewOutcome.NotAllowed>(await store.CreateAsync(TenantScope.Default, Eve, ViewPages.Transactions, "x", "", true, Ct));
        Assert.IsType<ViewOutcome.NotAllowed>(await store.ChangeAsync(TenantScope.Default, Bo, view.Id, null, new(Shared: false), Ct));
        Assert.Equal("name", Assert.IsType<ViewOutcome.Refused>(await store.CreateAsync(TenantScope.Default, Bo, ViewPages.Transactions, "STUCK", "", true, Ct)).Field);
        Assert.Equal("query", Assert.IsType<ViewOutcome.Refused>(await store.CreateAsync(TenantScope.Default, Bo, ViewPages.Transactions, "x", "q=<b>", false, Ct)).Field);
        Assert.Empty(await store.ListAsync(new TenantScope(2), Ada, ViewPages.Transactions, Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_people_on_one_shared_view_the_second_is_told(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var store = new ViewStore(database.Db, new FakeTimeProvider());
        var view = Done(await store.CreateAsync(TenantScope.Default, Ada, ViewPages.Cases, "Ours", "system=us", true, Ct));
        Done(await store.ChangeAsync(TenantScope.Default, Ada, view.Id, view.Revision, new(Query: "system=erp"), Ct));
        var told = Assert.IsType<ViewOutcome.Changed>(await store.ChangeAsync(TenantScope.Default, Bo, view.Id, view.Revision, new(Name: "Bo's"), Ct));
        Assert.Equal(("Ada", "system=erp", "Ours"), (told.By, told.Now.Query, told.Now.Name));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_deletion_is_taken_back_the_order_is_kept_and_each_has_a_default(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var clock = new FakeTimeProvider();
        var store = new ViewStore(database.Db, clock);
        var views = new List<SavedView>();
        foreach (var name in new[] { "a", "b", "c" })
            views.Add(Done(await store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, name, "state=" + name, false, Ct)));
        Done(await store.MoveAsync(TenantScope.Default, Ada, views[2].Id, -2, Ct));
        Assert.Null(await store.SetDefaultAsync(TenantScope.Default, Ada, ViewPages.Transactions, views[1].Id, Ct));
        Assert.Equal(["c", "a", "b*"], await NamesAsync());
        Done(await store.DeleteAsync(TenantScope.Default, Ada, views[0].Id, null, Ct));
        Assert.Equal(["c", "b*"], await NamesAsync());
        Done(await store.RestoreAsync(TenantScope.Default, Ada, views[0].Id, Ct));
        Assert.Equal(["c", "a", "b*"], await NamesAsync());
        Done(await store.DeleteAsync(TenantScope.Default, Ada, views[0].Id, null, Ct));
        clock.Advance(ViewStore.TakenBackWithin + TimeSpan.FromSeconds(1));
        Assert.IsType<ViewOutcome.NotThere>(await store.RestoreAsync(TenantScope.Default, Ada, views[0].Id, Ct));
        Assert.Null(await store.SetDefaultAsync(TenantScope.Default, Ada, ViewPages.Transactions, null, Ct));
        Assert.Equal(["c", "b"], await NamesAsync());

        async Task<IEnumerable<string>> NamesAsync() => (await store.ListAsync(TenantScope.Default, Ada, ViewPages.Transactions, Ct)).Select(v => v.Name + (v.IsDefault ? "*" : ""));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Several_filters_are_counted_in_one_reading_as_each_alone(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        TransactionFilter[] filters =
        [
            TransactionFilter.None, new() { States = [TransactionState.Stuck] }, new() { States = [TransactionState.Stuck, TransactionState.Closed] }, new() { Connection = SeedEstate.Shop }, new() { FaultCode = "no.such_code" },
            new() { Search = seeded.Rows.Values.First().Transaction.Number }, new() { Ours = true }, new() { Connection = SeedEstate.Shop, States = [TransactionState.Closed, TransactionState.Waiting] },
        ];
        var each = new List<CappedCount>();
        foreach (var filter in filters)
            each.Add(await seeded.Queries.CountAsync(filter, Ct));
        Assert.Equal(each, await seeded.Queries.CountManyAsync(filters, Ct));
        Assert.True(each[0].Value > each[1].Value && each[1].Value > 0);
    }

    [Fact]
    public async Task Whoever_looks_is_served_by_one_count_for_some_seconds()
    {
        var (counter, clock) = (new Counting(), new FakeTimeProvider());
        var counts = new ViewCounts([counter], clock);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => counts.OfAsync(TenantScope.Default, "transactions", ["a", "b"], TimeZoneInfo.Utc, Ct)));
        Assert.Equal(1, counter.Readings);
        Assert.Equal([1, 1], (await counts.OfAsync(TenantScope.Default, "transactions", ["b", "a"], TimeZoneInfo.Utc, Ct)).Select(c => c!.Value));
        await counts.OfAsync(TenantScope.Default, "transactions", ["a", "c"], TimeZoneInfo.Utc, Ct);
        Assert.Equal((2, 3), (counter.Readings, counter.Queries));
        clock.Advance(ViewCounts.Kept);
        await counts.OfAsync(TenantScope.Default, "transactions", ["a"], TimeZoneInfo.Utc, Ct);
        await counts.OfAsync(new TenantScope(2), "transactions", ["a"], TimeZoneInfo.Utc, Ct);
        Assert.Equal(4, counter.Readings);
        Assert.Null(Assert.Single(await counts.OfAsync(TenantScope.Default, "worklist", ["a"], TimeZoneInfo.Utc, Ct)));
    }

    private static SavedView Done(ViewOutcome outcome) => Assert.IsType<ViewOutcome.Done>(outcome).View;

    private sealed class Counting : IViewCounter
    {
        public string Page => "transactions";

        public int Readings { get; private set; }

        public int Queries { get; private set; }

        public async Task<IReadOnlyList<CappedCount?>> CountAsync(TenantScope tenant, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct)
        {
            await Task.Yield();
            Readings++;
            Queries += queries.Count;
            return [.. queries.Select(_ => new CappedCount(Readings, false))];
        }
    }
}
