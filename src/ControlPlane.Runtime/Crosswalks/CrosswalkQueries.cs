using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <param name="Entries">In force.</param>
/// <param name="NeverHit">Of these, that never answered.</param>
/// <param name="Gaps">Codes of the last <see cref="CrosswalkGaps.Recent"/> that have no entry now.</param>
/// <param name="Proposed">Changes that wait for a second person.</param>
public sealed record CrosswalkStanding(CrosswalkTable Table, int Entries, int NeverHit, int Gaps, int Proposed, int Master, DateTimeOffset? ChangedAt, string? ChangedBy);

public sealed record CrosswalkList(DateTimeOffset ReadAt, long Revision, IReadOnlyList<CrosswalkStanding> Tables);

/// <param name="Text">Part of either code.</param>
/// <param name="At">Entries that count at this instant; null = of all dates.</param>
/// <param name="Revision">As it was at this revision; null = as it is.</param>
/// <param name="NeverHit">Only those that never answered.</param>
public sealed record CrosswalkFilter(string? Text = null, CrosswalkScope? Scope = null, CrosswalkState? State = CrosswalkState.Approved, DateTimeOffset? At = null, long? Revision = null, bool NeverHit = false);

/// <summary>An entry as a page shows it.</summary>
public sealed record CrosswalkItem(CrosswalkEntry Entry, long Hits, DateTimeOffset? LastHitAt);

/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record CrosswalkPage(DateTimeOffset ReadAt, CrosswalkTable Table, IReadOnlyList<CrosswalkItem> Items, string? Next);

public sealed record CrosswalkVersion(CrosswalkEntry Entry, DateTimeOffset At, string Author, string? Approver, string Reason);

public sealed record CrosswalkAnswer(CrosswalkHit? Hit, long Revision);

