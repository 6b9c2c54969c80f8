using ControlPlane.Domain.Objectives;

namespace ControlPlane.Runtime.Objectives;

/// <summary>How an objective stands, with all that people need around the figure.</summary>
/// <param name="Period">What it is held over now.</param>
/// <param name="Ways">With everything, and without what was excluded.</param>
/// <param name="BurnNow">Over the last hour, as a multiple of what the budget allows; null with too few events.</param>
/// <param name="Spark">The period in about thirty stretches.</param>
public sealed record ObjectiveFigure(PublishedObjective Published, ObjectivePeriod Period, BothWays Ways, decimal? BurnNow, IReadOnlyList<Tally> Spark, FigureAge Age);

/// <summary>A composite, and where its parts stand.</summary>
public sealed record CompositeFigure(Composite Composite, CompositeStanding Standing);

/// <summary>An objective under another target or limit over the past, without saving anything.</summary>
public sealed record WhatIf(ObjectivePeriod Period, Attainment Now, Attainment Then, IReadOnlyList<BurnDownPoint> LineNow, IReadOnlyList<BurnDownPoint> LineThen);

/// <summary>Puts figures together for pages, the API and the command line.</summary>
public sealed class ObjectiveStandings(IObjectives objectives, ObjectiveFigures figures, TimeProvider clock)
{
    public static readonly TimeSpan WhatIfOver = TimeSpan.FromDays(90);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <param name="narrowed">What the reader looks at; what it leaves open is as the objective says.</param>
    /// <param name="over">Another period than the objective's; null = its own.</param>
    public async Task<(IReadOnlyList<ObjectiveFigure> Objectives, IReadOnlyList<CompositeFigure> Composites)> AllAsync(ObjectiveScope narrowed, TimeSpan? over, CancellationToken ct)
    {
        var exclusions = await objectives.ExclusionsAsync(ct);
        var read = new List<ObjectiveFigure>();
        foreach (var published in await objectives.AllAsync(ct))
            read.Add(await OneAsync(published, exclusions, narrowed, over, ct));
        var standings = read.ToDictionary(r => r.Published.Objective.Name, r => r.Ways.Whole);
        return (read, [.. (await objectives.CompositesAsync(ct)).Select(c => new CompositeFigure(c, c.Of(standings)))]);
    }

    /// <summary>Null where there is no such objective.</summary>
    public async Task<ObjectiveFigure?> FindAsync(string name, ObjectiveScope narrowed, TimeSpan? over, CancellationToken ct) =>
        (await objectives.HistoryAsync(name, ct)) is [var newest, ..] ? await OneAsync(newest, await objectives.ExclusionsAsync(ct), narrowed, over, ct) : null;

    /// <summary>The budget of the period from its beginning until now. That of a calendar is what the period before it had: known when it begins.</summary>
    public async Task<IReadOnlyList<BurnDownPoint>> BurnDownAsync(ObjectiveFigure figure, ObjectiveScope narrowed, CancellationToken ct)
    {
        var (objective, scope) = (figure.Published.Objective, Scope(figure.Published, narrowed));
        var tallies = await figures.TalliesAsync(objective.Indicator, figure.Period, Grain(objective), scope, ct);
        var expected = figure.Ways.Whole.Units;
        if (objective.Window is CalendarWindow)
        {
            var before = objective.Window.At(figure.Period.From.AddTicks(-1));
            if (Attainment.Of(objective, await figures.TalliesAsync(objective.Indicator, before, Grain(objective), scope, ct), before).Units is > 0 and var units)
                expected = units;
        }

        return Line(objective, tallies, figure.Period, expected, clock.GetUtcNow());
    }

    /// <summary>The same period by another version of the indicator: both curves, side by side.</summary>
    public async Task<(Attainment Attained, IReadOnlyList<BurnDownPoint> Line)> OfVersionAsync(ObjectiveFigure figure, int version, ObjectiveScope narrowed, CancellationToken ct)
    {
        var objective = figure.Published.Objective;
        var tallies = await figures.TalliesOfVersionAsync(objective.Indicator, version, figure.Period, Grain(objective), Scope(figure.Published, narrowed), ct);
        var attained = Attainment.Of(objective, tallies, figure.Period);
        return (attained, Line(objective, tallies, figure.Period, Math.Max(attained.Units, figure.Ways.Whole.Units), clock.GetUtcNow()));
    }

    /// <summary>How it would have stood over the last 90 days.</summary>
    /// <param name="target">Null = as it is.</param>
    /// <param name="within">Null = as it is.</param>
    public async Task<WhatIf> WhatIfAsync(PublishedObjective published, decimal? target, TimeSpan? within, ObjectiveScope narrowed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (period, objective, grain, scope) = (new ObjectivePeriod(now - WhatIfOver, now), published.Objective, Grain(published.Objective), Scope(published, narrowed));
        var tallies = await figures.TalliesAsync(objective.Indicator, period, grain, scope, ct);
        var other = objective with { Target = target ?? objective.Target };
        var then = within is { } limit && limit != published.Indicator.Within ? await figures.WhatIfAsync(objective.Indicator, limit, period, grain, scope, now, ct) : tallies;
        var (stands, would) = (Attainment.Of(objective, tallies, period), Attainment.Of(other, then, period));
        return new(period, stands, would, Line(objective, tallies, period, stands.Units, now), Line(other, then, period, would.Units, now));
    }

