using System.Globalization;
using ControlPlane.Domain.Effects;
using static ControlPlane.Domain.Governance.GovernanceVerdict;

namespace ControlPlane.Domain.Governance;

/// <summary>Judges one rule by the facts, and says by what. Pure: the same facts give the same sentence.</summary>
public static class GovernanceChecks
{
    private const int MostNamed = 3;

    public static GovernanceJudgement Judge(GovernanceRule rule, GovernanceFacts facts, DateTimeOffset now)
    {
        var limit = rule.Limit ?? GovernanceWords.LimitOf(rule.Check)?.Default ?? 0;
        return rule.Check switch
        {
            GovernanceCheck.OwnerSet => facts.Owner.Length > 0 ? new(Holds, $"{facts.Owner} is asked when it fails.") : new(Fails, "Its document names no owner."),
            GovernanceCheck.ObjectiveSet => Objectives(facts.Objectives),
            GovernanceCheck.WritesRepeatable => Writes(facts.Writes, limit),
            GovernanceCheck.KeysSent => Keys(facts, limit),
            GovernanceCheck.RetryPolicy => Retry(facts.Steps, limit),
            GovernanceCheck.PersonalDataTagged => Personal(facts.Personal),
            GovernanceCheck.MappingTestsGreen => Tests(facts, limit),
            GovernanceCheck.CertificateDays => Expiry(facts.Expiry, limit, now),
            GovernanceCheck.WebhookSignature => facts.TakesUnsigned switch
            {
                null => new(DoesNotApply, "Nothing is delivered to it."),
                true => new(Fails, "It took a delivery that nobody signed, tried just now."),
                false => new(Holds, "It refused a delivery that nobody signed, tried just now."),
            },
            GovernanceCheck.RunbookSet => facts.Runbooks.Count > 0 ? new(Holds, Named("Runbook", facts.Runbooks)) : new(Fails, "No runbook names it."),
            GovernanceCheck.ReviewCurrent => Reviews(facts.Reviews),
            GovernanceCheck.FailuresExplained => Explained(facts.Failures, limit),
            GovernanceCheck.CallErrors => Calls(facts.Calls, limit),
            _ => throw new InvalidOperationException($"The check {rule.Check} is not known."),
        };
    }

    private static GovernanceJudgement Objectives(IReadOnlyList<string>? objectives) => objectives switch
    {
        null => new(NotJudged, "This installation keeps no objectives yet."),
        { Count: 0 } => new(Fails, "No objective covers it."),
        _ => new(Holds, Named("Covered by", objectives)),
    };

    private static GovernanceJudgement Writes(IReadOnlyList<WriteFact> writes, decimal limit)
    {
        if (writes.Count == 0)
            return new(DoesNotApply, "It has no operation that writes.");
        var blind = writes.Where(w => w.Kind == WriteKind.Blind).ToList();
        var safe = Text($"{writes.Count - blind.Count} of {writes.Count} writes can be repeated without harm.");
        return blind.Count == 0 ? new(Holds, safe)
            : new(blind.Count <= limit ? Holds : Fails, $"{safe} Blind: {List([.. blind.Select(b => b.CanLookUp ? $"{b.Operation} (looked up when an answer is lost)" : $"{b.Operation} (a person has to check)")])}.");
    }

    private static GovernanceJudgement Keys(GovernanceFacts facts, decimal limit)
    {
        if (facts.Writes.All(w => w.Kind != WriteKind.Keyed))
            return new(DoesNotApply, "No write of it takes a key.");
        if (facts.Keys is not { Sent: > 0 } keys)
            return new(NotJudged, "No traffic yet: no keyed write was sent within 30 days.");
        return new(
            keys.WithKey * 100m >= limit * keys.Sent ? Holds : Fails,
            Text($"{keys.WithKey:N0} of {keys.Sent:N0} keyed writes carried their key{(keys.Sample is { } of ? string.Create(CultureInfo.InvariantCulture, $", of the newest {of:N0} writes of all systems") : ", within 30 days")}."));
    }

