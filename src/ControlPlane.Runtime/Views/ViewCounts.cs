using System.Collections.Concurrent;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Views;

/// <summary>Counts what views of one list show. One class a list; the list's own reader of addresses knows how.</summary>
public interface IViewCounter
{
    /// <summary>See <see cref="ViewPages"/>.</summary>
    string Page { get; }

    /// <summary>In as few readings as it takes, not one a view. Null where it cannot be said.</summary>
    /// <param name="zone">In which days begin and end.</param>
    Task<IReadOnlyList<CappedCount?>> CountAsync(TenantScope tenant, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct);
}

/// <summary>
/// Counts of views, kept some seconds and shared by everybody who looks: a bar of ten views that thirty people have open is counted
/// once, not three hundred times.
/// </summary>
public sealed class ViewCounts(IEnumerable<IViewCounter> counters, TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IViewCounter> _counters = counters.ToDictionary(c => c.Page);
    private readonly ConcurrentDictionary<(int Tenant, string Page), SemaphoreSlim> _one = new();
    private readonly ConcurrentDictionary<Key, Entry> _entries = new();

    private readonly record struct Key(int Tenant, string Page, string Query, string Zone);

    private sealed record Entry(CappedCount? Count, DateTimeOffset At);

    /// <returns>In the order of the queries; null where it cannot be said.</returns>
    public async Task<IReadOnlyList<CappedCount?>> OfAsync(TenantScope tenant, string page, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct)
    {
        if (queries.Count == 0 || !_counters.TryGetValue(page, out var counter))
            return [.. queries.Select(_ => (CappedCount?)null)];
        // One at a time: who comes meanwhile finds what the other has counted.
        var one = _one.GetOrAdd((tenant.TenantId, page), _ => new(1, 1));
        await one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            Key Of(string query) => new(tenant.TenantId, page, query, zone.Id);
            var due = queries.Distinct().Where(q => !_entries.TryGetValue(Of(q), out var entry) || now - entry.At >= Kept).ToList();
            if (due.Count > 0)
            {
                foreach (var old in _entries.Where(e => now - e.Value.At > Kept * 30))
                    _entries.TryRemove(old.Key, out _);
                foreach (var (query, count) in due.Zip(await counter.CountAsync(tenant, due, zone, ct)))
                    _entries[Of(query)] = new(count, clock.GetUtcNow());
            }

            return [.. queries.Select(q => _entries.GetValueOrDefault(Of(q))?.Count)];
        }
        finally
        {
            one.Release();
        }
    }
}
