using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence;

/// <summary>
/// Nodes that start at the same moment change the schema one after the other: what the framework does about that let two of them apply one
/// migration on PostgreSQL. Held by the connection, so that it goes with the process. A SQLite file is guarded by its one process.
/// </summary>
internal sealed class SchemaLock : IAsyncDisposable
{
    private readonly ControlPlaneDbContext _context;
    private readonly DatabaseProvider _provider;

    private SchemaLock(ControlPlaneDbContext context, DatabaseProvider provider) => (_context, _provider) = (context, provider);

    /// <summary>Waits for whoever has it, as long as the token lets it.</summary>
    public static async Task<SchemaLock> TakeAsync(ControlPlaneDbContext context, DatabaseProvider provider, CancellationToken ct)
    {
        await context.Database.OpenConnectionAsync(ct);
        var patience = context.Database.GetCommandTimeout();
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        if (provider == DatabaseProvider.PostgreSql)
            await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(4350)", ct);
        else if (provider == DatabaseProvider.SqlServer)
            await context.Database.ExecuteSqlRawAsync("EXEC sp_getapplock @Resource = 'ControlPlane.Schema', @LockMode = 'Exclusive', @LockOwner = 'Session'", ct);
        context.Database.SetCommandTimeout(patience);
        return new(context, provider);
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider == DatabaseProvider.PostgreSql)
            await _context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock(4350)");
        else if (_provider == DatabaseProvider.SqlServer)
            await _context.Database.ExecuteSqlRawAsync("EXEC sp_releaseapplock @Resource = 'ControlPlane.Schema', @LockOwner = 'Session'");
        await _context.Database.CloseConnectionAsync();
    }
}