/// <summary>Reads crosswalks for people and programs.</summary>
public sealed class CrosswalkQueries(IControlPlaneDb db, CrosswalkGaps gaps, TimeProvider clock)
{
    public async Task<CrosswalkList> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var tables = await CrosswalkLoader.TablesAsync(context, ct);
        var inForce = context.CrosswalkEntries.AsNoTracking().Where(v => v.ReplacedIn == null && v.State == CrosswalkState.Approved);
        var entries = await inForce.GroupBy(v => v.Crosswalk).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var used = await context.CrosswalkUses.AsNoTracking().Where(u => u.Hits > 0).Join(inForce, u => u.Entry, v => v.Entry, (_, v) => v.Crosswalk)
            .GroupBy(t => t).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var proposed = await context.CrosswalkChanges.AsNoTracking().Where(c => c.State == CrosswalkChangeState.Proposed)
            .GroupBy(c => c.Crosswalk).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var master = await context.CrosswalkMasterCodes.AsNoTracking().GroupBy(m => m.Crosswalk).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var newest = context.CrosswalkRevisions.AsNoTracking().GroupBy(r => r.Crosswalk).Select(g => g.Max(r => r.Revision));
        var last = await context.CrosswalkRevisions.AsNoTracking().Where(r => newest.Contains(r.Revision)).ToDictionaryAsync(r => r.Crosswalk, ct);
        var open = (await gaps.OpenAsync(tenant, null, ct)).CountBy(g => g.Missed.Table).ToDictionary();
        return new(clock.GetUtcNow(), await CrosswalkStore.RevisionAsync(context, ct),
        [
            .. tables.Select(t => new CrosswalkStanding(
                t, entries.GetValueOrDefault(t.Name), entries.GetValueOrDefault(t.Name) - used.GetValueOrDefault(t.Name), open.GetValueOrDefault(t.Name), proposed.GetValueOrDefault(t.Name), master.GetValueOrDefault(t.Name),
                last.TryGetValue(t.Name, out var change) ? Instant.FromMicroseconds(change.At) : null, last.GetValueOrDefault(t.Name)?.Author)),
        ]);
    }

    /// <summary>Null when there is no such table.</summary>
    /// <param name="cursor">The <see cref="CrosswalkPage.Next"/> of the page before.</param>
    public async Task<CrosswalkPage?> PageAsync(TenantScope tenant, string table, CrosswalkFilter filter, string? cursor, int limit, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await CrosswalkStore.TableAsync(context, table, ct) is not { } found)
            return null;
        var rows = Filtered(context, table, filter);
        if (cursor?.Split('\u001f') is [var key, var last] && Guid.TryParse(last, out var id))
            rows = rows.Where(v => string.Compare(v.TheirsKey, key) > 0 || (v.TheirsKey == key && v.Id.CompareTo(id) > 0));
        var page = await rows.OrderBy(v => v.TheirsKey).ThenBy(v => v.Id).Take(limit + 1).ToListAsync(ct);
        var more = page.Count > limit;
        if (more)
            page.RemoveAt(limit);
        var ids = page.ConvertAll(v => v.Entry);
        var uses = await context.CrosswalkUses.AsNoTracking().Where(u => ids.Contains(u.Entry)).ToDictionaryAsync(u => u.Entry, ct);
        return new(clock.GetUtcNow(), found,
            [.. page.Select(v => new CrosswalkItem(CrosswalkSql.Entry(v), uses.GetValueOrDefault(v.Entry)?.Hits ?? 0, uses.TryGetValue(v.Entry, out var use) && use.Hits > 0 ? Instant.FromMicroseconds(use.LastAt) : null))],
            more ? $"{page[^1].TheirsKey}\u001f{page[^1].Id:D}" : null);
    }

    /// <summary>All that a filter lets through, in the order of the pages, without holding them.</summary>
    public async IAsyncEnumerable<CrosswalkEntry> AllAsync(TenantScope tenant, string table, CrosswalkFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await foreach (var row in Filtered(context, table, filter).OrderBy(v => v.TheirsKey).ThenBy(v => v.Id).AsAsyncEnumerable().WithCancellation(ct))
            yield return CrosswalkSql.Entry(row);
    }

    public async Task<CrosswalkEntry?> FindAsync(TenantScope tenant, string table, Guid entry, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.CrosswalkEntries.AsNoTracking().FirstOrDefaultAsync(v => v.Crosswalk == table && v.Entry == entry && v.ReplacedIn == null, ct) is { } row ? CrosswalkSql.Entry(row) : null;
    }

    /// <summary>Newest first; empty when there is no such entry.</summary>
    public async Task<IReadOnlyList<CrosswalkVersion>> HistoryAsync(TenantScope tenant, string table, Guid entry, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.CrosswalkEntries.AsNoTracking().Where(v => v.Crosswalk == table && v.Entry == entry)
            .Join(context.CrosswalkRevisions.AsNoTracking(), v => v.Revision, r => r.Revision, (v, r) => new { v, r }).OrderByDescending(x => x.v.Revision).Take(200).ToListAsync(ct);
        return [.. rows.Select(x => new CrosswalkVersion(CrosswalkSql.Entry(x.v), Instant.FromMicroseconds(x.r.At), x.r.Author, x.r.Approver, x.r.Reason))];
    }

    /// <summary>Every change, newest first.</summary>
    public async Task<IReadOnlyList<CrosswalkRevisionRow>> RevisionsAsync(TenantScope tenant, string? table, long? before, int limit, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.CrosswalkRevisions.AsNoTracking().Where(r => (table == null || r.Crosswalk == table) && (before == null || r.Revision < before)).OrderByDescending(r => r.Revision).Take(limit).ToListAsync(ct);
    }

    /// <summary>Asks again what was answered: at a revision, or at the one that counted at an instant.</summary>
    /// <param name="chain">Scopes of the connection, narrowest first.</param>
    public async Task<CrosswalkAnswer?> AskAsync(TenantScope tenant, string table, string code, CrosswalkDirection direction, IReadOnlyList<CrosswalkScope> chain, DateTimeOffset at, long? revision, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await CrosswalkStore.TableAsync(context, table, ct) is not { } found)
            return null;
        var moment = at.ToMicroseconds();
        var asOf = revision ?? await context.CrosswalkRevisions.Where(r => r.At <= moment).MaxAsync(r => (long?)r.Revision, ct) ?? 0;
        string[] keys = [CrosswalkSql.Key(code.Trim()), CrosswalkRules.Wildcard];
        var rows = await CrosswalkLoader.AsOf(context, asOf)
            .Where(v => v.Crosswalk == table && v.State == CrosswalkState.Approved && (direction == CrosswalkDirection.ToOurs ? keys.Contains(v.TheirsKey) : keys.Contains(v.OursKey))).ToListAsync(ct);
        var snapshot = CrosswalkSnapshot.Build(asOf, [found], rows.Select(v => (v.Crosswalk, CrosswalkSql.Entry(v))));
        return new(snapshot.For("", chain).Find(table, code, direction, at), asOf);
    }

    private static IQueryable<CrosswalkEntryRow> Filtered(ControlPlaneDbContext context, string table, CrosswalkFilter filter)
    {
        var rows = filter.Revision is { } revision ? CrosswalkLoader.AsOf(context, revision) : context.CrosswalkEntries.AsNoTracking().Where(v => v.ReplacedIn == null);
        rows = rows.Where(v => v.Crosswalk == table);
        if (filter.State is { } state)
            rows = rows.Where(v => v.State == state);
        if (filter.Scope is { } scope)
        {
            var text = scope.ToString();
            rows = rows.Where(v => v.Scope == text);
        }

        if (filter.Text is { Length: > 0 } part)
        {
            var key = CrosswalkSql.Key(part.Trim());
            rows = rows.Where(v => v.TheirsKey.Contains(key) || v.OursKey.Contains(key));
        }

        if (filter.At is { } at)
        {
            var moment = at.ToMicroseconds();
            rows = rows.Where(v => (v.ValidFrom == null || v.ValidFrom <= moment) && (v.ValidUntil == null || moment < v.ValidUntil));
        }

        return filter.NeverHit ? rows.Where(v => !context.CrosswalkUses.Any(u => u.Entry == v.Entry && u.Hits > 0)) : rows;
    }
}
