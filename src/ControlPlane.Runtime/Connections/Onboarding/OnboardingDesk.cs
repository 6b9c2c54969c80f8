using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Connections.Onboarding;

/// <param name="Problem">Why not; null when it is done.</param>
/// <param name="Blockers">Gates that stand in the way.</param>
public sealed record OnboardingOutcome(bool Done, Refusal? Problem = null, IReadOnlyList<Gate>? Blockers = null);

/// <summary>
/// Brings a connection from its shadow run into service: gathers the evidence of its gates, keeps waivers and the target, and switches it
/// on. Whatever somebody decides is a line of the connection's history with their name.
/// </summary>
public sealed partial class OnboardingDesk(
    IControlPlaneDb db, ConnectionHealthQueries health, IConnectionRegistry connections, IConnectorCatalog connectors, CrosswalkScan scan, MappingTests tests, EstateService estate, IOptions<ControlPlaneOptions> options, TimeProvider clock)
{
    public const int LongestReason = 300;

    /// <summary>Newest messages of which the crosswalks' coverage is taken.</summary>
    public const int Scanned = 200;

    private const string Waived = "onboarding.waived.";
    private const string TargetSet = "onboarding.target";
    private const string Began = "onboarding.began";
    private const string WentLive = "onboarding.live";
    internal const string TestPassed = "test.passed";
    internal const string TestFailed = "test.failed";

    /// <returns>Null when there is no such connection in this tenant.</returns>
    public async Task<OnboardingView?> ReadAsync(TenantScope tenant, string key, CancellationToken ct)
    {
        if (await health.ReadAsync(tenant, key, ct) is not { } known || connections.Find(key) is not { } connection)
            return null;
        await using var context = db.CreateContext(tenant);
        // A connection that was put back into onboarding starts anew: what was waived before does not hold any more.
        var events = await context.ConnectionEvents.AsNoTracking().Where(e => e.Connection == key && (e.Kind.StartsWith("onboarding.") || e.Kind.StartsWith("test."))).OrderByDescending(e => e.Id).Take(500).ToListAsync(ct);
        var round = connection.Onboarding ? [.. events.TakeWhile(e => e.Kind != WentLive)] : events;
        var facts = await FactsAsync(context, tenant, connection, known, round, ct);
        return new(key, connection.DisplayName, !connection.Onboarding, connection.Onboarding ? facts.ShadowSince : null, OnboardingGates.Judge(facts, options.Value.Onboarding), facts.Now);
    }

    public async Task<OnboardingOutcome> WaiveAsync(TenantScope tenant, string key, string gate, string? reason, string author, CancellationToken ct)
    {
        if (await ReadAsync(tenant, key, ct) is not { } view)
            return Refused("onboarding.no_connection", "key", "There is no such connection.");
        if (view.Gates.FirstOrDefault(g => g.Name == gate) is not { } found)
            return Refused("onboarding.gate", "gate", $"Allowed: {string.Join(", ", OnboardingGates.Names)}.");
        if (Said(reason) is not { } text)
            return Refused("onboarding.reason", "reason", $"Say why, in 1 to {LongestReason} characters.");
        if (found.State is not (GateState.Open or GateState.Waived))
            return Refused("onboarding.not_open", "gate", $"'{found.Title}' does not stand in the way.");
        await NoteAsync(tenant, key, Waived + gate, $"{text} ({author})", ct);
        return new(true);
    }

    public async Task<OnboardingOutcome> AimAsync(TenantScope tenant, string key, string? target, string author, CancellationToken ct)
    {
        if (connections.Find(key) is null)
            return Refused("onboarding.no_connection", "key", "There is no such connection.");
        if (Said(target) is not { } text)
            return Refused("onboarding.target", "target", $"Say what it promises, in 1 to {LongestReason} characters.");
        await NoteAsync(tenant, key, TargetSet, $"{text} ({author})", ct);
        return new(true);
    }

    /// <summary>Switches it on; refused while a gate is open. Safe to call twice.</summary>
    public async Task<OnboardingOutcome> GoLiveAsync(TenantScope tenant, string key, string author, CancellationToken ct)
    {
        if (await ReadAsync(tenant, key, ct) is not { } view)
            return Refused("onboarding.no_connection", "key", "There is no such connection.");
        if (view.Live)
            return new(true);
        if (view.Blockers is { Count: > 0 } blockers)
            return new(false, new("onboarding.blocked", "gates", $"Not yet: {string.Join(", ", blockers.Select(g => g.Title))}."), blockers);
        string document;
        await using (var context = db.CreateContext(tenant))
            document = await context.Connections.AsNoTracking().Where(c => c.Key == key).Select(c => c.Document).FirstAsync(ct);
        var (_, problems) = await estate.ApplyAsync(tenant, [new($"connection {key}", Flag().Replace(document, "onboarding: false", 1))], author, "went live", ct);
        if (problems.Count > 0 || connections.Find(key) is not { Onboarding: false })
            return Refused("onboarding.not_switched", "key", problems.Count > 0 ? problems[0].Message : "Its document could not be changed. Set onboarding: false in it, and apply it.");
        await NoteAsync(tenant, key, WentLive, $"Went live ({author}). Messages of the shadow run stay what they are; what comes from now on is worked with.", ct);
        return new(true);
    }

    public Task BeganAsync(TenantScope tenant, string key, string author, CancellationToken ct) => NoteAsync(tenant, key, Began, $"The shadow run began ({author}).", ct);

    public Task TestedAsync(TenantScope tenant, string key, IReadOnlyList<ProbeStep> steps, CancellationToken ct) => steps.FirstOrDefault(s => s.Ok == false) is { } failed
        ? NoteAsync(tenant, key, TestFailed, $"Test failed at {failed.Name}: {failed.Text}", ct)
        : NoteAsync(tenant, key, TestPassed, $"Test passed: {string.Join(", ", steps.Where(s => s.Ok == true).Select(s => s.Name))}.", ct);

    private async Task<OnboardingFacts> FactsAsync(ControlPlaneDbContext context, TenantScope tenant, Connection connection, ConnectionHealth known, IReadOnlyList<ConnectionEventRow> events, CancellationToken ct)
    {
        var (now, key, connector) = (clock.GetUtcNow(), connection.Key, connectors.Find(connection.Connector)?.For(connection));
        ConnectionEventRow? Last(params string[] kinds) => events.FirstOrDefault(e => kinds.Contains(e.Kind, StringComparer.Ordinal));
        async Task<DateTimeOffset?> LastAsync(MessageArrival arrival) =>
            await context.Messages.AsNoTracking().Where(m => m.Connection == key && m.Arrival == arrival && m.State != MessageState.Refused).OrderByDescending(m => m.Id).Select(m => (long?)m.ReceivedAt).FirstOrDefaultAsync(ct) is { } at ? Instant.FromMicroseconds(at) : null;
        // Parts, not the deliveries that held them; among the newest, so that what was corrected is forgotten.
        var newest = await context.Messages.AsNoTracking().Where(m => m.Connection == key && m.State != MessageState.Unpacked && m.State != MessageState.Unpacking && m.State != MessageState.Duplicate)
            .OrderByDescending(m => m.Id).Take(Math.Max(Scanned, options.Value.Onboarding.SampleOrders)).Select(m => new { m.State, m.Code, m.ReceivedAt, m.TransactionId }).ToListAsync(ct);
        var orders = newest.Where(m => m.Code == ShadowRun.Order || m.State == MessageState.Accepted && m.TransactionId != null).ToList();
        var sampled = newest.Take(options.Value.Onboarding.SampleOrders).ToList();
        var receives = connector?.Receiver is not null;
        var report = receives && newest.Count > 0 ? await scan.RunAsync(tenant, key, Scanned, ct) : null;
        var results = connector is null ? [] : tests.Run(await tests.RowsAsync(tenant, connection.Connector, ct), connectors.Find(connection.Connector)!);
        var subjects = await context.SchemaSubjects.AsNoTracking().Where(s => s.Connector == connection.Connector).Select(s => s.Name).ToListAsync(ct);
        var active = await context.SchemaVersions.AsNoTracking().Where(v => subjects.Contains(v.Subject) && v.State == SchemaState.Active).Select(v => v.Subject).Distinct().ToListAsync(ct);
        var first = known.Credentials.Where(c => c.Level != ExpiryLevel.Fine).OrderBy(c => c.ExpiresAt).FirstOrDefault();
        return new()
        {
            Now = now,
            Calls = connector is not null && (connection.BaseAddress is not null || connector.Subscriptions.Count > 0),
            Receives = receives,
            Test = Last(TestPassed, TestFailed) is { } test ? (test.Kind == TestPassed, test.Text, Instant.FromMicroseconds(test.At)) : null,
            ProvenAt = known.ProvenAt,
            RefusedAt = known.RefusedAt,
            Expired = first?.Level == ExpiryLevel.Expired,
            Expiring = first is { ExpiresAt: { } expires } ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{first.Name} expires on {expires:yyyy-MM-dd}.") : null,
            WebhookAt = await LastAsync(MessageArrival.Webhook),
            QueuedAt = await LastAsync(MessageArrival.Queue),
            PolledAt = known.Feeds.Where(f => f.Fault is null).Max(f => f.PolledAt),
            Orders = orders.Count,
            Refused = sampled.Count(m => m.State == MessageState.Refused),
            LastOrderAt = orders.Count > 0 ? Instant.FromMicroseconds(orders[0].ReceivedAt) : null,
            Scanned = report?.Messages ?? 0,
            WithGaps = report?.WithGaps ?? 0,
            Budgets = known.Budgets.Count,
            Owner = connection.Owner,
            Target = Last(TargetSet) is { } target ? new(target.Text, Instant.FromMicroseconds(target.At)) : null,
            TestsPassed = results.Count(r => r.Passed),
            TestsFailed = [.. results.Where(r => !r.Passed).Select(r => r.Test.Name)],
            Schemas = subjects.Count,
            InactiveSchemas = [.. subjects.Except(active, StringComparer.Ordinal)],
            ShadowSince = Last(Began) is { } began ? Instant.FromMicroseconds(began.At)
                : connection.Onboarding ? Instant.FromMicroseconds(await context.Connections.AsNoTracking().Where(c => c.Key == key).Select(c => c.UpdatedAt).FirstAsync(ct)) : null,
            Waivers = events.Where(e => e.Kind.StartsWith(Waived, StringComparison.Ordinal)).GroupBy(e => e.Kind[Waived.Length..])
                .ToDictionary(g => g.Key, g => new Waiver(g.First().Text, Instant.FromMicroseconds(g.First().At)), StringComparer.Ordinal),
        };
    }

    private async Task NoteAsync(TenantScope tenant, string key, string kind, string text, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        context.ConnectionEvents.Add(new() { Id = EntityId.New(clock), TenantId = tenant.TenantId, Connection = key, At = clock.GetUtcNow().ToMicroseconds(), Kind = kind, Text = PayloadRows.Cut(text, ColumnLengths.Summary)! });
        await context.SaveChangesAsync(ct);
    }

    private static string? Said(string? text) => text?.Trim() is { Length: > 0 and <= LongestReason } said ? said : null;

    private static OnboardingOutcome Refused(string code, string field, string message) => new(false, new(code, field, message));

    [GeneratedRegex(@"\bonboarding[""']?\s*:\s*[""']?true[""']?", RegexOptions.NonBacktracking)]
    private static partial Regex Flag();
}
