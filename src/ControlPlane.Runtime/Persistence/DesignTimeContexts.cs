using ControlPlane.Runtime.Persistence.Providers.PostgreSql;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using ControlPlane.Runtime.Persistence.Providers.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlPlane.Runtime.Persistence;

/// <summary>For <c>dotnet ef migrations add</c> only: no database is opened.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteControlPlaneDbContext>
{
    public SqliteControlPlaneDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteControlPlaneDbContext>().UseSqlite("Data Source=design.db").Options, TenantScope.Default);
}

internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlControlPlaneDbContext>
{
    public PostgreSqlControlPlaneDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlControlPlaneDbContext>().UseNpgsql("Host=localhost").Options, TenantScope.Default);
}

internal sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerControlPlaneDbContext>
{
    public SqlServerControlPlaneDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerControlPlaneDbContext>().UseSqlServer("Server=localhost").Options, TenantScope.Default);
}
