using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Connections.Health;

/// <summary>Reads one connection's health: small ranges of indexes, each bounded in rows whatever the traffic.</summary>
public sealed partial class ConnectionHealthQueries
{
    /// <summary>A webhook may be slower than a poll: only what nobody told for so long counts as a gap.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>Of the newest messages figures are made; at more traffic they stand for less than a day.</summary>
    public const int MostMessages = 20_000;

    private const int MostEvents = 50;
    private const int MostShown = 10;

    private readonly IControlPlaneDb _db;
    private readonly ConnectionQueries _standings;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly OutboundGateway _gateway;
    private readonly IOptions<ControlPlaneOptions> _options;
    private readonly TimeProvider _clock;

    internal ConnectionHealthQueries(
        IControlPlaneDb db, ConnectionQueries standings, IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, IOptions<ControlPlaneOptions> options, TimeProvider clock) =>
        (_db, _standings, _connections, _connectors, _gateway, _options, _clock) = (db, standings, connections, connectors, gateway, options, clock);

    /// <returns>Null when there is no such connection in this tenant.</returns>
    public async Task<ConnectionHealth?> ReadAsync(TenantScope tenant, string key, CancellationToken ct)
    {
        var standing = (await _standings.ReadAsync(tenant, ct)).Connections.FirstOrDefault(c => c.Key == key);
        if (standing is null)
            return null;
        var now = _clock.GetUtcNow();
        var connection = _connections.Find(key);
        var connector = _connectors.Find(standing.Connector) is { } found ? connection is null ? found : found.For(connection) : null;
        await using var context = _db.CreateContext(tenant);
        var facts = await context.ConnectionFacts.AsNoTracking().Where(f => f.Connection == key).ToListAsync(ct);
        var (proven, refused) = (At(facts, ConnectionFactRow.Proven), At(facts, ConnectionFactRow.NotAccepted));
        var webhooks = connection is not null && connector?.Webhooks is { } w && w.Topics(connection) is { Count: > 0 } topics ? topics : null;
        var feeds = (connector?.Feeds ?? []).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var address = connection is null || connector?.Receiver is null ? null : WebhookKeeper.AddressOf(_options.Value.PublicAddress, connection.Key);
        return new()
        {
            ReadAt = now,
            Standing = standing,
            Onboarding = connection?.Onboarding == true,
            ConnectorTitle = connector?.Manifest.Title ?? standing.Connector,
            ConnectorVersion = connector?.Manifest.Version ?? "",
            Address = connection?.BaseAddress?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
            Receives = connector?.Receiver is not null && connector.Subscriptions.Count == 0,
            AddressUnknown = webhooks is not null && connector!.Webhooks!.AddressOf(connection!, address) is null,
            ReceivesAt = address?.ToString(),
            Problems = connection is null ? ["Its document cannot be brought into service. The log names the line; apply a corrected one."]
                : connector is null ? [$"The connector '{connection.Connector}' is not installed."] : [.. connector.Check(connection)],
            Budgets = connection is null || connector is null ? [] : await BudgetsAsync(context, connection, connector, now, ct),
            Arrivals = await ArrivalsAsync(context, standing, feeds, pushed: webhooks is not null, now, ct),
            Webhooks = webhooks is null ? null : await WebhooksAsync(context, key, webhooks, ct),
            Credentials = await CredentialsAsync(context, connection, connector, facts, now, ct),
            ProvenAt = proven,
            RefusedAt = refused > (proven ?? DateTimeOffset.MinValue) ? refused : null,
            Feeds = await FeedsAsync(context, key, connector, ct),
            Messages = await MessagesAsync(context, key, feeds, ct),
            History = [.. (await context.ConnectionEvents.AsNoTracking().Where(e => e.Connection == key).OrderByDescending(e => e.Id).Take(MostEvents).ToListAsync(ct))
                .Select(e => new ConnectionEvent(Instant.FromMicroseconds(e.At), e.Kind, e.Text))],
        };
    }

