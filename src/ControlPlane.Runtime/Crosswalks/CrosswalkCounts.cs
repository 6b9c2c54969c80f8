using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Writes the counts of this node to those of all. What could not be written is lost: it is statistics.</summary>
public sealed class CrosswalkCounts(IControlPlaneDb db, CrosswalkBoard board, TimeProvider clock)
{
    /// <summary>A code that nobody sent for so long is no gap any more.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>So that the write lock is not held for long; the rest follows in a minute.</summary>
    private const int MostUses = 20_000;

    /// <returns>How many entries and codes were written.</returns>
    public async Task<int> FlushAsync(CancellationToken ct)
    {
        // Rows are touched in one order on every node, so that two of them wait for each other instead of dead-locking.
        var uses = board.Tally.TakeUses(MostUses).GroupBy(u => u.Entry).Select(g => new UseCount(g.Key, g.Sum(u => u.Hits), g.Max(u => u.LastAt))).OrderBy(u => u.Entry).ToList();
        var misses = board.Tally.TakeMisses().OrderBy(m => m.Missed.Connection, StringComparer.Ordinal).ThenBy(m => m.Missed.Table, StringComparer.Ordinal).ThenBy(m => m.Missed.Code, StringComparer.OrdinalIgnoreCase).ToList();
        if (uses.Count + misses.Count == 0)
            return 0;
        await CrosswalkTransaction.RunAsync(db, async (sql, dialect, connection) =>
        {
            await WriteAsync(uses, sql, dialect, connection, ct);
            await WriteAsync(misses, sql, dialect, connection, ct);
            await sql.ExecuteAsync("DELETE FROM crosswalk_misses WHERE tenant_id = @t AND last_at < @old", ct, ("t", Tenant), ("old", (clock.GetUtcNow() - KeptFor).ToMicroseconds()));
            return true;
        }, ct);
        return uses.Count + misses.Count;
    }

    private static int Tenant => TenantScope.Default.TenantId;

    private static async Task WriteAsync(IReadOnlyList<UseCount> uses, BatchSql sql, ISqlDialect dialect, System.Data.Common.DbConnection connection, CancellationToken ct)
    {
        if (uses.Count > 0)
            await dialect.InsertAsync(connection, CrosswalkSql.Uses, [.. uses.Select(u => new CrosswalkUseRow { TenantId = Tenant, Entry = u.Entry })], ct);
        foreach (var use in uses)
            await sql.ExecuteAsync(
                "UPDATE crosswalk_uses SET hits = hits + @hits, last_at = CASE WHEN last_at < @at THEN @at ELSE last_at END WHERE tenant_id = @t AND entry = @entry", ct,
                ("hits", (long)use.Hits), ("at", use.LastAt.ToMicroseconds()), ("t", Tenant), ("entry", use.Entry));
    }

    private static async Task WriteAsync(IReadOnlyList<MissCount> misses, BatchSql sql, ISqlDialect dialect, System.Data.Common.DbConnection connection, CancellationToken ct)
    {
        if (misses.Count > 0)
            await dialect.InsertAsync(connection, CrosswalkSql.Misses, [.. misses.Select(Row)], ct);
        foreach (var miss in misses)
        {
            List<(string, object?)> values =
            [
                ("count", (long)miss.Count), ("at", miss.LastAt.ToMicroseconds()), ("t", Tenant), ("connection", miss.Missed.Connection), ("crosswalk", miss.Missed.Table),
                ("direction", (short)Directions(miss.Missed.Direction)), ("key", CrosswalkSql.Key(miss.Missed.Code)),
            ];
            var samples = "";
            foreach (var (name, id) in new[] { ("message_id", miss.MessageId), ("transaction_id", miss.TransactionId) })
                if (id is { } sample)
                {
                    samples += $", {name} = @{name}";
                    values.Add((name, sample));
                }

            await sql.ExecuteAsync(
                $"UPDATE crosswalk_misses SET count = count + @count, last_at = CASE WHEN last_at < @at THEN @at ELSE last_at END{samples} WHERE tenant_id = @t AND connection = @connection AND crosswalk = @crosswalk AND direction = @direction AND code_key = @key",
                ct, [.. values]);
        }
    }

    private static CrosswalkMissRow Row(MissCount miss) => new()
    {
        TenantId = Tenant, Connection = miss.Missed.Connection, Crosswalk = miss.Missed.Table, Direction = Directions(miss.Missed.Direction), CodeKey = CrosswalkSql.Key(miss.Missed.Code), Code = miss.Missed.Code,
        FirstAt = miss.FirstAt.ToMicroseconds(),
    };

    private static CrosswalkDirections Directions(CrosswalkDirection direction) => direction == CrosswalkDirection.ToOurs ? CrosswalkDirections.ToOurs : CrosswalkDirections.ToTheirs;
}
