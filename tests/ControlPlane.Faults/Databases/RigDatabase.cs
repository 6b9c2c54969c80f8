using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ControlPlane.Faults.Databases;

public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>A fresh database for one row, with a way to look into it from outside.</summary>
public sealed class RigDatabase : IAsyncDisposable
{
    private readonly string? _server;

    private RigDatabase(DatabaseKind kind, string connectionString, string? server) => (Kind, ConnectionString, _server) = (kind, connectionString, server);

    public DatabaseKind Kind { get; }

    /// <summary>As the product gets it.</summary>
    public string ConnectionString { get; }

    /// <summary>The SQLite file.</summary>
    public string File => new SqliteConnectionStringBuilder(ConnectionString).DataSource;

    public static RigDatabase Sqlite(string folder) => new(DatabaseKind.Sqlite, $"Data Source={Path.Combine(folder, "controlplane.db")}", null);

    /// <param name="server">Connection string of a server, without a database.</param>
    public static async Task<RigDatabase> PostgreSqlAsync(string server, string name, CancellationToken ct)
    {
        await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", ct);
        await ExecuteAsync(server, $"CREATE DATABASE {name}", ct);
        return new(DatabaseKind.PostgreSql, new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 40 }.ToString(), server);
    }

    /// <summary>The product's settings for it; through a proxy when a port is given.</summary>
    public Dictionary<string, string> Settings(int? throughPort = null) => new()
    {
        ["ControlPlane__Database__Provider"] = Kind.ToString(),
        ["ControlPlane__Database__ConnectionString"] = throughPort is { } port ? new NpgsqlConnectionStringBuilder(ConnectionString) { Host = "127.0.0.1", Port = port }.ToString() : ConnectionString,
    };

    public int ServerPort => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    public async Task<DbConnection> OpenAsync(CancellationToken ct)
    {
        DbConnection connection = Kind == DatabaseKind.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString())
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
        await connection.OpenAsync(ct);
        return connection;
    }

    public async Task<long> CountAsync(string query, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(string server, string text, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        try
        {
            await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(ConnectionString).Database} WITH (FORCE)", CancellationToken.None);
        }
        catch (DbException)
        {
            // Its server is gone with the row.
        }
    }
}