    /// <summary>What expires within 30 days or has expired, by connection; for lists.</summary>
    public static async Task<IReadOnlyDictionary<string, ExpiryNotice>> ExpiringAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var until = now.AddDays(30).ToMicroseconds();
        // Access tokens are renewed by themselves.
        var rows = await context.ConnectionFacts.AsNoTracking().Where(f => f.ExpiresAt != null && f.ExpiresAt <= until && !f.Name.StartsWith(ConnectionFactRow.Token))
            .GroupBy(f => f.Connection).Select(g => new { g.Key, First = g.Min(f => f.ExpiresAt) }).ToListAsync(ct);
        return rows.ToDictionary(r => r.Key, r => Instant.FromMicroseconds(r.First!.Value) is var at ? new ExpiryNotice(Expiry.Of(at, now), at) : null!, StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<BudgetHealth>> BudgetsAsync(ControlPlaneDbContext context, Connection connection, IConnector connector, DateTimeOffset now, CancellationToken ct)
    {
        var from = now.AddDays(-1).ToMicroseconds();
        var rows = (await context.BudgetMinutes.AsNoTracking().Where(m => m.Connection == connection.Key && m.Minute >= from)
            .GroupBy(m => new { m.Budget, m.Minute }).Select(g => new { g.Key, Used = g.Sum(m => m.UsedMilli), Refused = g.Sum(m => m.Refused), Waits = g.Sum(m => m.Waits) }).ToListAsync(ct))
            .ToLookup(r => r.Key.Budget, r => new BudgetMinute(Instant.FromMicroseconds(r.Key.Minute), r.Used / 1000.0, r.Refused, r.Waits));
        var budgets = new List<BudgetHealth>();
        var operations = connector.Manifest.Operations.Select(o => o.Name).Concat(connector.Feeds.Select(f => f.Name)).Where(o => RateGates.Declared(connector, o) is not null);
        foreach (var pool in operations.GroupBy(o => RateGates.KeyOf(connection, connector, o)))
        {
            var gate = _gateway.Rates.Of(connection, connector, pool.First());
            var (budget, wait) = (gate.Budget!, gate.Peek());
            var left = gate.Left() * budget.Cost;
            var name = pool.Key[(connection.Key.Length + 1)..];
            budgets.Add(new(
                name, budget.PerSecond, budget.Burst, left, wait > TimeSpan.FromSeconds(budget.Cost / budget.PerSecond) ? wait : null, gate.Learned, budget.Pool is not null,
                BudgetOutlook.Of(budget, left, [.. rows[name]], now)));
        }

        return budgets;
    }

    private static async Task<ArrivalHealth> ArrivalsAsync(ControlPlaneDbContext context, ConnectionStanding standing, HashSet<string> feeds, bool pushed, DateTimeOffset now, CancellationToken ct)
    {
        var (day, first) = (now.AddDays(-1).ToMicroseconds(), ConnectionActivity.FirstKeyOf(now.AddDays(-1)));
        var traffic = await context.Traffic.AsNoTracking().Where(t => t.Connection == standing.Key && t.Minute >= day)
            .GroupBy(_ => 1).Select(g => new { Duplicates = g.Sum(t => t.Duplicates), Refused = g.Sum(t => t.Refused) }).FirstOrDefaultAsync(ct);
        var messages = await context.Messages.AsNoTracking().Where(m => m.Connection == standing.Key && m.Id.CompareTo(first) >= 0).OrderByDescending(m => m.Id).Take(MostMessages)
            .Select(m => new Arrived(m.Topic, m.Arrival, m.State, m.ReceivedAt, m.OccurredAt)).ToListAsync(ct);
        var week = now.AddDays(-7).ToMicroseconds();
        var active = await context.Traffic.AsNoTracking().Where(t => t.Connection == standing.Key && t.Minute >= week && t.Received + t.Duplicates + t.Refused > 0).Select(t => t.Minute).Distinct().OrderBy(m => m).ToListAsync(ct);
        var due = (now - Grace).ToMicroseconds();
        return new(
            messages.Count, traffic?.Duplicates ?? 0, traffic?.Refused ?? 0,
            pushed ? messages.Count(m => m.Arrival == MessageArrival.Feed && m.State == MessageState.Accepted && m.ReceivedAt <= due) : 0, pushed, standing.LastMessageAt,
            ChannelSilence.Usual([.. active.Select(Instant.FromMicroseconds)]),
            [.. messages.GroupBy(m => (m.Topic, Arrival: Way(m.Topic, m.Arrival, feeds))).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Topic, StringComparer.Ordinal).Take(20).Select(Topic)]);
    }

    /// <summary>A document of a feed counts as told once its webhook came, too, so that it is no gap. It was fetched all the same, and its topic still says so.</summary>
    private static MessageArrival Way(string topic, MessageArrival arrival, HashSet<string> feeds) => feeds.Contains(topic) ? MessageArrival.Feed : arrival;

    private static TopicTraffic Topic(IGrouping<(string Topic, MessageArrival Arrival), Arrived> messages)
    {
        var lags = messages.Key.Arrival is MessageArrival.Webhook or MessageArrival.Queue ? messages.Where(m => m.OccurredAt is not null).Select(m => Math.Max(0, m.ReceivedAt - m.OccurredAt!.Value)).Order().ToList() : [];
        return new(
            messages.Key.Topic, messages.Key.Arrival, messages.Count(), messages.Count(m => m.State == MessageState.Refused),
            lags.Count == 0 ? null : TimeSpan.FromMicroseconds(lags[lags.Count / 2]), lags.Count == 0 ? null : TimeSpan.FromMicroseconds(lags[^1]));
    }

