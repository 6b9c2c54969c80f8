using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>What the verdict said of one transaction, beside what is true of it.</summary>
internal sealed record FaultResult(FaultKind Kind, Label Found, string Sentence, bool Accuses, bool HasEvidence, bool ListDiffers)
{
    public bool IsRight => Found == Kind.Label;

    public static FaultResult Of(FaultKind kind, TransactionDetail detail, TransactionListItem listed, DateTimeOffset now)
    {
        var verdict = detail.Verdict(now, TimeZoneInfo.Utc);
        var inList = listed.Verdict(now, TimeZoneInfo.Utc);
        var found = new Label(verdict.Stage, FaultKind.SystemOf(verdict.System), verdict.Move);
        var partner = verdict.Move is VerdictMove.Erp or VerdictMove.Warehouse or VerdictMove.Channel or VerdictMove.Marketplace or VerdictMove.OtherSystem;
        return new(
            kind, found, verdict.Sentence, partner && detail.Head.State is TransactionState.Stuck or TransactionState.Retrying, verdict.System is { } system && Proves(detail, system),
            (inList.Move, inList.System?.Key) != (verdict.Move, verdict.System?.Key) && listed.Revision == detail.Head.Revision);
    }

    /// <summary>Looked up in the raw rows, not taken from the rules: an answer to a call, a message of its own, a confirmed hand-over, or a hold that says that it answered.</summary>
    private static bool Proves(TransactionDetail detail, VerdictSystem system) =>
        detail.Attempts.Any(a => a.System.Key == system.Key && a.Status > 0)
        // Signing in before the call was answered: the call itself has no status then, and the journal has the answer.
        || detail.Timeline.Any(t => t.System?.Key == system.Key && t.Type == JournalEventType.CallFailed && (t.Code ?? "").Split('.')[0] is "http" or "oauth")
        || detail.Effects.Any(e => e.System.Key == system.Key && e.State == EffectState.Confirmed)
        || detail.Timeline.Any(t => t.System?.Key == system.Key && t.Type is JournalEventType.SignalReceived or JournalEventType.ChannelEventReceived)
        || detail.Head.FaultCode is "held.breaker" or "held.throttled" or "held.maintenance"
        || (system.Role.Sells() && detail.Head.FaultKind == ControlPlane.Domain.Faults.FaultKind.Overdue);
}
