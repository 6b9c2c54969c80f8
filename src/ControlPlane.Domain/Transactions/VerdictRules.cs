using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Transactions;

/// <summary>
/// Decides the verdict from the facts alone. The rules of blame: what we cannot prove is unknown; our own credentials,
/// limits and defects are ours; a system is named for a failure only when it answered, told us, or confirmed that it knows
/// of the transaction.
/// </summary>
public static class VerdictRules
{
    /// <summary>No call may take longer, so a step that runs for longer is held up here.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(5);

    public static Verdict Decide(VerdictFacts facts, DateTimeOffset now, TimeZoneInfo zone)
    {
        var view = new View(facts, now, zone);
        var finding = facts.State switch
        {
            TransactionState.Running => Running(view),
            TransactionState.Waiting => Waiting(view),
            TransactionState.Retrying => VerdictFailures.Retrying(view),
            TransactionState.Stuck => VerdictFailures.Stuck(view),
            TransactionState.Closed => Closed(view),
            TransactionState.Cancelled => Cancelled(view),
            TransactionState.Superseded => Superseded(view),
            _ => throw new ArgumentOutOfRangeException(nameof(facts)),
        };
        return new()
        {
            Sentence = finding.Sentence,
            Stage = facts.Stage,
            System = finding.System,
            Move = finding.Move,
            Owner = finding.System?.Owner is { Length: > 0 } owner ? owner : null,
            Since = finding.Since,
            Age = now > finding.Since ? now - finding.Since : TimeSpan.Zero,
            DueAt = facts.State.IsFinal() ? null : facts.DueAt,
            Evidence = VerdictProof.Of(view),
            NextStep = finding.NextStep,
            Confidence = finding.Confidence,
        };
    }

    private static Finding Running(View v)
    {
        var doing = v.Facts.StepTitle.Length > 0 ? $": {v.Facts.StepTitle}" : "";
        var since = v.Facts.Since;
        if (v.Now - since > LongestCall)
            return new($"ControlPlane has not moved it on {v.Since(since)}{doing}. No other system is known to hold it up.", VerdictMove.Us, null, since,
                "Ask an operator to look at the engine: workers, lanes and the age of the oldest work.", VerdictConfidence.Likely);
        var again = v.Facts.Attempts > 0 ? $" ({v.Facts.Attempts} failed before)" : "";
        return new($"ControlPlane is working on it{doing}{again}.", VerdictMove.Us, null, since, "Nothing to do.", VerdictConfidence.Certain);
    }

    private static Finding Waiting(View v)
    {
        if (v.Facts.FaultCode == "turn.waiting")
            return Turn(v);
        var what = VerdictWords.Events(v.Facts.AwaitedEvents);
        var due = v.Facts.DueAt is not { } at ? ""
            : at < v.Now ? $" {VerdictWords.Cap(what)} was due {v.Time(at)} ({VerdictWords.Duration(v.Now - at)} ago)."
            : $" {VerdictWords.Cap(what)} due {v.Time(at)}{v.Because()}.";
        var next = v.Facts.DueAt is { } until ? $"Nothing to do until {v.Time(until)}. If nothing comes by then, it becomes stuck by itself." : "Nothing to do.";
        if (v.Party is not { } party)
            return new($"Waiting {v.Since(v.Facts.Since)} for the {what}. The flow does not say who sends it.{due}", VerdictMove.Unknown, null, v.Facts.Since, next, VerdictConfidence.Unknown);
        return new($"Waiting for {VerdictWords.The(party)} {v.Since(v.Facts.Since)}.{due}", VerdictMoves.Of(party.Role), party, v.Facts.Since, next,
            v.KnowsOfIt ? VerdictConfidence.Certain : VerdictConfidence.Likely);
    }

    private static Finding Closed(View v)
    {
        var at = v.Facts.ClosedAt ?? v.Facts.Since;
        return new($"Everything is done. Closed {v.Time(at)}, {VerdictWords.Duration(at - v.Facts.ReceivedAt)} after it came.", VerdictMove.Nobody, null, at, "Nothing to do.", VerdictConfidence.Certain);
    }

