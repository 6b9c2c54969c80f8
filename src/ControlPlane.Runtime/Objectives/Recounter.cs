using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>
/// Counts new versions over the whole past, a batch at a time by the ids of transactions; how far it is stands in the same commit, so that a node
/// that is killed costs nothing. What happens meanwhile is counted by <see cref="JournalFollower"/> for them, too.
/// </summary>
internal sealed class Recounter(IControlPlaneDb db, JournalCounter counter, JournalFollower follower, ObjectiveCounters counters, TimeProvider clock)
{
    public const int MostAtOnce = 250;

    /// <summary>One batch.</summary>
    /// <returns>True when there is more.</returns>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var counting = await context.ObjectiveCounters.IgnoreQueryFilters().AsNoTracking().Where(c => c.State == CounterState.Counting).OrderBy(c => c.TenantId).ToListAsync(ct);
        if (counting.Count == 0)
            return await ForgetAsync(ct);
        // Those that stand at the same place read the journal once.
        var tenant = counting[0].TenantId;
        var from = counting.Where(c => c.TenantId == tenant).Min(c => c.Cursor);
        var together = counting.Where(c => c.TenantId == tenant && c.Cursor == from).ToList();
        var ids = await IdsAsync(tenant, from, ct);
        await follower.LoadMarksAsync(ids, ct);
        await using var taken = await CountingLock.TakeAsync(db, ct);
        var still = (await taken.Sql.ReadAsync($"SELECT id, {taken.Sql.Quote("cursor")} FROM objective_counters WHERE state = 1", r => (Id: r.GetInt32(0), Cursor: CountedReading.Id(r, 1)), ct)).Where(c => c.Cursor == from).Select(c => c.Id).ToHashSet();
        together.RemoveAll(c => !still.Contains(c.Id));
        if (ids.Count > 0)
            await counter.CountAsync(taken.Connection, taken.Dialect, await ObjectiveSlices.ReadAsync(taken.Connection, ct), [.. together.Select(counters.Counted).OfType<Counted>()], ids, clock.GetUtcNow(), null, ct);
        foreach (var row in together)
            if (ids.Count > 0)
                await taken.Sql.ExecuteAsync($"UPDATE objective_counters SET {taken.Sql.Quote("cursor")} = @to, looked = looked + @looked WHERE id = @id", ct, ("to", ids[^1]), ("looked", (long)ids.Count), ("id", row.Id));
            else
                await ServeAsync(taken, row, ct);
        await taken.CommitAsync(ct);
        return true;
    }

    private async Task<List<Guid>> IdsAsync(int tenant, Guid from, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var text = db.Provider == DatabaseProvider.SqlServer
            ? $"SELECT TOP ({MostAtOnce}) id FROM transactions WHERE tenant_id = @tenant AND id > @from ORDER BY id"
            : $"SELECT id FROM transactions WHERE tenant_id = @tenant AND id > @from ORDER BY id LIMIT {MostAtOnce}";
        return await new Persistence.Batches.BatchSql(connection).ReadAsync(text, r => CountedReading.Id(r, 0), ct, ("tenant", tenant), ("from", from));
    }

    /// <summary>The version comes into service. The one before stays beside it, so that both curves can be shown; a run of the same version is given up.</summary>
    private async Task ServeAsync(CountingLock taken, ObjectiveCounterRow row, CancellationToken ct)
    {
        (string, object?)[] of = [("tenant", row.TenantId), ("indicator", row.Indicator), ("version", row.Version), ("id", row.Id)];
        await taken.Sql.ExecuteAsync("UPDATE objective_counters SET state = 4 WHERE tenant_id = @tenant AND indicator = @indicator AND id <> @id AND (state = 3 OR (version = @version AND state = 2))", ct, of);
        await taken.Sql.ExecuteAsync("UPDATE objective_counters SET state = 3 WHERE tenant_id = @tenant AND indicator = @indicator AND id <> @id AND version <> @version AND state = 2", ct, of);
        await taken.Sql.ExecuteAsync("UPDATE objective_counters SET state = 2, done_at = @now WHERE id = @id", ct, ("now", clock.GetUtcNow().ToMicroseconds()), ("id", row.Id));
    }

    /// <summary>Counts that were given up go, a piece at a time; the row that says that there was such a version stays.</summary>
    private async Task<bool> ForgetAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var given = await context.ObjectiveCounters.IgnoreQueryFilters().Where(c => c.State == CounterState.GivenUp).Select(c => c.Id).ToListAsync(ct);
        foreach (var id in given)
        {
            if (!await context.ObjectiveReadings.IgnoreQueryFilters().AnyAsync(r => r.CounterId == id, ct))
                continue;
            await context.ObjectiveTallies.Where(t => t.CounterId == id).ExecuteDeleteAsync(ct);
            var some = await context.ObjectiveReadings.IgnoreQueryFilters().Where(r => r.CounterId == id).OrderBy(r => r.StartedAt).Take(2_000).Select(r => r.TransactionId).ToListAsync(ct);
            foreach (var chunk in some.Chunk(500))
                await context.ObjectiveReadings.IgnoreQueryFilters().Where(r => r.CounterId == id && chunk.Contains(r.TransactionId)).ExecuteDeleteAsync(ct);
            return true;
        }

        return false;
    }
}
