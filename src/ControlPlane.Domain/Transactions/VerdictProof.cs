using ControlPlane.Domain.Connections;
using View = ControlPlane.Domain.Transactions.VerdictRules.View;

namespace ControlPlane.Domain.Transactions;

/// <summary>The evidence under a verdict: the last call and its answer, what the system confirmed, what it said last.</summary>
internal static class VerdictProof
{
    public static IReadOnlyList<VerdictEvidence> Of(View v)
    {
        var evidence = new List<VerdictEvidence>();
        var facts = v.Facts;
        if (facts.PartyTold is { } told)
            evidence.Add(new(told.At, $"Confirmed by it: {told.Text}", told.System));
        if (facts.LastHeard is { } heard)
            evidence.Add(new(heard.At, $"Last heard: {heard.Text}", heard.System));
        if (facts.LastCall is { } call)
            evidence.Add(new(call.At, $"Last call sent: {call.What}. {Answer(call)}", call.System, call.AttemptId));
        if (facts.State == TransactionState.Waiting)
            evidence.Add(new(facts.Since, $"The wait for the {VerdictWords.Events(facts.AwaitedEvents)} began", facts.Party?.Key));
        else if (facts.FaultCode is { Length: > 0 } code && !facts.State.IsFinal())
            evidence.Add(new(facts.Since, $"{VerdictWords.Sentence(facts.FaultMessage ?? "No message was recorded")} ({code})", facts.Party?.Key));
        return [.. evidence.OrderBy(e => e.At)];
    }

    private static string Answer(VerdictCall call) => call.Status > 0
        ? $"Answered {call.Status} after {VerdictWords.Took(call.DurationMicroseconds)}."
        : call.FaultCode is { } code && (code.StartsWith("http.", StringComparison.Ordinal) || code.StartsWith("oauth.", StringComparison.Ordinal))
        ? $"Signing in before it was answered with a failure ({code}), so that it was not sent."
        : $"No answer within {VerdictWords.Took(call.DurationMicroseconds)}.";
}
