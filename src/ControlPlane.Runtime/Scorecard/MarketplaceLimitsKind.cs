using System.Text.RegularExpressions;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Reads <c>kind: MarketplaceLimits</c>: limits of marketplaces that stand in place of those that are shipped.</summary>
public sealed partial class MarketplaceLimitsKind : IEstateKind
{
    public const string Name = "MarketplaceLimits";

    public string Kind => Name;

    public string Folder => "marketplace-limits";

    public IReadOnlyList<EstateProblem> Check(EstateDocument document)
    {
        var problems = new List<EstateProblem>();
        Read(document.Text, document.Source, problems);
        return problems;
    }

    /// <summary>Null when there are problems.</summary>
    internal static (IReadOnlyList<MarketplaceRule> Rules, bool WithShipped)? Read(string text, string source, List<EstateProblem> problems)
    {
        var before = problems.Count;
        if (EstateHead.Read(text, source, Name, problems) is not (var metadata, var spec))
            return null;
        if (!KeyPattern().IsMatch(metadata.Text("name")))
            metadata.Problem("name", "A name has 1 to 64 lower-case letters, digits and hyphens.");
        metadata.Done();
        var read = MarketplaceRulesReader.Spec(spec);
        if (read.Rules.Count == 0 && read.WithShipped)
            spec.Problem("rules", "Name at least one rule, or say withShipped: false.");
        problems.AddRange(MarketplaceRulesReader.Twice(read.Rules, source));
        return problems.Count == before ? read : null;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex KeyPattern();
}
