using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Connections;

/// <summary>Forgets what happened to connections so long ago that nobody asks for it, a bounded number of rows in each database transaction.</summary>
public sealed class ConnectionHistory(IControlPlaneDb db, IOptions<ControlPlaneOptions> options, TimeProvider clock)
{
    /// <summary>Rows in one database transaction: others do not wait long for it, whatever has piled up.</summary>
    public const int Batch = 1000;

    /// <summary>Run by the scheduler once an hour. Safe to run twice, and to be cut short.</summary>
    /// <returns>How many were forgotten.</returns>
    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var before = (clock.GetUtcNow() - TimeSpan.FromDays(options.Value.Retention.ConnectionHistoryDays)).ToMicroseconds();
        var forgotten = 0;
        while (true)
        {
            await using var context = db.CreateContext();
            // Ids ascend with time: the oldest first. Why somebody let a connection go live is kept.
            var ids = await context.ConnectionEvents.IgnoreQueryFilters().Where(e => e.At < before && !e.Kind.StartsWith("onboarding.")).OrderBy(e => e.Id).Select(e => e.Id).Take(Batch).ToListAsync(ct);
            if (ids.Count == 0)
                return forgotten;
            forgotten += await context.ConnectionEvents.IgnoreQueryFilters().Where(e => ids.Contains(e.Id)).ExecuteDeleteAsync(ct);
            if (ids.Count < Batch)
                return forgotten;
        }
    }
}
