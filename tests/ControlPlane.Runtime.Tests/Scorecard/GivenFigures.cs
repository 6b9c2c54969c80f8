using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <param name="Party">Null = it was good.</param>
internal sealed record GivenEvent(string Indicator, Guid Id, DateTimeOffset At, string Connection, string Brand, string? Party);

/// <summary>Objectives and their events as a test gives them: everything is counted from the list, so that what is summed can be compared with it.</summary>
internal sealed class GivenFigures : IObjectives, IObjectiveFigures
{
    public List<PublishedObjective> Published { get; } = [];

    public List<PublishedObjective> Older { get; } = [];

    public List<Composite> Composites { get; } = [];

    public List<Exclusion> Excluded { get; } = [];

    public List<GivenEvent> Events { get; } = [];

    public DateTimeOffset ReadUpTo { get; set; }

    public DateTimeOffset? Watermark { get; set; }

    public static PublishedObjective Objective(string name, string indicator, decimal target, ObjectiveWindow? window = null, int version = 1, long least = 1) => new(
        new() { Name = name, Title = name + " in time", Indicator = indicator, Target = target, Window = window ?? new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = least },
        new() { Name = indicator, Kind = "order", From = new(null), To = new(null), Within = TimeSpan.FromMinutes(10) }, version, ObjectiveScope.All, null, null, null, BudgetPolicy.Default, default, "Kim");

    public Task<IReadOnlyList<PublishedObjective>> AllAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<PublishedObjective>>([.. Published]);

    public Task<IReadOnlyList<Composite>> CompositesAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<Composite>>([.. Composites]);

    public Task<IReadOnlyList<PublishedObjective>> HistoryAsync(string name, CancellationToken cancel) => Task.FromResult<IReadOnlyList<PublishedObjective>>([.. Published.Concat(Older).Where(o => o.Objective.Name == name)]);

    public Task<IReadOnlyList<Exclusion>> ExclusionsAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<Exclusion>>([.. Excluded]);

    public Task<FigureAge> AgeAsync(string indicator, CancellationToken cancel) => Task.FromResult(new FigureAge(ReadUpTo, Watermark, false));

    public async Task<IReadOnlyList<Tally>> TalliesAsync(string indicator, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel) => (await TalliesAsync([indicator], period, grain, scope, cancel))[indicator];

    public Task<IReadOnlyDictionary<string, IReadOnlyList<Tally>>> TalliesAsync(IReadOnlyCollection<string> indicators, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<Tally>>>(indicators.ToDictionary(i => i, i => Tallies(Of(i, period, scope), grain)));

    public Task<IReadOnlyList<TallyBy>> TalliesByAsync(string indicator, ObjectiveDimension by, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        var parties = by == ObjectiveDimension.Party;
        var groups = Of(indicator, period, scope).Where(e => !parties || e.Party is not null).GroupBy(e => by switch { ObjectiveDimension.Party => e.Party!, ObjectiveDimension.Connection => e.Connection, ObjectiveDimension.Brand => e.Brand, _ => "" });
        return Task.FromResult<IReadOnlyList<TallyBy>>([.. groups.SelectMany(g => Tallies(g, grain).Select(t => new TallyBy(g.Key, t)))]);
    }

    public Task<MissedPage> MissedAsync(string indicator, ObjectivePeriod period, ObjectiveScope scope, string? party, Guid? caseId, string? cursor, int limit, CancellationToken cancel)
    {
        Assert.InRange(limit, 1, 200);
        var skip = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var missed = Of(indicator, period, scope).Where(e => e.Party is not null && (party is null || e.Party == party)).OrderByDescending(e => e.At).ThenBy(e => e.Id).ToList();
        var page = missed.Skip(skip).Take(limit).Select(e => new MissedEvent(e.Id, "#" + e.Id.ToString("N")[^6..], e.Connection, e.At, null, e.Party!, null, "EUR", 1000)).ToList();
        return Task.FromResult(new MissedPage(page, skip + page.Count < missed.Count ? (skip + page.Count).ToString(CultureInfo.InvariantCulture) : null));
    }

    private IEnumerable<GivenEvent> Of(string indicator, ObjectivePeriod period, ObjectiveScope scope) =>
        Events.Where(e => e.Indicator == indicator && period.Contains(e.At) && (scope.Connection ?? e.Connection) == e.Connection && (scope.Brand ?? e.Brand) == e.Brand);

    private static IReadOnlyList<Tally> Tallies(IEnumerable<GivenEvent> events, TimeSpan grain) =>
        [.. events.GroupBy(e => e.At.UtcTicks / grain.Ticks).OrderBy(g => g.Key).Select(g => new Tally(g.Min(e => e.At), g.Count(e => e.Party is null), g.Count()))];
}
