using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Finding = ControlPlane.Domain.Transactions.VerdictRules.Finding;
using View = ControlPlane.Domain.Transactions.VerdictRules.View;

namespace ControlPlane.Domain.Transactions;

/// <summary>What a failure means: while it is tried again, and when it is given up.</summary>
internal static class VerdictFailures
{
    private const string GoesOn = "Nothing to do: it is tried again by itself. Retry now skips the wait.";

    public static Finding Retrying(View v)
    {
        if (v.Facts.FaultCode == Repair.HoldConditions.FaultCode)
            return new(VerdictWords.Sentence(v.Facts.FaultMessage ?? ""), VerdictMove.Us, null, v.Facts.Since, "Nothing to do: it goes on when what it waits for comes. Wake it to go on now.", VerdictConfidence.Certain);
        var next = $"; {v.NextTry()}";
        return v.Facts.FaultKind switch
        {
            FaultKind.UnknownOutcome => AnswerLost(v, $"; it is being asked whether it has the order, {v.NextTry()}.", VerdictMove.Us, "Nothing to do: it is asked first and sent again only if it does not have it."),
            FaultKind.Transient => Unavailable(v, next + ".", GoesOn),
            FaultKind.Throttled => Throttled(v, next + ".", "Nothing to do: it goes on by itself when the limit allows."),
            FaultKind.Maintenance => Maintenance(v, next + ".", "Nothing to do: it goes on by itself when the system is open again."),
            FaultKind.Conflict => Conflict(v, $"; it is read again, {v.NextTry()}.", GoesOn),
            FaultKind.Data => Refused(v, next + "."),
            FaultKind.Authentication => Credentials(v, next + "."),
            FaultKind.Internal => Defect(v, next + "."),
            FaultKind.Overdue => Overdue(v),
            null => new($"It is tried again; {v.NextTry()}. The cause was not recorded.", VerdictMove.Unknown, v.Party, v.FailingSince, GoesOn, VerdictConfidence.Unknown),
            _ => throw new ArgumentOutOfRangeException(nameof(v)),
        };
    }

    public static Finding Stuck(View v)
    {
        if (v.TriesOn)
            return Late(v);
        var gaveUp = v.Facts.Attempts > 1 ? $"; {v.Facts.Attempts} attempts failed, and it is not tried again by itself." : "; it is not tried again by itself.";
        return v.Facts.FaultKind switch
        {
            FaultKind.UnknownOutcome => AnswerLost(v, ". It is not known whether it has the order; someone has to check there before it is sent again.", VerdictMove.Unknown,
                $"Look for the order in {Name(v)} by our reference. If it is there, complete it by hand; if it is not, send it again."),
            FaultKind.Transient => Unavailable(v, gaveUp, "Retry now when the system works again."),
            FaultKind.Throttled => Throttled(v, gaveUp, "Retry now, or raise the limit with the system's owner."),
            FaultKind.Maintenance => Maintenance(v, gaveUp, "Retry now when the system is open again."),
            FaultKind.Conflict => Conflict(v, gaveUp, "Look at the record there: somebody or something changes it all the time. Then retry."),
            FaultKind.Data => Refused(v, "."),
            FaultKind.Authentication => Credentials(v, "."),
            FaultKind.Internal => Defect(v, "."),
            FaultKind.Overdue => Overdue(v),
            null => new($"It is stuck {v.Since(v.Facts.Since)}, and the cause was not recorded.", VerdictMove.Unknown, v.Party, v.Facts.Since, "Look at the timeline, then retry.", VerdictConfidence.Unknown),
            _ => throw new ArgumentOutOfRangeException(nameof(v)),
        };
    }

    /// <summary>What is expected did not come in time, and it is tried on: what the last call says, and that somebody waits.</summary>
    private static Finding Late(View v)
    {
        var expected = v.Facts.Expected!;
        var found = Retrying(v);
        return found with
        {
            Sentence = $"{VerdictWords.Expected(expected.What)} was due {v.Time(expected.By)} ({VerdictWords.Duration(v.Now - expected.By)} ago). {found.Sentence}",
            NextStep = found.Move == VerdictMove.Us && v.Facts.FaultKind is FaultKind.Internal or FaultKind.Authentication ? found.NextStep
                : v.Party is { } party ? $"Ask whoever looks after {VerdictWords.The(party)} when it goes on. It is tried again by itself; Retry now skips the wait." : found.NextStep,
        };
    }

