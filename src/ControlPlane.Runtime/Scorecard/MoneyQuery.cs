using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>What is at risk, and the orders behind each part. The formula of penalties is the worklist's.</summary>
internal sealed class MoneyQuery(PenaltyBoard penalties, IConnectionRegistry connections, ScorecardOptions prices)
{
    public const string Us = "us";

    private static readonly TransactionState[] Open = [TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    private static readonly WorkEventKind[] Handling = [WorkEventKind.Claimed, WorkEventKind.TakenOver, WorkEventKind.Commented, WorkEventKind.Assigned];

    /// <summary>Open orders whose deadline has passed.</summary>
    public static IQueryable<TransactionRow> PastDeadline(ControlPlaneDbContext context, string? channel, DateTimeOffset now)
    {
        var instant = now.ToMicroseconds();
        // One list of states is one range each of the index by state: what is closed is not read.
        var rows = context.Transactions.AsNoTracking().Where(t => Open.Contains(t.State) && t.Kind == "order" && (t.ActBy ?? t.ShipBy) < instant);
        return channel is null ? rows : rows.Where(t => t.Connection == channel);
    }

    /// <summary>Stuck orders without a deadline.</summary>
    public static IQueryable<TransactionRow> Undated(ControlPlaneDbContext context, string? channel)
    {
        var rows = context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.Kind == "order" && t.ActBy == null && t.ShipBy == null);
        return channel is null ? rows : rows.Where(t => t.Connection == channel);
    }

    /// <summary>Orders that people took, gave, or spoke of in the period.</summary>
    public static IQueryable<TransactionRow> Triaged(ControlPlaneDbContext context, string? channel, ObjectivePeriod period)
    {
        var (from, to, first) = (period.From.ToMicroseconds(), period.To.ToMicroseconds(), Guid.CreateVersion7(period.From.AddMinutes(-1)));
        var rows = context.Transactions.AsNoTracking().Where(t => context.WorkEvents.Where(v => v.Id.CompareTo(first) > 0 && v.At >= from && v.At < to && Handling.Contains(v.Kind)).Select(v => v.TransactionId).Contains(t.Id));
        return channel is null ? rows : rows.Where(t => t.Connection == channel);
    }

