using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Changes;

/// <inheritdoc cref="IOrderChanges"/>
internal sealed class OrderChanges(IControlPlaneDb db, PersonGrip grip, IConnectionRegistry connections) : IOrderChanges
{
    public async Task<IReadOnlyList<ChangeItem>?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.OrderChanges.AsNoTracking().Where(c => c.TransactionId == transaction).OrderByDescending(c => c.Number).Take(100).ToListAsync(ct);
        return rows.Count == 0 && !await context.Transactions.AnyAsync(t => t.Id == transaction, ct) ? null : [.. rows.Select(Item)];
    }

    public async Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid transaction, ChangeSettlement settlement, string reason, Person who, Guid operation, CancellationToken ct)
    {
        if (reason.Length is 0 or > IRepairs.LongestText)
            return new(false, "reason_missing", $"Say what you did or heard, in 1 to {IRepairs.LongestText} characters.");
        var (held, refused) = await grip.TakeAsync(tenant, transaction, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Variables.Change is not { } change || ChangeRules.Next(change, a.Now) is not ChangeStep.Person)
            return new(false, "nothing_open", $"No change of order {a.Transaction.Number} waits for a person.");
        if (settlement == ChangeSettlement.RunOn && !ChangeRules.CanDecline(change))
            return new(false, "gave_back", "A system has taken it already: the order cannot run on as it was. See to the others, then say that it is done.");
        if (settlement == ChangeSettlement.TooLate && !change.Systems.Any(s => s.Ships && s.Answer is SystemAnswer.NotOffered or SystemAnswer.Refused or SystemAnswer.Moved))
            return new(false, "ships_not", "Whoever ships has answered already. Say that it is done when you have seen to the others.");
        a.Variables.Change = settlement switch
        {
            ChangeSettlement.Done => ChangeRules.DoneByHand(change, who.Name, a.Now),
            ChangeSettlement.TooLate => ChangeRules.ToldTooLate(change, who.Name, a.Now),
            _ => change with { DeclinedBy = who.Name },
        };
        a.Pending.Changes[change.Id] = ChangeRows.Row(a, a.Variables.Change, ChangeState.Requested, "", null, null);
        a.Work.Attempts = 0;
        var words = settlement switch { ChangeSettlement.Done => "saw to the change by hand", ChangeSettlement.TooLate => "was told that the change is too late", _ => "lets the order run on as it was" };
        a.Journal(JournalEventType.EditDecided, grip.StepOf(a), $"{who.Name} {words}: {reason}", basis: new(Person: who.Name));
        return await grip.CommitAsync(a, WorkState.Ready, 0, operation, ct) ?? new(true, "accepted", $"Order {a.Transaction.Number} goes on.");
    }

    private ChangeItem Item(OrderChangeRow row)
    {
        var systems = ChangeRows.SystemsOf(row);
        var open = new OpenChange { Id = row.Id, Number = row.Number, Kind = row.Kind, Signal = default, Base = row.BaseVersion, RequestedAt = default, Summary = row.Summary, Systems = systems };
        return new(row.Id, row.Number, row.Kind, row.State, row.Summary, row.Outcome, ChangeRows.DifferencesOf(row),
            [.. systems.Select(s => new ChangedSystem(s.Connection, connections.Find(s.Connection)?.DisplayName ?? s.Connection, s.Answer, s.Message, s.Version, s.At))],
            row.BaseVersion, Instant.FromMicroseconds(row.RequestedAt), row.EndedAt is { } at ? Instant.FromMicroseconds(at) : null, row.ReturnId, row.State == ChangeState.NeedsPerson && ChangeRules.CanDecline(open));
    }
}