    /// <summary>An answer proves that the system is there and fails. Silence proves nothing: it may be the way to it, or us.</summary>
    private static Finding Unavailable(View v, string tail, string next)
    {
        if (v.Party is not { } party)
            return Defect(v, tail);
        var open = Open(v);
        if (v.NoAnswer)
            return new($"No answer from {VerdictWords.The(party)} {v.Since(v.FailingSince)}{tail} Whether it or the way to it is at fault is not known.{open}", VerdictMove.Unknown, party, v.FailingSince, next, VerdictConfidence.Unknown);
        var answered = v.Status is >= 300 and var status ? $"answered {status}" : "did not do it";
        return new($"{The(party)} {answered} {v.Since(v.FailingSince)}{tail}{open}", VerdictMoves.Of(party.Role), party, v.FailingSince, next, v.Status > 0 ? VerdictConfidence.Certain : VerdictConfidence.Likely);
    }

    private static Finding Throttled(View v, string tail, string next)
    {
        if (v.Party is { } silent && v.Facts.FaultCode is "held.congestion" or "outbound.congested")
            return new($"{The(silent)} has not answered the calls under way {v.Since(v.FailingSince)}{tail} Whether it or the way to it is at fault is not known.", VerdictMove.Unknown, silent, v.FailingSince, next, VerdictConfidence.Unknown);
        if (v.Party is not { } party || v.Facts.FaultCode is "outbound.budget" or "held.budget")
            return new($"Our own rate budget{(v.Party is { } p ? $" for {VerdictWords.The(p)}" : "")} is used up {v.Since(v.FailingSince)}{tail}", VerdictMove.Us, v.Party, v.FailingSince, next, VerdictConfidence.Certain);
        return new($"{The(party)} limits the rate of our calls {v.Since(v.FailingSince)}{tail}", VerdictMoves.Of(party.Role), party, v.FailingSince, next, Answered(v));
    }

    private static Finding Maintenance(View v, string tail, string next) => (v.Party, v.Facts.FaultCode) switch
    {
        (null, _) => new($"It is held for maintenance {v.Since(v.FailingSince)}{tail}", VerdictMove.Us, null, v.FailingSince, next, VerdictConfidence.Likely),
        ({ } party, "held.unreachable") => new(
            $"No answer from {VerdictWords.The(party)}, so that nothing more is sent there {v.Since(v.FailingSince)}{tail} Whether it or the way to it is at fault is not known.{Open(v)}",
            VerdictMove.Unknown, party, v.FailingSince, next, VerdictConfidence.Unknown),
        ({ } party, "held.breaker") => new(
            $"{The(party)} fails, so that nothing more is sent there {v.Since(v.FailingSince)}{tail}{Open(v)}", VerdictMoves.Of(party.Role), party, v.FailingSince, next, VerdictConfidence.Likely),
        ({ } party, _) => new($"{The(party)} is closed for maintenance {v.Since(v.FailingSince)}{tail}", VerdictMoves.Of(party.Role), party, v.FailingSince, next, Answered(v)),
    };

    private static string Open(View v) => v.Facts.OutcomeOpen ? " Whether it has the order is not known yet." : "";

    private static Finding Conflict(View v, string tail, string next) => new(
        v.Party is { } party ? $"The record at {VerdictWords.The(party)} was changed in the meantime{tail}" : $"The record was changed in the meantime{tail}",
        VerdictMove.Us, v.Party, v.FailingSince, next, VerdictConfidence.Certain);

    private static Finding AnswerLost(View v, string tail, VerdictMove move, string next)
    {
        var at = v.Facts.LastCall?.At ?? v.Facts.Since;
        return new($"The answer of {Name(v)} was lost {v.Time(at)}{tail}", move, v.Party, v.FailingSince, next, VerdictConfidence.Unknown);
    }

