using System.Reflection;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Persistence;

/// <summary>The hot path writes past EF: its tables must say the same as the model.</summary>
public sealed class TablesTests
{
    [Fact]
    public async Task Every_column_of_the_model_is_written_by_the_insert_and_none_that_is_not_there()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TestContext.Current.CancellationToken);
        await using var context = database.Db.CreateContext();
        string[] updatesOnly = [nameof(Tables.TransactionChanges), nameof(Tables.SignalsConsumed), nameof(Tables.MessageOutcomes), nameof(Tables.WorkItemProgress), nameof(Tables.WorkRestarts), nameof(Tables.WorkRestartsInLane), nameof(Tables.TurnTouches), nameof(Tables.TransactionOwners)];
        foreach (var field in typeof(Tables).GetFields(BindingFlags.Static | BindingFlags.Public))
        {
            var spec = field.GetValue(null)!;
            var table = (string)spec.GetType().GetProperty("Table")!.GetValue(spec)!;
            var columns = ((System.Collections.IEnumerable)spec.GetType().GetProperty("Columns")!.GetValue(spec)!)
                .Cast<object>().Select(c => (string)c.GetType().GetProperty("Name")!.GetValue(c)!).ToHashSet();
            var model = context.Model.GetEntityTypes().Single(e => e.GetTableName() == table).GetProperties().Select(p => p.GetColumnName()).ToHashSet();
            Assert.Empty(columns.Except(model));
            if (!updatesOnly.Contains(field.Name))
                Assert.Empty(model.Except(columns));
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_row_of_another_tenant_is_neither_seen_nor_written(DatabaseProvider provider)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(provider, ct);
        await using (var one = database.Db.CreateContext(new TenantScope(1)))
        {
            one.Connections.Add(new() { Key = "shop", Connector = "shopify", Document = "" });
            await one.SaveChangesAsync(ct);
        }

        await using var two = database.Db.CreateContext(new TenantScope(2));
        Assert.Empty(await two.Connections.ToListAsync(ct));
        two.Connections.Add(new() { TenantId = 1, Key = "stolen", Connector = "shopify", Document = "" });
        await Assert.ThrowsAsync<InvalidOperationException>(() => two.SaveChangesAsync(ct));
    }
}
