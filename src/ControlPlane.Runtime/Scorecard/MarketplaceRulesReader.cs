using System.Globalization;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Reads limits of marketplaces. Strict: whatever is unknown is a problem with line and key.</summary>
internal static class MarketplaceRulesReader
{
    private static readonly Dictionary<string, MarketplaceMetric> Metrics = new()
    {
        ["late-shipment"] = MarketplaceMetric.LateShipment, ["cancellation"] = MarketplaceMetric.Cancellation, ["missing-tracking"] = MarketplaceMetric.MissingTracking,
    };

    /// <summary>What the product brings along.</summary>
    /// <exception cref="InvalidDataException">It is not sound: a fault of ours that no start may hide.</exception>
    public static IReadOnlyList<MarketplaceRule> Shipped()
    {
        using var stream = typeof(MarketplaceRulesReader).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Scorecard.Shipped.marketplaces.yaml")!;
        using var reader = new StreamReader(stream);
        var (rules, problems) = Read(reader.ReadToEnd(), "shipped/marketplaces.yaml");
        return problems.Count == 0 ? rules : throw new InvalidDataException(string.Join(" ", problems));
    }

    public static (IReadOnlyList<MarketplaceRule> Rules, IReadOnlyList<EstateProblem> Problems) Read(string text, string source)
    {
        var problems = new List<EstateProblem>();
        var rules = new List<MarketplaceRule>();
        foreach (var root in StrictYaml.Documents(text, source, problems))
        {
            root.Skip("kind");
            root.Skip("metadata");
            if (root.Child("spec") is { } spec)
                rules.AddRange(Spec(spec).Rules);
            else
                root.Problem("spec", "This key is required.");
        }

        problems.AddRange(Twice(rules, source));
        return (rules, problems);
    }

    /// <summary>What stands in a document: the rules, and whether those that are shipped hold beside them.</summary>
    public static (IReadOnlyList<MarketplaceRule> Rules, bool WithShipped) Spec(StrictYaml spec)
    {
        var (rules, shipped) = (spec.Children("rules").Select(Rule).ToList(), spec.Flag("withShipped", true));
        spec.Done();
        return (rules, shipped);
    }

    public static IEnumerable<EstateProblem> Twice(IEnumerable<MarketplaceRule> rules, string source)
    {
        foreach (var twice in rules.GroupBy(r => (r.Id, r.ValidFrom)).Where(g => g.Key.Id.Length > 0 && g.Count() > 1))
            yield return new(source, 0, "rules", $"There are two rules {twice.Key.Id} from {twice.Key.ValidFrom:yyyy-MM-dd}.");
    }

    private static MarketplaceRule Rule(StrictYaml y)
    {
        var limit = y.Decimal("limit");
        if (limit is not (> 0 and <= 1))
            y.Problem("limit", "Expected a share of bad orders, above 0 and at most 1: \"0.04\" is 4 %.");
        var rule = new MarketplaceRule
        {
            Id = y.Text("id"), Title = y.Text("title"), Connector = y.Text("connector"), Metric = y.Choice("metric", Metrics, MarketplaceMetric.LateShipment, required: true), Limit = limit ?? 1,
            WindowDays = y.Number("days", 30, 1, 90), Words = y.Text("words"), ValidFrom = Day(y, "validFrom") ?? default, Source = y.Text("source"), ReadOn = y.Optional("readOn") is null ? null : Day(y, "readOn"),
        };
        y.Done();
        return rule;
    }

    private static DateOnly? Day(StrictYaml y, string key)
    {
        if (DateOnly.TryParseExact(y.Text(key), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        y.Problem(key, "Expected a day like \"2026-01-31\".");
        return null;
    }
}