    private static Finding Refused(View v, string tail)
    {
        var reason = VerdictWords.Sentence(v.Facts.FaultMessage ?? "");
        var since = v.Facts.Since;
        if (v.Facts.FaultCode == "order.cancelled_late")
            return new(reason, VerdictMove.Us, null, since, "Cancel it in the systems that have it, or let it run on with a retry.", VerdictConfidence.Certain);
        if (v.Facts.FaultCode == Changes.ChangeRules.ByHand)
            return new(reason, VerdictMove.Us, null, since, "See to it in the systems named, then say under Changes what became of it.", VerdictConfidence.Certain);
        if (v.Facts.FaultCode?.StartsWith("return.", StringComparison.Ordinal) == true)
            return new(reason, VerdictMove.Us, null, since, "Get the goods back, then retry: the return is posted and closed.", VerdictConfidence.Certain);
        // A message of the party's own, or its answer to our call: otherwise it was our check that refused, before anything was sent.
        var said = v.Facts.LastHeard is { } heard && heard.Code == v.Facts.FaultCode;
        var misfit = v.Facts.FaultCode?.StartsWith("shipment.", StringComparison.Ordinal) == true;
        if (v.Party is { } party && (said || misfit || v.Status > 0))
            return new(
                misfit ? $"What {VerdictWords.The(party)} reported does not fit the order: {Lower(reason)} Someone has to settle it with them."
                : StartsWithName(reason, party) ? $"{reason} Someone has to change it there or here."
                : $"{The(party)} refused the order: {Lower(reason)} Someone has to change it there or here.",
                VerdictMoves.Of(party.Role), party, since, $"Change it in {VerdictWords.The(party)} or correct the order, then retry. {VerdictWords.Unchanged}", VerdictConfidence.Certain);
        return new($"Our check stopped the order{(v.Party is { } target ? $" before it went to {VerdictWords.The(target)}" : "")}: {Lower(reason)}{(tail == "." ? "" : VerdictWords.Cap(tail.TrimStart(';', ' ')))}".TrimEnd(),
            VerdictMove.Us, v.Party, since, $"Compare what {VerdictWords.The(v.Facts.Channel)} sent with what we made of it. Correct the order there, or the mapping or limit here, then retry.", VerdictConfidence.Certain);
    }

    private static Finding Credentials(View v, string tail) => new(
        v.Party is { } party ? $"{The(party)} does not accept our credentials {v.Since(v.FailingSince)}{tail}" : $"Our credentials are not accepted {v.Since(v.FailingSince)}{tail}",
        VerdictMove.Us, v.Party, v.FailingSince, "Renew the credentials of the connection or widen what they may do, then retry.", VerdictConfidence.Certain);

    private static Finding Defect(View v, string tail) => new(
        $"ControlPlane could not do its part {v.Since(v.FailingSince)}: {VerdictWords.Sentence(v.Facts.FaultMessage ?? "The cause was not recorded.")}{(tail.StartsWith(';') ? " " + VerdictWords.Cap(tail[2..]) : "")}",
        VerdictMove.Us, v.Party, v.FailingSince, "An engineer or administrator of ours has to look at the flow or the connection, then retry.", VerdictConfidence.Certain);

    /// <summary>Silence accuses a system only when it is proven that it knew what we wait for.</summary>
    private static Finding Overdue(View v)
    {
        var what = VerdictWords.Events(v.Facts.AwaitedEvents);
        var since = v.Facts.DueAt is { } due && due < v.Now ? due : v.Facts.Since;
        var late = $"due {v.Time(since)}{v.Because()}, {VerdictWords.Duration(v.Now - since)} late";
        if (v.Party is not { } party)
            return new($"The {what} did not come, {late}. The flow does not say who sends it.", VerdictMove.Unknown, null, since, "Look at the flow, and ask whoever sends it.", VerdictConfidence.Unknown);
        if (!v.KnowsOfIt)
            return new($"Nothing came from {VerdictWords.The(party)}: the {what} was {late}. There is no proof that it has the order.", VerdictMove.Unknown, party, since,
                $"Look whether {VerdictWords.The(party)} has the order at all. It goes on by itself when the {what} comes.", VerdictConfidence.Unknown);
        var told = v.Facts.PartyTold is { } proof ? $" It has had the order since {v.Time(proof.At)}." : "";
        return new($"{The(party)} has not reported the {what}, {late}.{told}", VerdictMoves.Of(party.Role), party, since,
            $"Ask {VerdictWords.The(party)} about it. It goes on by itself when the {what} comes.", VerdictConfidence.Certain);
    }

    private static VerdictConfidence Answered(View v) => v.Status > 0 ? VerdictConfidence.Certain : VerdictConfidence.Likely;

    private static string Name(View v) => v.Party is { } party ? VerdictWords.The(party) : "the target";

    private static string The(VerdictSystem system) => VerdictWords.Cap(VerdictWords.The(system));

    private static bool StartsWithName(string reason, VerdictSystem party) => party.DisplayName.Length > 0 && reason.StartsWith(party.DisplayName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Goes on after a colon: lower-case, unless the word is a name or an abbreviation.</summary>
    private static string Lower(string sentence) =>
        sentence.Length > 1 && char.IsUpper(sentence[0]) && (char.IsLower(sentence[1]) || sentence[1] == ' ') && FirstWord(sentence) is "The" or "A" or "An" or "This" or "No" or "Two" or "Item" or "Line"
            ? char.ToLowerInvariant(sentence[0]) + sentence[1..]
            : sentence;

    private static string FirstWord(string sentence) => sentence.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? sentence[..at] : sentence;
}
