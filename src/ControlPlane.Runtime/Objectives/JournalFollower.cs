using System.Data.Common;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>
/// Counts what is new in the journal, and what became late without an event. The engine tells nobody anything: new rows are found by their number
/// in SQLite, elsewhere by their time with a look back, since of two nodes the one with the earlier time may commit later.
/// </summary>
internal sealed class JournalFollower(IControlPlaneDb db, JournalCounter counter, OrderMarks marks, ObjectiveCounters counters, TimeProvider clock)
{
    /// <summary>
    /// Rows of the journal that one pass takes, where they have numbers. Many: orders under way at the same time write in turn, and of however many rows of a pass
    /// an order is counted once.
    /// </summary>
    public const int MostRows = 40_000;

    /// <summary>Transactions that one commit counts: the lock, and on SQLite every writer, waits so long.</summary>
    public const int MostAtOnce = 250;

    /// <summary>How far each pass looks back; a commit that takes longer is found by the long look.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan LongLookBack = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongEvery = TimeSpan.FromMinutes(1);

    /// <summary>After a stop the journal is taken up in pieces: longer ones while little is in them, shorter ones while much is.</summary>
    private TimeSpan _ahead = TimeSpan.FromMinutes(1);

    /// <summary>One pass.</summary>
    /// <returns>True when there is more to do at once.</returns>
    public async Task<bool> FollowAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await PositionAsync(now, ct) is not { } at)
            return false;
        var look = db.Provider == DatabaseProvider.Sqlite ? await NumbersAsync(at, now, ct) : await TimesAsync(at, now, ct);
        await CountAsync(look.Transactions, now, ct);
        await CountAsync(await LateAsync(now, ct), now, ct);
        await using var context = db.CreateContext();
        // Another node may have come further meanwhile: then it stays there.
        await context.ObjectiveFollow.Where(f => f.Position == at.Position).ExecuteUpdateAsync(
            s => s.SetProperty(f => f.Position, look.Position).SetProperty(f => f.ReadUpTo, look.ReadUpTo).SetProperty(f => f.LookedBackAt, look.LookedBackAt), ct);
        return look.More;
    }

    /// <summary>Brings these up to date in all versions that are counted.</summary>
    public async Task CountAsync(IReadOnlyCollection<Guid> transactions, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var chunk in transactions.Distinct().Order().Chunk(MostAtOnce))
        {
            await LoadMarksAsync(chunk, ct);
            var final = new FinalEvents();
            await using var taken = await CountingLock.TakeAsync(db, ct);
            // Asked for under the lock: a version whose recount has been past one of these must not be left out here.
            await counter.CountAsync(taken.Connection, taken.Dialect, await ObjectiveSlices.ReadAsync(taken.Connection, ct), await counters.CountedAsync(ct), chunk, now, final, ct);
            await taken.CommitAsync(ct);
            final.Tell();
        }
    }

    public async Task LoadMarksAsync(IReadOnlyCollection<Guid> transactions, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await marks.LoadAsync(await context.Transactions.IgnoreQueryFilters().Where(t => transactions.Contains(t.Id) && t.CanonicalPayloadId != null).Select(t => t.CanonicalPayloadId!.Value).ToListAsync(ct), ct);
    }

    /// <summary>Where the journal is followed from; at the very first time from now on: what was before is the recount's.</summary>
    private async Task<ObjectiveFollowRow?> PositionAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        if (await context.ObjectiveFollow.AsNoTracking().FirstOrDefaultAsync(f => f.Id == CountingLock.FollowId, ct) is { } row)
            return row;
        await using var connection = await db.OpenAsync(ct);
        var position = db.Provider == DatabaseProvider.Sqlite ? await LastNumberAsync(connection, ct) : now.ToMicroseconds();
        context.ObjectiveFollow.Add(new() { Id = CountingLock.FollowId, Position = position, ReadUpTo = now.ToMicroseconds(), LookedBackAt = 0 });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node was first.
        }

        return await context.ObjectiveFollow.AsNoTracking().FirstOrDefaultAsync(f => f.Id == CountingLock.FollowId, ct);
    }

    private sealed record Look(IReadOnlyCollection<Guid> Transactions, long Position, long ReadUpTo, long LookedBackAt, bool More);

    private static async Task<long> LastNumberAsync(DbConnection connection, CancellationToken ct) => (await new BatchSql(connection).ReadAsync("SELECT coalesce(max(rowid), 0) FROM journal", r => r.GetInt64(0), ct))[0];

    private async Task<Look> NumbersAsync(ObjectiveFollowRow at, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        // A VACUUM numbers rows anew: then everything is looked at once more, which changes nothing that was right.
        var from = await LastNumberAsync(connection, ct) < at.Position ? 0 : at.Position;
        var rows = await new BatchSql(connection).ReadAsync(
            $"SELECT rowid, transaction_id, at FROM journal WHERE rowid > @from ORDER BY rowid LIMIT {MostRows}", r => (Number: r.GetInt64(0), Id: CountedReading.Id(r, 1), At: r.GetInt64(2)), ct, ("from", from));
        var more = rows.Count == MostRows;
        return new([.. rows.Select(r => r.Id).Distinct()], rows.Count == 0 ? from : rows[^1].Number, more ? Math.Max(at.ReadUpTo, Math.Min(rows[^1].At, now.ToMicroseconds())) : now.ToMicroseconds(), 0, more);
    }

    private async Task<Look> TimesAsync(ObjectiveFollowRow at, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var sql = new BatchSql(connection);
        var end = Math.Min(now.ToMicroseconds(), at.Position + _ahead.Ticks / TimeSpan.TicksPerMicrosecond);
        var wide = now.ToMicroseconds() - at.LookedBackAt >= LongEvery.Ticks / TimeSpan.TicksPerMicrosecond;
        var back = (wide ? LongLookBack : LookBack).Ticks / TimeSpan.TicksPerMicrosecond;
        var ids = await sql.ReadAsync($"SELECT DISTINCT transaction_id FROM journal WHERE {sql.Quote("at")} >= @from AND {sql.Quote("at")} <= @end", r => CountedReading.Id(r, 0), ct, ("from", at.Position - back), ("end", end));
        _ahead = ids.Count > 5_000 ? Clamp(_ahead / 4) : ids.Count < 500 ? Clamp(_ahead * 4) : _ahead;
        // Never back, also when this node's clock is behind another's.
        var position = Math.Max(at.Position, end);
        return new(ids, position, Math.Max(at.ReadUpTo, Math.Min(position, now.ToMicroseconds())), wide ? now.ToMicroseconds() : at.LookedBackAt, end < now.ToMicroseconds());
    }

    private static TimeSpan Clamp(TimeSpan span) => span < TimeSpan.FromSeconds(5) ? TimeSpan.FromSeconds(5) : span > TimeSpan.FromHours(6) ? TimeSpan.FromHours(6) : span;

    /// <summary>Readings that ran out without an event.</summary>
    private async Task<IReadOnlyCollection<Guid>> LateAsync(DateTimeOffset now, CancellationToken ct)
    {
        var before = now.ToMicroseconds();
        await using var context = db.CreateContext();
        return await context.ObjectiveReadings.IgnoreQueryFilters().Where(r => r.Outcome == Domain.Objectives.IndicatorOutcome.Open && r.DueAt < before).OrderBy(r => r.DueAt).Take(MostAtOnce * 4).Select(r => r.TransactionId).ToListAsync(ct);
    }
}
