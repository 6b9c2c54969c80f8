using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Settings;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Connections.Webhooks;

/// <summary>
/// Compares the webhooks that are wanted with those that the other side has, every few minutes: makes what is missing, switches on what
/// was switched off, renews what expires, removes doubles, and then asks the feed for what was not told meanwhile. Providers remove subscriptions silently, so nothing
/// but looking finds out. Safe to run twice.
/// </summary>
public sealed class WebhookKeeper
{
    /// <summary>Name under which its calls are budgeted and held.</summary>
    public const string Operation = "webhooks";

    private readonly IControlPlaneDb _db;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly OutboundGateway _gateway;
    private readonly TargetGates _gates;
    private readonly CommitWriter _writer;
    private readonly FeedPoller _poller;
    private readonly IOptions<ControlPlaneOptions> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookKeeper> _log;

    internal WebhookKeeper(
        IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, TargetGates gates, CommitWriter writer, FeedPoller poller, IOptions<ControlPlaneOptions> options,
        TimeProvider clock, ILogger<WebhookKeeper> log) =>
        (_db, _connections, _connectors, _gateway, _gates, _writer, _poller, _options, _clock, _log) = (db, connections, connectors, gateway, gates, writer, poller, options, clock, log);

    /// <summary>Where the other side sends to; null when this installation does not know its own address.</summary>
    public static Uri? AddressOf(string publicAddress, string connection) =>
        Uri.TryCreate(publicAddress.TrimEnd('/') + "/in/" + connection, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>Run by the scheduler every five minutes: a subscription that disappears is back within ten.</summary>
    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task KeepAsync(CancellationToken ct)
    {
        foreach (var connection in _connections.All.Where(c => c.Enabled))
        {
            if (_connectors.Find(connection.Connector)?.For(connection) is not { Webhooks: { } webhooks } connector || webhooks.Topics(connection) is not { Count: > 0 } topics
                || webhooks.AddressOf(connection, AddressOf(_options.Value.PublicAddress, connection.Key)) is not { } address)
                continue;
            try
            {
                await KeepAsync(connection, connector, webhooks, topics, address, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                WebhookKeeperLog.Failed(_log, connection.Key, e);
            }
        }
    }

    private async Task KeepAsync(Connection connection, IConnector connector, IWebhooks webhooks, IReadOnlyList<string> topics, Uri address, CancellationToken ct)
    {
        if (await _gates.CheckAsync(connection, connector, Operation, ct) is not null)
            return;
        await using var context = _db.CreateContext();
        var rows = await context.WebhookSubscriptions.Where(s => s.Connection == connection.Key).ToDictionaryAsync(s => s.Topic, StringComparer.Ordinal, ct);
        var exchange = new RecordingExchange(_gateway, connection, connector, new AttemptContext(TenantScope.Default.TenantId, Guid.Empty, Operation, 0, 1, Operation, null), _clock);
        var startedAt = _clock.GetUtcNow();
        IReadOnlyList<WebhookSubscription> there;
        try
        {
            there = await webhooks.ListAsync(connection, exchange, ct);
            await _gates.ReportAsync(connection, connector, Operation, Guid.Empty, startedAt, null, ct);
        }
        catch (ExchangeException e)
        {
            await _gates.ReportAsync(connection, connector, Operation, Guid.Empty, startedAt, e.Fault, ct);
            foreach (var topic in topics)
                Row(context, rows, connection, topic, known: false).LastFault = PayloadRows.Cut($"The subscriptions could not be compared: {e.Fault.Message}", ColumnLengths.Summary);
            await context.SaveChangesAsync(ct);
            return;
        }

        var silent = await ActAsync(context, rows, connection, webhooks, topics, address, there, exchange, ct);
        foreach (var gone in rows.Values.Where(r => !topics.Contains(r.Topic, StringComparer.Ordinal)))
            context.WebhookSubscriptions.Remove(gone);
        await context.SaveChangesAsync(ct);
        await NoteAttemptsAsync(exchange, ct);
        if (silent.Count > 0 && webhooks.Feed is { } feed)
            await BackfillAsync(context, connection, connector, feed, silent, ct);
    }

    /// <returns>Topics that were not told for a while.</returns>
    private async Task<List<string>> ActAsync(
        ControlPlaneDbContext context, Dictionary<string, WebhookSubscriptionRow> rows, Connection connection, IWebhooks webhooks, IReadOnlyList<string> topics, Uri address,
        IReadOnlyList<WebhookSubscription> there, RecordingExchange exchange, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var silent = new List<string>();
        var mine = rows.Values.Select(r => r.ExternalId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var actions = WebhookPlan.Of(topics, address, there, webhooks.Lifetime, webhooks.CanRenew, now, webhooks.CanEnable, webhooks.OnePerTopic, mine).ToLookup(a => a.Topic, StringComparer.OrdinalIgnoreCase);
        foreach (var topic in topics)
        {
            var row = Row(context, rows, connection, topic, known: true);
            var subscription = there.Where(s => WebhookPlan.IsOurs(s, address) && string.Equals(s.Topic.Trim('/'), topic.Trim('/'), StringComparison.OrdinalIgnoreCase)).MaxBy(s => (s.Active, s.ExpiresAt));
            try
            {
                foreach (var action in actions[topic])
                    await ActAsync(context, row, connection, webhooks, address, action, now, exchange, silent, ct);
                if (!actions[topic].Any(a => a is WebhookAction.Create or WebhookAction.Renew))
                    (row.ExternalId, row.ExpiresAt) = (subscription?.Id, subscription?.ExpiresAt?.ToMicroseconds());
                (row.State, row.LastFault) = (SubscriptionState.Active, null);
            }
            catch (ExchangeException e)
            {
                var missing = actions[topic].Any(a => a is WebhookAction.Create);
                if (missing && row.State != SubscriptionState.Missing)
                    Note(context, connection, now, "webhook.missing", $"The subscription to {topic} is missing and could not be made: {e.Fault.Message}");
                row.State = missing ? SubscriptionState.Missing : SubscriptionState.Active;
                row.LastFault = PayloadRows.Cut(e.Fault.Message, ColumnLengths.Summary);
            }
        }

        return silent;
    }

    private async Task ActAsync(
        ControlPlaneDbContext context, WebhookSubscriptionRow row, Connection connection, IWebhooks webhooks, Uri address, WebhookAction action, DateTimeOffset now, RecordingExchange exchange, List<string> silent, CancellationToken ct)
    {
        switch (action)
        {
            case WebhookAction.Create create:
                if (create.Of is { } old)
                    await webhooks.DeleteAsync(connection, old, exchange, ct);
                if (await webhooks.CreateAsync(connection, row.Topic, address, now, exchange, ct) is { } secret)
                    await KeepSecretAsync(connection, row.Topic, secret, ct);
                // The first time nothing was lost: nobody had asked to be told.
                var known = row.ChangedAt > 0;
                Note(context, connection, now, known ? "webhook.recreated" : "webhook.created", known
                    ? $"The subscription to {row.Topic} {(create.Of is not { } of ? "had disappeared" : !WebhookPlan.IsOurs(of, address) ? "sent to another address" : of.ExpiresAt <= now ? "had expired" : "was switched off")} and was made again."
                    : create.Of is { } other && !WebhookPlan.IsOurs(other, address) ? $"Subscribed to {row.Topic}, in place of a subscription that sent to another address." : $"Subscribed to {row.Topic}.");
                if (known)
                    silent.Add(row.Topic);
                (row.ExternalId, row.ExpiresAt, row.ChangedAt) = (null, (now + webhooks.Lifetime)?.ToMicroseconds(), now.ToMicroseconds());
                break;
            case WebhookAction.Enable enable:
                await webhooks.EnableAsync(connection, enable.Subscription, address, exchange, ct);
                Note(context, connection, now, "webhook.enabled", $"The subscription to {row.Topic} was switched off and was switched on again.");
                silent.Add(row.Topic);
                (row.ExternalId, row.ChangedAt) = (enable.Subscription.Id, now.ToMicroseconds());
                break;
            case WebhookAction.Renew renew:
                await webhooks.RenewAsync(connection, renew.Subscription, now, exchange, ct);
                Note(context, connection, now, "webhook.renewed", $"The subscription to {row.Topic} was renewed before it expired.");
                (row.ExternalId, row.ExpiresAt, row.ChangedAt) = (renew.Subscription.Id, (now + webhooks.Lifetime)?.ToMicroseconds(), now.ToMicroseconds());
                break;
            case WebhookAction.Delete delete:
                await webhooks.DeleteAsync(connection, delete.Subscription, exchange, ct);
                Note(context, connection, now, "webhook.double_removed", $"A second subscription to {row.Topic} was removed.");
                break;
        }
    }

    /// <summary>Told once: it is kept before anything else is done, encrypted as all secrets are.</summary>
    private async Task KeepSecretAsync(Connection connection, string topic, string secret, CancellationToken ct)
    {
        if (_gateway.Tokens.Kept is { } kept)
            await new ToldSecrets(kept).KeepAsync(connection.Key, topic, secret, ct);
    }

    private async Task BackfillAsync(ControlPlaneDbContext context, Connection connection, IConnector connector, string feed, List<string> topics, CancellationToken ct)
    {
        if (connector.Feeds.FirstOrDefault(f => f.Name == feed) is not { } source)
            return;
        var read = await _poller.BackfillAsync(connection, source, ct);
        Note(context, connection, _clock.GetUtcNow(), "webhook.backfilled", read is { } found
            ? $"Asked {feed} for what {string.Join(", ", topics)} had not told: {found.Documents} documents, {found.New} of them new."
            : $"Could not ask {feed} for what {string.Join(", ", topics)} had not told; the next poll does.");
        await context.SaveChangesAsync(ct);
    }

    private async Task NoteAttemptsAsync(RecordingExchange exchange, CancellationToken ct)
    {
        var unit = new CommitUnit();
        unit.Attempts.AddRange(exchange.Attempts);
        unit.Payloads.AddRange(exchange.Payloads);
        await _writer.CommitAsync(unit, ct);
    }

    private WebhookSubscriptionRow Row(ControlPlaneDbContext context, Dictionary<string, WebhookSubscriptionRow> rows, Connection connection, string topic, bool known)
    {
        if (!rows.TryGetValue(topic, out var row))
        {
            row = rows[topic] = new() { TenantId = TenantScope.Default.TenantId, Connection = connection.Key, Topic = topic, State = SubscriptionState.Missing };
            context.WebhookSubscriptions.Add(row);
        }

        if (known)
            row.CheckedAt = _clock.GetUtcNow().ToMicroseconds();
        if (known && row.ChangedAt == 0 && row.State == SubscriptionState.Active)
            row.ChangedAt = row.CheckedAt;
        return row;
    }

    private void Note(ControlPlaneDbContext context, Connection connection, DateTimeOffset at, string kind, string text) => context.ConnectionEvents.Add(new()
    {
        Id = EntityId.New(_clock), TenantId = TenantScope.Default.TenantId, Connection = connection.Key, At = at.ToMicroseconds(), Kind = kind, Text = PayloadRows.Cut(text, ColumnLengths.Summary)!,
    });
}

internal static partial class WebhookKeeperLog
{
    [LoggerMessage(2821, LogLevel.Error, "Looking after the webhooks of {Connection} failed; it is tried again in five minutes")]
    public static partial void Failed(ILogger logger, string connection, Exception exception);
}
