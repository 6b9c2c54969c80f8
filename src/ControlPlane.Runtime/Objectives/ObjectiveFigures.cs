using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <inheritdoc cref="IObjectiveFigures"/>
public sealed partial class ObjectiveFigures(IControlPlaneDb db, ObjectiveBoard board, TenantScope? scope = null) : IObjectiveFigures
{
    private readonly TenantScope _tenant = scope ?? TenantScope.Default;

    public async Task<FigureAge> AgeAsync(string indicator, CancellationToken cancel)
    {
        await using var context = db.CreateContext(_tenant);
        var follow = await context.ObjectiveFollow.AsNoTracking().FirstOrDefaultAsync(f => f.Id == CountingLock.FollowId, cancel);
        var rows = await context.ObjectiveCounters.AsNoTracking().Where(c => c.Indicator == indicator).ToListAsync(cancel);
        var readUpTo = Instant.FromMicroseconds(follow?.ReadUpTo ?? 0);
        var serving = ObjectiveCounters.Serving(rows, indicator);
        var counted = serving is null ? null : board.Of(_tenant.TenantId).Indicator(indicator, serving.Version);
        return new(readUpTo, follow is null || counted is null ? null : counted.Watermark(readUpTo, board.Hours(_tenant.TenantId, counted)), rows.Exists(r => r.State == CounterState.Counting));
    }

    public async Task<IReadOnlyList<Tally>> TalliesAsync(string indicator, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel) =>
        (await TalliesAsync([indicator], period, grain, scope, cancel))[indicator];

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Tally>>> TalliesAsync(IReadOnlyCollection<string> indicators, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        var serving = await ServingAsync(indicators, cancel);
        var read = await ReadAsync(serving.Values, period, grain, scope, bySlice: false, cancel);
        return indicators.Distinct().ToDictionary(
            name => name, name => serving.TryGetValue(name, out var counter) ? Tallies(read.Where(r => r.Counter == counter), period, grain) : []);
    }

    public async Task<IReadOnlyList<TallyBy>> TalliesByAsync(string indicator, ObjectiveDimension by, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        var serving = await ServingAsync([indicator], cancel);
        if (!serving.TryGetValue(indicator, out var counter))
            return [];
        if (by is ObjectiveDimension.Party or ObjectiveDimension.Case)
            return await MissesByAsync(counter, by, period, grain, scope, cancel);
        var names = (await SlicesAsync(cancel)).ToDictionary(s => s.Id, s => by switch { ObjectiveDimension.Connection => s.Connection, ObjectiveDimension.Brand => s.Brand, ObjectiveDimension.Region => s.Region, _ => s.Warehouse });
        var read = await ReadAsync([counter], period, grain, scope, bySlice: true, cancel);
        return [.. read.GroupBy(r => names.GetValueOrDefault(r.Slice, ""), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => Tallies(g, period, grain).Select(t => new TallyBy(g.Key, t)))];
    }

    /// <summary>The figures of another version of the indicator, for both curves; empty where it is not counted any more.</summary>
    public async Task<IReadOnlyList<Tally>> TalliesOfVersionAsync(string indicator, int version, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        await using var context = db.CreateContext(_tenant);
        var rows = await context.ObjectiveCounters.AsNoTracking().Where(c => c.Indicator == indicator && c.Version == version && (c.State == CounterState.Serving || c.State == CounterState.Kept)).ToListAsync(cancel);
        return rows.Count == 0 ? [] : Tallies(await ReadAsync([rows[0].Id], period, grain, scope, bySlice: false, cancel), period, grain);
    }

    /// <summary>How far each version of an indicator is counted, newest first.</summary>
    public async Task<IReadOnlyList<ObjectiveCounterRow>> CountersAsync(string indicator, CancellationToken cancel)
    {
        await using var context = db.CreateContext(_tenant);
        return await context.ObjectiveCounters.AsNoTracking().Where(c => c.Indicator == indicator).OrderByDescending(c => c.Version).ThenByDescending(c => c.Run).ToListAsync(cancel);
    }

    /// <summary>What there is to choose from: channels, brands, regions and warehouses that were ever counted.</summary>
    public async Task<IReadOnlyList<ObjectiveSliceRow>> SlicesAsync(CancellationToken cancel)
    {
        await using var context = db.CreateContext(_tenant);
        return await context.ObjectiveSlices.AsNoTracking().ToListAsync(cancel);
    }

    /// <summary>A sum is a decimal in one database and a whole number in another.</summary>
    private static long Whole(System.Data.Common.DbDataReader r, int column) => Convert.ToInt64(r.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Sum(int Counter, int At, int Slice, long Good, long Bad);

    private async Task<List<Sum>> ReadAsync(IReadOnlyCollection<int> counters, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, bool bySlice, CancellationToken ct)
    {
        if (grain < TimeSpan.FromMinutes(1) || grain.Ticks % TimeSpan.TicksPerMinute != 0)
            throw new ArgumentOutOfRangeException(nameof(grain), "A grain is whole minutes: events are counted by the minute.");
        var ranges = TallyRanges.Of(period, (int)grain.TotalMinutes);
        if (counters.Count == 0 || ranges.Count == 0)
            return [];
        var slices = await ChosenAsync(scope, ct);
        await using var connection = await db.OpenAsync(ct);
        var sql = new BatchSql(connection);
        return await sql.ReadAsync(TallyRanges.Sql(counters, ranges, slices, bySlice, sql.Quote("at")), r => new Sum(r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), Whole(r, 3), Whole(r, 4)), ct);
    }

    /// <summary>Stretches on the grid; the first begins with the period where that is in its middle, so that it lies within.</summary>
    private static IReadOnlyList<Tally> Tallies(IEnumerable<Sum> sums, ObjectivePeriod period, TimeSpan grain)
    {
        var minutes = (int)grain.TotalMinutes;
        return
        [
            .. sums.GroupBy(s => s.At / minutes).OrderBy(g => g.Key)
                .Select(g => new Tally(Begin(g.Key * (long)minutes, period), g.Sum(s => s.Good), g.Sum(s => s.Good + s.Bad)))
                .Where(t => t.Total > 0),
        ];
    }

    private static DateTimeOffset Begin(long minute, ObjectivePeriod period)
    {
        var at = DateTimeOffset.UnixEpoch.AddMinutes(minute);
        return at < period.From ? period.From : at;
    }

    /// <summary>Null = all there are.</summary>
    private async Task<List<int>?> ChosenAsync(ObjectiveScope scope, CancellationToken ct)
    {
        var slices = await SlicesAsync(ct);
        var chosen = slices.Where(s => s.Canary == scope.Canary && (scope.Connection ?? s.Connection) == s.Connection && (scope.Brand ?? s.Brand) == s.Brand && (scope.Region ?? s.Region) == s.Region && (scope.Warehouse ?? s.Warehouse) == s.Warehouse)
            .Select(s => s.Id).ToList();
        return chosen.Count == slices.Count ? null : chosen;
    }

    private async Task<Dictionary<string, int>> ServingAsync(IReadOnlyCollection<string> indicators, CancellationToken ct)
    {
        await using var context = db.CreateContext(_tenant);
        var rows = await context.ObjectiveCounters.AsNoTracking().Where(c => indicators.Contains(c.Indicator)).ToListAsync(ct);
        return indicators.Distinct().Select(name => (name, Row: ObjectiveCounters.Serving(rows, name))).Where(s => s.Row is not null).ToDictionary(s => s.name, s => s.Row!.Id);
    }
}