    private static Finding Cancelled(View v)
    {
        var at = v.Facts.ClosedAt ?? v.Facts.Since;
        var why = v.Facts.ClosingReason is { Length: > 0 } reason ? $": {VerdictWords.Sentence(reason)}" : ".";
        return new($"Cancelled {v.Time(at)}{why}", VerdictMove.Nobody, null, at, "Nothing to do.", VerdictConfidence.Certain);
    }

    private static Finding Superseded(View v)
    {
        var at = v.Facts.ClosedAt ?? v.Facts.Since;
        var why = v.Facts.ClosingReason is { Length: > 0 } reason ? $": {VerdictWords.Sentence(reason)}" : ".";
        return new($"Superseded {v.Time(at)}{why}", VerdictMove.Nobody, null, at, "Nothing to do: the newer one counts.", VerdictConfidence.Certain);
    }

    /// <summary>Not in work yet: an earlier one of the same key comes first.</summary>
    private static Finding Turn(View v) => new(
        v.Facts.FaultMessage ?? "Waits for its turn.", VerdictMove.Us, null, v.Facts.Since, "Nothing to do here. If the one ahead is stuck, free it, or let the others pass on its page.", VerdictConfidence.Certain);

    /// <summary>The facts with the ways of speaking about them.</summary>
    internal sealed class View(VerdictFacts facts, DateTimeOffset now, TimeZoneInfo zone)
    {
        public VerdictFacts Facts => facts;

        public DateTimeOffset Now => now;

        public VerdictSystem? Party => facts.Party;

        /// <summary>It sent the order itself, confirmed a write, or spoke about the order.</summary>
        public bool KnowsOfIt => Party is { } party && (party.Role.Sells() || facts.PartyTold is not null || facts.LastHeard is not null);

        /// <summary>Since when the failures go on.</summary>
        public DateTimeOffset FailingSince => facts.FailingSince is { } first && first < facts.Since ? first : facts.Since;

        /// <summary>The status that the system answered with; 0 when no answer came; null when that is not known.</summary>
        public int? Status => facts.FaultCode is { } code && code.StartsWith("http.", StringComparison.Ordinal) && int.TryParse(code.AsSpan(5), out var status) ? status
            : facts.LastCall is { } call ? call.Status
            : NoAnswer ? 0 : facts.AnsweredStatus;

        /// <summary>
        /// Nothing came back. A call that was not even sent, because signing in before it was answered with a failure, has no status of its own: its fault
        /// says that there was an answer.
        /// </summary>
        public bool NoAnswer => facts.FaultCode is { } code ? code.StartsWith("outbound.", StringComparison.Ordinal) : facts.LastCall is { Status: 0 };

        public string Time(DateTimeOffset at) => VerdictWords.Time(at, now, zone);

        /// <summary>"since 14:02 (38 min)".</summary>
        public string Since(DateTimeOffset at) => $"since {Time(at)} ({VerdictWords.Duration(now - at)})";

        /// <summary>Late, told as an exception, and still tried by itself.</summary>
        public bool TriesOn => facts is { State: TransactionState.Stuck, Expected: not null, FaultKind: not Faults.FaultKind.Overdue };

        /// <summary>", its last pick-up that meets ship-by": why the deadline is what it is, where that is not plain.</summary>
        public string Because() => facts.Expected is { } expected ? VerdictWords.Because(expected) : "";

        /// <summary>"next try 14:05 (3 of 12)".</summary>
        public string NextTry()
        {
            var count = facts.Attempts == 0 ? "" : facts.MostAttempts is { } most ? $" ({facts.Attempts} of {most})" : $" ({facts.Attempts} so far)";
            if (facts is { DueAt: null, FaultCode: not null } && facts.FaultCode.StartsWith("held.", StringComparison.Ordinal))
                return "next try when it may be called again";
            return facts.DueAt is { } at && at > now ? $"next try {Time(at)}{count}" : $"next try due now{count}";
        }
    }

    internal sealed record Finding(string Sentence, VerdictMove Move, VerdictSystem? System, DateTimeOffset Since, string NextStep, VerdictConfidence Confidence);
}
