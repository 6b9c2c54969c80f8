using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Telemetry;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>
/// The truth path: asks each channel what changed, because webhooks get lost. Every document goes the same way as a
/// webhook's, so what is known already is recognised. Safe to run twice and beside itself.
/// </summary>
public sealed class FeedPoller
{
    /// <summary>Pages of one feed in one run; the rest comes with the next.</summary>
    private const int MostPages = 20;

    /// <summary>After a failure, where the schedule would be later: what was wrong for a moment must not cost an hour.</summary>
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMinutes(1);

    private readonly IControlPlaneDb _db;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly OutboundGateway _gateway;
    private readonly CommitWriter _writer;
    private readonly Receiver _receiver;
    private readonly WorkStandings _standings;
    private readonly TimeProvider _clock;
    private readonly ILogger<FeedPoller> _log;

    internal FeedPoller(
        IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, CommitWriter writer, Receiver receiver, WorkStandings standings, TimeProvider clock, ILogger<FeedPoller> log) =>
        (_db, _connections, _connectors, _gateway, _writer, _receiver, _standings, _clock, _log) = (db, connections, connectors, gateway, writer, receiver, standings, clock, log);

    /// <summary>Polls every feed whose time has come. Run by the scheduler every few seconds.</summary>
    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task PollDueAsync(CancellationToken ct)
    {
        foreach (var connection in _connections.All.Where(c => c is { Enabled: true, PollEvery: not null }))
            foreach (var feed in _connectors.Find(connection.Connector)?.For(connection).Feeds ?? [])
            {
                try
                {
                    await PollAsync(connection, feed, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    FeedPollerLog.PollFailed(_log, connection.Key, feed.Name, e);
                }
            }
    }

    /// <summary>Fetches one document that a notification named. Should it be lost, the poll brings it.</summary>
    [AutomaticRetry(Attempts = 5)]
    public async Task FetchAsync(string connectionKey, string feedName, string externalId, CancellationToken ct)
    {
        if (_connections.Find(connectionKey) is not { } connection || _connectors.Find(connection.Connector)?.For(connection) is not { } connector
            || connector.Feeds.FirstOrDefault(f => f.Name == feedName) is not { } feed)
            return;
        if (await feed.ReadOneAsync(connection, externalId, Exchange(connection, connector, feed), ct) is { } document)
            await TakeAsync(connection, connector, feed, document, "application/json", null, ct);
    }

    /// <summary>Asks now, whatever the schedule says: from where the feed was read last, or as far back as it looks at the first time.</summary>
    /// <returns>How many documents came and how many of them nobody had told us of; null when it could not be asked.</returns>
    public async Task<(int Documents, int New)?> BackfillAsync(Connection connection, IFeed feed, CancellationToken ct)
    {
        var taken = new Taken();
        await PollAsync(connection, feed, ct, taken);
        return taken.Asked ? (taken.Documents, taken.New) : null;
    }

    private async Task PollAsync(Connection connection, IFeed feed, CancellationToken ct, Taken? taken = null)
    {
        var connector = _connectors.Find(connection.Connector)!.For(connection);
        await using var context = _db.CreateContext();
        var cursor = await context.FeedCursors.AsNoTracking().FirstOrDefaultAsync(c => c.Connection == connection.Key && c.Feed == feed.Name, ct)
            ?? new FeedCursorRow { TenantId = TenantScope.Default.TenantId, Connection = connection.Key, Feed = feed.Name };
        var now = _clock.GetUtcNow();
        if (taken is null && cursor.NextAt > now.ToMicroseconds())
            return;
        var oldest = (await _standings.ReadAsync(ct)).OldestReady;
        if (taken is null && cursor.PolledAt > 0 && PollShedding.StandsBack(oldest, now - Instant.FromMicroseconds(cursor.PolledAt), connection.PollEvery!.Value))
        {
            cursor.NextAt = (now + PollShedding.Pause).ToMicroseconds();
            cursor.LastFault = $"Put off: work here is {(int)oldest.TotalSeconds} s behind, and orders come first. It is asked again by itself.";
            await SaveAsync(cursor, ct);
            FeedPollerLog.PutOff(_log, connection.Key, feed.Name, (int)oldest.TotalSeconds);
            return;
        }

        cursor.PolledAt = now.ToMicroseconds();
        if (connection.PollEvery is { } every)
            cursor.NextAt = (now + every).ToMicroseconds();
        cursor.LastFault = null;
        try
        {
            for (var page = 0; page < MostPages; page++)
            {
                var read = await feed.ReadAsync(connection, cursor.Cursor, now, Exchange(connection, connector, feed), ct);
                for (var i = 0; i < read.Documents.Count; i++)
                    // A store that is away must not lose the page: the cursor stays where it was.
                {
                    var outcome = await TakeAsync(connection, connector, feed, read.Documents[i], read.ContentType, i < read.Names.Count ? read.Names[i] : null, ct);
                    if (outcome is ReceiveOutcome.Busy)
                        throw new StoreUnavailableException();
                    taken?.Add(outcome);
                }

                cursor.Cursor = read.Cursor;
                cursor.LastFault = PayloadRows.Cut(read.Problem, ColumnLengths.Summary);
                if (!read.More)
                    break;
            }

            if (taken is not null)
                taken.Asked = true;
        }
        catch (ExchangeException e)
        {
            cursor.LastFault = PayloadRows.Cut(e.Fault.Message, ColumnLengths.Summary);
            cursor.NextAt = NextAfter(Instant.FromMicroseconds(cursor.NextAt), now, e.Fault).ToMicroseconds();
            FeedPollerLog.Refused(_log, connection.Key, feed.Name, e.Fault.Code);
        }

        // After the documents: a crash in between reads the page again, and every document is recognised.
        await SaveAsync(cursor, ct);
    }

    private static DateTimeOffset NextAfter(DateTimeOffset planned, DateTimeOffset now, Fault fault) => fault switch
    {
        { RetryAfter: { } wait } => planned > now + wait ? planned : now + wait,
        { Kind: FaultKind.Transient or FaultKind.UnknownOutcome } => planned < now + SoonAgain ? planned : now + SoonAgain,
        // Refused credentials are not hammered, and what is wrong with the data stays wrong for a while.
        _ => planned,
    };

    private Task SaveAsync(FeedCursorRow cursor, CancellationToken ct)
    {
        var unit = new CommitUnit();
        unit.FeedCursors.Add(cursor);
        return _writer.CommitAsync(unit, ct);
    }

    private async Task<ReceiveOutcome> TakeAsync(Connection connection, IConnector connector, IFeed feed, ReadOnlyMemory<byte> document, string contentType, string? name, CancellationToken ct)
    {
        if (connector.Receiver is not { } receiver)
            throw new InvalidOperationException($"The connector {connector.Manifest.Name} has a feed but cannot read what it brings.");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (name is { Length: > 0 })
            headers[MessageRows.FileName] = name;
        var request = new InboundRequest { Topic = feed.Name, ContentType = contentType, Headers = headers, Body = document, ReceivedAt = _clock.GetUtcNow(), Polled = true };
        using var activity = ControlPlaneTelemetry.StartReceive(connection.Key, connection.BaseAddress, null);
        return await _receiver.ReceiveAsync(TenantScope.Default, connection, receiver, request, ct);
    }

    private sealed class Taken
    {
        public bool Asked { get; set; }

        public int Documents { get; private set; }

        public int New { get; private set; }

        public void Add(ReceiveOutcome outcome)
        {
            Documents++;
            if (outcome is ReceiveOutcome.Accepted { Duplicate: false })
                New++;
        }
    }

    private RecordingExchange Exchange(Connection connection, IConnector connector, IFeed feed) =>
        new(_gateway, connection, connector, new AttemptContext(TenantScope.Default.TenantId, Guid.Empty, "poll", 0, 1, feed.Name, null), _clock) { Polling = true };
}

internal static partial class FeedPollerLog
{
    [LoggerMessage(2401, LogLevel.Error, "Polling {Feed} of {Connection} failed")]
    public static partial void PollFailed(ILogger logger, string connection, string feed, Exception exception);

    [LoggerMessage(2403, LogLevel.Information, "Polling {Feed} of {Connection} is put off: work is {Seconds} s behind")]
    public static partial void PutOff(ILogger logger, string connection, string feed, int seconds);

    [LoggerMessage(2402, LogLevel.Warning, "Polling {Feed} of {Connection} was answered with {Code}")]
    public static partial void Refused(ILogger logger, string connection, string feed, string code);
}
