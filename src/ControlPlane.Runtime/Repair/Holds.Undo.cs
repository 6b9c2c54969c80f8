using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Repair;

/// <summary>A hold that is taken back a moment later leaves the order as it was: stuck for what it was stuck for, and nothing is sent.</summary>
internal sealed partial class Holds
{
    private readonly ConcurrentDictionary<Guid, Before> _before = [];

    public async Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid transaction, Guid hold, Person who, Guid operation, CancellationToken ct)
    {
        if (!_before.TryGetValue(hold, out var before) || before.Transaction != transaction || clock.GetUtcNow() - before.At > IHolds.UndoFor)
            return new(false, "too_late", "That was too long ago to be taken back. Wake it instead: then it is tried again.");
        var (held, refused) = await grip.TakeAsync(tenant, transaction, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Work is not { State: WorkState.Held, HeldBy: Hold.ByPerson })
            return new(false, "not_held", $"Order {a.Transaction.Number} is not held by anybody.");
        before.Restore(a);
        a.Journal(JournalEventType.Released, grip.StepOf(a), $"{who.Name} took the hold back; it is as it was", basis: new(Person: who.Name));
        if (await grip.CommitAsync(a, before.Work, before.WorkDueAt, operation, ct) is { } instead)
            return instead;
        _before.TryRemove(hold, out _);
        await EndAsync(tenant, transaction, $"{who.Name} took it back", ct);
        return new(true, "accepted", $"Order {a.Transaction.Number} is as it was before.");
    }

    private void Keep(Guid hold, Before before)
    {
        foreach (var (old, kept) in _before)
            if (before.At - kept.At > IHolds.UndoFor)
                _before.TryRemove(old, out _);
        _before[hold] = before;
    }

    /// <summary>What a hold writes over. Work that waits for an event looks for it anew: nothing is sent by that.</summary>
    private sealed record Before(
        Guid Transaction, DateTimeOffset At, WorkState Work, long WorkDueAt, int Attempts, string? HeldBy, TransactionState State, long Since, FaultKind? Kind, string? Code, string? Message, long? DueAt, SystemRole? Party,
        string? PartyConnection, double? Rank, long? ActBy)
    {
        public static Before Of(Activation a)
        {
            var (w, t) = (a.Work, a.Transaction);
            return new(
                t.Id, a.Now, w.State == WorkState.Waiting ? WorkState.Ready : w.State, w.State == WorkState.Waiting ? 0 : w.DueAt, w.Attempts, w.HeldBy, t.State, t.Since, t.FaultKind, t.FaultCode, t.FaultMessage, t.DueAt, t.Party,
                t.PartyConnection, t.WorkRank, t.ActBy);
        }

        public void Restore(Activation a)
        {
            var t = a.Transaction;
            (a.Work.Attempts, a.Work.HeldBy) = (Attempts, HeldBy);
            (t.State, t.Since, t.FaultKind, t.FaultCode, t.FaultMessage) = (State, Since, Kind, Code, Message);
            (t.DueAt, t.Party, t.PartyConnection, t.WorkRank, t.ActBy) = (DueAt, Party, PartyConnection, Rank, ActBy);
        }
    }
}
