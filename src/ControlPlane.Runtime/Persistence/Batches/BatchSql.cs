using System.Data.Common;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>Statements beside the set-based ones of the dialects, on the connection whose transaction is open.</summary>
internal sealed class BatchSql(DbConnection connection)
{
    public async Task<int> ExecuteAsync(string text, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(text, parameters);
        return await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<List<T>> ReadAsync<T>(string text, Func<DbDataReader, T> read, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(text, parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A column whose name is a word of T-SQL.</summary>
    public string Quote(string name) => connection is Microsoft.Data.SqlClient.SqlConnection ? $"[{name}]" : name;

    private DbCommand Command(string text, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value switch
            {
                null => DBNull.Value,
                Guid id when connection is not Npgsql.NpgsqlConnection => id.ToByteArray(bigEndian: true),
                _ => value,
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
