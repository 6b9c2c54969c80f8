using System.Diagnostics;
using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.QueryBench;

/// <summary>
/// Fills a PostgreSQL from inside the server: one message, four identifiers and, for open ones, a work item a transaction. Indexes are
/// dropped before and made again afterwards, by whatever definition the migrations gave them.
/// </summary>
internal sealed class PostgresSeed(ControlPlaneDb db, DateTimeOffset first, TimeSpan apart)
{
    private const int Part = 1_000_000;

    private static readonly string[] Tables = ["transactions", "transaction_identifiers", "messages", "work_items"];

    /// <summary>Of a hundred thousand; what is left is closed. The same share of open ones as in the SQLite file.</summary>
    private const int Cancelled = 1_000, Waiting = 4_000, Running = 80, Retrying = 700, Stuck = 730;

    /// <summary>From here on history grows and what is open does not: 110,000 orders under way are some days of a large shop.</summary>
    private const int OpenGrowsUpTo = 2_000_000;

    public async Task FillAsync(int count, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        context.Database.SetCommandTimeout(TimeSpan.FromHours(6));
        await context.Database.MigrateAsync(ct);
        if (await context.Transactions.AnyAsync(ct))
            return;
        var keys = await context.Database.SqlQueryRaw<string>(
            "SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)) AS \"Value\" FROM pg_constraint c WHERE c.contype = 'p' AND c.conrelid::regclass::text = ANY ({0})", (object)Tables).ToListAsync(ct);
        var drop = await context.Database.SqlQueryRaw<string>(
            "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', c.conrelid::regclass::text, c.conname) AS \"Value\" FROM pg_constraint c WHERE c.contype = 'p' AND c.conrelid::regclass::text = ANY ({0})", (object)Tables).ToListAsync(ct);
        var indexes = await context.Database.SqlQueryRaw<string>(
            "SELECT i.indexdef AS \"Value\" FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = ANY ({0}) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname AND c.contype = 'p')", (object)Tables).ToListAsync(ct);
        var names = await context.Database.SqlQueryRaw<string>(
            "SELECT format('DROP INDEX %I', i.indexname) AS \"Value\" FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = ANY ({0}) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname AND c.contype = 'p')", (object)Tables).ToListAsync(ct);
        foreach (var statement in names.Concat(drop))
            await context.Database.ExecuteSqlRawAsync(statement, ct);
        for (var from = 0; from < count; from += Part)
        {
            var to = Math.Min(count, from + Part) - 1;
            await TimedAsync($"rows {from:N0} to {to:N0}", async () =>
            {
                foreach (var statement in Rows(from, to, count))
                    await context.Database.ExecuteSqlRawAsync(statement, ct);
            });
        }

        await context.Database.ExecuteSqlRawAsync("SET maintenance_work_mem = '512MB'", ct);
        foreach (var statement in keys.Concat(indexes))
            await TimedAsync(statement.Length > 90 ? statement[..90] + "…" : statement, () => context.Database.ExecuteSqlRawAsync(statement, ct));
        await TimedAsync("VACUUM ANALYZE", () => context.Database.ExecuteSqlRawAsync("VACUUM ANALYZE", ct));
        var size = await context.Database.SqlQueryRaw<long>("SELECT pg_database_size(current_database()) AS \"Value\"").ToListAsync(ct);
        Console.WriteLine($"seeded {count:N0} transactions and messages, {count * 4L:N0} identifiers, {size[0] / 1024 / 1024:N0} MB");
    }

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        var from = Stopwatch.GetTimestamp();
        await act();
        Console.WriteLine($"{Stopwatch.GetElapsedTime(from).TotalSeconds,8:0.0} s  {what}");
    }

    private IEnumerable<string> Rows(int from, int to, int count)
    {
        var (start, step) = (first.ToUnixTimeMilliseconds(), (long)apart.TotalMilliseconds);
        // A key as the product makes it: the millisecond first, then what looks random and is computed from the number, so that every table can name it.
        string Id(string prefix) => string.Create(CultureInfo.InvariantCulture,
            $"(lpad(to_hex({start} + g.i::bigint * {step}), 12, '0') || '7' || substr(md5('{prefix}' || g.i), 1, 3) || '8' || substr(md5('{prefix}' || g.i), 4, 15))::uuid");
        var series = string.Create(CultureInfo.InvariantCulture, $"generate_series({from}, {to}) AS g(i)");
        // Spread evenly whatever the size; the last fifth of the draw decides more than the state.
        const string Draw = "((g.i::bigint * 7919 + g.i / 10007) % 100000)";
        int Of(int share) => (int)(share * Math.Min(1, (double)OpenGrowsUpTo / count));
        var open = Of(Stuck) + Of(Retrying) + Of(Running) + Of(Waiting);
        var edges = new[] { Of(Stuck), Of(Stuck) + Of(Retrying), Of(Stuck) + Of(Retrying) + Of(Running), open, open + Cancelled };
        var at = string.Create(CultureInfo.InvariantCulture, $"(({start} + g.i::bigint * {step}) * 1000)");
        const string Channel = "(ARRAY['shopify-eu','shopify-eu','shopify-eu','amazon-de','pos-hamburg'])[1 + g.i % 5]";
        const string Number = "CASE WHEN g.i % 5 = 3 THEN '028-' || lpad((g.i::bigint * 7 % 10000000)::text, 7, '0') || '-' || lpad((g.i % 10000000)::text, 7, '0') ELSE '#' || (1001 + g.i) END";
        const string Stuck3 = "d.n % 10";
        yield return string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO transactions (id, tenant_id, kind, state, stage, step, connection, flow, flow_version, number, reference, correlation_id, currency, total_minor, line_count, placed_at, received_at, updated_at, closed_at, since, due_at, ship_by, party, party_connection, fault_kind, fault_code, fault_message, revision)
            SELECT {Id("t")}, 1, 'order',
              CASE WHEN d.n < {edges[0]} THEN {(short)TransactionState.Stuck} WHEN d.n < {edges[1]} THEN {(short)TransactionState.Retrying} WHEN d.n < {edges[2]} THEN {(short)TransactionState.Running} WHEN d.n < {edges[3]} THEN {(short)TransactionState.Waiting} WHEN d.n < {edges[4]} THEN {(short)TransactionState.Cancelled} ELSE {(short)TransactionState.Closed} END,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN 'received' WHEN d.n < {edges[0]} AND {Stuck3} < 2 THEN 'erp-posted' WHEN d.n < {edges[2]} THEN 'mapped' WHEN d.n < {edges[3]} THEN 'wms-acknowledged' WHEN d.n < {edges[4]} THEN 'mapped' ELSE 'closed' END,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN 'validate' WHEN d.n < {edges[0]} AND {Stuck3} < 2 THEN 'wms-order' WHEN d.n < {edges[2]} THEN 'erp-order' WHEN d.n < {edges[3]} THEN 'shipment' WHEN d.n < {edges[4]} THEN 'erp-order' ELSE 'close' END,
              {Channel}, 'order-to-shipment', 0, {Number}, upper({Channel}) || '-' || (1001 + g.i), replace(md5('t' || g.i), '-', ''),
              CASE WHEN g.i % 97 = 0 THEN 'SEK' ELSE 'EUR' END, (690 + (g.i::bigint * 2654435761 % 39000)), 1 + g.i % 4,
              {at}, {at}, {at} + 7200000000, CASE WHEN d.n >= {edges[4]} THEN {at} + 86400000000 END, {at} + 60000000, CASE WHEN d.n < {edges[3]} AND d.n >= {edges[0]} THEN {at} + 172800000000 END, {at} + 259200000000,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN NULL WHEN d.n < {edges[0]} AND {Stuck3} < 4 THEN {(short)SystemRole.Wms} WHEN d.n < {edges[1]} THEN {(short)SystemRole.Erp} WHEN d.n < {edges[2]} THEN NULL WHEN d.n < {edges[3]} THEN {(short)SystemRole.Wms} END,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN NULL WHEN d.n < {edges[0]} AND {Stuck3} < 4 THEN '{SeedEstate.Wms}' WHEN d.n < {edges[1]} THEN '{SeedEstate.Erp}' WHEN d.n < {edges[2]} THEN NULL WHEN d.n < {edges[3]} THEN '{SeedEstate.Wms}' END,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN {(int)FaultKind.Data} WHEN d.n < {edges[0]} AND {Stuck3} < 4 THEN {(int)FaultKind.Overdue} WHEN d.n < {edges[0]} THEN {(int)FaultKind.Data} WHEN d.n < {edges[1]} THEN {(int)FaultKind.Transient} END,
              CASE WHEN d.n < {edges[0]} AND {Stuck3} < 1 THEN 'order.total_over_limit' WHEN d.n < {edges[0]} AND {Stuck3} < 4 THEN 'wait.overdue' WHEN d.n < {edges[0]} THEN 'erp.refused' WHEN d.n < {edges[1]} THEN 'http.503' END,
              CASE WHEN d.n < {edges[0]} THEN 'Item ' || (4000 + g.i % 700) || ' is blocked.' WHEN d.n < {edges[1]} THEN 'Business Central answered 503.' END, 5
            FROM {series}, LATERAL (SELECT {Draw} AS n) d
            """);
        // Order number, channel's id, ERP document, and in turn tracking number or article: a popular article has one in twenty.
        yield return string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO transaction_identifiers (tenant_id, value, transaction_id, kind, written, origin)
            SELECT 1, upper(ltrim(x.value, '#')), {Id("t")}, x.kind, x.value, x.origin FROM {series}, LATERAL (VALUES
              ('{IdentifierKinds.OrderNumber}', {Number}, 0), ('{IdentifierKinds.ChannelOrderId}', (6400000000 + g.i)::text, 0), ('{IdentifierKinds.ErpOrder}', 'SO-' || (100000 + g.i), 0),
              (CASE WHEN g.i % 4 = 0 THEN 'sku' ELSE '{IdentifierKinds.Tracking}' END, CASE WHEN g.i % 4 <> 0 THEN 'JD' || lpad((g.i::bigint * 104729 % 100000000000)::text, 12, '0') WHEN g.i % 20 = 0 THEN 'TEE-ORG-M' ELSE 'ART-' || (g.i::bigint * 31 % 20000) END, CASE WHEN g.i % 4 = 0 THEN 1 ELSE 0 END)) AS x(kind, value, origin)
            """);
        yield return string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO messages (id, tenant_id, connection, topic, state, transaction_id, correlation_id, received_at, payload_id, part, arrival)
            SELECT {Id("m")}, 1, {Channel}, 'orders/create', {(short)MessageState.Accepted}, {Id("t")}, replace(md5('t' || g.i), '-', ''), {at}, {Id("p")}, 0, 1 FROM {series}
            """);
        yield return string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO work_items (transaction_id, tenant_id, lane, source, state, step, flow, flow_version, due_at, lease_until, fence, attempts, journal_sequence, variables, turn, turn_version)
            SELECT {Id("t")}, 1, 1, {Channel}, CASE WHEN d.n < {edges[0]} THEN {(short)WorkState.Dead} ELSE {(short)WorkState.Waiting} END, 'erp-order', 'order-to-shipment', 0, {at} + 172800000000, 0, 1, 3, 9, '\x7b7d'::bytea, 0, 0
            FROM {series}, LATERAL (SELECT {Draw} AS n) d WHERE d.n < {edges[3]}
            """);
    }
}
