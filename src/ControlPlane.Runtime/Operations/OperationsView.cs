using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Operations;

/// <summary>The operations dashboard, as it stood at one moment.</summary>
/// <param name="AsOf">Everything that was committed before it is in the figures.</param>
public sealed record OperationsView(
    DateTimeOffset ReadAt, DateTimeOffset AsOf, OperationRange Range, BacklogFigures Backlog, SyncFigures Stock, FailureFigures Transformations, RateFigures Rates, SettlementFigures Settlements);

/// <summary>One step of a series.</summary>
/// <param name="At">Its beginning.</param>
/// <param name="Value">Null where nothing is known: a gap, which is not zero.</param>
public sealed record OperationPoint(DateTimeOffset At, double? Value);

/// <param name="Open">Now, by state, as the list of transactions counts them.</param>
/// <param name="Series">Open at the end of each step.</param>
/// <param name="Oldest">When the oldest of them came; null without any.</param>
/// <param name="Received">In the range.</param>
/// <param name="Ended">In the range: closed, cancelled or superseded.</param>
/// <param name="Channels">Open at the last sample, the most first.</param>
public sealed record BacklogFigures(
    IReadOnlyDictionary<TransactionState, int> Open, IReadOnlyList<OperationPoint> Series, DateTimeOffset? Oldest, long Received, long Ended, IReadOnlyList<OperationShare> Channels)
{
    public int Total => Open.Values.Sum();
}

/// <summary>A part of a figure: a connection, a kind, a code.</summary>
/// <param name="Name">As people know it.</param>
public sealed record OperationShare(string Key, string Name, long Count);

/// <summary>How long stock messages took from their receipt to their end.</summary>
/// <param name="Runs">False: no stock message ever came.</param>
/// <param name="Series">The 95th percentile of each step, in seconds.</param>
/// <param name="Channels">By connection, the slowest first.</param>
public sealed record SyncFigures(bool Runs, long Received, long Synced, TimeSpan? Median, TimeSpan? Percentile95, TimeSpan? Longest, IReadOnlyList<OperationPoint> Series, IReadOnlyList<SyncShare> Channels);

public sealed record SyncShare(string Connection, string Name, long Synced, TimeSpan? Percentile95, TimeSpan? Longest);

/// <param name="Failed">In the range.</param>
/// <param name="Transformed">In the range, without the failed ones.</param>
/// <param name="Kinds">By class of fault, the most first; the key is its word.</param>
/// <param name="Codes">The most frequent ones.</param>
public sealed record FailureFigures(long Failed, long Transformed, IReadOnlyList<OperationPoint> Series, IReadOnlyList<OperationShare> Kinds, IReadOnlyList<OperationShare> Codes, IReadOnlyList<OperationShare> Connections);

/// <param name="Refused">Answers 429.</param>
/// <param name="Waited">Calls that waited for our own budget.</param>
public sealed record RateFigures(long Refused, long Waited, IReadOnlyList<OperationPoint> RefusedSeries, IReadOnlyList<OperationPoint> WaitedSeries, IReadOnlyList<RateShare> Budgets)
{
    public long Events => Refused + Waited;
}

/// <param name="Budget">Operation or pool.</param>
public sealed record RateShare(string Connection, string Name, string Budget, long Refused, long Waited);

/// <param name="Runs">False: no settlement ever came.</param>
public sealed record SettlementFigures(bool Runs, long Received, long Matched, long Mismatched, IReadOnlyList<OperationPoint> Series, IReadOnlyList<OperationShare> Codes, IReadOnlyList<OperationShare> Connections);
