using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Scorecard;

/// <summary>The parts of what poor integration costs. Each is a number of orders times something that is said.</summary>
public enum RiskPart
{
    /// <summary>Value of open orders whose deadline has passed.</summary>
    PastDeadline,

    /// <summary>What the channels' rules cost for those: loss times probability, of rules that are not the loss of the order itself.</summary>
    Penalties,

    /// <summary>Missed shipments times the share that is sent again times what that costs.</summary>
    Reships,

    /// <summary>Orders that people worked on times minutes times the rate of an hour.</summary>
    Triage,
}

/// <param name="Party">Role of a system, or <c>us</c>.</param>
/// <param name="Orders">Behind it.</param>
/// <param name="Amount">Null where no price is set.</param>
public sealed record RiskLine(RiskPart Part, string Channel, string Party, long Orders, Money? Amount);

/// <summary>Stuck orders without a deadline. None of them is late, so no part holds them.</summary>
/// <param name="Money">What they are worth, by currency, largest first.</param>
public sealed record UndatedStuck(long Orders, IReadOnlyList<Money> Money)
{
    public static readonly UndatedStuck None = new(0, []);
}

/// <summary>Sums by part, channel and party. Currencies stand side by side; none is converted.</summary>
public sealed record MoneyAtRisk(IReadOnlyList<RiskLine> Lines)
{
    public IReadOnlyList<Money> Total => Sum(Lines);

    /// <summary>What is not in it, and has to be said beside it.</summary>
    public UndatedStuck Undated { get; init; } = UndatedStuck.None;

    public IReadOnlyList<Money> Of(RiskPart part) => Sum(Lines.Where(l => l.Part == part));

    /// <summary>Orders of a part. Those of one order in two currencies do not exist: an order has one.</summary>
    public long Orders(RiskPart part) => Lines.Where(l => l.Part == part).Sum(l => l.Orders);

    public IReadOnlyList<(string Key, IReadOnlyList<Money> Sum)> By(Func<RiskLine, string> key) =>
        [.. Lines.Where(l => l.Amount is not null).GroupBy(key, StringComparer.Ordinal).Select(g => (g.Key, Sum(g))).OrderByDescending(g => g.Item2.Count == 0 ? 0 : g.Item2[0].ToDecimal()).ThenBy(g => g.Key, StringComparer.Ordinal)];

    private static List<Money> Sum(IEnumerable<RiskLine> lines) =>
        [.. lines.Select(l => l.Amount).OfType<Money>().GroupBy(m => m.Currency, StringComparer.Ordinal).Select(g => new Money(g.Sum(m => m.MinorUnits), g.Key)).Where(m => m.MinorUnits != 0)
            .OrderByDescending(m => m.ToDecimal()).ThenBy(m => m.Currency, StringComparer.Ordinal)];
}
