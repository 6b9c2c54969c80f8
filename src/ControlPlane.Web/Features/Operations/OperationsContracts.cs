using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Operations;

namespace ControlPlane.Web.Features.Operations;

/// <summary>The dashboard for scripts.</summary>
/// <param name="AsOf">Everything that was committed before it is in the figures.</param>
/// <param name="From">The borders that were counted, which may be wider than what was asked for.</param>
/// <param name="StepSeconds">Of the series.</param>
public sealed record OperationsAnswer(
    DateTimeOffset AsOf, DateTimeOffset From, DateTimeOffset To, double StepSeconds, BacklogAnswer Backlog, StockAnswer Stock, FailuresAnswer Transformations, RatesAnswer RateLimits, SettlementsAnswer Settlements)
{
    public static OperationsAnswer Of(OperationsView v) => new(
        v.AsOf, v.Range.From, v.Range.To, v.Range.Step.TotalSeconds,
        new(v.Backlog.Total, v.Backlog.Open.ToDictionary(o => o.Key.Word(), o => o.Value), v.Backlog.Oldest, v.Backlog.Received, v.Backlog.Ended, Shares(v.Backlog.Channels), v.Backlog.Series),
        new(v.Stock.Runs, v.Stock.Received, v.Stock.Synced, v.Stock.Median?.TotalSeconds, v.Stock.Percentile95?.TotalSeconds, v.Stock.Longest?.TotalSeconds, v.Stock.Series),
        new(v.Transformations.Failed, v.Transformations.Transformed, Shares(v.Transformations.Kinds), Shares(v.Transformations.Codes), Shares(v.Transformations.Connections), v.Transformations.Series),
        new(v.Rates.Events, v.Rates.Refused, v.Rates.Waited, [.. v.Rates.Budgets.Select(b => new BudgetAnswer(b.Connection, b.Budget, b.Refused, b.Waited))], v.Rates.RefusedSeries, v.Rates.WaitedSeries),
        new(v.Settlements.Runs, v.Settlements.Received, v.Settlements.Matched, v.Settlements.Mismatched, Shares(v.Settlements.Codes), v.Settlements.Series));

    private static IReadOnlyDictionary<string, long> Shares(IEnumerable<OperationShare> shares) => shares.ToDictionary(s => s.Key, s => s.Count);
}

/// <param name="Open">Now.</param>
/// <param name="Series">Open at the end of each step; null where nothing is known.</param>
public sealed record BacklogAnswer(int Open, IReadOnlyDictionary<string, int> States, DateTimeOffset? Oldest, long Received, long Ended, IReadOnlyDictionary<string, long> Channels, IReadOnlyList<OperationPoint> Series);

/// <param name="Runs">False: no stock message ever came, and there is no figure.</param>
public sealed record StockAnswer(bool Runs, long Received, long Synced, double? MedianSeconds, double? Percentile95Seconds, double? LongestSeconds, IReadOnlyList<OperationPoint> Series);

public sealed record FailuresAnswer(long Failed, long Transformed, IReadOnlyDictionary<string, long> Kinds, IReadOnlyDictionary<string, long> Codes, IReadOnlyDictionary<string, long> Connections, IReadOnlyList<OperationPoint> Series);

/// <param name="Refused">Answers 429.</param>
/// <param name="Waited">Calls that waited for our own budget.</param>
public sealed record RatesAnswer(long Events, long Refused, long Waited, IReadOnlyList<BudgetAnswer> Budgets, IReadOnlyList<OperationPoint> RefusedSeries, IReadOnlyList<OperationPoint> WaitedSeries);

public sealed record BudgetAnswer(string Connection, string Budget, long Refused, long Waited);

/// <param name="Runs">False: no settlement ever came, and there is no figure.</param>
public sealed record SettlementsAnswer(bool Runs, long Received, long Matched, long Mismatched, IReadOnlyDictionary<string, long> Codes, IReadOnlyList<OperationPoint> Series);

/// <param name="Transaction">Null where a message was refused before it came to one.</param>
/// <param name="Message">Null where it was a step of a transaction.</param>
/// <param name="Kind">Class of the fault.</param>
public sealed record FailureAnswer(DateTimeOffset At, Guid? Transaction, Guid? Message, string Connection, string Code, string Kind)
{
    public static FailureAnswer Of(FailureItem item, OperationMeasure measure) =>
        new(item.At, item.IsMessage ? null : item.Subject, item.IsMessage ? item.Subject : null, item.Connection, item.Code, measure == OperationMeasure.SettlementMismatched ? "settlement" : item.Kind.Word());
}

/// <param name="Events">Events of the journal that were looked at.</param>
public sealed record RebuildAnswer(long Events, int Minutes, int Hours, int Failures, double Seconds)
{
    public static RebuildAnswer Of(OperationsRebuilt done) => new(done.Events, done.Minutes, done.Hours, done.Failures, Math.Round(done.Took.TotalSeconds, 1));
}
