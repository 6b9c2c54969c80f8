using System.Text.Json;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <summary>Who acts.</summary>
/// <param name="Id">Of the account: two names may be alike.</param>
public sealed record Person(string Id, string Name, IReadOnlyCollection<string> Roles)
{
    public bool Is(string role) => Roles.Contains(role);

    public bool IsSameAs(string id, string name) => (Id.Length > 0 && Id == id) || string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// An order in the hands of a person for one change, as a worker has it for a step: what is changed is committed with its fence, so that
/// of two who act at once one has the effect and the other is told. Nothing is taken before the commit: whoever looks away leaves nothing behind.
/// </summary>
internal sealed class PersonGrip(IControlPlaneDb db, CommitWriter writer, IFlowCatalog flows, Node node, LanePumps pumps, TimeProvider clock)
{
    /// <summary>The order as it is, or why nobody can change it now: also when this very operation was done before.</summary>
    public async Task<(Activation? Held, CommandOutcome? Refused)> TakeAsync(TenantScope tenant, Guid id, Guid operation, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var key = "o:" + operation.ToString("N");
        if (await context.InboxKeys.AnyAsync(k => k.Connection == "operator" && k.Key == key, ct))
            return (null, new(true, "already_done", "This was done already."));
        var transaction = await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct);
        var work = await context.WorkItems.AsNoTracking().FirstOrDefaultAsync(w => w.TransactionId == id, ct);
        if (transaction is null || work is null)
            return (null, new(false, "not_found", "There is no such transaction."));
        if (transaction.State.IsFinal())
            return (null, new(false, "ended", $"Order {transaction.Number} is {transaction.State.Word()}: nothing of it can be changed any more. {await LastAsync(context, id, ct)}"));
        if (work.State == WorkState.Leased)
            return (null, new(false, "busy", $"Order {transaction.Number} is being worked on at this moment. Look again in a moment."));
        if (work.State == WorkState.Behind)
            return (null, new(false, "behind", $"Order {transaction.Number} waits for its turn. Free the one ahead of it first."));
        if (await OrderAsync(context, transaction.CanonicalPayloadId, ct) is not { } order)
            return (null, new(false, "not_kept", $"What came of order {transaction.Number} is not kept any more."));
        var variables = JsonSerializer.Deserialize(work.Variables, FlowJson.Default.FlowVariables)!;
        (work.Fence, work.Owner) = (work.Fence + 1, node.Id);
        return (new(work, transaction, order, variables, clock)
        {
            Signals = await context.Signals.AsNoTracking().Where(s => s.TransactionId == id && s.ConsumedAt == null).OrderBy(s => s.ReceivedAt).ToListAsync(ct),
        }, null);
    }

    public static async Task<CanonicalOrder?> OrderAsync(ControlPlaneDbContext context, Guid? payload, CancellationToken ct) =>
        payload is { } id && await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is { Content.Length: > 0 } row
            ? JsonSerializer.Deserialize(PayloadRows.Unpack(row), FlowJson.Default.CanonicalOrder)
            : null;

    /// <summary>The step at which it stands, for the journal.</summary>
    public StepDefinition StepOf(Activation a) => flows.Find(a.Work.Flow, a.Work.FlowVersion)?.Find(a.Work.Step) ?? new CloseStep { Id = a.Work.Step };

    /// <param name="operation">Made when the dialog opened: fifteen clicks are one command.</param>
    /// <returns>Null when it was done; otherwise what to tell.</returns>
    public async Task<CommandOutcome?> CommitAsync(Activation a, WorkState state, long dueAt, Guid operation, CancellationToken ct)
    {
        var unit = a.Seal(state, a.Work.Step, dueAt, 0);
        unit.TakesFence = a.Work.Fence - 1;
        unit.Keys.Add(new() { TenantId = a.Work.TenantId, Connection = "operator", Key = "o:" + operation.ToString("N"), MessageId = EntityId.New(clock), SeenAt = clock.GetUtcNow().ToMicroseconds() });
        switch (await writer.CommitAsync(unit, ct))
        {
            case CommitOutcome.Duplicate:
                return new(true, "already_done", "This was done already.");
            case CommitOutcome.Stale:
                await using (var context = db.CreateContext(new TenantScope(a.Work.TenantId)))
                    return new(false, "changed_meanwhile", $"Somebody or something else was faster with order {a.Transaction.Number}; nothing of yours was done. {await LastAsync(context, a.Transaction.Id, ct)}".TrimEnd());
            default:
                if (state == WorkState.Ready)
                    pumps.PokeAll();
                return null;
        }
    }

    /// <summary>Who did what last: for whoever came second.</summary>
    private static async Task<string> LastAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct) =>
        await context.Journal.AsNoTracking().Where(j => j.TransactionId == id).OrderByDescending(j => j.At).ThenByDescending(j => j.Sequence).Select(j => j.Summary).FirstOrDefaultAsync(ct) is { Length: > 0 } last
            ? $"Last: {last.TrimEnd('.')}." : "";
}
