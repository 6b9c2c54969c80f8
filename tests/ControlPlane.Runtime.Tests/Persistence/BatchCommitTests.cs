using System.Data.Common;
using ControlPlane.Domain;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Tests.Persistence;

/// <summary>Two nodes whose batches touch the same work: one waits for the other, neither is thrown out.</summary>
public sealed class BatchCommitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly Guid Us = Guid.CreateVersion7();

    [Theory]
    [MemberData(nameof(Databases.Servers), MemberType = typeof(Databases))]
    public async Task Two_batches_that_progress_and_wake_each_others_work_do_not_dead_lock(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var dialect = CommitWriter.DialectOf(provider);
        var work = Enumerable.Range(0, 60).Select(_ => Work()).ToArray();
        await using var left = await database.Db.OpenAsync(Ct);
        await using var right = await database.Db.OpenAsync(Ct);
        await TransactAsync(left, dialect, () => dialect.InsertAsync(left, Tables.WorkItems, work, Ct));
        var (own, others) = (work[..30], work[30..]);
        for (var round = 0; round < 25; round++)
        {
            // Each node moves on what it holds and wakes what the other holds: the shape of a shipment that is
            // told by one node while the other begins to wait for it.
            using var both = new Barrier(2);
            await Task.WhenAll(
                Task.Run(() => CommitAsync(left, dialect, own, others, both), Ct),
                Task.Run(() => CommitAsync(right, dialect, others, own, both), Ct));
        }
    }

    [Fact]
    public async Task A_sweep_leaves_what_somebody_is_writing_to_the_next_sweep()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, Ct);
        var dialect = CommitWriter.DialectOf(DatabaseProvider.PostgreSql);
        var work = new[] { Work(), Work() };
        await using var writer = await database.Db.OpenAsync(Ct);
        await using var sweeper = await database.Db.OpenAsync(Ct);
        await TransactAsync(writer, dialect, () => dialect.InsertAsync(writer, Tables.WorkItems, work, Ct));
        await ExecuteAsync(writer, dialect.BeginStatement);
        await dialect.HoldWorkAsync(writer, [work[0].TransactionId], Ct);
        Assert.Equal(1, await ExecuteAsync(sweeper, dialect.SweepStatement("state = 1", "state = 2")));
        await ExecuteAsync(writer, "COMMIT");
        Assert.Equal(1, await ExecuteAsync(sweeper, dialect.SweepStatement("state = 1", "state = 2")));
    }

    private static Task CommitAsync(DbConnection connection, ISqlDialect dialect, WorkItemRow[] progress, WorkItemRow[] wake, Barrier both)
    {
        var units = progress.Select(w => new CommitUnit { Progress = w }).ToList();
        for (var i = 0; i < units.Count; i++)
            units[i].Wake.Add(wake[i].TransactionId);
        both.SignalAndWait(Ct);
        return TransactAsync(connection, dialect, () => new BatchCommit(dialect, connection).WriteAsync(units, Ct));
    }

    private static WorkItemRow Work() => new()
    {
        TransactionId = Guid.CreateVersion7(), TenantId = TenantScope.Default.TenantId, Owner = Us, Fence = 1, State = WorkState.Leased, Step = "post", Flow = "order", FlowVersion = 1, Source = "shop",
    };

    private static async Task TransactAsync(DbConnection connection, ISqlDialect dialect, Func<Task> body)
    {
        await ExecuteAsync(connection, dialect.BeginStatement);
        await body();
        await ExecuteAsync(connection, "COMMIT");
    }

    private static async Task<int> ExecuteAsync(DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteNonQueryAsync(Ct);
    }
}
