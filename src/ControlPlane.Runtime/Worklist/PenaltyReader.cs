using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Worklist;

/// <summary>Penalty rules as one document says them: <c>kind: PenaltyRules</c>.</summary>
/// <param name="Weights">Value of one unit of a currency in the base currency.</param>
/// <param name="Urgency">Null = left to the documents before.</param>
/// <param name="AssumedTotal">Null = left to the documents before.</param>
public sealed record PenaltyDocument(IReadOnlyList<PenaltyRule> Rules, IReadOnlyDictionary<string, double> Weights, TimeSpan? Urgency, double? AssumedTotal)
{
    /// <summary>So that a document stays readable.</summary>
    public const int MostRules = 500;
}

/// <summary>Reads penalty rules. Strict: whatever is unknown is a problem with line and key.</summary>
internal static class PenaltyReader
{
    private static readonly Dictionary<string, DeadlineFrom> Froms = new() { ["ship-by"] = DeadlineFrom.ShipBy, ["placed"] = DeadlineFrom.Placed, ["received"] = DeadlineFrom.Received };

    private static readonly string[] Kinds = ["order", "return", "settlement"];

    public static PenaltyDocument Read(StrictYaml spec)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (currency, text) in spec.Map("weights"))
            if (Currencies.IsKnown(currency) && TryNumber(text, 0.000001m, 1_000_000, out var weight))
                weights[currency] = (double)weight;
            else
                spec.Problem("weights", $"Expected an ISO 4217 code and the value of one unit, like USD: \"0.9\"; not {currency}: {text}.");
        var urgency = spec.Duration("urgency", TimeSpan.FromMinutes(15), TimeSpan.FromDays(30));
        double? assumed = spec.Optional("assumedTotal") is null ? null : (double)Number(spec, "assumedTotal", 0, 1_000_000);
        var entries = spec.Children("rules");
        if (entries.Count > PenaltyDocument.MostRules)
            spec.Problem("rules", $"A document has at most {PenaltyDocument.MostRules} rules.");
        var rules = entries.Take(PenaltyDocument.MostRules).Select(Rule).ToList();
        foreach (var twice in rules.GroupBy(r => (r.Id, r.ValidFrom)).Where(g => g.Key.Id.Length > 0 && g.Count() > 1))
            spec.Problem("rules", $"There are two rules {twice.Key.Id} from {twice.Key.ValidFrom:yyyy-MM-dd}.");
        spec.Done();
        return new(rules, weights, urgency, assumed);
    }

    /// <summary>What the product brings along, as a document of the estate.</summary>
    public static EstateDocument Shipped()
    {
        using var stream = typeof(PenaltyReader).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Worklist.Shipped.penalties.yaml")!;
        using var reader = new StreamReader(stream);
        return new("shipped/penalties.yaml", reader.ReadToEnd());
    }

    private static PenaltyRule Rule(StrictYaml y)
    {
        var when = y.Child("when");
        var kinds = when?.Texts("kind") ?? [];
        if (kinds.Any(k => !Kinds.Contains(k)))
            when!.Problem("kind", $"Allowed: {string.Join(", ", Kinds)}.");
        var scope = new PenaltyScope(when?.Texts("connector") ?? [], when?.Texts("channel") ?? [], kinds, when?.Optional("promise") is null ? null : when.Flag("promise", true));
        when?.Done();
        var deadline = y.Child("deadline");
        if (deadline is null)
            y.Problem("deadline", "This key is required: deadline: { from: ship-by, plus: 4d }.");
        var from = deadline?.Choice("from", Froms, DeadlineFrom.ShipBy, required: true) ?? DeadlineFrom.ShipBy;
        var (plus, minus) = (deadline?.Duration("plus", TimeSpan.Zero, TimeSpan.FromDays(365)), deadline?.Duration("minus", TimeSpan.Zero, TimeSpan.FromDays(365)));
        deadline?.Done();
        var rule = new PenaltyRule
        {
            Id = y.Text("id"),
            Title = y.Text("title"),
            Limit = y.Text("limit", ""),
            When = scope,
            From = from,
            Plus = (plus ?? TimeSpan.Zero) - (minus ?? TimeSpan.Zero),
            Cost = Cost(y),
            Probability = (double)Number(y, "probability", 0, 1),
            ValidFrom = Day(y, "validFrom", required: true) ?? default,
            Source = y.Text("source"),
            ReadOn = Day(y, "readOn", required: false),
        };
        y.Done();
        return rule;
    }

    private static PenaltyCost Cost(StrictYaml y)
    {
        const string Expected = "Expected lost, { share: \"0.1\" } or { fixed: \"200\", currency: USD }.";
        if (y.IsText("cost"))
        {
            if (y.Text("cost") != "lost")
                y.Problem("cost", Expected);
            return new PenaltyCost.Lost();
        }

        if (y.Child("cost") is not { } cost)
        {
            y.Problem("cost", "This key is required. " + Expected);
            return new PenaltyCost.Lost();
        }

        PenaltyCost read;
        if (cost.Optional("share") is not null)
            read = new PenaltyCost.Share(Number(cost, "share", 0.0001m, 1));
        else
        {
            var currency = cost.Text("currency");
            var amount = Number(cost, "fixed", 0.001m, 1_000_000);
            if (currency.Length > 0 && !Money.TryFrom(amount, currency, out _))
                cost.Problem("currency", "Expected an ISO 4217 code, and no more decimals than it has.");
            read = new PenaltyCost.Fixed(amount, currency);
        }

        cost.Done();
        return read;
    }

    private static decimal Number(StrictYaml y, string key, decimal least, decimal most)
    {
        var text = y.Text(key);
        if (TryNumber(text, least, most, out var value))
            return value;
        if (text.Length > 0)
            y.Problem(key, string.Create(CultureInfo.InvariantCulture, $"Expected a number from {least} to {most}."));
        return least;
    }

    private static bool TryNumber(string text, decimal least, decimal most, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    private static DateOnly? Day(StrictYaml y, string key, bool required)
    {
        if (!required && y.Optional(key) is null)
            return null;
        var text = y.Text(key);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        if (text.Length > 0)
            y.Problem(key, "Expected a day like 2026-11-23.");
        return null;
    }
}