    private static GovernanceJudgement Retry(IReadOnlyList<StepFact> steps, decimal limit)
    {
        if (steps.Count == 0)
            return new(DoesNotApply, "No flow calls it.");
        var impatient = steps.Where(s => s.Attempts < limit).ToList();
        return impatient.Count == 0 ? new(Holds, Text($"{Count(steps.Count, "step")} {(steps.Count == 1 ? "calls" : "call")} it, each with at least {steps.Min(s => s.Attempts)} attempts."))
            : new(Fails, $"{List([.. impatient.Select(s => Text($"{s.Step} gives up after {Count(s.Attempts, "attempt")}"))])}.");
    }

    private static GovernanceJudgement Personal(PersonalFact? personal) => personal switch
    {
        null => new(NotJudged, "No traffic yet: none of its documents was looked at."),
        { Doubtful.Count: 0, Masked: 0 } => new(Holds, personal.Fields == 1 ? "The one field that came is not personal." : Text($"None of the {personal.Fields:N0} fields that came is personal.")),
        { Doubtful.Count: 0 } => new(Holds, Text($"Of {Count(personal.Fields, "field")} that came, {personal.Masked:N0} {(personal.Masked == 1 ? "is" : "are")} personal, and masked.")),
        _ => new(Fails, $"{(personal.Doubtful.Count == 1 ? "1 field looks" : Text($"{personal.Doubtful.Count:N0} fields look"))} personal and {(personal.Doubtful.Count == 1 ? "is" : "are")} not masked: {List(personal.Doubtful)}."),
    };

    private static GovernanceJudgement Tests(GovernanceFacts facts, decimal limit)
    {
        if (!facts.Receives)
            return new(DoesNotApply, "It sends nothing that a mapping reads.");
        if (facts.Tests.Red.Count > 0)
            return new(Fails, Text($"{facts.Tests.Red.Count} of {facts.Tests.Kept} kept tests fail: ") + List(facts.Tests.Red) + ".");
        return new(facts.Tests.Kept >= limit ? Holds : Fails, facts.Tests.Kept == 0 ? "No test is kept for its mapping." : Text($"{Count(facts.Tests.Kept, "kept test")}, all green."));
    }

    private static GovernanceJudgement Expiry(ExpiryFact? expiry, decimal limit, DateTimeOffset now)
    {
        if (expiry is null)
            return new(NotJudged, "Nothing is known of it that ends on a day.");
        var days = (int)Math.Floor((expiry.At - now).TotalDays);
        var on = expiry.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return expiry.At <= now ? new(Fails, $"{expiry.What} ended on {on} UTC.") : new(days >= limit ? Holds : Fails, $"{expiry.What} ends on {on} UTC, in {Count(days, "day")}.");
    }

    private static GovernanceJudgement Reviews(IReadOnlyList<ReviewFact> reviews)
    {
        if (reviews.Count == 0)
            return new(NotJudged, "It is not on the review clock.");
        var over = reviews.Where(r => r.DaysOver > 0).OrderByDescending(r => r.DaysOver).ToList();
        return over.Count == 0 ? new(Holds, $"Next review due {reviews.Min(r => r.Due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.")
            : new(Fails, $"{List([.. over.Select(r => $"{r.What} is {Count(r.DaysOver, "day")} overdue")])}.");
    }

    private static GovernanceJudgement Explained(ExplainedFact failures, decimal limit) => failures.Failures == 0
        ? new(NotJudged, "No order failed at it within 30 days: there was nothing to explain. Calls that failed and went well when repeated are judged by themselves.")
        : new(failures.Explained * 100m >= limit * failures.Failures ? Holds : Fails, Text($"{failures.Explained:N0} of {failures.Failures:N0} failures of orders within 30 days are explained."));

    private static GovernanceJudgement Calls(CallsFact? calls, decimal limit) => calls is not { Calls: > 0 }
        ? new(NotJudged, "No traffic yet: it was not called within 30 days.")
        : new(calls.Failed * 100m <= limit * calls.Calls ? Holds : Fails, Text($"{calls.Failed:N0} of {calls.Calls:N0} calls failed ({calls.Failed * 100m / calls.Calls:0.##} %) since {calls.Since.UtcDateTime:yyyy-MM-dd}."));

    private static string Named(string before, IReadOnlyList<string> names) => $"{before}: {List(names)}.";

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? Text($" and {names.Count - MostNamed} more") : "");

    private static string Count(int count, string of) => Text($"{count:N0} {of}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
