using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.ExceptionCases;

/// <summary>What ended a case before, out of what the engine and people left behind.</summary>
public sealed class LastTimesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_table_that_was_changed_is_what_ended_it_and_what_came_back_did_not_work(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 5; i++)
            await CauseEditingTests.FailAsync(rig, i, $"There is no equivalence for 'X{i}'.", "crosswalk.missing");
        await rig.DrainAsync(Ct);
        var id = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        Assert.Equal(CaseEndings.None, await Query(rig).OfAsync(TenantScope.Default, id, Ct));
        rig.Clock.Advance(TimeSpan.FromMinutes(11));
        await AddAsync(rig, new CrosswalkRevisionRow { TenantId = 1, Revision = 1, Crosswalk = "sku", At = rig.Clock.GetUtcNow().ToMicroseconds(), Author = "Ines", Reason = "r", Added = 1 });
        var stuck = (await rig.RowsAsync<TransactionRow>(Ct)).OrderBy(t => t.Id).ToList();
        foreach (var order in stuck.Take(3))
            await rig.Commands.RetryNowAsync(1, order.Id, "Ines", "added", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        // It comes back: retrying alone did not help.
        rig.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new Domain.Faults.Fault(Domain.Faults.FaultKind.Data, "crosswalk.missing", "There is no equivalence for 'X4'.")));
        await rig.Commands.RetryNowAsync(1, stuck[3].Id, "Bo", "perhaps", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);

        var times = await Query(rig).OfAsync(TenantScope.Default, id, Ct);
        Assert.Equal((4, TimeSpan.FromMinutes(11)), (times.Of, new TimeSpan(times.Median!.Value.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute)));
        Assert.Equal([new(Ending.CrosswalkChanged, 4, 3)], times.Endings);
        Assert.Equal(times.Endings[0], times.Suggested);
        Assert.Equal(CaseEndings.None, await Query(rig).OfAsync(new(2), id, Ct));
    }

    [Fact]
    public async Task An_event_that_came_late_ended_it_by_itself()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        var id = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).Single().Id;
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001");
        await rig.DrainAsync(Ct);
        Assert.Equal([new(Ending.ByItself, 1, 1)], (await Query(rig).OfAsync(TenantScope.Default, id, Ct)).Endings);
    }

    [Fact]
    public async Task A_mapping_published_before_the_retry_and_a_merged_case_count()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await CauseEditingTests.FailAsync(rig, 1, "Customer 1 is blocked.");
        await CauseEditingTests.FailAsync(rig, 2, "The debtor 2 is on the blacklist.");
        await rig.DrainAsync(Ct);
        var cases = (await rig.RowsAsync<ExceptionCaseRow>(Ct)).OrderBy(c => c.FirstSeenAt).ToList();
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await AddAsync(rig, new ConnectorVersionRow { TenantId = 1, Name = rig.Connections.Find("erp")!.Connector, Version = 1, Document = "", CreatedAt = rig.Clock.GetUtcNow().ToMicroseconds() });
        foreach (var order in await rig.RowsAsync<TransactionRow>(Ct))
            await rig.Commands.RetryNowAsync(1, order.Id, "Bo", "mapping 1", EntityId.New(rig.Clock), Ct);
        await rig.DrainAsync(Ct);
        Assert.Equal([new(Ending.MappingPublished, 1, 1)], (await Query(rig).OfAsync(TenantScope.Default, cases[0].Id, Ct)).Endings);
        await using (var context = rig.Db.CreateContext())
        {
            (await context.ExceptionCases.FindAsync([cases[1].Id], Ct))!.MergedInto = cases[0].Id;
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal(2, (await Query(rig).OfAsync(TenantScope.Default, cases[0].Id, Ct)).Of);
    }

    private static LastTimesQuery Query(EngineRig rig) => new(rig.Db, rig.Connections);

    private static async Task AddAsync(EngineRig rig, object row)
    {
        await using var context = rig.Db.CreateContext();
        context.Add(row);
        await context.SaveChangesAsync(Ct);
    }
}
