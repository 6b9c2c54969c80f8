using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Objectives with their figures, all of one window and grain in one reading.</summary>
internal sealed class ObjectiveLines(IObjectives objectives, IObjectiveFigures figures)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<ObjectiveLine>> ReadAsync(ScorecardAsk ask, DateTimeOffset now, CancellationToken ct)
    {
        var all = await objectives.AllAsync(ct);
        var exclusions = all.Count == 0 ? [] : await objectives.ExclusionsAsync(ct);
        return await ReadAsync(all, exclusions, ask, now, ct);
    }

    public async Task<IReadOnlyList<ObjectiveLine>> ReadAsync(IReadOnlyList<PublishedObjective> all, IReadOnlyList<Exclusion> exclusions, ScorecardAsk ask, DateTimeOffset now, CancellationToken ct)
    {
        var wanted = all.Select(o => (Objective: o, Scope: Narrowed(o.Scope, ask.Scope))).Where(o => o.Scope is not null).Select(o => (o.Objective, Scope: o.Scope!, Period: PeriodOf(o.Objective.Objective, ask.Period, now))).ToList();
        var lines = new Dictionary<string, ObjectiveLine>(StringComparer.Ordinal);
        foreach (var alike in wanted.GroupBy(w => (w.Period, w.Scope, Grain: Grain(w.Objective.Objective, w.Period))))
        {
            var tallies = await figures.TalliesAsync([.. alike.Select(a => a.Objective.Objective.Indicator).Distinct()], alike.Key.Period, alike.Key.Grain, alike.Key.Scope, ct);
            foreach (var cut in alike.Select(a => (a.Objective, Applied: Exclusion.Touching(a.Objective.Objective, a.Period, exclusions))).GroupBy(a => Cut(a.Applied), StringComparer.Ordinal))
            {
                // Read again only where something is left out: an hour of the rollup does not tell its minutes.
                var rest = cut.Key.Length == 0 ? tallies
                    : await ObjectiveStandings.RestAsync(figures, [.. cut.Select(a => a.Objective.Objective.Indicator).Distinct()], alike.Key.Period, cut.First().Applied, alike.Key.Grain, alike.Key.Scope, ct);
                foreach (var (objective, applied) in cut)
                    lines[objective.Objective.Name] = Line(objective, alike.Key.Period, tallies.GetValueOrDefault(objective.Objective.Indicator) ?? [], rest.GetValueOrDefault(objective.Objective.Indicator) ?? [], applied, now);
            }
        }

        return [.. wanted.Select(w => lines[w.Objective.Objective.Name])];
    }

    /// <summary>A rolling window ends with the hour that has begun, so that its edges lie on the rollup's.</summary>
    public static ObjectivePeriod PeriodOf(Objective objective, ObjectivePeriod? asked, DateTimeOffset now)
    {
        if (asked is not null)
            return asked;
        if (objective.Window is not RollingWindow rolling)
            return objective.Window.At(now);
        var to = NextHour(now);
        return new(to - rolling.Length, to);
    }

    public static DateTimeOffset NextHour(DateTimeOffset now) => new DateTimeOffset(now.UtcTicks - now.UtcTicks % Hour.Ticks, TimeSpan.Zero) + Hour;

    /// <summary>Null: the objective is held over another channel, brand or region than is asked for.</summary>
    public static ObjectiveScope? Narrowed(ObjectiveScope own, ObjectiveScope asked)
    {
        static bool Apart(string? one, string? other) => one is not null && other is not null && one != other;
        return Apart(own.Connection, asked.Connection) || Apart(own.Brand, asked.Brand) || Apart(own.Region, asked.Region) ? null
            : own with { Connection = own.Connection ?? asked.Connection, Brand = own.Brand ?? asked.Brand, Region = own.Region ?? asked.Region };
    }

    /// <summary>Empty: nothing is left out. Objectives that leave out the same stretches are read together.</summary>
    public static string Cut(IReadOnlyList<Exclusion> applied) => string.Join('|', applied.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.From.UtcTicks}-{e.To.UtcTicks}")));

    private static TimeSpan Grain(Objective objective, ObjectivePeriod period)
    {
        var edges = period.From.UtcTicks % Hour.Ticks == 0 && period.To.UtcTicks % Hour.Ticks == 0 ? Hour : Quarter;
        return objective.Slice < edges ? objective.Slice.Value : edges;
    }

    private static ObjectiveLine Line(PublishedObjective published, ObjectivePeriod period, IReadOnlyList<Tally> tallies, IReadOnlyList<Tally> rest, IReadOnlyList<Exclusion> applied, DateTimeOffset now)
    {
        var both = BothWays.Of(published.Objective, tallies, rest, period, applied);
        var standing = ScorecardStandings.Of(both.Adjusted, published.Policy);
        var within = tallies.Where(t => period.Contains(t.At)).ToList();
        return new(published, period, both, within.Sum(t => t.Bad), standing, Trend(within, period, now), EmptyOn(published.Objective, within, period, both.Adjusted, now));
    }

    private static List<decimal?> Trend(List<Tally> tallies, ObjectivePeriod period, DateTimeOffset now)
    {
        var days = tallies.GroupBy(t => t.At.UtcDateTime.Date).ToDictionary(g => g.Key, g => (decimal?)g.Sum(t => t.Good) / g.Sum(t => t.Total));
        var trend = new List<decimal?>();
        var end = now < period.To ? now : period.To;
        for (var day = period.From.UtcDateTime.Date; day < end.UtcDateTime && trend.Count < 400; day = day.AddDays(1))
            trend.Add(days.GetValueOrDefault(day));
        return trend;
    }

    /// <summary>By the pace of the last quarter of what has passed of the window.</summary>
    private static DateTimeOffset? EmptyOn(Objective objective, List<Tally> tallies, ObjectivePeriod period, Attainment attained, DateTimeOffset now)
    {
        if (attained is not { Standing: ObjectiveStanding.Met, Units: > 0 } || now >= period.To && objective.Window is not RollingWindow)
            return null;
        var step = (period.To - period.From) / 28;
        if (step < TimeSpan.FromMinutes(15))
            return null;
        var points = BurnDown.Of(objective, tallies, period, Math.Max(1, attained.Units), step, now);
        return BreachForecast.EmptyAt(points, (period.To - period.From) / 4, objective.Window.Nominal);
    }
}
