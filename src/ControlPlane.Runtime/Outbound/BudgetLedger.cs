using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// Rate budgets in the database, by its clock: what one node takes, no other has. A change is written only over the revision that was
/// read; who comes second reads again.
/// </summary>
internal sealed class BudgetLedger(IControlPlaneDb db, LeaseClock leases)
{
    /// <summary>So often two nodes can meet on one row before the caller waits a moment.</summary>
    private const int MostTries = 8;

    private const long Minute = 60_000_000;

    /// <summary>By the database's clock, microseconds UTC.</summary>
    public long Now => leases.Now;

    /// <summary>SQLite is of one process, which can keep fast budgets itself; slow ones are kept here all the same, so that a restart does not begin with a full bucket.</summary>
    public bool Keeps(RateBudget budget) => db.Provider != DatabaseProvider.Sqlite || budget.PerSecond <= 1;

    public async Task<(double Granted, TimeSpan Wait, RateBudget Budget)> TakeAsync(string key, RateBudget declared, double want, double least, double floor, CancellationToken ct)
    {
        var (granted, wait, budget) = (0d, TimeSpan.FromMilliseconds(50), declared);
        await ChangeAsync(key, declared, (row, now) =>
        {
            budget = Effective(row, declared);
            (var bucket, granted, wait) = Bucket(row).Take(budget, now, want, least, floor);
            Store(row, bucket);
            Count(row, now, granted);
            return true;
        }, ct);
        return (granted, wait, budget);
    }

    public Task GiveBackAsync(string key, RateBudget declared, double tokens, CancellationToken ct) => ChangeAsync(key, declared, (row, now) =>
    {
        var budget = Effective(row, declared);
        Store(row, Bucket(row).Refill(budget, now).GiveBack(budget, tokens));
        Count(row, now, -tokens);
        return true;
    }, ct);

    public Task CloseAsync(string key, RateBudget declared, TimeSpan wait, CancellationToken ct) => ChangeAsync(key, declared, (row, now) =>
    {
        var until = now + (long)wait.TotalMicroseconds;
        if (row.ClosedUntil >= until)
            return false;
        row.ClosedUntil = until;
        return true;
    }, ct);

    public Task LearnAsync(string key, RateBudget declared, BudgetReading reading, double leased, CancellationToken ct) => ChangeAsync(key, declared, (row, now) =>
    {
        row.PerSecond = reading.PerSecond ?? row.PerSecond;
        row.Burst = reading.Burst ?? row.Burst;
        row.Learned |= reading.PerSecond is not null || reading.Burst is not null;
        var bucket = Bucket(row).Refill(Effective(row, declared), now);
        // What nodes hold leased is not gone for the target yet.
        Store(row, reading.Left is { } left ? bucket.Correct(left - leased) : bucket);
        return true;
    }, ct);

    public async Task<IReadOnlyList<RateBudgetRow>> ReadAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        return await context.RateBudgets.AsNoTracking().ToListAsync(ct);
    }

    private async Task ChangeAsync(string key, RateBudget declared, Func<RateBudgetRow, long, bool> change, CancellationToken ct)
    {
        for (var i = 0; i < MostTries; i++)
        {
            await using var context = db.CreateContext();
            var now = leases.Now;
            var row = await context.RateBudgets.AsNoTracking().FirstOrDefaultAsync(b => b.Key == key, ct);
            if (row is null)
            {
                row = new() { TenantId = TenantScope.Default.TenantId, Key = key, Tokens = declared.Burst, PerSecond = declared.PerSecond, Burst = declared.Burst, UpdatedAt = now };
                change(row, now);
                context.RateBudgets.Add(row);
                try
                {
                    await context.SaveChangesAsync(ct);
                    return;
                }
                catch (DbUpdateException)
                {
                    // Another node was first.
                    continue;
                }
            }

            var read = row.Revision;
            if (!change(row, now))
                return;
            if (await context.RateBudgets.Where(b => b.Key == key && b.Revision == read).ExecuteUpdateAsync(s => s
                .SetProperty(b => b.Revision, read + 1).SetProperty(b => b.Tokens, row.Tokens).SetProperty(b => b.UpdatedAt, row.UpdatedAt).SetProperty(b => b.ClosedUntil, row.ClosedUntil)
                .SetProperty(b => b.PerSecond, row.PerSecond).SetProperty(b => b.Burst, row.Burst).SetProperty(b => b.Learned, row.Learned)
                .SetProperty(b => b.Minute, row.Minute).SetProperty(b => b.Used, row.Used).SetProperty(b => b.UsedBefore, row.UsedBefore), ct) == 1)
                return;
        }
    }

    /// <summary>What the target told counts; until then, what the connector declares, which may have changed since.</summary>
    private static RateBudget Effective(RateBudgetRow row, RateBudget declared)
    {
        if (!row.Learned)
            (row.PerSecond, row.Burst) = (declared.PerSecond, declared.Burst);
        return declared with { PerSecond = row.PerSecond, Burst = row.Burst };
    }

    internal static TokenBucket Bucket(RateBudgetRow row) => new(row.Tokens, row.UpdatedAt, row.ClosedUntil);

    private static void Store(RateBudgetRow row, TokenBucket bucket) => (row.Tokens, row.UpdatedAt) = (bucket.Tokens, bucket.At);

    private static void Count(RateBudgetRow row, long now, double tokens)
    {
        var minute = now / Minute;
        if (row.Minute != minute)
            (row.UsedBefore, row.Used, row.Minute) = (row.Minute == minute - 1 ? row.Used : 0, 0, minute);
        row.Used = Math.Max(0, row.Used + tokens);
    }
}
