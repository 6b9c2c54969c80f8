using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Repair;

/// <inheritdoc cref="IHolds"/>
internal sealed partial class Holds(IControlPlaneDb db, PersonGrip grip, IFlowCatalog flows, IConnectionRegistry connections, TargetGates gates, FigureDesk desk, IOptions<RepairOptions> options, TimeProvider clock) : IHolds
{
    /// <summary>Events that any order may get, whatever its flow waits for.</summary>
    private static readonly string[] Always = ["order.updated", "order.cancelled"];

    public async Task<HoldList> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var open = context.OrderHolds.AsNoTracking().Where(h => h.EndedAt == null);
        var rows = await open.OrderBy(h => h.HeldAt).Take(IHolds.Most)
            .Join(context.Transactions.AsNoTracking(), h => h.TransactionId, t => t.Id, (h, t) => new { Hold = h, t.Number, t.Connection }).ToListAsync(ct);
        var now = clock.GetUtcNow();
        return new([.. rows.OrderBy(r => r.Hold.HeldAt).Select(r => Item(r.Hold, r.Number, r.Connection))], rows.Count < IHolds.Most ? rows.Count : await open.CountAsync(ct), now.AddSeconds(options.Value.LookAtHoldsSeconds), now);
    }

    public async Task<HoldChoices?> ChoicesAsync(TenantScope tenant, Guid transaction, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var found = await context.Transactions.AsNoTracking().Where(t => t.Id == transaction).Join(context.WorkItems.AsNoTracking(), t => t.Id, w => w.TransactionId, (t, w) => new { t.Number, t.Connection, w.Flow, w.FlowVersion, w.Step, w.State, w.HeldBy, t.CanonicalPayloadId }).FirstOrDefaultAsync(ct);
        if (found is null)
            return null;
        var row = found is { State: WorkState.Held, HeldBy: Hold.ByPerson } ? await context.OrderHolds.AsNoTracking().Where(h => h.TransactionId == transaction && h.EndedAt == null).OrderByDescending(h => h.HeldAt).FirstOrDefaultAsync(ct) : null;
        return new(row is null ? null : Item(row, found.Number, found.Connection), EventsOf(found.Flow, found.FlowVersion, found.Step).Can, [.. connections.All.Where(c => IsClosed(c.Key)).OrderBy(c => c.DisplayName, StringComparer.Ordinal).Select(c => (c.Key, c.DisplayName))])
        {
            LookUps = [.. desk.All.Select(l => new HoldLookUp(l.Connection.Key, l.Connection.DisplayName, l.LookUp.Name, l.LookUp.Title, l.LookUp.Asks, l.LookUp.Figures))],
            Sku = desk.All.Count == 0 ? "" : (await PersonGrip.OrderAsync(context, found.CanonicalPayloadId, ct))?.Lines.FirstOrDefault()?.Sku ?? "",
        };
    }

    public HoldItem Item(OrderHoldRow row, string number, string channel)
    {
        var condition = new HoldCondition(row.Kind, row.Until is { } until ? Instant.FromMicroseconds(until) : null, row.Name) { Figure = row.Figure is { } figure ? FigureWatch.Read(figure) : null };
        return new(row.Id, row.TransactionId, number, connections.Find(channel)?.DisplayName ?? channel, row.Reason, row.HeldBy, Instant.FromMicroseconds(row.HeldAt), condition, Words(condition)) { LastFigure = row.LastFigure, LookedAt = row.LookedAt > 0 ? Instant.FromMicroseconds(row.LookedAt) : null };
    }

    public async Task<CommandOutcome> HoldAsync(TenantScope tenant, Guid transaction, HoldCondition condition, string reason, Person who, Guid operation, CancellationToken ct)
    {
        if (reason.Length is 0 or > IRepairs.LongestText)
            return new(false, "reason_missing", $"Say why it is put aside, in 1 to {IRepairs.LongestText} characters.");
        var (held, refused) = await grip.TakeAsync(tenant, transaction, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Work is { State: WorkState.Held, HeldBy: Hold.ByPerson })
            return new(false, "held", $"Order {a.Transaction.Number} is held already. {a.Transaction.FaultMessage}");
        if (HoldConditions.Problem(condition, Facts(a) with { LookUps = condition.Figure is { } wanted ? desk.Of(wanted.Connection) : null }) is { } problem)
            return new(false, "condition", problem);
        // Asked once before anything is saved: what is unknown there, and what is true already, is told and not waited for.
        var seen = condition.Figure is { } asked ? await desk.AskAsync(tenant.TenantId, asked, ct) : null;
        if (seen is { Impossible: true })
            return new(false, "condition", $"It could never come true: {seen.Problem}");
        if (seen is { Value: { } already } && condition.Figure!.IsMetBy(already))
            return new(false, "condition", $"It is so already: {condition.Figure.Figure} is {already}. Retry instead, or choose something else.");
        var words = $"Held by {who.Name} until {Words(condition)}: {reason}";
        var now = a.Now;
        var before = Before.Of(a);
        a.Enter(TransactionState.Retrying, a.Work.Step);
        (a.Transaction.FaultKind, a.Transaction.FaultCode, a.Transaction.FaultMessage) = (FaultKind.Maintenance, HoldConditions.FaultCode, PayloadRows.Cut(words, ColumnLengths.Summary));
        (a.Transaction.DueAt, a.Transaction.Party, a.Transaction.PartyConnection) = (condition.Until?.ToMicroseconds(), null, null);
        (a.Work.Attempts, a.Work.HeldBy) = (0, Hold.ByPerson);
        a.Journal(JournalEventType.Held, grip.StepOf(a), words, code: HoldConditions.FaultCode, basis: new(Person: who.Name));
        // What wakes it is there before it sleeps; a row whose order was never put aside ends by itself.
        await using var context = db.CreateContext(tenant);
        var row = new OrderHoldRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, TransactionId = transaction, Reason = reason, HeldBy = PayloadRows.Cut(who.Name, ColumnLengths.Identifier)!, HeldAt = now.ToMicroseconds(),
            Kind = condition.Kind, Until = condition.Until?.ToMicroseconds(), Name = PayloadRows.Cut(condition.Name, ColumnLengths.Identifier),
            Figure = condition.Figure is { } figure ? FigureWatch.Write(figure) : null, LastFigure = PayloadRows.Cut(seen?.Value ?? seen?.Problem, ColumnLengths.Identifier), LookedAt = seen is null ? 0 : now.ToMicroseconds(),
            NextLookAt = seen is null ? 0 : (now + TimeSpan.FromSeconds(options.Value.AskFiguresSeconds)).ToMicroseconds(),
        };
        context.OrderHolds.Add(row);
        await context.SaveChangesAsync(ct);
        if (await grip.CommitAsync(a, WorkState.Held, a.Transaction.DueAt ?? 0, operation, ct) is { } instead)
        {
            context.OrderHolds.Remove(row);
            await context.SaveChangesAsync(CancellationToken.None);
            return instead;
        }

        Keep(operation, before);
        return new(true, "accepted", $"Order {a.Transaction.Number} is held until {Words(condition)}. Nothing is sent meanwhile.");
    }

    public Task<CommandOutcome> WakeAsync(TenantScope tenant, Guid transaction, string reason, Person who, Guid operation, CancellationToken ct) =>
        LetGoAsync(tenant, transaction, $"{who.Name} woke it{(reason.Length > 0 ? $": {reason}" : "")}", who.Name, operation, ct);

    /// <param name="why">A sentence: who woke it, or what came.</param>
    /// <param name="person">Null where what it waited for came.</param>
    public async Task<CommandOutcome> LetGoAsync(TenantScope tenant, Guid transaction, string why, string? person, Guid operation, CancellationToken ct)
    {
        var (held, refused) = await grip.TakeAsync(tenant, transaction, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Work is not { State: WorkState.Held, HeldBy: Hold.ByPerson })
            return new(false, "not_held", $"Order {a.Transaction.Number} is not held by anybody.");
        a.Enter(TransactionState.Running, a.Work.Step);
        FlowExecutor.Calm(a);
        a.Work.HeldBy = null;
        a.Journal(JournalEventType.Released, grip.StepOf(a), why, basis: new(Person: person));
        if (await grip.CommitAsync(a, WorkState.Ready, 0, operation, ct) is { } instead)
            return instead;
        await EndAsync(tenant, transaction, why, ct);
        return new(true, "accepted", $"Order {a.Transaction.Number} goes on.");
    }

    public async Task EndAsync(TenantScope tenant, Guid transaction, string why, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (now, text) = (clock.GetUtcNow().ToMicroseconds(), PayloadRows.Cut(why, ColumnLengths.Summary));
        await context.OrderHolds.Where(h => h.TransactionId == transaction && h.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(h => h.EndedAt, now).SetProperty(h => h.Ended, text), ct);
    }

    public HoldFacts Facts(Activation a)
    {
        var (can, notYet) = EventsOf(a.Work.Flow, a.Work.FlowVersion, a.Work.Step);
        return new(clock.GetUtcNow(), can, connections.All.ToDictionary(c => c.Key, c => IsClosed(c.Key))) { NotYet = notYet };
    }

    public async Task<string> LookAsync(TenantScope tenant, FigureCondition figure, CancellationToken ct)
    {
        // What it is held against does not matter for looking, and may not be typed yet.
        if ((figure with { Test = FigureTest.Equals, Value = "0" }).Problem(desk.Of(figure.Connection)) is { } problem)
            return problem;
        var seen = await desk.AskAsync(tenant.TenantId, figure, ct);
        return seen.Value is { } value ? $"{figure.Figure}{(figure.Arguments.Count > 0 ? $" of {string.Join(", ", figure.Arguments.Values)}" : "")} is {value} now." : seen.Problem;
    }

    /// <summary>Those of the waits from a step on, and what a channel may always say.</summary>
    /// <returns>What can come, and what cannot yet: while the order is held nothing is sent, and nobody answers what nobody sent.</returns>
    private (IReadOnlyList<string> Can, IReadOnlyList<string> NotYet) EventsOf(string name, int version, string step)
    {
        var steps = flows.Find(name, version)?.Steps.ToList() ?? [];
        var at = Math.Max(0, steps.FindIndex(s => s.Id == step));
        var waits = steps.Skip(at).OfType<WaitStep>().ToLookup(w => CauseOf(steps, w) <= at, w => w.Events.Concat(w.FailedBy));
        IReadOnlyList<string> can = [.. waits[true].SelectMany(e => e).Concat(Always).Distinct()];
        return (can, [.. waits[false].SelectMany(e => e).Distinct().Except(can)]);
    }

    /// <summary>Where the call stands that brings about what is waited for: the one that is acknowledged, else the last before it to the same kind of system, else the last before it.</summary>
    /// <returns>-1 when nothing has to be sent for it.</returns>
    private static int CauseOf(List<StepDefinition> steps, WaitStep wait)
    {
        if (wait.Acknowledges is { } id)
            return steps.FindIndex(s => s.Id == id);
        var before = steps.TakeWhile(s => s != wait).ToList();
        var same = before.FindLastIndex(s => s is CallStep call && call.System == wait.Role);
        return same >= 0 ? same : before.FindLastIndex(s => s is CallStep);
    }

    /// <summary>Whether a window or a breaker keeps calls away from it now.</summary>
    public bool IsClosed(string connection)
    {
        var state = gates.State;
        return state.Window(connection, clock.GetUtcNow()) is not null || state.Breakers.Values.Any(b => b.State == BreakerState.Open && Hold.ConnectionOf(b.Key) == connection);
    }

    public string Words(HoldCondition condition) => condition.Words(condition.Kind is HoldKind.System or HoldKind.Figure && condition.Name is { } key ? connections.Find(key)?.DisplayName : null);
}
