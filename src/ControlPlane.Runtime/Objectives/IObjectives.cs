using ControlPlane.Domain.Objectives;

namespace ControlPlane.Runtime.Objectives;

/// <summary>An objective as it is published, with what people need around it.</summary>
/// <param name="Objective">The promise; its <see cref="Objective.Name"/> is the key.</param>
/// <param name="Indicator">What it is about, in the version that counts today.</param>
/// <param name="Version">Of the document, counts from 1.</param>
/// <param name="Scope">What it is held over: one channel, one brand; all by default.</param>
/// <param name="Owner">Key of the team; null = nobody's.</param>
/// <param name="Runbook">Address or key of the runbook; null = none.</param>
/// <param name="Count">Alert by count on low traffic; null = none.</param>
/// <param name="Policy">What is done as the budget runs out.</param>
public sealed record PublishedObjective(
    Objective Objective, Indicator Indicator, int Version, ObjectiveScope Scope, string? Owner, string? Runbook, CountRule? Count, BudgetPolicy Policy, DateTimeOffset PublishedAt, string PublishedBy);

/// <summary>What of the traffic is looked at; what is null is not asked for.</summary>
/// <param name="Connection">Key of the channel's connection.</param>
/// <param name="Warehouse">Key of the warehouse's connection.</param>
/// <param name="Canary">True = synthetic orders alone, false = without them (the usual way).</param>
public sealed record ObjectiveScope(string? Connection = null, string? Brand = null, string? Region = null, string? Warehouse = null, bool Canary = false)
{
    public static readonly ObjectiveScope All = new();
}

/// <summary>By what figures are told apart.</summary>
public enum ObjectiveDimension
{
    Connection,
    Brand,
    Region,
    Warehouse,

    /// <summary>Whose fault a miss is: role of a system, <c>us</c>, or <c>unknown</c>. Good events have none.</summary>
    Party,

    /// <summary>Exception case of a miss.</summary>
    Case,
}

/// <param name="Key">Value of the dimension; empty where a transaction has none.</param>
public sealed record TallyBy(string Key, Tally Tally);

/// <summary>One event that missed, for the list behind a figure.</summary>
/// <param name="Took">Null where it never came.</param>
public sealed record MissedEvent(
    Guid TransactionId, string Number, string Connection, DateTimeOffset StartedAt, TimeSpan? Took, string Party, Guid? CaseId, string Currency, long? TotalMinor);

/// <param name="Next">Cursor of the next page; null = that was all.</param>
public sealed record MissedPage(IReadOnlyList<MissedEvent> Items, string? Next);

/// <summary>How old figures are.</summary>
/// <param name="ReadUpTo">The journal is counted up to here.</param>
/// <param name="Watermark">Outcomes are final for clocks that started before; null = the indicator never counted.</param>
/// <param name="Rebuilding">A new version is being counted over the past; figures are of the version before.</param>
public sealed record FigureAge(DateTimeOffset ReadUpTo, DateTimeOffset? Watermark, bool Rebuilding);

/// <summary>What objectives there are. Definitions are versions; none is ever lost.</summary>
public interface IObjectives
{
    /// <summary>Published ones by name.</summary>
    Task<IReadOnlyList<PublishedObjective>> AllAsync(CancellationToken cancel);

    /// <summary>Composites of objectives, with weights.</summary>
    Task<IReadOnlyList<Composite>> CompositesAsync(CancellationToken cancel);

    /// <summary>Every version, newest first; empty where the name is unknown.</summary>
    Task<IReadOnlyList<PublishedObjective>> HistoryAsync(string name, CancellationToken cancel);

    Task<IReadOnlyList<Exclusion>> ExclusionsAsync(CancellationToken cancel);
}

/// <summary>The counted journal. Everything is answered from rollups; no call reads the journal itself.</summary>
public interface IObjectiveFigures
{
    Task<FigureAge> AgeAsync(string indicator, CancellationToken cancel);

    /// <summary>Good and all, in stretches of <paramref name="grain"/> (a multiple of a minute) on a grid from the epoch; stretches without an event are left out.</summary>
    Task<IReadOnlyList<Tally>> TalliesAsync(string indicator, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel);

    /// <summary>The same for several indicators in one reading.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<Tally>>> TalliesAsync(IReadOnlyCollection<string> indicators, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel);

    /// <summary>Parts of a period by a dimension. By party and case only misses are counted: good is 0.</summary>
    Task<IReadOnlyList<TallyBy>> TalliesByAsync(string indicator, ObjectiveDimension by, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel);

    /// <summary>The very events behind a figure, newest first, by keyset.</summary>
    /// <param name="party">Null = any.</param>
    /// <param name="limit">1 to 200.</param>
    Task<MissedPage> MissedAsync(string indicator, ObjectivePeriod period, ObjectiveScope scope, string? party, Guid? caseId, string? cursor, int limit, CancellationToken cancel);
}
