using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion.Proof;

/// <summary>
/// Whether a delivery is from whom it says: by the connection's own secrets first, then by those that the system told when it was
/// subscribed to, then by the sender's public key, asked for by its id. Anybody can write an id, so that asking is rationed; a key that
/// cannot be had is a delivery that is not believed.
/// </summary>
public sealed class SenderProof
{
    private static readonly TimeSpan ToldFor = TimeSpan.FromSeconds(10);

    private readonly IControlPlaneDb _db;
    private readonly OutboundGateway _gateway;
    private readonly CommitWriter _writer;
    private readonly TimeProvider _clock;
    private readonly ILogger<SenderProof> _log;
    private readonly SenderKeyring _keys;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (long Until, IReadOnlyCollection<string> Secrets)> _told = new(StringComparer.Ordinal);

    internal SenderProof(IControlPlaneDb db, OutboundGateway gateway, CommitWriter writer, TimeProvider clock, ILogger<SenderProof> log) =>
        (_db, _gateway, _writer, _clock, _log, _keys) = (db, gateway, writer, clock, log, new(clock));

    /// <summary>False for a wrong, missing or expired signature alike, and for one whose key cannot be had.</summary>
    public async ValueTask<bool> VerifyAsync(Connection connection, IConnector connector, IReceiver receiver, InboundRequest request, CancellationToken ct)
    {
        if (receiver.Verify(request, connection))
            return true;
        if (receiver.SubscriptionSecret is { } secret && await ToldAsync(connection.Key, ct) is { Count: > 0 } told)
            return receiver.Verify(request, connection.WithSecret(secret, string.Join(' ', told)));
        if (receiver.KeyOf(request) is not { } key)
            return false;
        var answer = await _keys.FindAsync(connection.Key, key.Id, c => AskAsync(connection, connector, key, c), ct);
        if (answer.Pem is { } pem)
            return receiver.Verify(request, connection.WithSecret(key.Secret, pem));
        await SayAsync(connection, key.Id, answer, ct);
        return false;
    }

    private async ValueTask<IReadOnlyCollection<string>> ToldAsync(string connection, CancellationToken ct)
    {
        if (_gateway.Tokens.Kept is not { } kept)
            return [];
        // Whoever sends rubbish would have the secrets read each time.
        if (_told.TryGetValue(connection, out var known) && known.Until > _clock.GetTimestamp())
            return known.Secrets;
        var secrets = await new ToldSecrets(kept).ReadAsync(connection, ct);
        _told[connection] = (_clock.GetTimestamp() + (long)(ToldFor.TotalSeconds * _clock.TimestampFrequency), secrets);
        return secrets;
    }

    private async Task<SenderKeyAnswer> AskAsync(Connection connection, IConnector connector, SenderKey key, CancellationToken ct)
    {
        var request = key.Request();
        var exchange = new RecordingExchange(_gateway, connection, connector, new AttemptContext(TenantScope.Default.TenantId, Guid.Empty, request.Operation, 0, 1, request.Operation, null), _clock);
        SenderKeyAnswer found;
        try
        {
            var answer = await exchange.SendAsync(request, ct);
            found = key.Read(answer) is { } pem ? SenderKeyAnswer.Found(pem)
                : answer.Status is >= 500 or 401 or 403 or 408 or 429 ? SenderKeyAnswer.NotNow($"the question was answered with status {answer.Status}") : SenderKeyAnswer.Unknown;
        }
        catch (ExchangeException e)
        {
            found = SenderKeyAnswer.NotNow(e.Fault.Message);
        }

        var unit = new CommitUnit();
        unit.Attempts.AddRange(exchange.Attempts);
        unit.Payloads.AddRange(exchange.Payloads);
        await _writer.CommitAsync(unit, ct);
        return found;
    }

    /// <summary>Where people look at the connection, and in the log; now and then and not for each delivery, or a forger would write both full.</summary>
    private async Task SayAsync(Connection connection, string id, SenderKeyAnswer answer, CancellationToken ct)
    {
        if (!_keys.MaySay(connection.Key))
            return;
        SenderProofLog.Refused(_log, connection.Key, id);
        await using var context = _db.CreateContext();
        context.ConnectionEvents.Add(new()
        {
            Id = EntityId.New(_clock), TenantId = TenantScope.Default.TenantId, Connection = connection.Key, At = _clock.GetUtcNow().ToMicroseconds(), Kind = "webhook.key_not_known",
            Text = PayloadRows.Cut($"A delivery was refused: it is signed with the key {id}, and {answer.Why(connection.DisplayName)}", ColumnLengths.Summary)!,
        });
        await context.SaveChangesAsync(ct);
    }
}

internal static partial class SenderProofLog
{
    [LoggerMessage(2831, LogLevel.Warning, "A delivery for {Connection} was refused: its key {KeyId} could not be had")]
    public static partial void Refused(ILogger logger, string connection, string keyId);
}
