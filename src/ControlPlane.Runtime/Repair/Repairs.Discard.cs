using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <summary>Ending orders for good.</summary>
internal sealed partial class Repairs
{
    private const int ConfirmedAbove = 100;

    public async Task<IReadOnlyList<(Guid Id, CommandOutcome Outcome)>> DiscardAsync(TenantScope tenant, IReadOnlyList<Guid> ids, string reason, int? confirmed, Person who, Guid operation, CancellationToken ct)
    {
        var all = ids.Distinct().ToList();
        if (all.Count is 0 or > IRepairs.MostDiscarded)
            return Every(new(false, "size", $"1 to {IRepairs.MostDiscarded} orders at once."));
        if (reason.Length is 0 or > IRepairs.LongestText)
            return Every(new(false, "reason_missing", $"Say why, in 1 to {IRepairs.LongestText} characters: it cannot be undone."));
        if (all.Count > ConfirmedAbove && confirmed != all.Count)
            return Every(new(false, "confirm", $"These are {all.Count} orders, and it cannot be undone. Type their number to confirm."));
        var outcomes = new List<(Guid, CommandOutcome)>();
        foreach (var id in all)
            outcomes.Add((id, await DiscardAsync(tenant, id, reason, who, EntityId.Derived(operation, id), ct)));
        return outcomes;

        IReadOnlyList<(Guid, CommandOutcome)> Every(CommandOutcome outcome) => [.. all.DefaultIfEmpty(Guid.Empty).Select(id => (id, outcome))];
    }

    private async Task<CommandOutcome> DiscardAsync(TenantScope tenant, Guid id, string reason, Person who, Guid operation, CancellationToken ct)
    {
        var (held, refused) = await grip.TakeAsync(tenant, id, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Transaction.State is not (TransactionState.Stuck or TransactionState.Retrying))
            return new(false, "not_stuck", $"Order {a.Transaction.Number} is {a.Transaction.State.Word()}: only what is stuck, retried or held is discarded.");
        await using var context = db.CreateContext(tenant);
        var means = await DiscardMeansAsync(context, a.Transaction, ct);
        a.Enter(TransactionState.Cancelled, a.Work.Step);
        a.Transaction.ClosedAt = a.Now.ToMicroseconds();
        FlowExecutor.Calm(a);
        a.Work.HeldBy = null;
        a.Exit = ExceptionCases.CaseExit.Person;
        foreach (var signal in a.Signals.ToList())
            a.Consume(signal);
        a.Journal(JournalEventType.Cancelled, grip.StepOf(a), $"{who.Name} discarded it: {reason}. {means}", basis: new(Person: who.Name));
        return await grip.CommitAsync(a, WorkState.Done, 0, operation, ct) ?? new(true, "accepted", $"Order {a.Transaction.Number} is discarded. {means}");
    }

    /// <summary>No flow of ours has a step for cancelling yet: whoever was told has to be told by a person.</summary>
    private static async Task<string> DiscardMeansAsync(ControlPlaneDbContext context, TransactionRow t, CancellationToken ct)
    {
        var told = await context.Effects.AsNoTracking().Where(e => e.TransactionId == t.Id && (e.State == EffectState.Confirmed || e.State == EffectState.Unknown)).Select(e => e.Connection).Distinct().ToListAsync(ct);
        return told.Count == 0
            ? "The channel will not be told, and no system has it: cancel it there."
            : $"The channel will not be told. It is, or may be, in {string.Join(", ", told.Order(StringComparer.Ordinal))}: cancel it there.";
    }
}
