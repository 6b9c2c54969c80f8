using System.Collections.Frozen;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Ownership;

/// <summary>Whose it is, and why.</summary>
/// <param name="Team">Null = nobody owns it.</param>
/// <param name="Rule">Place of the rule that decided, from 0; null = the fallback, or nothing.</param>
public sealed record OwnershipDecision(string? Team, int? Rule);

/// <summary>A decision table ready to decide: made once a version, asked at each failure. Pure; safe from many threads.</summary>
public sealed class CompiledOwnership
{
    private readonly (Func<StuckFacts, bool>[] When, string Team)[] _rules;
    private readonly string? _fallback;

    private CompiledOwnership((Func<StuckFacts, bool>[], string)[] rules, string? fallback, bool needsOrder) => (_rules, _fallback, NeedsOrder) = (rules, fallback, needsOrder);

    /// <summary>True when a rule asks for something inside the order.</summary>
    public bool NeedsOrder { get; }

    /// <summary>A condition that cannot be read never holds: <see cref="OwnershipChecks"/> lets none of them be published.</summary>
    public static CompiledOwnership Of(OwnershipSetup setup) => new(
        [.. setup.Rules.Select(r => (r.When.Select(Compile).ToArray(), r.Team))], setup.Fallback, setup.Rules.SelectMany(r => r.When).Any(c => OwnershipFields.NeedsOrder(c.Field)));

    public OwnershipDecision Decide(StuckFacts facts)
    {
        for (var i = 0; i < _rules.Length; i++)
            if (Array.TrueForAll(_rules[i].When, holds => holds(facts)))
                return new(_rules[i].Team, i);
        return new(_fallback, null);
    }

    private static Func<StuckFacts, bool> Compile(OwnershipCondition condition)
    {
        if (condition.Field == OwnershipFields.Total)
        {
            var least = condition.Values.Select(Amount).OfType<Money>().ToArray();
            // Currencies are not converted: an amount in another one does not fit.
            return facts => facts.Total is { } total && Array.Exists(least, l => l.Currency == total.Currency && total.MinorUnits >= l.MinorUnits);
        }

        if (OwnershipFields.Reader(condition.Field) is not { } read)
            return _ => false;
        var exact = condition.Values.Where(v => !v.EndsWith('*')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        var beginnings = condition.Values.Where(v => v.EndsWith('*')).Select(v => v[..^1]).ToArray();
        return facts => read(facts).Any(value => value is not null && (exact.Contains(value) || Array.Exists(beginnings, b => value.StartsWith(b, StringComparison.OrdinalIgnoreCase))));
    }

    /// <summary><c>500 EUR</c>; null when it is something else.</summary>
    public static Money? Amount(string text) =>
        text.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var amount, var currency] && Money.TryParse(amount, currency.ToUpperInvariant(), out var money) ? money : null;
}
