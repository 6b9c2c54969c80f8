using System.Diagnostics;
using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Telemetry;
using Hangfire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ingestion.Subscriptions;

/// <summary>
/// Takes what a broker hands over the way a webhook's document is taken. What cannot be kept now waits here and stays the
/// broker's; what can never be kept is refused with its reason, so that no message comes round and round.
/// </summary>
internal sealed class SubscriptionIntake(
    Receiver receiver, CommitWriter writer, SubscriptionBoard board, DoorPressure door, IOptions<ReceiveOptions> options, Lazy<IBackgroundJobClient> jobs, TimeProvider clock, ILogger<SubscriptionIntake> log)
{
    /// <summary>Of a message that is too large: enough to recognise it by.</summary>
    public const int ExcerptBytes = 16 * 1024;

    /// <summary>The store took something else each time, and never this document: then it is the document.</summary>
    public const int MostStoreFailures = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public async Task<Receipt> TakeAsync(Connection connection, IReceiver reader, InboundRequest request, CancellationToken stop)
    {
        using var activity = ControlPlaneTelemetry.StartReceive(connection.Key, connection.BaseAddress, request.Header("traceparent"));
        var limit = options.Value.MaxBodyBytes;
        if (request.Body.Length <= limit)
            return await KeepAsync(connection, reader, request, stop) ? Receipt.Kept : Receipt.NotKept;
        var tooLarge = new Refuses(reader, new("receive.too_large", "", string.Create(CultureInfo.InvariantCulture,
            $"The message has {request.Body.Length:N0} bytes; at most {limit:N0} are taken. Its first {ExcerptBytes:N0} bytes are kept. Send fewer documents at once, or raise ControlPlane:Receive:MaxBodyBytes and send it again.")));
        return await KeepAsync(connection, tooLarge, Excerpt(request), stop) ? Receipt.PartlyKept : Receipt.NotKept;
    }

    /// <returns>False: we are stopping, and it is not kept.</returns>
    private async Task<bool> KeepAsync(Connection connection, IReceiver reader, InboundRequest request, CancellationToken stop)
    {
        var failures = 0;
        for (var wait = TimeSpan.FromMilliseconds(100); !stop.IsCancellationRequested; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                // A crowd at the door goes first: it gives up after seconds, the broker does not.
                await door.CalmAsync(stop);
                // No token: a commit that began is waited for, whoever is stopping.
                var outcome = await receiver.ReceiveAsync(TenantScope.Default, connection, reader, request, CancellationToken.None);
                Count(connection, outcome);
                foreach (var fetch in outcome.Fetches)
                    jobs.Value.Enqueue<FeedPoller>(p => p.FetchAsync(connection.Key, fetch.Feed, fetch.ExternalId, CancellationToken.None));
                if (outcome is not ReceiveOutcome.Busy busy)
                    return true;
                if (busy.StoreFailed && await StoreWorksAsync(connection))
                    failures++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                SubscriptionIntakeLog.Failed(log, connection.Key, e);
                if (await StoreWorksAsync(connection))
                    failures++;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return false;
            }

            if (failures == MostStoreFailures)
            {
                SubscriptionIntakeLog.NotStorable(log, connection.Key);
                (reader, request) = (new Refuses(reader, NotStorable), Excerpt(request));
            }

            await Task.Delay(wait, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    /// <summary>The store takes something harmless at this moment, so that what it did not take is at fault itself.</summary>
    private async Task<bool> StoreWorksAsync(Connection connection)
    {
        try
        {
            return await writer.CommitAsync(board.Probe(connection), CancellationToken.None) == CommitOutcome.Committed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false;
        }
    }

    private static void Count(Connection connection, ReceiveOutcome outcome)
    {
        var word = outcome switch
        {
            ReceiveOutcome.Accepted { Duplicate: true } => "duplicate",
            ReceiveOutcome.Accepted or ReceiveOutcome.Fetch => "accepted",
            ReceiveOutcome.Refused => "refused",
            _ => "busy",
        };
        ControlPlaneTelemetry.CountReceived(connection.Key, word);
        ControlPlaneTelemetry.TagReceived(Activity.Current, connection.Key, word);
    }

    private static Refusal NotStorable { get; } = new(
        "receive.not_storable", "", "The document could not be stored, although others could. Its beginning is kept. The log names the cause; mend the document, then send it again.");

    /// <summary>Without headers: whatever made trouble is left behind.</summary>
    private static InboundRequest Excerpt(InboundRequest request) => new()
    {
        ContentType = "application/octet-stream",
        Body = request.Body[..Math.Min(request.Body.Length, ExcerptBytes)].ToArray(),
        ReceivedAt = request.ReceivedAt,
        Queued = true,
    };

    private sealed class Refuses(IReceiver inner, Refusal refusal) : IReceiver
    {
        public bool Verify(InboundRequest request, Connection connection) => inner.Verify(request, connection);

        public string? DeliveryId(InboundRequest request) => null;

        public InboundEvent Translate(InboundRequest request, Connection connection) => new InboundEvent.Refused([refusal]);
    }
}

internal static partial class SubscriptionIntakeLog
{
    [LoggerMessage(2421, LogLevel.Error, "A message for {Connection} could not be taken; it is tried again")]
    public static partial void Failed(ILogger logger, string connection, Exception exception);

    [LoggerMessage(2422, LogLevel.Error, "A message for {Connection} cannot be stored and is refused, so that it does not come round for ever")]
    public static partial void NotStorable(ILogger logger, string connection);
}
