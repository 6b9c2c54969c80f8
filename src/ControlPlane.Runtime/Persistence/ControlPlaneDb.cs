using System.Data.Common;
using ControlPlane.Runtime.Persistence.Providers.PostgreSql;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using ControlPlane.Runtime.Persistence.Providers.SqlServer;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Runtime.Persistence;

/// <summary>Makes contexts and raw connections for the configured database. One store call owns its context and disposes it.</summary>
public interface IControlPlaneDb
{
    DatabaseProvider Provider { get; }

    ControlPlaneDbContext CreateContext(TenantScope? tenant = null);

    /// <summary>An open connection, set up as the provider needs it, for the hot path.</summary>
    Task<DbConnection> OpenAsync(CancellationToken ct);
}

public sealed class ControlPlaneDb : IControlPlaneDb
{
    private readonly string _connectionString;
    private readonly DbContextOptions _options;

    public ControlPlaneDb(DatabaseOptions options, string contentRoot)
    {
        Provider = options.Kind;
        _connectionString = Complete(options, contentRoot);
        _options = Provider switch
        {
            DatabaseProvider.Sqlite => new DbContextOptionsBuilder<SqliteControlPlaneDbContext>()
                .UseSqlite(_connectionString).AddInterceptors(SqliteSetup.Instance).Options,
            DatabaseProvider.PostgreSql => new DbContextOptionsBuilder<PostgreSqlControlPlaneDbContext>().UseNpgsql(PostgreSql(_connectionString)).Options,
            _ => new DbContextOptionsBuilder<SqlServerControlPlaneDbContext>().UseSqlServer(_connectionString).Options,
        };
    }

    public DatabaseProvider Provider { get; }

    /// <summary>For Hangfire's storage; holds the password.</summary>
    internal string ConnectionString => _connectionString;

    /// <summary>The SQLite file; null for a server.</summary>
    public string? SqliteFile => Provider == DatabaseProvider.Sqlite ? new SqliteConnectionStringBuilder(_connectionString).DataSource : null;

    /// <summary>Where the database is, without credentials, for messages.</summary>
    public string Address => Provider switch
    {
        DatabaseProvider.Sqlite => SqliteFile!,
        DatabaseProvider.PostgreSql => new NpgsqlConnectionStringBuilder(_connectionString) is var b ? $"{b.Host}:{b.Port}/{b.Database}" : "",
        _ => new SqlConnectionStringBuilder(_connectionString) is var b ? $"{b.DataSource}/{b.InitialCatalog}" : "",
    };

    public ControlPlaneDbContext CreateContext(TenantScope? tenant = null) => Provider switch
    {
        DatabaseProvider.Sqlite => new SqliteControlPlaneDbContext((DbContextOptions<SqliteControlPlaneDbContext>)_options, tenant ?? TenantScope.Default),
        DatabaseProvider.PostgreSql => new PostgreSqlControlPlaneDbContext((DbContextOptions<PostgreSqlControlPlaneDbContext>)_options, tenant ?? TenantScope.Default),
        _ => new SqlServerControlPlaneDbContext((DbContextOptions<SqlServerControlPlaneDbContext>)_options, tenant ?? TenantScope.Default),
    };

    public async Task<DbConnection> OpenAsync(CancellationToken ct)
    {
        DbConnection connection = Provider switch
        {
            DatabaseProvider.Sqlite => new SqliteConnection(_connectionString),
            DatabaseProvider.PostgreSql => new NpgsqlConnection(PostgreSql(_connectionString)),
            _ => new SqlConnection(_connectionString),
        };
        try
        {
            await connection.OpenAsync(ct);
            if (connection is SqliteConnection sqlite)
                SqliteSetup.Apply(sqlite);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Nothing here changes a session beyond its transaction, so that cleaning it each time that it goes back to the pool, a
    /// statement of its own, is left out. Not for Hangfire, which has its own ways.
    /// </summary>
    private static string PostgreSql(string connectionString) => connectionString.TrimEnd(';') + ";No Reset On Close=true";

    private static string Complete(DatabaseOptions options, string contentRoot)
    {
        if (options.Kind != DatabaseProvider.Sqlite)
            return options.ConnectionString is { Length: > 0 } given
                ? given
                : throw new StartProblem($"The setting {DatabaseOptions.Section}:ConnectionString is empty. {options.Kind} needs one.");
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(options.ConnectionString ?? "");
        }
        catch (ArgumentException e)
        {
            throw new StartProblem($"The setting {DatabaseOptions.Section}:ConnectionString cannot be read: {e.Message}", e);
        }

        if (builder.DataSource.Length == 0)
            builder.DataSource = Path.Combine("data", "controlplane.db");
        if (builder.DataSource != ":memory:")
            builder.DataSource = Path.GetFullPath(builder.DataSource, contentRoot);
        builder.DefaultTimeout = Math.Max(builder.DefaultTimeout, 30);
        return builder.ToString();
    }
}
