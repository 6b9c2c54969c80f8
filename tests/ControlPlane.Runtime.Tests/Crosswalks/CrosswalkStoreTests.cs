using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Crosswalks;

public sealed class CrosswalkStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_change_is_in_service_at_once_here_and_on_the_other_node_when_it_looks(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        var other = rig.OtherNode();
        await other.Loader.RefreshAsync(Ct);
        var first = Assert.IsType<CrosswalkOutcome.Applied>(await rig.ChangeAsync("carrier", Ct, rig.Wish("UPS", "ups"), rig.Wish("DHL", "dhl", "connection:shop-eu")));
        Assert.Equal((1, "ups", "dhl", null), (first.Revision, rig.Ours("carrier", "UPS"), rig.Ours("carrier", "DHL"), rig.Ours("carrier", "DHL", "shop-us")));
        Assert.Null(other.Ours("carrier", "UPS"));
        Assert.True(await other.Loader.RefreshAsync(Ct));
        Assert.False(await other.Loader.RefreshAsync(Ct));
        Assert.Equal("ups", other.Ours("carrier", "UPS"));
        // The other node changes one and retires one; this one follows by what differs.
        Assert.IsType<CrosswalkOutcome.Applied>(await other.ChangeAsync("carrier", Ct, other.Wish("UPS", "ups-new"), other.Wish("DHL", "dhl", "connection:shop-eu", retired: true)));
        Assert.Equal("ups", rig.Ours("carrier", "UPS"));
        await rig.Loader.RefreshAsync(Ct);
        Assert.Equal(("ups-new", null), (rig.Ours("carrier", "UPS"), rig.Ours("carrier", "DHL")));
        // What a node loads anew is the same.
        var third = rig.OtherNode();
        await third.Loader.RefreshAsync(Ct);
        Assert.Equal(("ups-new", null, 2), (third.Ours("carrier", "UPS"), third.Ours("carrier", "DHL"), third.Board.Current.Revision));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_a_code_meant_can_be_asked_as_of_any_revision_and_instant(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        await rig.ChangeAsync("uom", Ct, rig.Wish("CS", "EA", factor: 12.000000000001m));
        var between = rig.Clock.GetUtcNow().AddMinutes(30);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.ChangeAsync("uom", Ct, rig.Wish("CS", "EA", factor: 24));
        await rig.ChangeAsync("uom", Ct, rig.Wish("CS", "EA", factor: 24, retired: true));
        var chain = CrosswalkScope.ChainOf("shop-eu", "shopify", SystemRole.Storefront);
        async Task<decimal?> AskAsync(DateTimeOffset at, long? revision) => (await rig.Queries.AskAsync(TenantScope.Default, "uom", "cs", CrosswalkDirection.ToOurs, chain, at, revision, Ct))!.Hit?.Factor;
        Assert.Equal([12.000000000001m, 24, null], [await AskAsync(between, 1), await AskAsync(between, 2), await AskAsync(between, 3)]);
        Assert.Equal([12.000000000001m, null], [await AskAsync(between, null), await AskAsync(rig.Clock.GetUtcNow(), null)]);
        Assert.Null(await AskAsync(between.AddDays(-1), null));
        var page = (await rig.Queries.PageAsync(TenantScope.Default, "uom", new(), null, 10, Ct))!;
        Assert.Empty(page.Items);
        var retired = Assert.Single((await rig.Queries.PageAsync(TenantScope.Default, "uom", new(State: CrosswalkState.Retired), null, 10, Ct))!.Items);
        var history = await rig.Queries.HistoryAsync(TenantScope.Default, "uom", retired.Entry.Id, Ct);
        Assert.Equal([(3, "Ada", "because"), (2, "Ada", "because"), (1, "Ada", "because")], history.Select(h => (h.Entry.Revision, h.Author, h.Reason)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_many_who_add_the_same_code_at_once_one_gets_it_and_the_others_are_told(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => rig.ChangeAsync("carrier", Ct, rig.Wish("UPS", $"ours-{i}", directions: i % 2 == 0 ? CrosswalkDirections.ToOurs : CrosswalkDirections.Both)))));
        Assert.True(outcomes.OfType<CrosswalkOutcome.Applied>().Any());
        await using var context = rig.Db.CreateContext();
        var rows = await context.CrosswalkEntries.Where(v => v.ReplacedIn == null).ToListAsync(Ct);
        Assert.Single(rows);
        Assert.Equal(outcomes.OfType<CrosswalkOutcome.Applied>().Count(), await context.CrosswalkRevisions.CountAsync(Ct));
        Assert.Equal(rows[0].Ours, rig.Ours("carrier", "UPS"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_part_that_is_refused_keeps_back_everything_unless_it_is_to_be_left_out(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        CrosswalkWish[] wishes = [rig.Wish("4006381333931", "A"), rig.Wish("4006381333932", "B")];
        var refused = Assert.IsType<CrosswalkOutcome.Refused>(await rig.ChangeAsync("sku", Ct, wishes));
        Assert.Equal("crosswalk.gtin_check_digit", refused.Plan.Steps[1].Problems[0].Code);
        Assert.Null(rig.Ours("sku", "4006381333931"));
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Store.ChangeAsync(TenantScope.Default, "sku", wishes, CrosswalkRig.Ada, "the good one", true, Ct));
        Assert.Equal(("A", null), (rig.Ours("sku", "4006381333931"), rig.Ours("sku", "4006381333932")));
        Assert.IsType<CrosswalkOutcome.Unchanged>(await rig.ChangeAsync("sku", Ct, wishes[0]));
        Assert.Equal("crosswalk.reason", Assert.IsType<CrosswalkOutcome.NotPossible>(await rig.Store.ChangeAsync(TenantScope.Default, "sku", wishes, CrosswalkRig.Ada, " ", false, Ct)).Code);
        Assert.Equal("crosswalk.unknown_table", Assert.IsType<CrosswalkOutcome.NotPossible>(await rig.ChangeAsync("nothing", Ct, wishes)).Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Where_a_second_person_is_needed_a_change_waits_for_one_who_is_not_its_author(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Store.SetTableAsync(TenantScope.Default, new("tax-category", "Tax") { Approval = true }, CrosswalkRig.Ada, "auditors", Ct));
        var proposed = Assert.IsType<CrosswalkOutcome.Proposed>(await rig.ChangeAsync("tax-category", Ct, rig.Wish("A", "FULL")));
        Assert.Null(rig.Ours("tax-category", "A"));
        var pending = Assert.Single(await rig.Approvals.PendingAsync(TenantScope.Default, "tax-category", Ct));
        Assert.Equal((proposed.Change, proposed.Digest, "Ada", 1), (pending.Id, pending.Digest, pending.Author, pending.Plan.Count(CrosswalkChange.Added)));
        Task<CrosswalkOutcome> DecideAsync(CrosswalkAuthor who, string digest, bool approve = true) => rig.Approvals.DecideAsync(TenantScope.Default, pending.Id, digest, approve, who, "looked at", Ct);
        Assert.Equal("crosswalk.own_change", Assert.IsType<CrosswalkOutcome.NotPossible>(await DecideAsync(CrosswalkRig.Ada, pending.Digest)).Code);
        Assert.Equal("crosswalk.own_change", Assert.IsType<CrosswalkOutcome.NotPossible>(await DecideAsync(new("9", "ada"), pending.Digest)).Code);
        Assert.Equal("crosswalk.digest", Assert.IsType<CrosswalkOutcome.NotPossible>(await DecideAsync(CrosswalkRig.Ben, "another")).Code);
        Assert.Null(rig.Ours("tax-category", "A"));
        Assert.IsType<CrosswalkOutcome.Applied>(await DecideAsync(CrosswalkRig.Ben, pending.Digest));
        Assert.Equal("FULL", rig.Ours("tax-category", "A"));
        Assert.Equal("crosswalk.decided", Assert.IsType<CrosswalkOutcome.NotPossible>(await DecideAsync(CrosswalkRig.Ben, pending.Digest)).Code);
        Assert.Empty(await rig.Approvals.PendingAsync(TenantScope.Default, null, Ct));
        Assert.Equal(("Ada", "Ben"), (await rig.Queries.RevisionsAsync(TenantScope.Default, "tax-category", null, 1, Ct))[0] is var newest ? (newest.Author, newest.Approver!) : default);
    }

    [Fact]
    public async Task An_approval_is_refused_when_the_entry_was_changed_since_it_was_proposed()
    {
        await using var rig = await CrosswalkRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ChangeAsync("customer", Ct, rig.Wish("A", "1"));
        await rig.Store.SetTableAsync(TenantScope.Default, new("customer", "Customers") { Approval = true }, CrosswalkRig.Ada, "why", Ct);
        var first = Assert.IsType<CrosswalkOutcome.Proposed>(await rig.ChangeAsync("customer", Ct, rig.Wish("A", "2")));
        var second = Assert.IsType<CrosswalkOutcome.Proposed>(await rig.ChangeAsync("customer", Ct, rig.Wish("A", "3")));
        Assert.IsType<CrosswalkOutcome.Applied>(await rig.Approvals.DecideAsync(TenantScope.Default, first.Change, first.Digest, true, CrosswalkRig.Ben, "ok", Ct));
        var refused = Assert.IsType<CrosswalkOutcome.Refused>(await rig.Approvals.DecideAsync(TenantScope.Default, second.Change, second.Digest, true, CrosswalkRig.Ben, "ok", Ct));
        Assert.Equal("crosswalk.changed_meanwhile", refused.Plan.Steps[0].Problems[0].Code);
        Assert.IsType<CrosswalkOutcome.Unchanged>(await rig.Approvals.DecideAsync(TenantScope.Default, second.Change, second.Digest, false, CrosswalkRig.Ada, "out of date", Ct));
        Assert.Equal("2", rig.Ours("customer", "A"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Pages_walk_along_the_codes_and_filters_narrow_them(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        await rig.ChangeAsync("location", Ct, [.. Enumerable.Range(0, 25).Select(i => rig.Wish($"wh-{i:00}", $"L{i}", i % 2 == 0 ? "global" : "connection:shop-eu"))]);
        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await rig.Queries.PageAsync(TenantScope.Default, "location", new(), cursor, 10, Ct))!;
            seen.AddRange(page.Items.Select(i => i.Entry.Theirs));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"wh-{i:00}"), seen);
        async Task<int> CountAsync(CrosswalkFilter filter) => (await rig.Queries.PageAsync(TenantScope.Default, "location", filter, null, 100, Ct))!.Items.Count;
        Assert.Equal(
            (12, 1, 5, 0),
            (await CountAsync(new(Scope: CrosswalkScope.OfConnection("shop-eu"))), await CountAsync(new("WH-07")), await CountAsync(new("wh-1", CrosswalkScope.Global)), await CountAsync(new(State: CrosswalkState.Retired))));
        Assert.Equal("L7", rig.Ours("location", "wh-07"));
        await rig.Counts.FlushAsync(Ct);
        Assert.Equal((24, 1), (await CountAsync(new(NeverHit: true)), (await rig.Queries.PageAsync(TenantScope.Default, "location", new("wh-07"), null, 1, Ct))!.Items[0].Hits));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_missed_code_is_a_gap_with_its_example_until_it_has_an_entry(DatabaseProvider provider)
    {
        await using var rig = await CrosswalkRig.StartAsync(provider, Ct);
        await rig.ChangeAsync("carrier", Ct, rig.Wish("USPS-GA", "usps-ground", "connection:shop-us"), rig.Wish("UPS", "ups"));
        var message = Guid.CreateVersion7();
        using (CrosswalkTally.About(message))
            Assert.Null(rig.Ours("carrier", "usps-ga"));
        await rig.Counts.FlushAsync(Ct);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(rig.Ours("carrier", "USPS-GA"));
        Assert.Null(rig.Ours("sku", "T-1"));
        var gaps = await rig.Gaps.OpenAsync(TenantScope.Default, null, Ct);
        Assert.Equal([("carrier", "usps-ga", 2), ("sku", "T-1", 1)], gaps.Select(g => (g.Missed.Table, g.Missed.Code, g.Count)));
        Assert.Equal((message, rig.Clock.GetUtcNow().AddMinutes(-5), rig.Clock.GetUtcNow()), (gaps[0].MessageId, gaps[0].FirstAt, gaps[0].LastAt));
        var suggestion = (await rig.Gaps.SuggestAsync(TenantScope.Default, "carrier", "usps-ga", CrosswalkDirection.ToOurs, Ct))[0];
        Assert.Equal(("usps-ground", "connection:shop-us means it by this code"), (suggestion.Code, suggestion.Reason));
        var list = await rig.Queries.ListAsync(TenantScope.Default, Ct);
        Assert.Equal((2, 2, 1), list.Tables.Single(t => t.Table.Name == "carrier") is var c ? (c.Entries, c.NeverHit, c.Gaps) : default);
        await rig.ChangeAsync("carrier", Ct, rig.Wish("USPS-GA", "usps-ground", "connection:shop-eu", CrosswalkDirections.ToOurs));
        Assert.Equal(["T-1"], (await rig.Gaps.OpenAsync(TenantScope.Default, null, Ct)).Select(g => g.Missed.Code));
        // Forgotten when nobody sent it for long.
        rig.Clock.Advance(CrosswalkCounts.KeptFor + TimeSpan.FromDays(1));
        rig.Ours("carrier", "UPS");
        await rig.Counts.FlushAsync(Ct);
        await using var context = rig.Db.CreateContext();
        Assert.Empty(await context.CrosswalkMisses.ToListAsync(Ct));
    }

    [Fact]
    public async Task The_columns_that_are_written_are_those_of_the_model()
    {
        await using var rig = await CrosswalkRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await using var context = rig.Db.CreateContext();
        foreach (var field in typeof(CrosswalkSql).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public).Where(f => f.Name != nameof(CrosswalkSql.Replaced)))
        {
            var spec = field.GetValue(null)!;
            var columns = ((System.Collections.IEnumerable)spec.GetType().GetProperty("Columns")!.GetValue(spec)!).Cast<object>().Select(c => (string)c.GetType().GetProperty("Name")!.GetValue(c)!).Order();
            var table = (string)spec.GetType().GetProperty("Table")!.GetValue(spec)!;
            Assert.Equal(context.Model.GetEntityTypes().Single(e => e.GetTableName() == table).GetProperties().Select(p => p.GetColumnName()).Order(), columns);
        }
    }
}
