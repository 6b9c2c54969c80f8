using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <inheritdoc cref="ITransactionQueries"/>
internal sealed class TransactionQueries(
    IControlPlaneDb db, TenantScope tenant, IFlowCatalog flows, IConnectionRegistry connections, TimeProvider clock, EmailHash? emails = null) : ITransactionQueries, ITransactionSearch
{
    /// <summary>Reads of the filtered search: a number shared by more transactions than this is not searched to its end.</summary>
    private const int MostRounds = 10;

    private readonly FactsBuilder _builder = new(flows, connections);

    public async Task<TransactionListPage> ListAsync(TransactionFilter filter, PageCursor? at, int size, CancellationToken ct)
    {
        size = Math.Clamp(size, 1, ITransactionQueries.LargestPage);
        await using var context = db.CreateContext(tenant);
        var (rows, match) = filter.Search is { Length: > 0 } text
            ? await SearchAsync(context, text, filter, at, size + 1, ct)
            : (await ListQuery.PageAsync(ListQuery.Ranges(context, filter), at, size + 1, ct), SearchMatch.NotSearched);
        var more = rows.Count > size;
        var newerPage = at is { Older: false };
        if (more)
            rows.RemoveAt(newerPage ? 0 : size);
        var items = await new ListFacts(_builder).ItemsAsync(context, rows, ct);
        var single = match == SearchMatch.Prefix || rows.Count == 0;
        return new()
        {
            Items = items,
            Match = match,
            Older = !single && (newerPage || more) ? new PageCursor(true, rows[^1].Id) : null,
            Newer = !single && at is not null && (more || !newerPage) ? new PageCursor(false, rows[0].Id) : null,
            Count = at is null && !more ? new(rows.Count, false) : null,
        };
    }

    public async Task<CappedCount> CountAsync(TransactionFilter filter, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var count = filter.Search is { Length: > 0 } text
            ? (await SearchAsync(context, text, filter, null, CappedCount.Cap, ct)).Rows.Count
            : await ListQuery.CountAsync(ListQuery.Ranges(context, filter), CappedCount.Cap, ct);
        return new(count, count >= CappedCount.Cap);
    }

    public async Task<IReadOnlyList<CappedCount>> CountManyAsync(IReadOnlyList<TransactionFilter> filters, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var counts = await ListQuery.CountManyAsync([.. filters.Select(f => f.Search is { Length: > 0 } ? [] : ListQuery.Ranges(context, f))], CappedCount.Cap, ct);
        for (var i = 0; i < filters.Count; i++)
            // A number is a seek of its own.
            if (filters[i].Search is { Length: > 0 } text)
                counts[i] = (await SearchAsync(context, text, filters[i], null, CappedCount.Cap, ct)).Rows.Count;
        return [.. counts.Select(c => new CappedCount(Math.Min(c, CappedCount.Cap), c >= CappedCount.Cap))];
    }

    public async IAsyncEnumerable<TransactionListItem> StreamAsync(TransactionFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (filter.Search is { Length: > 0 })
        {
            for (PageCursor? at = null; ;)
            {
                var found = await ListAsync(filter, at, ITransactionQueries.LargestPage, ct);
                foreach (var item in found.Items)
                    yield return item;
                if ((at = found.Older) is null)
                    yield break;
            }
        }

        await using var context = db.CreateContext(tenant);
        var facts = new ListFacts(_builder);
        await foreach (var page in ListStream.PagesAsync(db, tenant, filter, ct))
            foreach (var item in await facts.ItemsAsync(context, page, ct))
                yield return item;
    }

    public async Task<IReadOnlyList<Standing>> StandingAsync(TransactionFilter filter, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await ListQuery.StandingAsync(ListQuery.Ranges(context, filter), CappedCount.Cap, ct);
    }

    public async Task<int> CountNewerAsync(TransactionFilter filter, Guid newest, int most, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (filter.Search is { Length: > 0 } text)
            return (await SearchAsync(context, text, filter, new PageCursor(false, newest), most, ct)).Rows.Count;
        return await ListQuery.CountAsync(ListQuery.Ranges(context, filter).Select(r => r.Where(t => t.Id.CompareTo(newest) > 0)), most, ct);
    }

    public async Task<IReadOnlyList<TransactionListItem>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).ToListAsync(ct);
        return await new ListFacts(_builder).ItemsAsync(context, rows, ct);
    }

    public async Task<TransactionDetail?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await new DetailQuery(context, _builder, clock).FindAsync(id, ct);
    }

    public async Task<TransactionLines?> LinesAsync(Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await LinesQuery.ReadAsync(context, id, ct);
    }

    public async Task<PayloadText?> PayloadAsync(Guid payloadId, bool reveal, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == payloadId, ct) is { } row ? PayloadReader.Read(row, reveal) : null;
    }

    public async Task<IReadOnlyList<SearchHit>> FindAsync(string text, int most, CancellationToken ct)
    {
        most = Math.Clamp(most, 1, 50);
        if (IdentifierQuery.Key(text, emails) is not { } asked)
            return [];
        await using var context = db.CreateContext(tenant);
        var (key, _) = await IdentifierQuery.ResolveAsync(context, text, asked, emails, ct);
        var exact = await IdentifierQuery.ExactAsync(context, key, null, most, ct);
        var numbers = exact.Count > 0
            ? await context.TransactionIdentifiers.AsNoTracking().Where(i => i.Value == key && exact.Contains(i.TransactionId)).ToListAsync(ct)
            : await IdentifierQuery.PrefixAsync(context, key, ct);
        var byTransaction = numbers.GroupBy(i => i.TransactionId).OrderByDescending(g => g.Key).Take(most).ToDictionary(g => g.Key, g => g.First());
        var rows = await context.Transactions.AsNoTracking().Where(t => byTransaction.Keys.Contains(t.Id)).OrderByDescending(t => t.Id).ToListAsync(ct);
        return [.. rows.Select(t => new SearchHit(t.Id, t.Number, byTransaction[t.Id].Kind, byTransaction[t.Id].Written, t.State, t.Connection, Instant.FromMicroseconds(t.ReceivedAt)))];
    }

    /// <summary>The page of those that hold the number and pass the filter.</summary>
    private async Task<(List<TransactionRow> Rows, SearchMatch Match)> SearchAsync(
        ControlPlaneDbContext context, string text, TransactionFilter filter, PageCursor? at, int take, CancellationToken ct)
    {
        if (IdentifierQuery.Key(text, emails) is not { } asked)
            return ([], SearchMatch.None);
        var (key, isExact) = await IdentifierQuery.ResolveAsync(context, text, asked, emails, ct);
        if (!isExact)
        {
            var ids = (await IdentifierQuery.PrefixIdsAsync(context, key, ct)).Distinct().OrderByDescending(id => id).ToList();
            var match = ids.Count == 0 ? SearchMatch.None : SearchMatch.Prefix;
            if (at is { Older: false, Edge: var newest })
                ids.RemoveAll(id => id.CompareTo(newest) <= 0);
            // Numbers that begin alike lie all over the table: only as many rows are fetched as are shown.
            var found = new List<TransactionRow>();
            foreach (var part in ids.Chunk(Math.Clamp(take * 2, 50, 500)))
            {
                found.AddRange(await PassingAsync(context, filter, [.. part], ct));
                if (found.Count >= take)
                    break;
            }

            return ([.. found.OrderByDescending(t => t.Id).Take(take)], match);
        }

        var rows = new List<TransactionRow>();
        var from = at;
        for (var round = 0; round < MostRounds && rows.Count < take; round++)
        {
            var ids = await IdentifierQuery.ExactAsync(context, key, from, Math.Max(take, 500), ct);
            if (ids.Count == 0)
                break;
            var passing = await PassingAsync(context, filter, ids, ct);
            rows.AddRange(at is { Older: false } ? passing.OrderBy(t => t.Id) : passing.OrderByDescending(t => t.Id));
            from = new PageCursor(at?.Older ?? true, ids[^1]);
        }

        return ([.. rows.Take(take).OrderByDescending(t => t.Id)], SearchMatch.Exact);
    }

    private static async Task<List<TransactionRow>> PassingAsync(ControlPlaneDbContext context, TransactionFilter filter, List<Guid> ids, CancellationToken ct)
    {
        var rows = new List<TransactionRow>();
        foreach (var part in ids.Chunk(500))
            foreach (var range in ListQuery.Ranges(context, filter))
                rows.AddRange(await range.Where(t => part.Contains(t.Id)).ToListAsync(ct));
        return rows;
    }
}
