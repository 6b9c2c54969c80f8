namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Reads transactions for portal and API, within the caller's tenant. Each call opens and closes its own context.</summary>
public interface ITransactionQueries
{
    public const int LargestPage = 200;

    /// <param name="at">Null = the newest.</param>
    /// <param name="size">1 to <see cref="LargestPage"/>.</param>
    Task<TransactionListPage> ListAsync(TransactionFilter filter, PageCursor? at, int size, CancellationToken ct);

    /// <summary>How many there are, counted up to <see cref="CappedCount.Cap"/>.</summary>
    Task<CappedCount> CountAsync(TransactionFilter filter, CancellationToken ct);

    /// <summary>How many pass each of several filters, in as few readings as it takes; each counted up to <see cref="CappedCount.Cap"/>.</summary>
    async Task<IReadOnlyList<CappedCount>> CountManyAsync(IReadOnlyList<TransactionFilter> filters, CancellationToken ct)
    {
        var counts = new List<CappedCount>(filters.Count);
        foreach (var filter in filters)
            counts.Add(await CountAsync(filter, ct));
        return counts;
    }

    /// <summary>Everything that passes, newest first, read a page at a time while it is taken.</summary>
    async IAsyncEnumerable<TransactionListItem> StreamAsync(TransactionFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        PageCursor? at = null;
        do
        {
            var page = await ListAsync(filter, at, LargestPage, ct);
            foreach (var item in page.Items)
                yield return item;
            at = page.Older;
        }
        while (at is not null);
    }

    /// <summary>
    /// Where they stand, the largest group first; of the first <see cref="CappedCount.Cap"/>. Made for filters with
    /// <see cref="TransactionFilter.OpenOnly"/> and no search: it reads a row for each.
    /// </summary>
    Task<IReadOnlyList<Standing>> StandingAsync(TransactionFilter filter, CancellationToken ct);

    /// <summary>How many have come since the newest one on a page; at most <paramref name="most"/>.</summary>
    Task<int> CountNewerAsync(TransactionFilter filter, Guid newest, int most, CancellationToken ct);

    /// <summary>The present state of rows that are in view; those that are gone are left out.</summary>
    Task<IReadOnlyList<TransactionListItem>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct);

    /// <summary>Null when there is no such transaction in this tenant.</summary>
    Task<TransactionDetail?> FindAsync(Guid id, CancellationToken ct);

    /// <summary>Null when there is no such transaction, or its order is not kept any more.</summary>
    Task<TransactionLines?> LinesAsync(Guid id, CancellationToken ct);

    /// <param name="reveal">True shows personal data: for administrators only. The caller checks the role.</param>
    /// <returns>Null when the body is not kept (any more).</returns>
    Task<PayloadText?> PayloadAsync(Guid payloadId, bool reveal, CancellationToken ct);
}

/// <summary>A body as text for people.</summary>
/// <param name="Text">Masked unless personal data was to be revealed; JSON and XML are indented.</param>
/// <param name="Raw">As it came, when revealed; otherwise the same as <paramref name="Text"/>.</param>
/// <param name="Masked">Values that are hidden.</param>
/// <param name="Format">What it was read as.</param>
/// <param name="Length">Of the raw bytes.</param>
/// <param name="CutAt">Characters shown, when there are more; null when all are.</param>
public sealed record PayloadText(Guid Id, string Text, string Raw, int Masked, PayloadFormat Format, int Length, string? ContentType, DateTimeOffset CreatedAt, int? CutAt);

public enum PayloadFormat
{
    Json,
    Xml,
    Text,

    /// <summary>No text at all: only its length is shown.</summary>
    Binary,
}
