using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>A code that came and has no entry.</summary>
/// <param name="Count">Look-ups that found nothing; of a scan, documents.</param>
/// <param name="Money">Totals of the orders that had it, per currency; known of a scan only.</param>
public sealed record CrosswalkGap(MissedCode Missed, string ConnectionName, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, Guid? MessageId, Guid? TransactionId)
{
    public IReadOnlyList<Money> Money { get; init; } = [];
}

/// <summary>Which codes have no entry, and what each could mean.</summary>
public sealed class CrosswalkGaps(IControlPlaneDb db, CrosswalkBoard board, CrosswalkCounts counts, IConnectionRegistry connections, TimeProvider clock)
{
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    public const int Most = 1_000;

    /// <summary>What traffic missed lately and would still miss: what was mapped meanwhile is no gap any more. Most frequent first.</summary>
    public async Task<IReadOnlyList<CrosswalkGap>> OpenAsync(TenantScope tenant, string? table, CancellationToken ct)
    {
        // What this node counted a moment ago belongs to it.
        await counts.FlushAsync(ct);
        await using var context = db.CreateContext(tenant);
        var since = (clock.GetUtcNow() - Recent).ToMicroseconds();
        var rows = await context.CrosswalkMisses.AsNoTracking().Where(m => m.LastAt >= since && (table == null || m.Crosswalk == table))
            .OrderByDescending(m => m.Count).ThenBy(m => m.CodeKey).Take(Most).ToListAsync(ct);
        return [.. rows.Select(Gap).Where(IsOpen)];
    }

    /// <summary>Ranked, each with its reason.</summary>
    public async Task<IReadOnlyList<CrosswalkSuggestion>> SuggestAsync(TenantScope tenant, string table, string code, CrosswalkDirection direction, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var key = CrosswalkSql.Key(code);
        var past = await context.CrosswalkEntries.AsNoTracking()
            .Where(v => v.Crosswalk == table && (direction == CrosswalkDirection.ToOurs ? v.TheirsKey == key : v.OursKey == key) && (v.ReplacedIn != null || v.State == CrosswalkState.Retired))
            .OrderByDescending(v => v.Revision).Take(20).ToListAsync(ct);
        var ends = past.ConvertAll(v => v.ReplacedIn ?? v.Revision);
        var at = await context.CrosswalkRevisions.AsNoTracking().Where(r => ends.Contains(r.Revision)).ToDictionaryAsync(r => r.Revision, r => r.At, ct);
        return CrosswalkSuggestions.Rank(code, direction, new()
        {
            Pairs = board.Current.Pairs(table),
            Master = direction == CrosswalkDirection.ToOurs ? await CrosswalkMaster.AllAsync(context, table, ct) : [],
            History = past.Select(v => (CrosswalkSql.Entry(v).Scope, direction == CrosswalkDirection.ToOurs ? v.Ours : v.Theirs, Instant.FromMicroseconds(at.GetValueOrDefault(v.ReplacedIn ?? v.Revision)))),
        });
    }

    /// <summary>Whether a look-up now would miss it, too. A connection that is gone has no gaps.</summary>
    internal bool IsOpen(CrosswalkGap gap) => connections.Find(gap.Missed.Connection) is { } connection
        && connection.Crosswalks.Uncounted().Find(gap.Missed.Table, gap.Missed.Code, gap.Missed.Direction, clock.GetUtcNow()) is null;

    private CrosswalkGap Gap(CrosswalkMissRow row) => new(
        new(row.Connection, row.Crosswalk, row.Direction == CrosswalkDirections.ToTheirs ? CrosswalkDirection.ToTheirs : CrosswalkDirection.ToOurs, row.Code), connections.Find(row.Connection)?.DisplayName ?? row.Connection,
        row.Count, Instant.FromMicroseconds(row.FirstAt), Instant.FromMicroseconds(row.LastAt), row.MessageId, row.TransactionId);
}
