using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Shell;

/// <summary>What the command palette looks up. A failure is told in words: the palette still finds pages.</summary>
public sealed class PaletteSource(IControlPlaneDb db, TenantScope tenant, ILogger<PaletteSource> log, ITransactionSearch? search = null)
{
    private const int MostHits = 8;

    public async Task<(IReadOnlyList<SearchHit> Hits, string? Problem)> TransactionsAsync(string text, CancellationToken ct)
    {
        if (search is null || text.Length == 0)
            return ([], null);
        try
        {
            return (await search.FindAsync(text, MostHits, ct), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ShellLog.SearchFailed(log, e);
            return ([], "Transactions cannot be searched at the moment: the database did not answer.");
        }
    }

    public async Task<IReadOnlyList<PaletteConnection>> ConnectionsAsync(CancellationToken ct)
    {
        try
        {
            await using var context = db.CreateContext(tenant);
            return await context.Connections.AsNoTracking().OrderBy(c => c.DisplayName)
                .Select(c => new PaletteConnection(c.Key, c.DisplayName, c.Role)).Take(500).ToListAsync(ct);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            ShellLog.SearchFailed(log, e);
            return [];
        }
    }
}
