using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>
/// Turns a filter into ranges of indexes. A list is always "newest first", and keys sort by time, so each range is walked
/// backwards along one index and ends after a page: no sorting, no offset, the same cost at any depth.
/// </summary>
internal static class ListQuery
{
    /// <summary>Ids are made a moment before the receipt is written down.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>
    /// One query per state, or one for all; their pages are merged. An index on (state, id) cannot give several states in the
    /// order of ids, but a page of each is little to read.
    /// </summary>
    public static IReadOnlyList<IQueryable<TransactionRow>> Ranges(ControlPlaneDbContext context, TransactionFilter filter)
    {
        var all = Narrow(context.Transactions.AsNoTracking(), filter);
        if (filter.PossibleStates is not { } states)
            return [filter.Connection is null ? all : all.Where(t => t.Connection == filter.Connection)];
        return [.. states.Select(state => OneState(all, state, filter.Connection))];
    }

    private static IQueryable<TransactionRow> OneState(IQueryable<TransactionRow> all, TransactionState state, string? connection)
    {
        if (connection is null)
            return all.Where(t => t.State == state);
        // Two indexes fit, and no statistics tell which is better: nearly all rows are closed, few are anything else. The
        // column that should not choose the index is wrapped, which takes it out of the choice in all three databases.
        return state == TransactionState.Closed
            ? all.Where(t => t.Connection == connection && (short)t.State + 0 == (short)state)
            : all.Where(t => t.State == state && t.Connection + "" == connection);
    }

    private static IQueryable<TransactionRow> Narrow(IQueryable<TransactionRow> rows, TransactionFilter filter)
    {
        if (filter.Stage is { } stage)
            rows = rows.Where(t => t.Stage == stage);
        if (filter.Party is { } party)
            rows = rows.Where(t => t.Party == party);
        if (filter.PartyConnection is { } system)
            rows = rows.Where(t => t.PartyConnection == system);
        if (filter.Ours)
            rows = rows.Where(t => t.Party == null);
        if (filter.FaultCode is { } code)
            rows = rows.Where(t => t.FaultCode == code);
        if (filter.TotalAtLeast is { } money)
            rows = rows.Where(t => t.Currency == money.Currency && t.TotalMinor >= money.MinorUnits);
        if (filter.TotalAtMost is { } most)
            rows = rows.Where(t => t.Currency == most.Currency && t.TotalMinor <= most.MinorUnits);
        // The time of receipt is in the key: the range needs no index of its own.
        if (filter.ReceivedFrom is { } from)
        {
            var (first, micros) = (Earliest(from), from.ToMicroseconds());
            rows = rows.Where(t => t.Id.CompareTo(first) >= 0 && t.ReceivedAt >= micros);
        }

        if (filter.ReceivedTo is { } to)
        {
            var (end, micros) = (Behind(to), to.ToMicroseconds());
            rows = rows.Where(t => t.Id.CompareTo(end) < 0 && t.ReceivedAt < micros);
        }

        return rows;
    }

    /// <summary>Not after the key of anything received at that instant or later.</summary>
    public static Guid Earliest(DateTimeOffset from) => FirstId(from - Slack);

    /// <summary>After the key of everything received before that instant.</summary>
    public static Guid Behind(DateTimeOffset to) => FirstId(to + TimeSpan.FromMilliseconds(1));

    /// <summary>Not after any key made at that instant or later.</summary>
    private static Guid FirstId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> millis = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(millis, Math.Max(0, at.ToUnixTimeMilliseconds()));
        bytes.Clear();
        millis[2..].CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The page beside the cursor, newest first, with one row more than asked for when there are more.</summary>
    public static async Task<List<TransactionRow>> PageAsync(IEnumerable<IQueryable<TransactionRow>> ranges, PageCursor? at, int take, CancellationToken ct)
    {
        var found = new List<TransactionRow>();
        foreach (var range in ranges)
        {
            var rows = at switch
            {
                null => range.OrderByDescending(t => t.Id),
                { Older: true, Edge: var edge } => range.Where(t => t.Id.CompareTo(edge) < 0).OrderByDescending(t => t.Id),
                { Edge: var edge } => range.Where(t => t.Id.CompareTo(edge) > 0).OrderBy(t => t.Id),
            };
            found.AddRange(await rows.Take(take).ToListAsync(ct));
        }

        // .NET compares keys as the databases do: most significant byte first.
        var nearest = at is { Older: false } ? found.OrderBy(t => t.Id).Take(take) : found.OrderByDescending(t => t.Id).Take(take);
        return [.. nearest.OrderByDescending(t => t.Id)];
    }

    public static async Task<int> CountAsync(IEnumerable<IQueryable<TransactionRow>> ranges, int most, CancellationToken ct)
    {
        var count = 0;
        foreach (var range in ranges)
            if (count < most)
                count += await range.Select(t => t.Id).Take(most - count).CountAsync(ct);
        return count;
    }

    /// <summary>Several counts in one reading: each range is marked with the filter that it belongs to.</summary>
    public static async Task<int[]> CountManyAsync(IReadOnlyList<IReadOnlyList<IQueryable<TransactionRow>>> filters, int most, CancellationToken ct)
    {
        const int AtOnce = 12;
        var counts = new int[filters.Count];
        var marked = filters.SelectMany((ranges, i) => ranges.Select(range => (Filter: i, Range: range))).ToList();
        foreach (var part in marked.Chunk(AtOnce))
        {
            var all = part.Select(m => Marked(m.Range, m.Filter, most)).Aggregate((a, b) => a.Concat(b));
            foreach (var group in await all.GroupBy(m => m).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct))
                counts[group.Key] += group.Count;
        }

        return counts;
    }

    private static IQueryable<int> Marked(IQueryable<TransactionRow> range, int mark, int most) => range.Select(t => t.Id).Take(most).Select(_ => mark);

    /// <summary>How many of the first <paramref name="most"/> stand where.</summary>
    public static async Task<List<Standing>> StandingAsync(IEnumerable<IQueryable<TransactionRow>> ranges, int most, CancellationToken ct)
    {
        var found = new List<Standing>();
        var left = most;
        foreach (var range in ranges)
        {
            if (left <= 0)
                break;
            var part = await range.Select(t => new { t.Id, t.Party }).Take(left).GroupBy(t => t.Party).Select(g => new { Party = g.Key, Count = g.Count() }).ToListAsync(ct);
            found.AddRange(part.Select(p => new Standing(p.Party, p.Count)));
            left -= part.Sum(p => p.Count);
        }

        return [.. found.GroupBy(s => s.Party).Select(g => new Standing(g.Key, g.Sum(s => s.Count))).OrderByDescending(s => s.Count)];
    }
}
