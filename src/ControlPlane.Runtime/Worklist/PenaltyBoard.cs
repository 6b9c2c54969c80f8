using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Worklist;

/// <summary>The penalty rules in force, in memory: asked by every failing step without a query. An instance of the rules never changes; a change is a new one.</summary>
public sealed class PenaltyBoard
{
    private static readonly Lazy<PenaltyDocument> Shipped = new(ReadShipped);

    private volatile PenaltyRules _rules = Join([Shipped.Value]);

    public PenaltyRules Rules => _rules;

    /// <summary>Those of the user, in the order in which they override; what is shipped comes before them.</summary>
    public void Replace(IReadOnlyList<PenaltyDocument> documents)
    {
        var rules = Join([Shipped.Value, .. documents]);
        // The same again is no change: whoever watches for one would rank everything anew.
        if (!Same(rules, _rules))
            _rules = rules;
    }

    private static PenaltyRules Join(IReadOnlyList<PenaltyDocument> documents)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (currency, weight) in documents.SelectMany(d => d.Weights))
            weights[currency] = weight;
        return new(
            [.. documents.SelectMany(d => d.Rules)], weights, documents.Select(d => d.Urgency).LastOrDefault(u => u is not null) ?? PenaltyRules.UsualUrgency,
            documents.Select(d => d.AssumedTotal).LastOrDefault(t => t is not null) ?? PenaltyRules.UsualTotal);
    }

    private static bool Same(PenaltyRules one, PenaltyRules other) =>
        one.Urgency == other.Urgency && one.AssumedTotal.Equals(other.AssumedTotal) && one.All.Count == other.All.Count
        && one.Weights.Count == other.Weights.Count && one.Weights.All(w => other.WeightOf(w.Key).Equals(w.Value))
        && one.All.Zip(other.All).All(p => Words(p.First) == Words(p.Second));

    /// <summary>Records compare their lists by reference; here what they say counts.</summary>
    private static (PenaltyRule, string) Words(PenaltyRule rule) =>
        (rule with { When = Anything }, $"{string.Join(',', rule.When.Connectors)};{string.Join(',', rule.When.Channels)};{string.Join(',', rule.When.Kinds)};{rule.When.Promised}");

    private static readonly PenaltyScope Anything = new([], [], []);

    /// <exception cref="InvalidDataException">What is shipped is not sound: a fault of ours that no start may hide.</exception>
    private static PenaltyDocument ReadShipped()
    {
        var document = PenaltyReader.Shipped();
        var problems = new List<EstateProblem>();
        var root = StrictYaml.Documents(document.Text, document.Source, problems)[0];
        root.Skip("kind");
        root.Skip("metadata");
        var read = PenaltyReader.Read(root.Child("spec")!);
        return problems.Count == 0 ? read : throw new InvalidDataException(string.Join(" ", problems));
    }
}
