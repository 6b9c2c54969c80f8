using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Transactions;

public sealed class TransactionSearchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseProvider> Databases => Persistence.Databases.All;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Any_number_that_anyone_holds_finds_the_transaction(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var rows = seeded.Rows[SeedCase.ClosedInTwoShipments];
        foreach (var identifier in rows.Identifiers)
        {
            var page = await seeded.Queries.ListAsync(new() { Search = $"  {identifier.Written.ToLowerInvariant()} " }, null, 50, Ct);
            Assert.Equal((SearchMatch.Exact, rows.Transaction.Id), (page.Match, Assert.Single(page.Items).Id));
            var hit = Assert.Single(await seeded.Queries.FindAsync(identifier.Written, 10, Ct));
            Assert.Equal((rows.Transaction.Id, identifier.Written), (hit.TransactionId, hit.MatchedValue));
        }

        Assert.Equal(rows.Transaction.Id, Assert.Single((await seeded.Queries.ListAsync(new() { Search = rows.Transaction.Id.ToString("D") }, null, 50, Ct)).Items).Id);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_beginning_of_a_number_finds_it_when_nothing_is_exactly_that(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var expected = seeded.Rows.Values.Where(r => r.Identifiers.Exists(i => i.Value.StartsWith("SHOPIFY-EU-10", StringComparison.Ordinal))).Select(r => r.Transaction.Id).OrderDescending().ToList();
        var page = await seeded.Queries.ListAsync(new() { Search = "shopify-eu-10" }, null, 50, Ct);
        Assert.True(expected.Count > 5);
        Assert.Equal((SearchMatch.Prefix, expected.Count), (page.Match, page.Items.Count));
        Assert.Equal(expected, page.Items.Select(i => i.Id));
        Assert.Equal(expected.Take(3), (await seeded.Queries.FindAsync("shopify-eu-10", 3, Ct)).Select(h => h.TransactionId));
        Assert.Equal(SearchMatch.None, (await seeded.Queries.ListAsync(new() { Search = "shopify-eu-10-" }, null, 50, Ct)).Match);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_____")]
    [InlineData("'; DROP TABLE transactions; --")]
    [InlineData("   ")]
    [InlineData("#")]
    public async Task Odd_text_finds_nothing_and_breaks_nothing(string text)
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Empty((await seeded.Queries.ListAsync(new() { Search = text }, null, 50, Ct)).Items);
        Assert.Empty(await seeded.Queries.FindAsync(text, 10, Ct));
    }

    [Fact]
    public async Task A_number_of_many_is_paged_and_filtered_like_a_list()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        await using (var context = seeded.Db.CreateContext())
        {
            foreach (var rows in seeded.Rows.Values)
                foreach (var kind in new[] { IdentifierKinds.EmailHash, IdentifierKinds.PurchaseOrder })
                    context.TransactionIdentifiers.Add(new() { TransactionId = rows.Transaction.Id, Kind = kind, Value = "PO-7", Written = "PO-7" });
            await context.SaveChangesAsync(Ct);
        }

        var stuck = new TransactionFilter { Search = "po-7", States = [TransactionState.Stuck] };
        Assert.Equal(seeded.Rows.Values.Count(r => r.Transaction.State == TransactionState.Stuck), (await seeded.Queries.CountAsync(stuck, Ct)).Value);
        var seen = new List<Guid>();
        PageCursor? at = null;
        do
        {
            var page = await seeded.Queries.ListAsync(new() { Search = "po-7" }, at, 4, Ct);
            seen.AddRange(page.Items.Select(i => i.Id));
            at = page.Older;
        }
        while (at is not null);
        Assert.Equal(seeded.Rows.Values.Select(r => r.Transaction.Id).OrderDescending(), seen);
    }

    [Fact]
    public async Task A_mail_address_finds_its_orders_by_its_hash()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var emails = new EmailHash();
        emails.Use(new byte[32]);
        var id = seeded.Rows[SeedCase.Closed].Transaction.Id;
        await using (var context = seeded.Db.CreateContext())
        {
            context.TransactionIdentifiers.Add(new() { TransactionId = id, Kind = IdentifierKinds.EmailHash, Value = Identifier.Normalize(emails.Of("mia@mail.example")), Written = emails.Of("mia@mail.example") });
            await context.SaveChangesAsync(Ct);
        }

        var queries = new TransactionQueries(seeded.Db, TenantScope.Default, SeedEstate.Flows(), SeedEstate.Connections(), seeded.Clock, emails);
        Assert.Equal(id, Assert.Single((await queries.ListAsync(new() { Search = " Mia@Mail.example" }, null, 50, Ct)).Items).Id);
    }

    /// <summary>What the plan says is what a million rows will feel: one index range, no sorting, no walk through everything.</summary>
    [Fact]
    public async Task Every_list_walks_one_index_and_sorts_nothing()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        await using var context = seeded.Db.CreateContext();
        (TransactionFilter, string)[] plans =
        [
            (TransactionFilter.None, "ix_transactions_tenant_id_id"),
            (new() { TotalAtLeast = new Domain.Shared.Money(100, "EUR") }, "ix_transactions_tenant_id_id"),
            (new() { States = [TransactionState.Stuck] }, "ix_transactions_tenant_id_state_id"),
            (new() { Stage = "mapped" }, "ix_transactions_tenant_id_state_id"),
            (new() { Connection = SeedEstate.Shop }, "ix_transactions_tenant_id_connection_id"),
            (new() { Connection = SeedEstate.Shop, States = [TransactionState.Closed] }, "ix_transactions_tenant_id_connection_id"),
            (new() { Connection = SeedEstate.Shop, States = [TransactionState.Stuck] }, "ix_transactions_tenant_id_state_id"),
        ];
        foreach (var (filter, index) in plans)
            foreach (var range in ListQuery.Ranges(context, filter))
            {
                var edge = Guid.CreateVersion7(SeededDatabase.Latest);
                var plan = await PlanAsync(context, range.Where(t => t.Id.CompareTo(edge) < 0).OrderByDescending(t => t.Id).Take(50));
                Assert.Contains(index, plan, StringComparison.Ordinal);
                Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
            }
    }

    private static async Task<string> PlanAsync<T>(ControlPlaneDbContext context, IQueryable<T> query)
    {
        var sql = string.Join('\n', query.ToQueryString().Split('\n').Where(l => !l.StartsWith(".param", StringComparison.Ordinal)));
        await using var command = context.Database.GetDbConnection().CreateCommand();
        await context.Database.OpenConnectionAsync(Ct);
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (System.Text.RegularExpressions.Match name in System.Text.RegularExpressions.Regex.Matches(sql, "@[A-Za-z_0-9]+"))
            if (!command.Parameters.Contains(name.Value))
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name.Value, 1);
                command.Parameters.Add(parameter);
            }

        var plan = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            plan.Add(reader.GetString(3));
        return string.Join('\n', plan);
    }
}
