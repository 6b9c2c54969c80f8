using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Reads some orders' journals and writes what the scorecard counts of them, with the sums of the days that they touch, in one commit.</summary>
internal sealed class ScorecardCounter(ControlPlaneDbContext context, TenantScope tenant)
{
    private const long Day = 86_400_000_000;

    private static readonly JournalEventType[] Telling =
        [JournalEventType.Cancelled, JournalEventType.CallSucceeded, JournalEventType.OutcomeResolved, JournalEventType.StepCompleted, JournalEventType.SignalReceived];

    public static int DayOf(long at) => (int)Math.Floor((double)at / Day);

    public async Task CountAsync(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken ct)
    {
        if (ids.Count == 0)
            return;
        // Read before the transaction, which on SQLite keeps the engine's writer waiting: what changes meanwhile has another revision, and is read at the next look.
        // Only what counts of it: an order is counted at each of its changes, and its rows are wide.
        var orders = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id))
            .Select(t => new Order(t.Id, t.Connection, t.PlacedAt, t.State, t.Revision, t.Currency, t.TotalMinor, t.ShipBy, t.Party, t.ClosedAt, t.UpdatedAt)).ToListAsync(ct);
        var journal = (await context.Journal.AsNoTracking().Where(j => ids.Contains(j.TransactionId) && Telling.Contains(j.Type))
            .Select(j => new Entry(j.TransactionId, j.Sequence, j.At, j.Type, j.Step, j.Stage, j.System, j.Code, j.Basis != null && j.Basis.Contains("person="))).ToListAsync(ct)).ToLookup(j => j.TransactionId);
        var tracked = (await context.TransactionIdentifiers.AsNoTracking().Where(i => ids.Contains(i.TransactionId) && i.Kind == IdentifierKinds.Tracking).Select(i => i.TransactionId).ToListAsync(ct)).ToHashSet();
        var known = await context.ScorecardOrders.Where(o => ids.Contains(o.TransactionId)).ToDictionaryAsync(o => o.TransactionId, ct);
        var days = new HashSet<(string Connection, int Day)>();
        foreach (var order in orders)
        {
            if (!known.TryGetValue(order.Id, out var row))
                context.ScorecardOrders.Add(row = new() { TransactionId = order.Id, TenantId = tenant.TenantId, Connection = order.Connection, Day = DayOf(order.PlacedAt) });
            Fill(row, order, journal[order.Id], tracked.Contains(order.Id), now);
            days.Add((row.Connection, row.Day));
        }

        await using var commit = await context.Database.BeginTransactionAsync(ct);
        await context.SaveChangesAsync(ct);
        // They are stored: the next save need not look through all of them again.
        foreach (var entry in context.ChangeTracker.Entries<ScorecardOrderRow>().ToList())
            entry.State = EntityState.Detached;
        foreach (var (connection, day) in days)
            await SumAsync(connection, day, ct);
        await context.SaveChangesAsync(ct);
        await commit.CommitAsync(ct);
    }

    private static void Fill(ScorecardOrderRow row, Order order, IEnumerable<Entry> journal, bool tracked, DateTimeOffset now)
    {
        var persons = journal.Where(j => j.ByPerson).Select(j => (j.At, j.Sequence)).ToHashSet();
        var shipBy = order.ShipBy is { } by ? Instant.FromMicroseconds(by) : (DateTimeOffset?)null;
        var read = ScoredOrder.Of(
            order.State, shipBy, journal.Select(j => new JournalEvent(j.TransactionId, j.Sequence, Instant.FromMicroseconds(j.At), j.Type, j.Step, j.Stage, j.System, "", j.Code)),
            e => persons.Contains((e.At.ToMicroseconds(), e.Sequence)));
        var (counts, late) = read.Promise(shipBy, order.ClosedAt is { } closed ? Instant.FromMicroseconds(closed) : null, now);
        (row.Revision, row.Currency, row.TotalMinor, row.ShipBy, row.Party) = (order.Revision, order.Currency, order.TotalMinor, order.ShipBy, order.Party);
        (row.ShippedAt, row.EndedAt, row.End) = (read.ShippedAt?.ToMicroseconds(), order.State.IsFinal() ? order.ClosedAt ?? order.UpdatedAt : null, read.End);
        (row.Erp, row.Warehouse) = (read.Erp ?? "", read.Warehouse ?? "");
        (row.Counts, row.Late, row.OurCancellation, row.Untracked) = (counts, late, read.OurCancellation, read.ShippedAt is not null && !tracked);
    }

    private async Task SumAsync(string connection, int day, CancellationToken ct)
    {
        await context.ScorecardDays.Where(d => d.Connection == connection && d.Day == day).ExecuteDeleteAsync(ct);
        var sums = await context.ScorecardOrders.Where(o => o.Connection == connection && o.Day == day).GroupBy(o => new { o.Erp, o.Warehouse, o.End }).Select(g => new
        {
            g.Key, Orders = g.Count(), Shipped = g.Sum(o => o.ShippedAt != null ? 1 : 0), Untracked = g.Sum(o => o.Untracked ? 1 : 0), Promised = g.Sum(o => o.Counts ? 1 : 0), Late = g.Sum(o => o.Late ? 1 : 0),
            Cancellations = g.Sum(o => o.OurCancellation ? 1 : 0),
        }).ToListAsync(ct);
        context.ScorecardDays.AddRange(sums.Select(s => new ScorecardDayRow
        {
            TenantId = tenant.TenantId, Connection = connection, Day = day, Erp = s.Key.Erp, Warehouse = s.Key.Warehouse, End = s.Key.End, Orders = s.Orders, Shipped = s.Shipped, Untracked = s.Untracked,
            Promised = s.Promised, Late = s.Late, OurCancellations = s.Cancellations,
        }));
    }

    private sealed record Order(Guid Id, string Connection, long PlacedAt, TransactionState State, int Revision, string Currency, long? TotalMinor, long? ShipBy, SystemRole? Party, long? ClosedAt, long UpdatedAt);

    private sealed record Entry(Guid TransactionId, int Sequence, long At, JournalEventType Type, string Step, string Stage, string? System, string? Code, bool ByPerson);
}
