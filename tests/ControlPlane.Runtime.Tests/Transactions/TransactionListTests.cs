using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Tests.Transactions;

public sealed class TransactionListTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseProvider> Databases => Persistence.Databases.All;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Pages_walk_from_the_newest_to_the_oldest_and_back_without_gap_or_repeat(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var all = seeded.Rows.Values.Select(r => r.Transaction.Id).OrderDescending().ToList();
        var down = new List<Guid>();
        PageCursor? at = null;
        TransactionListPage page;
        do
        {
            page = await seeded.Queries.ListAsync(TransactionFilter.None, at, 5, Ct);
            down.AddRange(page.Items.Select(i => i.Id));
            at = page.Older;
        }
        while (at is not null);
        Assert.Equal(all, down);

        var up = new List<Guid>(page.Items.Reverse().Select(i => i.Id));
        while (page.Newer is { } newer)
        {
            page = await seeded.Queries.ListAsync(TransactionFilter.None, newer, 5, Ct);
            up.AddRange(page.Items.Reverse().Select(i => i.Id));
        }

        Assert.Equal(all.AsEnumerable().Reverse(), up);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_older_page_stays_as_it_is_while_new_rows_arrive(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var first = await seeded.Queries.ListAsync(TransactionFilter.None, null, 5, Ct);
        var before = await seeded.Queries.ListAsync(TransactionFilter.None, first.Older, 5, Ct);
        await seeded.Seed.OneAsync(SeedCase.Closed, 500, SeededDatabase.Latest.AddMinutes(5), Ct);
        var after = await seeded.Queries.ListAsync(TransactionFilter.None, first.Older, 5, Ct);
        Assert.Equal(before.Items.Select(i => i.Id), after.Items.Select(i => i.Id));
        Assert.Equal(1, await seeded.Queries.CountNewerAsync(TransactionFilter.None, first.Items[0].Id, 100, Ct));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Each_filter_finds_what_a_look_at_every_row_finds(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var rows = seeded.Rows.Values.Select(r => r.Transaction).ToList();
        // Exactly the receipt of one of them: inclusive at the beginning, exclusive at the end.
        var from = SeededDatabase.Latest.AddMinutes(-30);
        (TransactionFilter Filter, Func<Runtime.Transactions.TransactionRow, bool> Same)[] filters =
        [
            (new() { States = [TransactionState.Stuck] }, t => t.State == TransactionState.Stuck),
            (new() { States = [TransactionState.Closed, TransactionState.Retrying] }, t => t.State is TransactionState.Closed or TransactionState.Retrying),
            (new() { Connection = SeedEstate.Till }, t => t.Connection == SeedEstate.Till),
            (new() { Connection = SeedEstate.Shop, States = [TransactionState.Closed, TransactionState.Stuck] }, t => t.Connection == SeedEstate.Shop && t.State is TransactionState.Closed or TransactionState.Stuck && t.Connection == SeedEstate.Shop),
            (new() { Stage = "closed" }, t => t.Stage == "closed"),
            (new() { Stage = "mapped" }, t => t.Stage == "mapped"),
            (new() { Party = SystemRole.Erp }, t => t.Party == SystemRole.Erp),
            (new() { PartyConnection = SeedEstate.Wms }, t => t.PartyConnection == SeedEstate.Wms),
            (new() { Ours = true }, t => !t.State.IsFinal() && t.Party is null),
            (new() { FaultCode = "http.503" }, t => t.FaultCode == "http.503"),
            (new() { ReceivedFrom = from }, t => t.ReceivedAt >= from.ToMicroseconds()),
            (new() { ReceivedTo = from }, t => t.ReceivedAt < from.ToMicroseconds()),
            (new() { ReceivedFrom = from.AddMinutes(-9), ReceivedTo = from }, t => t.ReceivedAt >= from.AddMinutes(-9).ToMicroseconds() && t.ReceivedAt < from.ToMicroseconds()),
            (new() { TotalAtLeast = new Money(10_000, "EUR") }, t => t.Currency == "EUR" && t.TotalMinor >= 10_000),
            (new() { TotalAtMost = new Money(10_000, "EUR") }, t => t.Currency == "EUR" && t.TotalMinor <= 10_000),
        ];
        foreach (var (filter, same) in filters)
        {
            var expected = rows.Where(same).Select(t => t.Id).OrderDescending().ToList();
            Assert.True(expected.Count > 0 && expected.Count < rows.Count, $"{filter} tells nothing apart in this seed");
            Assert.Equal(expected, (await seeded.Queries.ListAsync(filter, null, 200, Ct)).Items.Select(i => i.Id));
            Assert.Equal(new CappedCount(expected.Count, false), await seeded.Queries.CountAsync(filter, Ct));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Where_the_open_ones_stand_is_counted_the_largest_group_first(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var filter = new TransactionFilter { States = [TransactionState.Stuck, TransactionState.Waiting, TransactionState.Retrying] };
        Assert.True(filter.OpenOnly);
        var expected = seeded.Rows.Values.Select(r => r.Transaction).Where(t => filter.States.Contains(t.State)).GroupBy(t => t.Party).ToDictionary(g => g.Key?.ToString() ?? "", g => g.Count());
        var found = await seeded.Queries.StandingAsync(filter, Ct);
        Assert.True(expected.Count > 1, "the seed tells nothing apart");
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.ToDictionary(s => s.Party?.ToString() ?? "", s => s.Count).OrderBy(e => e.Key, StringComparer.Ordinal));
        Assert.Equal(found.OrderByDescending(s => s.Count).Select(s => s.Count), found.Select(s => s.Count));
    }

    [Fact]
    public void Only_a_filter_that_no_finished_order_passes_is_open_only()
    {
        Assert.True(new TransactionFilter { Party = SystemRole.Erp }.OpenOnly);
        Assert.False(TransactionFilter.None.OpenOnly);
        Assert.False(new TransactionFilter { Stage = "mapped" }.OpenOnly);
        Assert.False(new TransactionFilter { States = [TransactionState.Stuck, TransactionState.Closed] }.OpenOnly);
    }

    [Fact]
    public async Task Filters_that_cannot_both_hold_find_nothing()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var page = await seeded.Queries.ListAsync(new() { Party = SystemRole.Erp, States = [TransactionState.Closed] }, null, 50, Ct);
        Assert.Empty(page.Items);
        Assert.Equal((null, null, new CappedCount(0, false)), (page.Older, page.Newer, page.Count));
    }

    [Fact]
    public async Task A_page_that_holds_everything_knows_the_count_itself()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal(seeded.Rows.Count, (await seeded.Queries.ListAsync(TransactionFilter.None, null, 200, Ct)).Count!.Value);
        Assert.Null((await seeded.Queries.ListAsync(TransactionFilter.None, null, 5, Ct)).Count);
        Assert.Equal("10,000+", new CappedCount(10_000, true).ToString());
    }

    [Fact]
    public async Task A_count_stops_at_its_cap()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        await seeded.Seed.ManyAsync(10_050, SeededDatabase.Latest.AddDays(-3), TimeSpan.FromSeconds(10), fullEvery: 100_000, Ct);
        Assert.Equal(new CappedCount(CappedCount.Cap, true), await seeded.Queries.CountAsync(TransactionFilter.None, Ct));
        Assert.Equal(100, await seeded.Queries.CountNewerAsync(TransactionFilter.None, Guid.Empty, 100, Ct));
    }

    [Fact]
    public async Task Another_tenants_transactions_are_not_there()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var other = seeded.QueriesOf(new TenantScope(2));
        var row = seeded.Rows[SeedCase.StuckRefused];
        Assert.Empty((await other.ListAsync(TransactionFilter.None, null, 50, Ct)).Items);
        Assert.Empty((await other.ListAsync(new() { Search = row.Transaction.Number }, null, 50, Ct)).Items);
        Assert.Empty(await other.FindAsync(row.Transaction.Number, 10, Ct));
        Assert.Empty(await other.ReadAsync([row.Transaction.Id], Ct));
        Assert.Null(await other.FindAsync(row.Transaction.Id, Ct));
        Assert.Null(await other.LinesAsync(row.Transaction.Id, Ct));
        Assert.Null(await other.PayloadAsync(row.Transaction.SourcePayloadId!.Value, reveal: true, Ct));
    }

    [Fact]
    public async Task List_and_page_come_to_the_same_verdict()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var now = seeded.Clock.GetUtcNow();
        foreach (var item in (await seeded.Queries.ListAsync(TransactionFilter.None, null, 200, Ct)).Items)
        {
            var inList = item.Verdict(now, TimeZoneInfo.Utc);
            var onPage = (await seeded.Queries.FindAsync(item.Id, Ct))!.Verdict(now, TimeZoneInfo.Utc);
            // What the list does not look up (who sent a refusal, why it was cancelled) may leave words out, never change whose move it is.
            Assert.Equal((onPage.Move, onPage.Since, onPage.System?.Key), (inList.Move, inList.Since, inList.System?.Key));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("not a cursor, but of 23")]
    public void Text_that_is_no_cursor_is_refused(string text) => Assert.False(PageCursor.TryParse(text, out _));

    [Fact]
    public void A_cursor_survives_the_way_through_an_address()
    {
        var cursor = new PageCursor(true, Guid.CreateVersion7(SeededDatabase.Latest));
        Assert.True(PageCursor.TryParse(cursor.ToString(), out var read));
        Assert.Equal(cursor, read);
        Assert.Matches("^[A-Za-z0-9_-]{23}$", cursor.ToString());
    }
}
