using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Worklist;

/// <summary>A rule as it applies to one transaction.</summary>
/// <param name="Loss">What would be lost; null where the total is withheld.</param>
/// <param name="Weight">The loss in the base currency times its probability: what it counts in the rank.</param>
public sealed record Stake(PenaltyRule Rule, Money? Loss, double Weight, DateTimeOffset Deadline);

/// <summary>All penalty rules in force, with what is needed to compare money: immutable, decided in memory.</summary>
public sealed class PenaltyRules
{
    /// <summary>An order of this much is taken for one whose total is withheld, in the base currency.</summary>
    public const double UsualTotal = 50;

    /// <summary>A working day: how long it takes until the same money is 2.7 times as urgent.</summary>
    public static readonly TimeSpan UsualUrgency = TimeSpan.FromHours(8);

    public static readonly PenaltyRules None = new([], new Dictionary<string, double>(), UsualUrgency, UsualTotal);

    private readonly ILookup<string, PenaltyRule> _versions;

    /// <param name="weights">Value of one unit of a currency in the base currency; one that is not named counts as 1.</param>
    public PenaltyRules(IReadOnlyList<PenaltyRule> rules, IReadOnlyDictionary<string, double> weights, TimeSpan urgency, double usualTotal)
    {
        (All, Weights, Urgency, AssumedTotal) = (rules, weights, urgency, usualTotal);
        _versions = rules.ToLookup(r => r.Id, StringComparer.Ordinal);
    }

    public IReadOnlyList<PenaltyRule> All { get; }

    /// <summary>Value of one unit of a currency in the base currency.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; }

    /// <summary>See <see cref="WorkRank"/>.</summary>
    public TimeSpan Urgency { get; }

    public double AssumedTotal { get; }

    public double WeightOf(string currency) => Weights.GetValueOrDefault(currency, 1);

    /// <summary>What threatens the transaction, each rule in the version that held when it was placed.</summary>
    public IReadOnlyList<Stake> Of(WorkFacts facts)
    {
        var placed = DateOnly.FromDateTime(facts.PlacedAt.UtcDateTime);
        var stakes = new List<Stake>();
        foreach (var versions in _versions)
        {
            PenaltyRule? rule = null;
            foreach (var version in versions)
                if (version.ValidFrom <= placed && (rule is null || version.ValidFrom >= rule.ValidFrom) && version.When.Fits(facts))
                    rule = version;
            if (rule is { Probability: > 0 } && rule.Deadline(facts) is { } deadline)
                stakes.Add(Stake(rule, facts, deadline));
        }

        return stakes;
    }

    private Stake Stake(PenaltyRule rule, WorkFacts facts, DateTimeOffset deadline)
    {
        var total = Total(facts);
        Money? loss = rule.Cost switch
        {
            PenaltyCost.Fixed fix => Money.TryFrom(fix.Amount, fix.Currency, out var money) ? money : null,
            PenaltyCost.Share share => total is { } of ? of with { MinorUnits = (long)decimal.Round(of.MinorUnits * share.Part, MidpointRounding.ToEven) } : null,
            _ => total,
        };
        var part = rule.Cost is PenaltyCost.Share { Part: var s } ? (double)s : 1;
        var value = loss is { } lost ? (double)lost.ToDecimal() * WeightOf(lost.Currency) : AssumedTotal * part;
        return new(rule, loss, Math.Max(0, value) * rule.Probability, deadline);
    }

    private static Money? Total(WorkFacts facts) => facts.TotalMinor is { } total && Currencies.IsKnown(facts.Currency) ? new Money(total, facts.Currency) : null;
}
