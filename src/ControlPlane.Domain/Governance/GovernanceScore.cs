namespace ControlPlane.Domain.Governance;

public enum GovernanceVerdict
{
    Holds,
    Fails,

    /// <summary>There is nothing yet to judge by. It counts neither for nor against.</summary>
    NotJudged,

    /// <summary>The rule has nothing to say about this connection.</summary>
    DoesNotApply,
}

/// <param name="Evidence">What was seen, in a sentence.</param>
public sealed record GovernanceJudgement(GovernanceVerdict Verdict, string Evidence);

public sealed record GovernanceLine(GovernanceRule Rule, GovernanceJudgement Judgement);

/// <summary>The score of one connection, and how it comes about.</summary>
/// <param name="Score">0 to 100; null when no rule could be judged.</param>
/// <param name="Held">Sum of the weights that hold.</param>
/// <param name="Applied">Sum of the weights that were judged.</param>
public sealed record GovernanceScore(string Connection, string Name, string Connector, string Owner, int? Score, int Held, int Applied, GovernanceLevel? Level, IReadOnlyList<GovernanceLine> Lines)
{
    public static GovernanceScore Of(GovernanceRuleSet rules, GovernanceFacts facts, DateTimeOffset now)
    {
        var lines = rules.Rules.Select(r => new GovernanceLine(r, r.AppliesTo(facts.Role) ? GovernanceChecks.Judge(r, facts, now) : new(GovernanceVerdict.DoesNotApply, "Not for systems of this role."))).ToList();
        var held = lines.Where(l => l.Judgement.Verdict == GovernanceVerdict.Holds).Sum(l => l.Rule.Weight);
        var applied = held + lines.Where(l => l.Judgement.Verdict == GovernanceVerdict.Fails).Sum(l => l.Rule.Weight);
        // Downwards: 100 is what lacks nothing.
        int? score = applied == 0 ? null : held * 100 / applied;
        return new(facts.Connection, facts.Name, facts.Connector, facts.Owner, score, held, applied, score is { } s ? rules.LevelOf(s) : null, lines);
    }
}
