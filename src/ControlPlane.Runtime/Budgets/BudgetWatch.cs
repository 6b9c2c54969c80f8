using System.Globalization;
using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Budgets;

/// <summary>
/// Tells whom it concerns when a budget reaches a step of its policy: the owner at a warning, the owner and the admins when only fixes are published,
/// the executives by a note when nothing is. Told once for each stretch over the step, however often the figure crosses it.
/// </summary>
internal sealed class BudgetWatch(IControlPlaneDb db, BudgetFigures figures, AlertTelling telling, OwnershipBoard ownership, NotificationSignal signal, TimeProvider clock, ILogger<BudgetWatch> log)
{
    /// <summary>What was told is told again once the budget has been below every step for as long.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public async Task LookAsync(TenantScope tenant, CancellationToken ct)
    {
        IReadOnlyDictionary<string, BudgetNow> budgets;
        try
        {
            budgets = await figures.ReadAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            AlertLog.LookFailed(log, e.GetType().Name);
            return;
        }

        foreach (var budget in budgets.Values)
            await TakeAsync(tenant, budget, ct);
    }

    private async Task TakeAsync(TenantScope tenant, BudgetNow budget, CancellationToken ct)
    {
        var (name, now) = (budget.Of.Objective.Name, clock.GetUtcNow());
        await using var context = db.CreateContext(tenant);
        var row = await context.BudgetStandings.FirstOrDefaultAsync(b => b.Objective == name, ct);
        if (row is null && budget.Measure == BudgetMeasure.Nothing)
            return;
        if (row is null)
            context.BudgetStandings.Add(row = new() { TenantId = tenant.TenantId, Objective = name });
        else if (row.Measure == BudgetMeasure.Nothing && budget.Measure == BudgetMeasure.Nothing && row.Told != BudgetMeasure.Nothing && Instant.FromMicroseconds(row.Since) + Forgotten <= now)
            row.Told = BudgetMeasure.Nothing;
        if (row.Measure != budget.Measure)
            (row.Measure, row.Since) = (budget.Measure, now.ToMicroseconds());
        IReadOnlyList<NotificationRow> told = [];
        if (budget.Measure > row.Told)
        {
            row.Told = budget.Measure;
            told = await TellAsync(context, budget, ct);
            context.Notifications.AddRange(told);
            AlertLog.Measure(log, name, budget.Measure);
        }

        if (!context.ChangeTracker.HasChanges())
            return;
        row.Version++;
        try
        {
            await context.SaveChangesAsync(ct);
            signal.Raise(told);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            AlertLog.Lost(log, name);
        }
    }

    private async Task<IReadOnlyList<NotificationRow>> TellAsync(ControlPlaneDbContext context, BudgetNow budget, CancellationToken ct)
    {
        var team = ownership.Of(context.TenantId).Setup.FindTeam(budget.Of.Owner);
        var (title, text) = Words(budget);
        var frozen = budget.Measure == BudgetMeasure.Freeze;
        var message = new AlertMessage(AlertTelling.Note, frozen ? "note" : "ticket", null, title, text, [], budget.Of.Runbook, "/alerts?tab=budgets", null);
        var owner = team?.Reached(EscalationTo.Team) ?? [Team.RolePrefix + PortalRoles.Operator];
        string[] also = budget.Measure switch { BudgetMeasure.Freeze => [Team.RolePrefix + PortalRoles.Admin, Team.RolePrefix + PortalRoles.Executive], BudgetMeasure.FixesOnly => [Team.RolePrefix + PortalRoles.Admin], _ => [] };
        var people = await Claims.PeopleOfAsync(context, [.. owner, .. also], ct);
        if (frozen)
            context.BudgetNotes.Add(new() { Id = EntityId.New(clock), TenantId = context.TenantId, Objective = budget.Of.Objective.Name, At = clock.GetUtcNow().ToMicroseconds(), Title = PayloadRows.Cut(title, ColumnLengths.Identifier)!, Text = PayloadRows.Cut(text, ColumnLengths.Path)! });
        return
        [
            .. people.Select(p => telling.Row(context.TenantId, NotificationChannel.Portal, p.Key, null, message, frozen)),
            .. frozen ? await telling.ThroughAsync(context, AlertTopic.Note, budget.Of.Owner, [budget.Of.Objective.Name], null, message, true, ct) : [],
        ];
    }

    public static (string Title, string Text) Words(BudgetNow budget)
    {
        var of = budget.Of.Objective;
        var name = of.Title.Length > 0 ? of.Title : of.Name;
        var spent = budget.Spent is { } share ? AlertWords.Percent(share) : "an unknown part";
        var target = (of.Target * 100).ToString("0.####", CultureInfo.InvariantCulture);
        var facts = $"{name}: {spent} of the error budget of this period is spent ({budget.Attainment.Spent.ToString("#,0.#", CultureInfo.InvariantCulture)} of {budget.Attainment.Budget.ToString("#,0.#", CultureInfo.InvariantCulture)} allowed misses, target {target} %).";
        var where = budget.Of.Scope.Connection is { } connection ? $" of {connection}" : "";
        return budget.Measure switch
        {
            BudgetMeasure.Freeze => ($"Budget used up: {name}", $"{facts} The objective is missed. Nothing is published{where} until the budget recovers or somebody waives it by name."),
            BudgetMeasure.FixesOnly => ($"Only fixes are published: {name}", $"{facts} Mappings and flows{where} are published only as a fix, said so by name, until the budget recovers or somebody waives it."),
            _ => ($"Budget is running out: {name}", $"{facts} Nothing is blocked yet."),
        };
    }
}
