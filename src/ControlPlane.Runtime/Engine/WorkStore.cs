using System.Collections.Frozen;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Engine;

/// <summary>Takes work out of the table and puts together what a worker needs for it, a few statements for a whole batch.</summary>
/// <param name="databaseTime">False where a test owns the clock; nodes agree on leases by the database's.</param>
internal sealed class WorkStore(IControlPlaneDb db, CommitWriter writer, Node node, OrderCache orders, LeaseClock leases, TimeProvider clock, bool databaseTime = true)
{
    /// <summary>Served in one round; the others have their turn in the next.</summary>
    private const int MostSources = 64;

    /// <summary>The least time between two claims of a lane: on a server each takes three round trips.</summary>
    public TimeSpan ClaimsApart => db.Provider == DatabaseProvider.Sqlite ? TimeSpan.Zero : TimeSpan.FromMilliseconds(3);

    private readonly WorkReader _reader = new(orders, clock);

    /// <summary>Each source that has ready work gets its share of <paramref name="most"/>, oldest first; what one leaves goes to the others.</summary>
    public async Task<Claim> ClaimAsync(Lane lane, int most, TimeSpan lease, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var now = await NowAsync(connection, ct);
        // A look costs nothing; an update, even of no row, takes SQLite's only write lock.
        var sources = await ReadySourcesAsync(connection, lane, now, ct);
        if (sources.Count == 0)
            return Claim.None;
        var items = new List<WorkItemRow>();
        var backlog = new List<string>();
        var hungry = sources;
        while (hungry.Count > 0 && items.Count < most)
        {
            var share = Math.Max(1, (most - items.Count) / hungry.Count);
            var more = new List<string>();
            foreach (var source in hungry.TakeWhile(_ => items.Count < most))
                if (await ClaimAsync(connection, lane, source, Math.Min(share, most - items.Count), now, lease, items, ct))
                    more.Add(source);
            backlog = more;
            hungry = more;
        }

        return items.Count == 0 ? Claim.None : new(await _reader.CompleteAsync(connection, items, ct), backlog.ToFrozenSet(StringComparer.Ordinal));
    }

    /// <returns>True when there may be more of this source.</returns>
    private async Task<bool> ClaimAsync(DbConnection connection, Lane lane, string source, int most, long now, TimeSpan lease, List<WorkItemRow> items, CancellationToken ct)
    {
        var leaseUntil = leases.Now + (long)lease.TotalMicroseconds;
        var before = items.Count;
        await using var claim = connection.CreateCommand();
        claim.CommandText = writer.Dialect.ClaimStatement;
        Add(claim, "owner", node.Id);
        Add(claim, "leaseUntil", leaseUntil);
        Add(claim, "lane", (short)lane);
        Add(claim, "source", source);
        Add(claim, "now", now);
        Add(claim, "most", most);
        await using var reader = await claim.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add(new()
            {
                TransactionId = WorkReader.Id(reader, 0)!.Value,
                TenantId = reader.GetInt32(1),
                Lane = (Lane)reader.GetInt16(2),
                Step = reader.GetString(3),
                Flow = reader.GetString(4),
                FlowVersion = reader.GetInt32(5),
                DueAt = reader.GetInt64(6),
                Fence = reader.GetInt32(7),
                Attempts = reader.GetInt32(8),
                JournalSequence = reader.GetInt32(9),
                Variables = (byte[])reader.GetValue(10),
                HeldBy = reader.IsDBNull(11) ? null : reader.GetString(11),
                EntityKey = reader.IsDBNull(12) ? null : reader.GetString(12),
                Turn = reader.GetInt64(13),
                Source = source,
                Owner = node.Id,
                State = WorkState.Leased,
                LeaseUntil = leaseUntil,
            });
        return items.Count - before == most;
    }

    /// <summary>One seek per source, however long the queue is.</summary>
    private static async Task<List<string>> ReadySourcesAsync(DbConnection connection, Lane lane, long now, CancellationToken ct)
    {
        var sources = new List<string>();
        for (var last = ""; sources.Count < MostSources;)
        {
            await using var next = connection.CreateCommand();
            next.CommandText = "SELECT MIN(source) FROM work_items WHERE state = 1 AND lane = @lane AND source > @last AND due_at <= @now";
            Add(next, "lane", (short)lane);
            Add(next, "last", last);
            Add(next, "now", now);
            if (await next.ExecuteScalarAsync(ct) is not string source)
                break;
            sources.Add(last = source);
        }

        return sources;
    }

    /// <summary>Leases that ran out, or whose holder is dead, go back to the queue; waits whose deadline came are woken to look at it.</summary>
    public async Task<int> SweepAsync(TimeSpan nodeTimeout, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var now = await NowAsync(connection, ct);
        var count = await TakeOverAsync(connection, nodeTimeout, ct);
        if (!await AnyToSweepAsync(connection, now, ct))
            return count;
        count += await ExecuteAsync(connection, Sweep("state = 1, owner = NULL, due_at = 0", "state = 2 AND lease_until < @now"), leases.Now, ct);
        foreach (var lane in Enum.GetValues<Lane>())
            count += await ExecuteAsync(connection, Sweep("state = 1", $"state = 3 AND lane = {(short)lane} AND due_at <= @now"), now, ct);
        // Held work whose deadline came: it is looked at, not called, unless its gate has opened.
        return count + await ExecuteAsync(connection, Sweep("state = 1, alarm_at = NULL", "state = 6 AND alarm_at <= @now"), now, ct);
    }

