using System.Runtime.CompilerServices;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Everything that passes a filter, newest first, a page of each range at a time: the same cost at any depth, whatever is written meanwhile.</summary>
internal static class ListStream
{
    public const int Page = 2_000;

    public static async IAsyncEnumerable<List<TransactionRow>> PagesAsync(IControlPlaneDb db, TenantScope tenant, TransactionFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var ranges = ListQuery.Ranges(context, filter).Select(r => new Range(r)).ToList();
        while (true)
        {
            var page = new List<TransactionRow>(Page);
            while (page.Count < Page)
            {
                // Several states are a range each; the newest of their heads is next.
                Range? next = null;
                foreach (var range in ranges)
                    if (await range.HeadAsync(ct) is { } head && (next is null || head.Id.CompareTo(next.Head!.Id) > 0))
                        next = range;
                if (next is null)
                    break;
                page.Add(next.Take());
            }

            if (page.Count == 0)
                yield break;
            yield return page;
        }
    }

    private sealed class Range(IQueryable<TransactionRow> rows)
    {
        private List<TransactionRow> _read = [];
        private int _at;
        private bool _over;

        public TransactionRow? Head => _at < _read.Count ? _read[_at] : null;

        public ValueTask<TransactionRow?> HeadAsync(CancellationToken ct) => _at < _read.Count || _over ? new(Head) : ReadAsync(ct);

        public TransactionRow Take() => _read[_at++];

        private async ValueTask<TransactionRow?> ReadAsync(CancellationToken ct)
        {
            var from = rows;
            if (_read.Count > 0)
            {
                var edge = _read[^1].Id;
                from = rows.Where(t => t.Id.CompareTo(edge) < 0);
            }

            (_read, _at) = (await from.OrderByDescending(t => t.Id).Take(Page).ToListAsync(ct), 0);
            _over = _read.Count < Page;
            return Head;
        }
    }
}
