using System.Data.Common;
using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Operations;

/// <summary>Statements and readings that the parts of the roll-up share.</summary>
internal static class OperationsSql
{
    /// <summary>Rows in one statement of a server.</summary>
    private const int MostRows = 5_000;

    public static Guid Id(DbDataReader reader, int column) => reader.GetValue(column) is byte[] bytes ? new Guid(bytes, bigEndian: true) : reader.GetGuid(column);

    public static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static (Guid Id, OperationSubject Subject) Subject(DbDataReader reader) => (Id(reader, 0), new(reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));

    public static async Task ExecuteAsync(DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <param name="body">False: nothing of it is kept.</param>
    public static async Task TransactAsync(ISqlDialect dialect, DbConnection connection, Func<Task<bool>> body)
    {
        await ExecuteAsync(connection, dialect.BeginStatement);
        bool keep;
        try
        {
            keep = await body();
        }
        catch
        {
            await ExecuteAsync(connection, "ROLLBACK");
            throw;
        }

        await ExecuteAsync(connection, keep ? "COMMIT" : "ROLLBACK");
    }

    /// <summary>A reading that sees one moment of the database, however long it takes.</summary>
    public static string BeginSnapshot(DatabaseProvider provider) => provider switch
    {
        DatabaseProvider.PostgreSql => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        DatabaseProvider.Sqlite => "BEGIN",
        _ => "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION",
    };

    /// <summary>Adds figures to minutes and hours. In order of their keys, so that a page of the index is touched once.</summary>
    public static async Task AddAsync(ISqlDialect dialect, DbConnection connection, int tenant, OperationTally minutes, OperationTally hours, CancellationToken ct)
    {
        foreach (var rows in Rows<OperationMinuteRow>(tenant, minutes).Chunk(MostRows))
            await dialect.InsertAsync(connection, Tables.OperationMinutes, rows, ct);
        foreach (var rows in Rows<OperationHourRow>(tenant, hours).Chunk(MostRows))
            await dialect.InsertAsync(connection, Tables.OperationHours, rows, ct);
    }

    public static async Task StandAsync(ISqlDialect dialect, DbConnection connection, IEnumerable<OperationStandingRow> standings, CancellationToken ct)
    {
        foreach (var rows in standings.Chunk(MostRows))
            await dialect.InsertAsync(connection, Tables.OperationStandings, rows, ct);
    }

    private static IEnumerable<T> Rows<T>(int tenant, OperationTally tally)
        where T : IOperationFigureRow, new() =>
        tally.Figures.Where(f => f.Value.Count != 0).OrderBy(f => f.Key.Minute).ThenBy(f => f.Key.Measure).ThenBy(f => f.Key.Connection, StringComparer.Ordinal).ThenBy(f => f.Key.Code, StringComparer.Ordinal).Select(f => new T
        {
            TenantId = tenant, Minute = f.Key.Minute, Measure = f.Key.Measure, Connection = f.Key.Connection, Code = f.Key.Code, Bucket = f.Key.Bucket, Count = f.Value.Count, Sum = f.Value.Sum, Largest = f.Value.Largest,
        });
}
