using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Governance;
using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Governance;

/// <summary>Gathers the facts of every connection: a bounded number of queries for all of them together, whatever the traffic.</summary>
public sealed class GovernanceFactsReader(
    IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog catalog, IFlowCatalog flows, MappingTests tests, IReviews reviews, Runbooks runbooks, IEnumerable<IReviewableSource> sources,
    ExceptionCases.CauseStore causes, TimeProvider clock)
{
    public const int Days = 30;

    /// <summary>Of the newest writes the use of keys is told; at more traffic they stand for less than 30 days.</summary>
    public const int MostEffects = 20_000;

    public async Task<IReadOnlyList<GovernanceFacts>> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        var keys = await KeysAsync(context, now, ct);
        var calls = await ConnectionActivity.CallsSinceAsync(context, now.AddDays(-Days), ct);
        var since = calls.Values.Sum(c => c.Calls) < ConnectionActivity.MostCalls ? now.AddDays(-Days) : await OldestCallAsync(context, now, ct);
        var explained = await new ExplainedFailures(connections, causes).ReadAsync(context, tenant, now, ct);
        var personal = await PersonalFields.ReadAsync(context, connections, ct);
        var expiries = (await context.ConnectionFacts.AsNoTracking().Where(f => f.ExpiresAt != null && !f.Name.StartsWith(ConnectionFactRow.Token)).ToListAsync(ct)).ToLookup(f => f.Connection, StringComparer.Ordinal);
        var kept = (await tests.RowsAsync(tenant, null, ct)).ToLookup(t => t.Connector, StringComparer.Ordinal);
        var due = (await reviews.ReadAsync(tenant, ct)).Items;
        var books = await runbooks.AllAsync(tenant, ct);
        var withObjectives = sources.Any(s => s.Kind == ReviewKind.Objective);
        var green = new Dictionary<string, TestsFact>(StringComparer.Ordinal);
        var rows = await context.Connections.AsNoTracking().OrderBy(c => c.Key).Select(c => new { c.Key, c.DisplayName, c.Connector, c.Role }).ToListAsync(ct);
        return rows.ConvertAll(row =>
        {
            var connection = connections.Find(row.Key);
            var connector = catalog.Find(row.Connector) is { } found ? connection is null ? found : found.For(connection) : null;
            if (connector is not null && !green.ContainsKey(row.Connector))
                green[row.Connector] = new(kept[row.Connector].Count(), [.. tests.Run(kept[row.Connector], connector).Where(t => !t.Passed).Select(t => t.Test.Name)]);
            var here = due.Where(i => i.Thing.Kind is ReviewKind.Connection or ReviewKind.Mapping && i.Thing.Connections.Contains(row.Key)).ToList();
            var call = calls.GetValueOrDefault(row.Key);
            return new GovernanceFacts
            {
                Connection = row.Key, Name = row.DisplayName, Connector = row.Connector, Role = row.Role,
                Owner = connection?.Owner ?? "",
                Objectives = withObjectives ? [.. due.Where(i => i.Thing.Kind == ReviewKind.Objective && (i.Thing.Everywhere || i.Thing.Connections.Contains(row.Key))).Select(i => i.Thing.Title)] : null,
                Writes = [.. (connector?.Manifest.Operations ?? []).Where(o => o.Write != WriteKind.Read).Select(o => new WriteFact(o.Name, o.Write, o.CanLookUp))],
                Keys = keys.GetValueOrDefault(row.Key),
                Steps = Steps(row.Key, row.Role),
                Personal = personal.GetValueOrDefault(row.Key),
                Receives = connector?.Receiver is not null,
                Tests = green.GetValueOrDefault(row.Connector) ?? new(0, []),
                Expiry = First(connection, connector, expiries[row.Key]),
                TakesUnsigned = connection is null || connector?.Receiver is not { } receiver ? null : receiver.Verify(Unsigned(now), connection),
                Runbooks = [.. books.Where(b => b.Runbook.Connections.Contains(row.Key)).Select(b => b.Runbook.Title)],
                Reviews = [.. here.Select(i => new ReviewFact(i.Thing.Title, i.Due.Due, i.Due.DaysOver))],
                Failures = explained.GetValueOrDefault(row.Key) ?? new(0, 0),
                Calls = call is null ? null : new(call.Calls, call.Failed, since),
            };
        });
    }

    /// <summary>As anybody could send it who knows the address.</summary>
    private static InboundRequest Unsigned(DateTimeOffset now) => new() { ContentType = "application/json", Body = "{}"u8.ToArray(), ReceivedAt = now };

    private static async Task<IReadOnlyDictionary<string, KeysFact>> KeysAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        // Keys of transactions sort by time, and so do the effects below them.
        var from = ConnectionActivity.FirstKeyOf(now.AddDays(-Days));
        var newest = context.Effects.AsNoTracking().Where(e => e.TransactionId >= from).OrderByDescending(e => e.TransactionId).Take(MostEffects);
        var rows = await newest.Where(e => e.WriteKind == WriteKind.Keyed && e.Attempts > 0).GroupBy(e => e.Connection)
            .Select(g => new { g.Key, Sent = g.Count(), WithKey = g.Sum(e => e.IdempotencyKey != "" ? 1 : 0) }).ToListAsync(ct);
        var full = rows.Count > 0 && await newest.CountAsync(ct) == MostEffects;
        return rows.ToDictionary(r => r.Key, r => new KeysFact(r.Sent, r.WithKey, full ? MostEffects : null), StringComparer.Ordinal);
    }

    private static async Task<DateTimeOffset> OldestCallAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var from = ConnectionActivity.FirstKeyOf(now.AddDays(-Days));
        var at = await context.Attempts.AsNoTracking().Where(a => a.Id >= from).OrderByDescending(a => a.Id).Take(ConnectionActivity.MostCalls).MinAsync(a => (long?)a.StartedAt, ct);
        return at is { } oldest ? Instant.FromMicroseconds(oldest) : now.AddDays(-Days);
    }

    private IReadOnlyList<StepFact> Steps(string key, SystemRole role) =>
    [
        .. from flow in flows.All.GroupBy(f => f.Name, StringComparer.Ordinal).Select(g => g.MaxBy(f => f.Version)!).OrderBy(f => f.Name, StringComparer.Ordinal)
            from step in flow.Steps.OfType<CallStep>()
            where step.Connection == key || step.Connection == role.Word() || (step.Connection == CallStep.Source && role.Sells())
            select new StepFact($"{flow.Name}/{step.Id}", step.Retry.MostAttempts),
    ];

    private static ExpiryFact? First(Connection? connection, IConnector? connector, IEnumerable<ConnectionFactRow> facts)
    {
        var own = connection is null || connector is null ? [] : connector.CredentialExpiries(connection).Select(c => new ExpiryFact($"The certificate {c.Name}", c.ExpiresAt));
        return facts.Select(f => new ExpiryFact(f.Name == ConnectionFactRow.ServerCertificate ? "The system's certificate" : $"The credential {f.Name}", Instant.FromMicroseconds(f.ExpiresAt!.Value))).Concat(own).MinBy(e => e.At);
    }
}
