using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ControlPlane.Web.Tests.Pages;

/// <summary>The database of a test, which answers only when the test lets it, or not at all.</summary>
internal sealed class SlowDatabase(ControlPlaneDb db) : DbConnectionInterceptor, IControlPlaneDb
{
    /// <summary>Set: readings wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    public DatabaseProvider Provider => db.Provider;

    public ControlPlaneDbContext CreateContext(TenantScope? tenant = null) => new SqliteControlPlaneDbContext(
        new DbContextOptionsBuilder<SqliteControlPlaneDbContext>().UseSqlite($"Data Source={db.SqliteFile}").AddInterceptors(this).Options, tenant ?? TenantScope.Default);

    public Task<DbConnection> OpenAsync(CancellationToken ct) => db.OpenAsync(ct);

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (Broken)
            throw new TimeoutException("The secret innards of the database.");
        if (Gate is { } gate)
            await gate.Task.WaitAsync(cancellationToken);
        return result;
    }
}
