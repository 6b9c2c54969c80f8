using System.Globalization;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;

namespace ControlPlane.Runtime.Repair;

/// <summary>
/// An order whose figure did not come in the time that somebody gave it: back among those that need a person, with what was seen last. It
/// does not go on by itself: what it was held for is not there.
/// </summary>
internal sealed class HoldReturns(PersonGrip grip, Holds holds, IConnectionRegistry connections, Node node, CaseSplits splits, WorkRanks ranks, OwnershipBoard owners)
{
    public const string RanOut = "held.ran_out";

    /// <returns>True when it needs somebody again by this.</returns>
    public async Task<bool> RunOutAsync(OrderHoldRow hold, CancellationToken ct)
    {
        var tenant = new TenantScope(hold.TenantId);
        var (held, _) = await grip.TakeAsync(tenant, hold.TransactionId, hold.Id, ct);
        if (held is not { Work: { State: WorkState.Held, HeldBy: Hold.ByPerson } } a)
            return false;
        var item = holds.Item(hold, a.Transaction.Number, a.Transaction.Connection);
        var seen = hold.LastFigure is { } last ? string.Create(CultureInfo.InvariantCulture, $"Last seen: {last}, at {Instant.FromMicroseconds(hold.LookedAt).UtcDateTime:yyyy-MM-dd HH:mm} UTC.") : "No answer came.";
        var fault = new Fault(FaultKind.Data, RanOut, $"{hold.HeldBy} held it until {item.Waits}. That time is over. {seen} Hold it longer, retry it, or discard it.");
        var step = grip.StepOf(a);
        a.Enter(TransactionState.Stuck, a.Work.Step);
        (a.Transaction.FaultKind, a.Transaction.FaultCode, a.Transaction.FaultMessage) = (fault.Kind, fault.Code, PayloadRows.Cut(fault.Message, ColumnLengths.Summary));
        (a.Transaction.DueAt, a.Work.HeldBy) = (null, null);
        a.Join(step, fault, node.Id, splits.Of(a.Work.TenantId), ranks, group => owners.Decide(a, fault, group, connections.Find(a.Transaction.Connection)));
        a.Journal(JournalEventType.DeadLettered, step, fault.Message, code: fault.Code);
        if (await grip.CommitAsync(a, WorkState.Dead, 0, hold.Id, ct) is not null)
            return false;
        await holds.EndAsync(tenant, hold.TransactionId, $"Its time ran out. {seen}", ct);
        return true;
    }
}
