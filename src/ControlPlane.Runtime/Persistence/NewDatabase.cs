using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Runtime.Persistence;

/// <summary>
/// An empty database gets today's tables at once and is noted as having every migration: going through the history of the schema takes a start two to
/// three times as long. A test holds both ways to the same schema.
/// </summary>
internal static class NewDatabase
{
    /// <summary>Does nothing where any migration has been applied. Under the <see cref="SchemaLock"/>.</summary>
    public static async Task MakeAsync(ControlPlaneDbContext context, DatabaseProvider provider, CancellationToken ct)
    {
        if (await HasHistoryAsync(context, provider, ct))
            return;
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        var history = context.GetService<IHistoryRepository>();
        await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(ct);
        await context.Database.ExecuteSqlRawAsync(history.GetCreateScript(), ct);
        foreach (var migration in context.Database.GetMigrations())
            await context.Database.ExecuteSqlRawAsync(history.GetInsertScript(new(migration, ProductInfo.GetVersion())), ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Asked here, because on PostgreSQL the framework says yes of an empty database.</summary>
    private static async Task<bool> HasHistoryAsync(ControlPlaneDbContext context, DatabaseProvider provider, CancellationToken ct) => 0 < await context.Database.SqlQueryRaw<int>(provider switch
    {
        DatabaseProvider.PostgreSql => "SELECT count(*)::int AS \"Value\" FROM pg_class WHERE oid = to_regclass('\"__EFMigrationsHistory\"')",
        DatabaseProvider.SqlServer => "SELECT CASE WHEN OBJECT_ID(N'[__EFMigrationsHistory]') IS NULL THEN 0 ELSE 1 END AS [Value]",
        _ => "SELECT count(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsHistory'",
    }).SingleAsync(ct);
}
