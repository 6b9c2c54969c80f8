using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <summary>Goes on with deliveries that were cut short and that nobody sent again. Run every minute; safe beside whoever still works on one.</summary>
public sealed class DeliveryResumer
{
    /// <summary>Whoever unpacks is done by then, or was cut short.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(2);

    private const int MostAtOnce = 20;

    private readonly IControlPlaneDb _db;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly Receiver _receiver;
    private readonly Lazy<IBackgroundJobClient> _jobs;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeliveryResumer> _log;

    internal DeliveryResumer(
        IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog connectors, Receiver receiver, Lazy<IBackgroundJobClient> jobs, TimeProvider clock, ILogger<DeliveryResumer> log) =>
        (_db, _connections, _connectors, _receiver, _jobs, _clock, _log) = (db, connections, connectors, receiver, jobs, clock, log);

    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task ResumeAsync(CancellationToken ct)
    {
        var before = ConnectionActivity.FirstKeyOf(_clock.GetUtcNow() - After);
        await using var context = _db.CreateContext();
        var rows = await context.Messages.AsNoTracking().Where(m => m.State == MessageState.Unpacking && m.Id.CompareTo(before) < 0).OrderBy(m => m.Id).Take(MostAtOnce).ToListAsync(ct);
        foreach (var row in rows)
        {
            if (_connections.Find(row.Connection) is not { } connection || _connectors.Find(connection.Connector)?.For(connection).Receiver is not { } receiver
                || await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == row.PayloadId, ct) is not { } payload)
                continue;
            try
            {
                var fetches = await _receiver.Deliveries.ResumeAsync(TenantScope.Default, connection, receiver, Request(row, payload), row.Id);
                foreach (var fetch in fetches)
                    _jobs.Value.Enqueue<FeedPoller>(p => p.FetchAsync(connection.Key, fetch.Feed, fetch.ExternalId, CancellationToken.None));
                DeliveryResumerLog.Resumed(_log, row.Id, row.Connection);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DeliveryResumerLog.Failed(_log, row.Id, row.Connection, e);
            }
        }
    }

    /// <summary>The request as it came, made anew from what is kept of it.</summary>
    internal static InboundRequest Request(MessageRow row, PayloadRow payload) => new()
    {
        Topic = row.Topic,
        ContentType = payload.ContentType,
        Body = PayloadRows.Unpack(payload),
        ReceivedAt = Instant.FromMicroseconds(row.ReceivedAt),
        Headers = row.Headers is { Length: > 0 } json ? new(JsonSerializer.Deserialize<Dictionary<string, string>>(json)!, StringComparer.OrdinalIgnoreCase) : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
        Polled = row.Arrival == MessageArrival.Feed,
        Queued = row.Arrival == MessageArrival.Queue,
        Part = row.ParentId is not null,
    };
}

internal static partial class DeliveryResumerLog
{
    [LoggerMessage(2431, LogLevel.Information, "Delivery {Message} of {Connection} had been cut short; it is unpacked now")]
    public static partial void Resumed(ILogger logger, Guid message, string connection);

    [LoggerMessage(2432, LogLevel.Error, "Delivery {Message} of {Connection} had been cut short and cannot be gone on with now; it is tried again in a minute")]
    public static partial void Failed(ILogger logger, Guid message, string connection, Exception exception);
}