    public async Task<(MoneyAtRisk Money, IReadOnlyList<RiskPrice> Prices)> ReadAsync(ControlPlaneDbContext context, string? channel, ObjectivePeriod period, IReadOnlyList<(string Channel, string Party, long Missed)> missedShipments, DateTimeOffset now, CancellationToken ct)
    {
        var lines = new List<RiskLine>();
        var late = await PastDeadline(context, channel, now).Select(t => new { t.Id, t.Connection, t.Kind, t.Currency, t.TotalMinor, t.PlacedAt, t.ReceivedAt, t.Since, t.ShipBy, t.Party }).ToListAsync(ct);
        foreach (var group in late.GroupBy(t => (t.Connection, Party: PartyWord(t.Party), t.Currency)))
        {
            lines.Add(new(RiskPart.PastDeadline, group.Key.Connection, group.Key.Party, group.Count(), Currencies.IsKnown(group.Key.Currency) ? new Money(group.Sum(t => t.TotalMinor ?? 0), group.Key.Currency) : null));
            var charges = group.Select(t => Charges(Facts(t.Connection, t.Kind, t.Currency, t.TotalMinor, t.PlacedAt, t.ReceivedAt, t.Since, t.ShipBy), now)).Where(c => c.Count > 0).ToList();
            // An order is counted once, beside its own currency first; what rules charge in others stands beside it.
            foreach (var (currency, index) in charges.SelectMany(c => c.Keys).Distinct().Order(StringComparer.Ordinal).Select((c, i) => (c, i)))
                lines.Add(new(RiskPart.Penalties, group.Key.Connection, group.Key.Party, index == 0 ? charges.Count : 0, Money.TryFrom(Rounded(charges.Sum(c => c.GetValueOrDefault(currency)), currency), currency, out var sum) ? sum : null));
        }

        foreach (var (shipped, party, missed) in missedShipments)
            lines.Add(new(RiskPart.Reships, shipped, party, missed, Price(missed * (decimal)prices.ReshipShare * (decimal)prices.ReshipCost, prices is { ReshipShare: > 0, ReshipCost: > 0 })));
        foreach (var handled in await Triaged(context, channel, period).GroupBy(t => new { t.Connection, t.Party }).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct))
            lines.Add(new(RiskPart.Triage, handled.Key.Connection, PartyWord(handled.Key.Party), handled.Count, Price(handled.Count * prices.TriageMinutesPerOrder / 60m * (decimal)prices.TriageHourlyRate, prices.TriageHourlyRate > 0)));
        return (new(lines) { Undated = await UndatedAsync(context, channel, ct) }, Prices());
    }

    private static async Task<UndatedStuck> UndatedAsync(ControlPlaneDbContext context, string? channel, CancellationToken ct)
    {
        var sums = await Undated(context, channel).GroupBy(t => t.Currency).Select(g => new { Currency = g.Key, Orders = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0) }).ToListAsync(ct);
        return new(sums.Sum(s => (long)s.Orders), [.. sums.Where(s => s.Total != 0 && Currencies.IsKnown(s.Currency)).Select(s => new Money(s.Total, s.Currency)).OrderByDescending(m => m.ToDecimal()).ThenBy(m => m.Currency, StringComparer.Ordinal)]);
    }

    /// <summary>Whether a rule charges for it, and how much is to be expected, by currency. A rule whose cost is the order itself is in its value already.</summary>
    public IReadOnlyDictionary<string, decimal> Charges(TransactionRow t, DateTimeOffset now) => Charges(Facts(t.Connection, t.Kind, t.Currency, t.TotalMinor, t.PlacedAt, t.ReceivedAt, t.Since, t.ShipBy), now);

    private Dictionary<string, decimal> Charges(WorkFacts facts, DateTimeOffset now)
    {
        var sums = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var stake in penalties.Rules.Of(facts))
            if (stake.Deadline < now && stake.Rule.Cost is not PenaltyCost.Lost && stake.Loss is { } loss)
                sums[loss.Currency] = sums.GetValueOrDefault(loss.Currency) + loss.ToDecimal() * (decimal)stake.Rule.Probability;
        return sums;
    }

    private WorkFacts Facts(string connection, string kind, string currency, long? total, long placed, long received, long since, long? shipBy) => new(
        connections.Find(connection)?.Connector, connection, kind, currency, total, Instant.FromMicroseconds(placed), Instant.FromMicroseconds(received), Instant.FromMicroseconds(since),
        shipBy is { } by ? Instant.FromMicroseconds(by) : null);

    private Money? Price(decimal amount, bool set) => set && Money.TryFrom(Rounded(amount, prices.Currency), prices.Currency, out var money) ? money : null;

    private static decimal Rounded(decimal amount, string currency) => decimal.Round(amount, Currencies.MinorDigits(currency), MidpointRounding.ToEven);

    private IReadOnlyList<RiskPrice> Prices() =>
    [
        new(RiskPart.PastDeadline, "sum of the totals of open orders whose deadline has passed", null),
        new(RiskPart.Penalties, "for each of those: loss × probability of every rule whose deadline has passed; rules that lose the order itself are in its value", null),
        new(RiskPart.Reships, prices is { ReshipShare: > 0, ReshipCost: > 0 }
            ? FormattableString.Invariant($"missed shipments × {prices.ReshipShare * 100:0.##} % sent again × {prices.ReshipCost:0.00} {prices.Currency}") : "missed shipments × share that is sent again × its cost; they are not set", $"{ScorecardOptions.Section}:ReshipShare, ReshipCost"),
        new(RiskPart.Triage, prices.TriageHourlyRate > 0
            ? FormattableString.Invariant($"orders that people worked on × {prices.TriageMinutesPerOrder} min × {prices.TriageHourlyRate:0.00} {prices.Currency} an hour")
            : FormattableString.Invariant($"orders that people worked on × {prices.TriageMinutesPerOrder} min × rate of an hour; a rate is not set"), $"{ScorecardOptions.Section}:TriageMinutesPerOrder, TriageHourlyRate"),
    ];

    public static string PartyWord(SystemRole? party) => party?.Word() ?? Us;
}
