using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Any number → transactions. An exact hit is one seek in the table's own key; only without one are beginnings looked for.</summary>
internal static class IdentifierQuery
{
    /// <summary>Numbers that are read when only their beginning is known: more would not be looked through by anybody.</summary>
    public const int MostPrefixRows = 1_000;

    /// <summary>What the text is stored as: a mail address as its keyed hash, an id of ours without its hyphens.</summary>
    /// <returns>Null for text that can be nobody's number.</returns>
    public static string? Key(string text, EmailHash? emails)
    {
        if (emails is { IsReady: true } && text.Contains('@', StringComparison.Ordinal))
            return Identifier.Normalize(emails.Of(text));
        var key = Guid.TryParse(text, out var id) ? Identifier.Normalize(id.ToString("N")) : Identifier.Normalize(text);
        return key.Length == 0 ? null : key;
    }

    /// <summary>What the text stands for: itself where somebody's number is exactly that, else its digest where a rule keeps only that of it.</summary>
    /// <param name="key">Of <see cref="Key"/>.</param>
    /// <returns>Exact = false: nobody holds either; numbers that begin with the key may be there.</returns>
    public static async Task<(string Key, bool Exact)> ResolveAsync(ControlPlaneDbContext context, string text, string key, EmailHash? emails, CancellationToken ct)
    {
        if (await AnyExactAsync(context, key, ct))
            return (key, true);
        return emails is { IsReady: true } && Identifier.Normalize(emails.Of(text)) is var digest && digest != key && await AnyExactAsync(context, digest, ct) ? (digest, true) : (key, false);
    }

    public static Task<bool> AnyExactAsync(ControlPlaneDbContext context, string key, CancellationToken ct) =>
        context.TransactionIdentifiers.AnyAsync(i => i.Value == key, ct);

    /// <summary>Transactions that hold exactly this number, beside the edge; nearest first. A transaction may hold it under several kinds.</summary>
    public static async Task<List<Guid>> ExactAsync(ControlPlaneDbContext context, string key, PageCursor? at, int take, CancellationToken ct)
    {
        var rows = context.TransactionIdentifiers.AsNoTracking().Where(i => i.Value == key);
        rows = at switch
        {
            null => rows.OrderByDescending(i => i.TransactionId),
            { Older: true, Edge: var edge } => rows.Where(i => i.TransactionId.CompareTo(edge) < 0).OrderByDescending(i => i.TransactionId),
            { Edge: var edge } => rows.Where(i => i.TransactionId.CompareTo(edge) > 0).OrderBy(i => i.TransactionId),
        };
        return await rows.Select(i => i.TransactionId).Distinct2(take, ct);
    }

    /// <summary>The first numbers, in their own order, that begin with the text.</summary>
    public static async Task<List<TransactionIdentifierRow>> PrefixAsync(ControlPlaneDbContext context, string key, CancellationToken ct)
    {
        // Not LIKE: its case rules keep SQLite from using the key. U+FFFF sorts behind everything that follows the text.
        var end = key + '\uffff';
        return await context.TransactionIdentifiers.AsNoTracking()
            .Where(i => string.Compare(i.Value, key) >= 0 && string.Compare(i.Value, end) < 0)
            .OrderBy(i => i.Value).ThenBy(i => i.TransactionId)
            .Take(MostPrefixRows).ToListAsync(ct);
    }

    /// <summary>As <see cref="PrefixAsync"/>, whose numbers they are alone: answered from the key, without looking at the rows.</summary>
    public static async Task<List<Guid>> PrefixIdsAsync(ControlPlaneDbContext context, string key, CancellationToken ct)
    {
        var end = key + '\uffff';
        return await context.TransactionIdentifiers.AsNoTracking().Where(i => string.Compare(i.Value, key) >= 0 && string.Compare(i.Value, end) < 0)
            .OrderBy(i => i.Value).ThenBy(i => i.TransactionId).Select(i => i.TransactionId).Take(MostPrefixRows).ToListAsync(ct);
    }

    private static async Task<List<Guid>> Distinct2(this IQueryable<Guid> ids, int take, CancellationToken ct)
    {
        // At most a handful of kinds hold the same value for one transaction, side by side in the key.
        var found = await ids.Take(take * 4).ToListAsync(ct);
        return [.. found.Distinct().Take(take)];
    }
}
