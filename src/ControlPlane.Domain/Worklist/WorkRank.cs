using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Worklist;

/// <summary>The place of a transaction in the worklist, and by when somebody has to act.</summary>
/// <param name="Score">Larger = further up. Stored and sorted by; it never changes while the transaction waits.</param>
/// <param name="ActBy">The earliest deadline; null = none.</param>
public readonly record struct WorkPlace(double Score, DateTimeOffset? ActBy);

/// <summary>
/// Money × probability × time left, in a form that does not change as time passes.
/// <para>
/// What waits gets more urgent the nearer its deadline is: at the time <c>t</c> a stake counts <c>money × probability ×
/// exp(−(deadline − t) / τ)</c>. That is <c>exp(t / τ)</c> times a number without <c>t</c>, and the first factor is the same for
/// all: so the order of two transactions never turns round by waiting, and the logarithm of the second factor,
/// <c>ln(money × probability) − deadline / τ</c>, can be written once, when the step fails, and be an indexed column. Several
/// stakes of one transaction are added before the logarithm is taken.
/// </para>
/// <para>
/// With <c>τ</c> = 8 h, ten times the money outweighs 18 h 25 min of time. A deadline that had passed when the transaction came
/// to need somebody counts as that moment, or what is hopelessly late would stand on top for ever. Without a deadline it
/// counts as due a week after that moment: it comes up slowly, but it comes up.
/// </para>
/// </summary>
public static class WorkRank
{
    /// <summary>What has no deadline counts as due so much later than it came to need somebody.</summary>
    public static readonly TimeSpan WithoutDeadline = TimeSpan.FromDays(7);

    /// <summary>No stake counts less, in the base currency: an order without worth still needs somebody.</summary>
    private const double Least = 0.01;

    public static WorkPlace Of(WorkFacts facts, PenaltyRules rules)
    {
        var stakes = rules.Of(facts);
        var scores = new List<double>();
        foreach (var stake in stakes)
            scores.Add(Score(stake.Weight, stake.Deadline, facts, rules));
        if (scores.Count == 0)
            scores.Add(Score(Worth(facts, rules), facts.ShipBy, facts, rules));
        return new(LogOfSum(scores), Earliest(facts, stakes));
    }

    /// <summary>The rule that puts it where it stands: that with the most urgent stake among those that can still be met, else the last one that passed. Null where no rule says anything.</summary>
    public static Stake? Leading(WorkFacts facts, PenaltyRules rules, DateTimeOffset now)
    {
        var stakes = rules.Of(facts);
        return stakes.Where(s => s.Deadline > now).MaxBy(s => Score(s.Weight, s.Deadline, facts, rules))
            ?? stakes.MaxBy(s => s.Deadline);
    }

    private static DateTimeOffset? Earliest(WorkFacts facts, IReadOnlyList<Stake> stakes)
    {
        var earliest = facts.ShipBy;
        foreach (var stake in stakes)
            if (earliest is null || stake.Deadline < earliest)
                earliest = stake.Deadline;
        return earliest;
    }

    private static double Worth(WorkFacts facts, PenaltyRules rules) =>
        facts.TotalMinor is { } total && Currencies.IsKnown(facts.Currency) ? (double)new Money(total, facts.Currency).ToDecimal() * rules.WeightOf(facts.Currency) : rules.AssumedTotal;

    private static double Score(double weight, DateTimeOffset? deadline, WorkFacts facts, PenaltyRules rules)
    {
        var due = deadline ?? facts.StuckSince + WithoutDeadline;
        if (due < facts.StuckSince)
            due = facts.StuckSince;
        return Math.Log(Math.Max(Least, weight)) - (due - DateTimeOffset.UnixEpoch) / rules.Urgency;
    }

    /// <summary>ln Σ exp(x), without leaving the range of a double.</summary>
    private static double LogOfSum(List<double> scores)
    {
        var most = scores.Max();
        return most + Math.Log(scores.Sum(s => Math.Exp(s - most)));
    }
}
