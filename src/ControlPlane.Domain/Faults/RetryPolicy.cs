namespace ControlPlane.Domain.Faults;

/// <summary>What to do after a failure: when to try again, or whom to ask. Pure: the same inputs give the same answer.</summary>
public abstract record RetryDecision
{
    /// <param name="Reason">Shown beside the next attempt: "3 of 8, the ERP answered 503".</param>
    public sealed record TryAgain(TimeSpan After, bool CountsAsAttempt, string Reason) : RetryDecision;

    /// <summary>Ask the target whether the write arrived, before anything else.</summary>
    public sealed record LookUp(string Reason) : RetryDecision;

    public sealed record DeadLetter(string Reason) : RetryDecision;
}

/// <summary>One policy per fault kind (not per flow): the kind says what can help, the flow only how patient to be.</summary>
/// <param name="MostAttempts">Attempts in all before a transient failure becomes a dead letter; 1 to 100.</param>
/// <param name="First">Wait after the first failure; doubled each time, up to <paramref name="Longest"/>.</param>
public sealed record RetryPolicy(int MostAttempts, TimeSpan First, TimeSpan Longest)
{
    public static readonly RetryPolicy Default = new(12, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));

    /// <param name="attempt">The attempt that failed, counted from 1.</param>
    /// <param name="canLookUp">Whether the operation can ask the target for what it did.</param>
    /// <param name="jitter">0 to 1; spreads retries over the last fifth of the wait, so that a recovering target is not stampeded.</param>
    public RetryDecision Decide(Fault fault, int attempt, bool canLookUp, double jitter) => fault.Kind switch
    {
        FaultKind.UnknownOutcome when canLookUp => new RetryDecision.LookUp("The answer was lost; the target is asked before anything is sent again."),
        FaultKind.UnknownOutcome => new RetryDecision.DeadLetter("The answer was lost and the target cannot be asked. A person has to check before it is sent again."),
        FaultKind.Data => new RetryDecision.DeadLetter("The target refused the document. Sending it again unchanged cannot help."),
        FaultKind.Authentication => new RetryDecision.DeadLetter("The target refused our credentials. Renew them, then replay."),
        FaultKind.Internal => new RetryDecision.DeadLetter("The flow or its configuration has a defect."),
        FaultKind.Overdue => new RetryDecision.DeadLetter("The expected event did not come before its deadline."),
        FaultKind.Throttled => new RetryDecision.TryAgain(fault.RetryAfter ?? Wait(Math.Min(attempt, 4), jitter), false, "The target limits the rate of calls."),
        FaultKind.Maintenance => new RetryDecision.TryAgain(fault.RetryAfter ?? TimeSpan.FromSeconds(30), false, "The target is closed for maintenance."),
        _ when attempt >= MostAttempts => new RetryDecision.DeadLetter($"Attempt {attempt} of {MostAttempts} failed."),
        _ => new RetryDecision.TryAgain(Longer(Wait(attempt, jitter), fault.RetryAfter), true, $"Attempt {attempt} of {MostAttempts} failed: {fault.Message}"),
    };

    private TimeSpan Wait(int attempt, double jitter)
    {
        var doubled = First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        var wait = Math.Min(doubled, Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (0.8 + 0.2 * Math.Clamp(jitter, 0, 1)));
    }

    private static TimeSpan Longer(TimeSpan wait, TimeSpan? asked) => asked > wait ? asked.Value : wait;
}
