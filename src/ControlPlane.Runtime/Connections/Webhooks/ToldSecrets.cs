using System.Text.Json;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Connections.Webhooks;

/// <summary>Secrets that a system told when it was subscribed to: one for each topic, kept with the connection's other secrets.</summary>
internal sealed class ToldSecrets(IKeptTokens kept)
{
    private const string Name = "webhook-secrets";

    /// <summary>All of them; empty when none was told.</summary>
    public async ValueTask<IReadOnlyCollection<string>> ReadAsync(string connection, CancellationToken ct) => (await AllAsync(connection, ct)).Values;

    /// <summary>The new one takes the place of the last for this topic.</summary>
    public async ValueTask KeepAsync(string connection, string topic, string secret, CancellationToken ct)
    {
        var all = await AllAsync(connection, ct);
        all[topic] = secret;
        await kept.KeepAsync(connection, Name, JsonSerializer.Serialize(all), ct);
    }

    private async ValueTask<SortedDictionary<string, string>> AllAsync(string connection, CancellationToken ct)
    {
        if (await kept.ReadAsync(connection, Name, ct) is not { Length: > 0 } text)
            return new(StringComparer.Ordinal);
        return new(JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [], StringComparer.Ordinal);
    }
}
