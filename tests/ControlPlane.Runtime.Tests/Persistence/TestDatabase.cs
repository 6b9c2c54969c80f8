using ControlPlane.Runtime.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Runtime.Tests.Persistence;

/// <summary>
/// A fresh database with the product's own tables, dropped at the end. PostgreSQL is used where
/// CONTROLPLANE_TEST_POSTGRES holds a connection string (test.sh starts one), SQL Server where
/// CONTROLPLANE_TEST_SQLSERVER does; without them the test is skipped visibly, and on CI PostgreSQL must be there.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _folder;

    private TestDatabase(ControlPlaneDb db, string? folder) => (Db, _folder) = (db, folder);

    public ControlPlaneDb Db { get; }

    /// <summary>With the product's tables, made as a start makes them.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var database = Empty(provider);
        using var start = new DatabaseStart(database.Db);
        await start.RunAsync(ct);
        return database;
    }

    /// <summary>An address at which there is nothing yet.</summary>
    public static TestDatabase Empty(DatabaseProvider provider)
    {
        var name = "t_" + Guid.CreateVersion7().ToString("N");
        string? folder = null;
        string connectionString;
        switch (provider)
        {
            case DatabaseProvider.Sqlite:
                folder = Directory.CreateTempSubdirectory("cp-test-").FullName;
                connectionString = $"Data Source={Path.Combine(folder, "test.db")}";
                break;
            case DatabaseProvider.PostgreSql:
                var postgres = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_POSTGRES");
                if (string.IsNullOrEmpty(postgres))
                {
                    Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the store suite on PostgreSQL: CONTROLPLANE_TEST_POSTGRES is not set.");
                    Assert.Skip("CONTROLPLANE_TEST_POSTGRES is not set: the suite ran on SQLite only.");
                }

                connectionString = new NpgsqlConnectionStringBuilder(postgres) { Database = name, MaxPoolSize = 20 }.ToString();
                break;
            default:
                var server = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_SQLSERVER");
                if (string.IsNullOrEmpty(server))
                    Assert.Skip("CONTROLPLANE_TEST_SQLSERVER is not set: the suite did not run on SQL Server; its statements are parsed only.");
                connectionString = new Microsoft.Data.SqlClient.SqlConnectionStringBuilder(server) { InitialCatalog = name }.ToString();
                break;
        }

        var db = new ControlPlaneDb(new DatabaseOptions { Provider = provider.ToString(), ConnectionString = connectionString }, Path.GetTempPath());
        return new(db, folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
            return;
        }

        await using var context = Db.CreateContext();
        if (Db.Provider == DatabaseProvider.PostgreSql)
            NpgsqlConnection.ClearAllPools();
        await context.Database.EnsureDeletedAsync();
    }
}


public static class Databases
{
    public static TheoryData<DatabaseProvider> Servers => [DatabaseProvider.PostgreSql, DatabaseProvider.SqlServer];

    public static TheoryData<DatabaseProvider> All => [DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql, DatabaseProvider.SqlServer];
}
