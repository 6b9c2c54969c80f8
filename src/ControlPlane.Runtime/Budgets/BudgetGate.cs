using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Budgets;

/// <inheritdoc cref="IBudgetGate"/>
internal sealed class BudgetGate(IControlPlaneDb db, BudgetFigures figures, IConnectionRegistry registry, TimeProvider clock) : IBudgetGate
{
    public async Task<BudgetRefusal?> AgainstAsync(TenantScope tenant, IReadOnlyCollection<string> connections, string? fix, CancellationToken ct)
    {
        var strict = (await figures.ReadAsync(ct)).Values.Where(b => b.Measure >= BudgetMeasure.FixesOnly).OrderByDescending(b => b.Measure).ThenByDescending(b => b.Spent).ToList();
        if (strict.Count == 0)
            return null;
        var now = clock.GetUtcNow();
        var at = now.ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        var waivers = (await context.BudgetWaivers.AsNoTracking().Where(w => w.Until > at && w.EndedBy == null).ToListAsync(ct)).ConvertAll(Waiver);
        var isFix = !string.IsNullOrWhiteSpace(fix);
        foreach (var budget in strict)
            foreach (var connection in Concerned(budget, connections))
                if (!BudgetPolicy.Allows(budget.Measure, isFix, waivers.Exists(w => w.Covers(connection, now))))
                    return Refuse(budget, connection);
        return null;
    }

    /// <summary>An objective that is held over one system holds for that one; one over everything holds for whatever is published.</summary>
    private static IEnumerable<string?> Concerned(BudgetNow budget, IReadOnlyCollection<string> connections)
    {
        var scope = budget.Of.Scope;
        string?[] own = [scope.Connection, scope.Warehouse];
        if (own.Any(o => o is not null))
            return connections.Where(own.Contains);
        // Null stands for what serves no connection yet.
        return connections.Count == 0 ? [(string?)null] : connections.Select(c => (string?)c);
    }

    private static BudgetRefusal Refuse(BudgetNow budget, string? connection)
    {
        var name = budget.Of.Objective.Title.Length > 0 ? budget.Of.Objective.Title : budget.Of.Objective.Name;
        var spent = budget.Spent is { } share ? AlertWords.Percent(share) : "too much";
        var where = connection is null ? "" : $" for {connection}";
        return budget.Measure == BudgetMeasure.Freeze
            ? new("budget.frozen", budget.Of.Objective.Name, connection, budget.Measure, $"Nothing is published{where}: {spent} of the error budget of \"{name}\" is spent. Wait until it recovers, or let somebody waive it with a reason on the page Alerts, tab Budgets.")
            : new("budget.fixes_only", budget.Of.Objective.Name, connection, budget.Measure, $"Only fixes are published{where}: {spent} of the error budget of \"{name}\" is spent. Say what this mends, or let somebody waive it with a reason on the page Alerts, tab Budgets.");
    }

    public async Task<BudgetBoard> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var budgets = await figures.ReadAsync(ct);
        await using var context = db.CreateContext(tenant);
        var standings = await context.BudgetStandings.AsNoTracking().ToDictionaryAsync(b => b.Objective, b => b, ct);
        var shown = (now - TimeSpan.FromDays(90)).ToMicroseconds();
        var waivers = await context.BudgetWaivers.AsNoTracking().Where(w => w.Until > shown).OrderByDescending(w => w.Until).Take(100).ToListAsync(ct);
        var notes = await context.BudgetNotes.AsNoTracking().OrderByDescending(n => n.Id).Take(50).ToListAsync(ct);
        return new(
            [.. budgets.Values.OrderByDescending(b => b.Spent ?? -1).ThenBy(b => b.Of.Objective.Name, StringComparer.Ordinal).Select(b => new BudgetLine(
                b.Of.Objective.Name, b.Of.Objective.Title, b.Of.Scope.Connection ?? b.Of.Scope.Warehouse, b.Spent, b.Measure,
                standings.GetValueOrDefault(b.Of.Objective.Name) is { } s && s.Measure == b.Measure && b.Measure != BudgetMeasure.Nothing ? Instant.FromMicroseconds(s.Since) : null, b.At, b.Of.Owner))],
            waivers.ConvertAll(Waiver), [.. notes.Select(n => new BudgetNote(n.Id, n.Objective, n.Title, n.Text, Instant.FromMicroseconds(n.At)))], now);
    }

    public async Task<CommandOutcome> WaiveAsync(TenantScope tenant, Guid id, string? connection, TimeSpan length, string reason, string by, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > IBudgetGate.LongestReason)
            return new(false, "reason_missing", $"Say why, in 1 to {IBudgetGate.LongestReason} characters: the waiver keeps it.");
        if (length < TimeSpan.FromMinutes(1) || length > BudgetWaiver.Longest)
            return new(false, "time_invalid", $"A waiver holds for a minute to {BudgetWaiver.Longest.TotalDays:0} days.");
        if (connection is not null && registry.Find(connection) is null)
            return new(false, "connection_unknown", $"There is no connection {connection}.");
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        if (await context.BudgetWaivers.AnyAsync(w => w.Id == id, ct))
            return new(true, "already_done", "This was done already.");
        context.BudgetWaivers.Add(new() { Id = id, TenantId = tenant.TenantId, Connection = connection, By = PayloadRows.Cut(by, ColumnLengths.Identifier)!, Reason = reason.Trim(), From = now.ToMicroseconds(), Until = (now + length).ToMicroseconds() });
        await context.SaveChangesAsync(ct);
        return new(true, "accepted", $"Publishing {(connection is null ? "" : $"for {connection} ")}is not held back by a budget until {(now + length).UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
    }

    public async Task<CommandOutcome> EndWaiverAsync(TenantScope tenant, Guid id, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var who = PayloadRows.Cut(by, ColumnLengths.Identifier);
        await using var context = db.CreateContext(tenant);
        return await context.BudgetWaivers.Where(w => w.Id == id && w.EndedBy == null && w.Until > now).ExecuteUpdateAsync(s => s.SetProperty(w => w.EndedBy, who).SetProperty(w => w.Until, now), ct) == 1
            ? new(true, "accepted", "The waiver is over: budgets hold again.")
            : new(false, "not_found", "There is no such waiver, or it is over already.");
    }

    private static BudgetWaiver Waiver(BudgetWaiverRow w) => new(w.Id, w.Connection, w.By, w.Reason, Instant.FromMicroseconds(w.From), Instant.FromMicroseconds(w.Until), w.EndedBy);
}
