using System.Security.Cryptography;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Engine;

/// <summary>After the schema is there and before anything is received: what this process needs in memory, and work that an earlier one left.</summary>
public sealed class EngineStart
{
    private readonly IControlPlaneDb _db;
    private readonly WorkStore _store;
    private readonly EmailHash _emails;
    private readonly NodeRegistry _nodes;
    private readonly Outbound.TargetGates _gates;
    private readonly ILogger<EngineStart> _log;

    internal EngineStart(IControlPlaneDb db, WorkStore store, EmailHash emails, NodeRegistry nodes, Outbound.TargetGates gates, ILogger<EngineStart> log) =>
        (_db, _store, _emails, _nodes, _gates, _log) = (db, store, emails, nodes, gates, log);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var context = _db.CreateContext();
        _emails.Use(await EmailKeyAsync(context, ct));
        await _nodes.RegisterAsync(ct);
        await _gates.RefreshAsync(ct);
        if (_db.Provider == DatabaseProvider.Sqlite && await _store.AdoptAllAsync(ct) is > 0 and var adopted)
            EngineStartLog.Adopted(_log, adopted);
    }

    private static async Task<byte[]> EmailKeyAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        const string Name = "email-hash-key";
        if (await context.InstallationValues.FindAsync([Name], ct) is { } stored)
            return Convert.FromBase64String(stored.Value);
        var key = RandomNumberGenerator.GetBytes(32);
        context.InstallationValues.Add(new InstallationValueRow { Name = Name, Value = Convert.ToBase64String(key) });
        try
        {
            await context.SaveChangesAsync(ct);
            return key;
        }
        catch (DbUpdateException)
        {
            // Another node was first; its key counts.
            context.ChangeTracker.Clear();
            return Convert.FromBase64String((await context.InstallationValues.SingleAsync(v => v.Name == Name, ct)).Value);
        }
    }
}

internal static partial class EngineStartLog
{
    [LoggerMessage(2501, LogLevel.Information, "Took up {Count} pieces of work that an earlier process left")]
    public static partial void Adopted(ILogger logger, int count);
}