    private static async Task<IReadOnlyList<WebhookHealth>> WebhooksAsync(ControlPlaneDbContext context, string key, IReadOnlyList<string> topics, CancellationToken ct)
    {
        var rows = await context.WebhookSubscriptions.AsNoTracking().Where(s => s.Connection == key).ToDictionaryAsync(s => s.Topic, StringComparer.Ordinal, ct);
        static DateTimeOffset? Time(long? at) => at is > 0 ? Instant.FromMicroseconds(at.Value) : null;
        return [.. topics.Select(t => rows.GetValueOrDefault(t) is { } row
            ? new WebhookHealth(t, row.CheckedAt == 0 ? null : row.State, Time(row.ExpiresAt), Time(row.CheckedAt), Time(row.ChangedAt), row.LastFault)
            : new WebhookHealth(t, null, null, null, null, null))];
    }

    private static async Task<IReadOnlyList<CredentialHealth>> CredentialsAsync(
        ControlPlaneDbContext context, Connection? connection, IConnector? connector, IReadOnlyList<ConnectionFactRow> facts, DateTimeOffset now, CancellationToken ct)
    {
        var found = new List<CredentialHealth>();
        var document = connection is null ? null : await context.Connections.AsNoTracking().Where(c => c.Key == connection.Key).Select(c => c.Document).FirstOrDefaultAsync(ct);
        foreach (Match reference in SecretReference().Matches(document ?? ""))
        {
            var (name, source, stored) = (reference.Groups[1].Value, reference.Groups[2].Value, reference.Groups[3].Value);
            if (connection!.HasSecret(name) && found.TrueForAll(c => c.Name != name))
            {
                var at = source == "secret" ? await context.Secrets.AsNoTracking().Where(s => s.Name == stored).Select(s => (long?)s.UpdatedAt).FirstOrDefaultAsync(ct) : null;
                found.Add(new(name, at is null ? $"given from outside as {stored}" : $"stored here, encrypted, as {stored}", at is { } since ? Instant.FromMicroseconds(since) : null, null, ExpiryLevel.Fine));
            }
        }

        // Certificates of ours say themselves when they end.
        if (connection is not null && connector is not null)
            foreach (var own in connector.CredentialExpiries(connection).OrderBy(c => c.ExpiresAt))
                found.Add(new($"{own.Name} (certificate)", own.Subject, null, own.ExpiresAt, Expiry.Of(own.ExpiresAt, now)));
        foreach (var fact in facts.Where(f => f.ExpiresAt is not null).OrderBy(f => f.ExpiresAt))
        {
            var (expires, token) = (Instant.FromMicroseconds(fact.ExpiresAt!.Value), fact.Name.StartsWith(ConnectionFactRow.Token, StringComparison.Ordinal));
            found.Add(token
                ? new($"access token {fact.Name[ConnectionFactRow.Token.Length..]}".TrimEnd(), "renewed by itself", Instant.FromMicroseconds(fact.At), expires, ExpiryLevel.Fine)
                : new(fact.Name == ConnectionFactRow.ServerCertificate ? "certificate of the system" : fact.Name, fact.Value, Instant.FromMicroseconds(fact.At), expires, Expiry.Of(expires, now)));
        }

        return found;
    }

    private static async Task<IReadOnlyList<FeedHealth>> FeedsAsync(ControlPlaneDbContext context, string key, IConnector? connector, CancellationToken ct)
    {
        var cursors = await context.FeedCursors.AsNoTracking().Where(c => c.Connection == key).ToDictionaryAsync(c => c.Feed, StringComparer.Ordinal, ct);
        return [.. (connector?.Feeds ?? []).Select(f => cursors.GetValueOrDefault(f.Name) is { } cursor
            ? new FeedHealth(f.Name, cursor.PolledAt > 0 ? Instant.FromMicroseconds(cursor.PolledAt) : null, cursor.NextAt > 0 ? Instant.FromMicroseconds(cursor.NextAt) : null, cursor.LastFault)
            : new FeedHealth(f.Name, null, null, null))];
    }

    private static async Task<IReadOnlyList<RecentMessage>> MessagesAsync(ControlPlaneDbContext context, string key, HashSet<string> feeds, CancellationToken ct) =>
        [.. (await context.Messages.AsNoTracking().Where(m => m.Connection == key && m.ParentId == null).OrderByDescending(m => m.Id).Take(MostShown).ToListAsync(ct))
            .Select(m => new RecentMessage(m.Id, m.Topic, m.State, Way(m.Topic, m.Arrival, feeds), Instant.FromMicroseconds(m.ReceivedAt), m.TransactionId, MessageQueries.FileNameOf(m)))];

    /// <summary>Secrets stand in a document as references only.</summary>
    [GeneratedRegex(@"""?([A-Za-z0-9_-]+)""?\s*:\s*[""']?\$\{(secret|env):([A-Za-z0-9_.-]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex SecretReference();

    private static DateTimeOffset? At(IEnumerable<ConnectionFactRow> facts, string name) => facts.FirstOrDefault(f => f.Name == name) is { } fact ? Instant.FromMicroseconds(fact.At) : null;

    private sealed record Arrived(string Topic, MessageArrival Arrival, MessageState State, long ReceivedAt, long? OccurredAt);
}