    /// <summary>What is looked at: the objective's own scope, and within it the reader's.</summary>
    public static ObjectiveScope Scope(PublishedObjective published, ObjectiveScope narrowed) => new(
        published.Scope.Connection ?? narrowed.Connection, published.Scope.Brand ?? narrowed.Brand, published.Scope.Region ?? narrowed.Region, published.Scope.Warehouse ?? narrowed.Warehouse, published.Scope.Canary || narrowed.Canary);

    private async Task<ObjectiveFigure> OneAsync(PublishedObjective published, IReadOnlyList<Exclusion> exclusions, ObjectiveScope narrowed, TimeSpan? over, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (objective, scope) = (published.Objective, Scope(published, narrowed));
        var period = over is { } length ? new ObjectivePeriod(now - length, now) : objective.Window.At(now);
        var tallies = await figures.TalliesAsync(objective.Indicator, period, Grain(objective), scope, ct);
        var applied = Exclusion.Touching(objective, period, exclusions);
        var rest = applied.Count == 0 ? tallies : (await RestAsync(figures, [objective.Indicator], period, applied, Grain(objective), scope, ct))[objective.Indicator];
        var minutes = await figures.TalliesAsync(objective.Indicator, new(now - Hour, now), TimeSpan.FromMinutes(1), scope, ct);
        decimal? burn = minutes.Sum(t => t.Total) == 0 ? null : BurnRate.Of(objective, [.. minutes], now, Hour);
        return new(published, period, BothWays.Of(objective, tallies, rest, period, applied), burn, Spark(tallies, period), await figures.AgeAsync(objective.Indicator, ct));
    }

    /// <summary>The parts of a period that no exclusion covers, to the minute.</summary>
    public static IReadOnlyList<ObjectivePeriod> Without(ObjectivePeriod period, IEnumerable<Exclusion> exclusions)
    {
        var (parts, from) = (new List<ObjectivePeriod>(), period.From);
        foreach (var exclusion in exclusions.OrderBy(e => e.From))
        {
            if (exclusion.From > from)
                parts.Add(new(from, exclusion.From));
            from = exclusion.To > from ? exclusion.To : from;
        }

        if (from < period.To)
            parts.Add(new(from, period.To));
        return parts;
    }

    /// <summary>What was counted of a period outside of what was excluded, to the minute: every page cuts alike.</summary>
    /// <param name="indicators">Each once.</param>
    internal static async Task<IReadOnlyDictionary<string, IReadOnlyList<Tally>>> RestAsync(
        IObjectiveFigures figures, IReadOnlyCollection<string> indicators, ObjectivePeriod period, IReadOnlyList<Exclusion> applied, TimeSpan grain, ObjectiveScope scope, CancellationToken ct)
    {
        var rest = indicators.ToDictionary(i => i, _ => new List<Tally>(), StringComparer.Ordinal);
        foreach (var part in Without(period, applied))
            foreach (var (indicator, tallies) in await figures.TalliesAsync(indicators, part, grain, scope, ct))
                rest[indicator].AddRange(tallies);
        return rest.ToDictionary(r => r.Key, r => (IReadOnlyList<Tally>)r.Value, StringComparer.Ordinal);
    }

    /// <summary>As coarse as the method allows: slices have to be told apart.</summary>
    private static TimeSpan Grain(Objective objective) => objective.Slice ?? Hour;

    /// <summary>About sixty points, on whole hours from the beginning; none without an event.</summary>
    private static IReadOnlyList<BurnDownPoint> Line(Objective objective, IReadOnlyList<Tally> tallies, ObjectivePeriod period, long expected, DateTimeOffset now)
    {
        var step = TimeSpan.FromHours(Math.Max(1, Math.Ceiling((period.To - period.From).TotalHours / 60)));
        return tallies.Count == 0 ? [] : BurnDown.Of(objective, tallies, period, Math.Max(1, expected), objective.Slice is { } slice && slice > step ? slice : step, now);
    }

    private static IReadOnlyList<Tally> Spark(IReadOnlyList<Tally> tallies, ObjectivePeriod period)
    {
        var length = (period.To - period.From) / 30;
        var parts = tallies.ToLookup(t => (int)((t.At - period.From) / length));
        return [.. Enumerable.Range(0, 30).Select(i => new Tally(period.From + i * length, parts[i].Sum(t => t.Good), parts[i].Sum(t => t.Total)))];
    }
}
