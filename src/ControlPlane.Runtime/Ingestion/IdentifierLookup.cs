using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>Which transaction an event is about: one index seek per number it carries.</summary>
internal sealed class IdentifierLookup(IControlPlaneDb db)
{
    public IControlPlaneDb Db => db;

    /// <param name="channel">Only transactions of this channel, for numbers that two channels could both use; null = any.</param>
    public async Task<Guid?> FindAsync(int tenantId, string? channel, IReadOnlyList<Identifier> numbers, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        foreach (var number in numbers)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = channel is null
                ? "SELECT transaction_id FROM transaction_identifiers WHERE tenant_id = @tenant AND value = @value AND kind = @kind ORDER BY transaction_id DESC"
                : "SELECT i.transaction_id FROM transaction_identifiers i INNER JOIN transactions t ON t.id = i.transaction_id "
                  + "WHERE i.tenant_id = @tenant AND i.value = @value AND i.kind = @kind AND t.connection = @channel ORDER BY i.transaction_id DESC";
            Engine.WorkStore.Add(command, "tenant", tenantId);
            Engine.WorkStore.Add(command, "value", Identifier.Normalize(number.Value));
            Engine.WorkStore.Add(command, "kind", number.Kind);
            if (channel is not null)
                Engine.WorkStore.Add(command, "channel", channel);
            if (Read(await command.ExecuteScalarAsync(ct)) is { } id)
                return id;
        }

        return null;
    }

    /// <summary>The feed was only quicker: somebody did tell us, so it is no gap.</summary>
    public async Task ToldAsync(Guid messageId, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE messages SET arrival = 1 WHERE id = @id AND arrival = 2";
        Engine.WorkStore.Add(command, "id", messageId);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<string?> CorrelationOfAsync(Guid messageId, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT correlation_id FROM messages WHERE id = @id";
        Engine.WorkStore.Add(command, "id", messageId);
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private static Guid? Read(object? value) => value switch { Guid id => id, byte[] bytes => new Guid(bytes, bigEndian: true), _ => null };
}
