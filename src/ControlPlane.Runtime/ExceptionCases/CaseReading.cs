using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>
/// All cases of a tenant put together from a few grouped reads: its cost follows the number of cases and of stuck orders, never
/// the history. Merged cases are added up here, so that a merge rewrites nothing and can be taken back.
/// </summary>
internal sealed class CaseReading(IConnectionRegistry connections, TimeProvider clock)
{
    /// <summary>Nobody has more causes than this; if somebody had, the newest count.</summary>
    private const int MostCases = 5_000;

    public const int TrendHours = 24;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async Task<Cases> ReadAsync(ControlPlaneDbContext context, CauseCatalogue causes, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var rows = await context.ExceptionCases.AsNoTracking().OrderByDescending(c => c.FirstSeenAt).Take(MostCases).ToListAsync(ct);
        var hours = await context.ExceptionCaseHours.AsNoTracking().GroupBy(h => new { h.CaseId, h.Hour }).Select(g => new { g.Key.CaseId, g.Key.Hour, Failures = g.Sum(h => h.Failures) }).ToListAsync(ct);
        var stuck = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck)
            .GroupBy(t => new { t.CaseId, t.Currency })
            .Select(g => new { g.Key.CaseId, g.Key.Currency, Count = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0), Since = g.Min(t => t.Since), Last = g.Max(t => t.Since) }).ToListAsync(ct);
        var byId = rows.ToDictionary(r => r.Id);
        var rootOf = rows.ToDictionary(r => r.Id, r => Root(r, byId));
        var hoursOf = hours.Where(h => rootOf.ContainsKey(h.CaseId)).ToLookup(h => rootOf[h.CaseId]);
        var stuckOf = stuck.Where(s => s.CaseId is { } id && rootOf.ContainsKey(id)).ToLookup(s => rootOf[s.CaseId!.Value]);
        var partsOf = rows.ToLookup(r => rootOf[r.Id], r => r.Id);
        var items = new List<CaseItem>();
        foreach (var row in rows.Where(r => rootOf[r.Id] == r.Id))
        {
            var failing = hoursOf[row.Id].GroupBy(h => h.Hour).Select(g => new CaseHour(Instant.FromMicroseconds(g.Key), g.Sum(h => h.Failures))).OrderBy(h => h.Hour).ToList();
            var standing = stuckOf[row.Id].ToList();
            var first = Instant.FromMicroseconds(partsOf[row.Id].Min(p => byId[p].FirstSeenAt));
            var count = standing.Sum(s => s.Count);
            var muted = row.MutedUntil is { } until ? Instant.FromMicroseconds(until) : (DateTimeOffset?)null;
            var facts = new CaseFacts(first, count, failing, muted, row.SettledAt is { } settled ? Instant.FromMicroseconds(settled) : null);
            var cause = causes.Explain(new(row.FaultKind, row.FaultCode, row.ProviderCode, row.System is null ? null : connections.Find(row.System)?.Connector, row.Sample));
            var lastHour = failing.Count > 0 ? failing[^1].Hour : first;
            items.Add(new()
            {
                Id = row.Id,
                Title = Title(row, cause),
                Cause = cause,
                Kind = row.FaultKind,
                Code = row.FaultCode,
                Pattern = row.Pattern,
                Sample = row.Sample,
                System = row.System is null ? null : System(row.System),
                Operation = row.Operation,
                Field = row.Field,
                Standing = CaseLife.Decide(facts, now),
                Stuck = count,
                Money = Sum(standing.Where(s => Currencies.IsKnown(s.Currency)).Select(s => new Money(s.Total, s.Currency))),
                FirstSeen = first,
                LastSeen = Later(first, Later(lastHour, standing.Count == 0 ? lastHour : Instant.FromMicroseconds(standing.Max(s => s.Last)))),
                StuckSince = standing.Count == 0 ? null : Instant.FromMicroseconds(standing.Min(s => s.Since)),
                Failures = failing.Sum(h => h.Failures),
                Trend = Trend(failing, now),
                MutedUntil = muted > now ? muted : null,
                Parts = [.. partsOf[row.Id]],
            });
        }

        return new(items, byId, rootOf, hoursOf.ToDictionary(g => g.Key, g => (IReadOnlyList<CaseHour>)[.. g.GroupBy(h => h.Hour).Select(h => new CaseHour(Instant.FromMicroseconds(h.Key), h.Sum(x => x.Failures))).OrderBy(h => h.Hour)]),
            stuck.Where(s => s.CaseId is null || !rootOf.ContainsKey(s.CaseId.Value)).Sum(s => s.Count), causes, now);
    }

    public static string Title(ExceptionCaseRow row, Cause? cause) =>
        row.Sample.Length == 0 ? cause?.Title ?? row.FaultCode
        : cause is null ? First(row.Sample)
        : row.SplitFrom is not null || cause.General ? $"{cause.Title}: {First(row.Sample)}"
        : cause.Title;

    public VerdictSystem System(string key) => connections.Find(key) is { } connection
        ? new(key, connection.DisplayName, connection.Role, connection.Owner is { Length: > 0 } owner ? owner : null)
        : new(key, key, Domain.Connections.SystemRole.Storefront);

    private static string First(string message) => message.Length <= 140 ? message : message[..139] + "…";

    /// <summary>Merges make a chain at most; a circle cannot be made, and would end here.</summary>
    private static Guid Root(ExceptionCaseRow row, Dictionary<Guid, ExceptionCaseRow> byId)
    {
        var at = row;
        for (var depth = 0; depth < 20 && at.MergedInto is { } next && byId.TryGetValue(next, out var target); depth++)
            at = target;
        return at.Id;
    }

    private static IReadOnlyList<int> Trend(List<CaseHour> hours, DateTimeOffset now)
    {
        var counts = new int[TrendHours];
        var present = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        foreach (var hour in hours)
            if ((int)Math.Round((present - hour.Hour).TotalHours) is >= 0 and < TrendHours and var ago)
                counts[TrendHours - 1 - ago] += hour.Failures;
        return counts;
    }

    internal static IReadOnlyList<Money> Sum(IEnumerable<Money> amounts) =>
        [.. amounts.GroupBy(a => a.Currency).Select(g => new Money(g.Sum(a => a.MinorUnits), g.Key)).OrderByDescending(a => a.ToDecimal())];

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <param name="RootOf">The case that shows each case.</param>
/// <param name="Ungrouped">Stuck orders that are in no case.</param>
/// <param name="Catalogue">What explained them.</param>
internal sealed record Cases(
    IReadOnlyList<CaseItem> Items, IReadOnlyDictionary<Guid, ExceptionCaseRow> ById, IReadOnlyDictionary<Guid, Guid> RootOf, IReadOnlyDictionary<Guid, IReadOnlyList<CaseHour>> Hours, int Ungrouped, CauseCatalogue Catalogue, DateTimeOffset ReadAt);
