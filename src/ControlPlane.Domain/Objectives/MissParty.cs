using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Objectives;

/// <summary>In whose hands a transaction was when it became late. Pure, from the journal: counting again says the same.</summary>
public static class MissParty
{
    /// <summary>It was our move: mapping, checking, a person's hold.</summary>
    public const string Us = "us";

    /// <summary>The journal does not say, or names a system that is not there any more.</summary>
    public const string Unknown = "unknown";

    /// <summary>What says nothing about whose move it is.</summary>
    private static bool Beside(JournalEventType type) => type is JournalEventType.DuplicateReceived or JournalEventType.ChannelEventReceived or JournalEventType.OwnershipChanged
        or JournalEventType.Acknowledged or JournalEventType.Commented or JournalEventType.EditProposed or JournalEventType.EvidenceExported;

    /// <param name="events">Of one transaction, in any order.</param>
    /// <param name="due">When it became late.</param>
    /// <param name="role">Of a connection; null where there is none by that key.</param>
    /// <returns>The word of a system's role, <see cref="Us"/> or <see cref="Unknown"/>.</returns>
    public static string Of(IEnumerable<JournalEvent> events, DateTimeOffset due, Func<string, SystemRole?> role)
    {
        var last = events.Where(e => e.At <= due && !Beside(e.Type)).MaxBy(e => (e.At, e.Sequence));
        if (last is null)
            return Unknown;
        var theirs = last.Type is JournalEventType.CallFailed or JournalEventType.RetryScheduled or JournalEventType.OutcomeUnknown or JournalEventType.WaitStarted or JournalEventType.WaitOverdue or JournalEventType.DeadLettered;
        return !theirs || last.System is null ? Us : role(last.System)?.Word() ?? Unknown;
    }
}
