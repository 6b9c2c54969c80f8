using ControlPlane.Domain.Operations;

namespace ControlPlane.Runtime.Operations;

/// <summary>A figure of one step of a range.</summary>
internal sealed record StepFigure(int Step, OperationMeasure Measure, string Connection, string Code, short Bucket, long Count, long Sum, long Largest);

/// <summary>Makes what the dashboard shows of the figures of a range. Pure.</summary>
/// <param name="nameOf">A connection's name.</param>
internal sealed class OperationSeries(OperationRange range, IReadOnlyList<StepFigure> figures, Func<string, string> nameOf)
{
    /// <summary>More kinds of one thing are told apart by their list.</summary>
    private const int MostShares = 8;

    private readonly ILookup<OperationMeasure, StepFigure> _of = figures.ToLookup(f => f.Measure);

    public string NameOf(string connection) => nameOf(connection);

    public long Sum(OperationMeasure measure) => _of[measure].Sum(f => f.Count);

    public FailureFigures Failures()
    {
        var failed = _of[OperationMeasure.TransformationFailed].ToList();
        return new(
            failed.Sum(f => f.Count), Sum(OperationMeasure.Transformed), Points(failed),
            [.. Shares(failed, f => TransformationFaults.OfMessage(f.Code).Word(), k => k)], [.. Shares(failed, f => f.Code, k => k).Take(MostShares)], [.. Shares(failed, f => f.Connection, NameOf).Take(MostShares)]);
    }

    public RateFigures Rates()
    {
        var (refused, waited) = (_of[OperationMeasure.RateRefused].ToList(), _of[OperationMeasure.RateWaited].ToList());
        return new(
            refused.Sum(f => f.Count), waited.Sum(f => f.Count), Points(refused), Points(waited),
            [
                .. refused.Concat(waited).GroupBy(f => (f.Connection, f.Code))
                    .Select(g => new RateShare(g.Key.Connection, NameOf(g.Key.Connection), g.Key.Code, g.Where(f => f.Measure == OperationMeasure.RateRefused).Sum(f => f.Count), g.Where(f => f.Measure == OperationMeasure.RateWaited).Sum(f => f.Count)))
                    .OrderByDescending(s => s.Refused).ThenByDescending(s => s.Waited).ThenBy(s => s.Name, StringComparer.Ordinal),
            ]);
    }

    public SyncFigures Stock(bool runs)
    {
        var synced = _of[OperationMeasure.StockSynced].ToList();
        var byStep = synced.ToLookup(f => f.Step);
        return new(
            runs, Sum(OperationMeasure.StockReceived), synced.Sum(f => f.Count), Percentile(synced, 0.5), Percentile(synced, 0.95), Longest(synced),
            [.. Enumerable.Range(0, range.Points).Select(i => new OperationPoint(At(i), Percentile(byStep[i], 0.95)?.TotalSeconds))],
            [.. synced.GroupBy(f => f.Connection).Select(g => new SyncShare(g.Key, NameOf(g.Key), g.Sum(f => f.Count), Percentile(g, 0.95), Longest(g))).OrderByDescending(s => s.Percentile95)]);
    }

    public SettlementFigures Settlements(bool runs)
    {
        var wrong = _of[OperationMeasure.SettlementMismatched].ToList();
        return new(
            runs, Sum(OperationMeasure.SettlementReceived), Sum(OperationMeasure.SettlementMatched), wrong.Sum(f => f.Count), Points(wrong), [.. Shares(wrong, f => f.Code, k => k).Take(MostShares)], [.. Shares(wrong, f => f.Connection, NameOf).Take(MostShares)]);
    }

    private IReadOnlyList<OperationPoint> Points(IEnumerable<StepFigure> some)
    {
        var sums = new double[range.Points];
        foreach (var figure in some)
            sums[Math.Min(figure.Step, sums.Length - 1)] += figure.Count;
        return [.. sums.Select((sum, i) => new OperationPoint(At(i), sum))];
    }

    private DateTimeOffset At(int step) => range.From + step * range.Step;

    private static TimeSpan? Percentile(IEnumerable<StepFigure> some, double share)
    {
        var list = some as IReadOnlyCollection<StepFigure> ?? [.. some];
        return list.Count == 0 ? null : LatencyBuckets.Percentile(list.GroupBy(f => f.Bucket).Select(g => KeyValuePair.Create(g.Key, g.Sum(f => f.Count))), list.Max(f => f.Largest), share);
    }

    private static TimeSpan? Longest(IEnumerable<StepFigure> some) => some.Select(f => (long?)f.Largest).Max() is { } longest ? TimeSpan.FromMicroseconds(longest) : null;

    private static IEnumerable<OperationShare> Shares(IEnumerable<StepFigure> some, Func<StepFigure, string> key, Func<string, string> name) =>
        some.GroupBy(key).Select(g => new OperationShare(g.Key, name(g.Key), g.Sum(f => f.Count))).OrderByDescending(s => s.Count).ThenBy(s => s.Key, StringComparer.Ordinal);
}
