using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>Inserts rows of any kind by statements that are prepared once, columns and conversions taken from the EF model.</summary>
internal static class SeedWriter
{
    private const int RowsPerCommit = 20_000;

    public static async Task WriteAsync(IControlPlaneDb db, IEnumerable<SeedRows> all, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await using var connection = await db.OpenAsync(ct);
        if (db.Provider == DatabaseProvider.Sqlite)
            await RelaxAsync(connection, ct);
        var inserts = new Dictionary<Type, Insert>();
        foreach (var part in all.Chunk(RowsPerCommit))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            foreach (var rows in part)
            {
                await AddAsync([rows.Transaction]);
                await AddAsync([rows.Work]);
                await AddAsync(rows.Identifiers);
                await AddAsync(rows.Journal);
                await AddAsync(rows.Effects);
                await AddAsync(rows.Attempts);
                await AddAsync(rows.Payloads);
                await AddAsync(rows.Messages);
                await AddAsync(rows.Signals);
            }

            await transaction.CommitAsync(ct);
            foreach (var insert in inserts.Values)
                await insert.DisposeAsync();
            inserts.Clear();

            async Task AddAsync<T>(IReadOnlyList<T> rows)
                where T : class
            {
                if (rows.Count == 0)
                    return;
                if (!inserts.TryGetValue(typeof(T), out var insert))
                    inserts[typeof(T)] = insert = new Insert(connection, transaction, context.Model.FindEntityType(typeof(T))!);
                foreach (var row in rows)
                    await insert.AddAsync(row, ct);
            }
        }
    }

    /// <summary>This connection only fills a test's file: a lost one is made again.</summary>
    private static async Task RelaxAsync(DbConnection connection, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000;";
        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed class Insert : IAsyncDisposable
    {
        private readonly DbCommand _command;
        private readonly (DbParameter Parameter, IClrPropertyGetter Getter, ValueConverter? Converter)[] _columns;

        public Insert(DbConnection connection, DbTransaction transaction, IEntityType entity)
        {
            _command = connection.CreateCommand();
            _command.Transaction = transaction;
            var names = new List<string>();
            _columns = [.. entity.GetProperties().Select((property, i) =>
            {
                var parameter = property.GetRelationalTypeMapping().CreateParameter(_command, "p" + i, null, nullable: true);
                _command.Parameters.Add(parameter);
                names.Add(property.GetColumnName());
                return (parameter, property.GetGetter(), property.GetTypeMapping().Converter);
            })];
            _command.CommandText = $"INSERT INTO {entity.GetTableName()} ({string.Join(", ", names.Select(n => $"\"{n}\""))}) VALUES ({string.Join(", ", names.Select((_, i) => "@p" + i))})";
            _command.Prepare();
        }

        public Task AddAsync(object row, CancellationToken ct)
        {
            foreach (var (parameter, getter, converter) in _columns)
            {
                var value = getter.GetClrValue(row);
                parameter.Value = (converter is not null && value is not null ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
            }

            return _command.ExecuteNonQueryAsync(ct);
        }

        public ValueTask DisposeAsync() => _command.DisposeAsync();
    }
}