    private string Sweep(string set, string where) => writer.Dialect.SweepStatement(set, where);

    /// <summary>What holds work at present, with how much of it there is.</summary>
    public async Task<List<(string Key, int Count)>> HeldAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        await using var query = connection.CreateCommand();
        query.CommandText = "SELECT held_by, COUNT(*) FROM work_items WHERE state = 6 GROUP BY held_by";
        var held = new List<(string, int)>();
        await using var reader = await query.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            held.Add((reader.GetString(0), Convert.ToInt32(reader.GetValue(1), CultureInfo.InvariantCulture)));
        return held;
    }

    /// <summary>Lets held work go: the more urgent lanes first, in each the oldest first.</summary>
    public async Task<int> ReleaseAsync(string key, int most, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        await using var release = connection.CreateCommand();
        release.CommandText = writer.Dialect.ReleaseStatement;
        Add(release, "key", key);
        Add(release, "most", most);
        return await release.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The fence, not this guess about life and death, is what keeps a node that was only slow from committing.</summary>
    private async Task<int> TakeOverAsync(DbConnection connection, TimeSpan nodeTimeout, CancellationToken ct)
    {
        // The embedded database has one process, and that one is alive.
        if (db.Provider == DatabaseProvider.Sqlite)
            return 0;
        return await ExecuteAsync(
            connection, Sweep("state = 1, owner = NULL, due_at = 0", "state = 2 AND owner NOT IN (SELECT id FROM nodes WHERE seen_at >= @now AND stopped_at IS NULL)"),
            leases.Now - (long)nodeTimeout.TotalMicroseconds, ct);
    }

    /// <summary>Brings <see cref="LeaseClock"/> in line with the database.</summary>
    public async Task ReadClockAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        await NowAsync(connection, ct);
    }

    /// <summary>At the start of the only process there is, nobody else can hold a lease.</summary>
    public async Task<int> AdoptAllAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        return await ExecuteAsync(connection, "UPDATE work_items SET state = 1, owner = NULL, due_at = 0 WHERE state = 2", 0, ct);
    }

    /// <summary>Events that came before their transaction was known find it as soon as one of its numbers is; not by what a rule found for people.</summary>
    public async Task<int> MatchEarlySignalsAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var found = new List<(Guid Signal, Guid Transaction)>();
        await using (var query = connection.CreateCommand())
        {
            query.CommandText =
                "SELECT s.id, i.transaction_id FROM signals s INNER JOIN transaction_identifiers i ON i.tenant_id = s.tenant_id AND i.value = s.correlation_value WHERE s.transaction_id IS NULL AND i.origin = 0";
            await using var reader = await query.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct) && found.Count < 500)
                found.Add((WorkReader.Id(reader, 0)!.Value, WorkReader.Id(reader, 1)!.Value));
        }

        foreach (var (signal, transaction) in found)
        {
            await using var join = connection.CreateCommand();
            join.CommandText = "UPDATE signals SET transaction_id = @transaction WHERE id = @signal AND transaction_id IS NULL";
            Add(join, "transaction", transaction);
            Add(join, "signal", signal);
            await join.ExecuteNonQueryAsync(ct);
            await ExecuteAsync(connection, "UPDATE work_items SET state = 1, due_at = @now WHERE state = 3 AND transaction_id = @id", 0, ct, transaction);
        }

        return found.Count;
    }

    private async Task<bool> AnyToSweepAsync(DbConnection connection, long now, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM work_items WHERE state = 2 AND lease_until < @leaseNow) "
            + string.Concat(Enum.GetValues<Lane>().Select(lane => $"OR EXISTS (SELECT 1 FROM work_items WHERE state = 3 AND lane = {(short)lane} AND due_at <= @now) "))
            + "OR EXISTS (SELECT 1 FROM work_items WHERE state = 6 AND alarm_at <= @now) THEN 1 ELSE 0 END";
        Add(command, "leaseNow", leases.Now);
        Add(command, "now", now);
        return Convert.ToInt32(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) == 1;
    }

    private async Task<long> NowAsync(DbConnection connection, CancellationToken ct)
    {
        if (!databaseTime || writer.Dialect.NowStatement is not { } statement)
            return Domain.Shared.Instant.ToMicroseconds(clock.GetUtcNow());
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        var now = Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
        leases.Set(now);
        return now;
    }

    private static async Task<int> ExecuteAsync(DbConnection connection, string text, long now, CancellationToken ct, Guid? id = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        if (text.Contains("@now", StringComparison.Ordinal))
            Add(command, "now", now);
        if (id is { } value)
            Add(command, "id", value);
        return await command.ExecuteNonQueryAsync(ct);
    }

    internal static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = value is Guid id && command.Connection is not Npgsql.NpgsqlConnection ? id.ToByteArray(bigEndian: true) : value;
        command.Parameters.Add(parameter);
    }
}

/// <param name="Backlog">Sources of which more may be waiting in the table.</param>
internal sealed record Claim(IReadOnlyList<Activation> Activations, FrozenSet<string> Backlog)
{
    public static readonly Claim None = new([], FrozenSet<string>.Empty);
}
