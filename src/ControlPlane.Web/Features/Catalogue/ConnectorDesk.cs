using System.Text.Json;
using Connectors;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>A connector of the catalogue.</summary>
/// <param name="Own">True: written here, or changed from the built-in one.</param>
/// <param name="Editable">True when all of it is data, so that it can be changed without a programmer.</param>
public sealed record CatalogueEntry(ConnectorManifest Manifest, bool Own, bool Editable, IReadOnlyList<string> Feeds, bool Webhooks, IReadOnlyList<string> UsedBy);

/// <summary>What a draft would make of one message.</summary>
/// <param name="Outcome"><c>order</c>, an event's name, <c>fetch</c>, <c>ignored</c> or <c>refused</c>.</param>
public sealed record PreviewResult(string Outcome, string Text, string Document, IReadOnlyList<Domain.Shared.Refusal> Refusals, IReadOnlyList<MappedValue> Trace);

/// <param name="HeldUpBy">Key of the connection whose messages would be refused; <c>tests</c> when kept tests are red; null when nothing held it up.</param>
/// <param name="Report">The back-test of the connection that held it up; null when there was none.</param>
/// <param name="RedTests">Kept tests that the draft fails.</param>
/// <param name="Version">The version that is now in service; null when nothing was published.</param>
/// <param name="Budget">The error budget that keeps it from being published; null when none does.</param>
public sealed record PublishOutcome(
    bool Published, IReadOnlyList<ManifestProblem> Problems, string Message, string? HeldUpBy = null, BackTestReport? Report = null, IReadOnlyList<MappingTestResult>? RedTests = null, int? Version = null, BudgetRefusal? Budget = null);

/// <summary>Everything that an admin does with connectors: read, try, compare with what really came, publish.</summary>
public sealed class ConnectorDesk(ConnectorCatalog catalog, IConnectionRegistry connections, EstateService estate, SecretVault vault, ConnectionProbe probe, BackTests backTests, MappingTests tests, ConnectorVersions versions, OnboardingDesk onboarding, IControlPlaneDb db, TimeProvider clock, IBudgetGate? budgets = null, IOptions<ControlPlaneOptions>? options = null)
{
    /// <summary>Messages of each connection that publishing looks at.</summary>
    public const int GuardMessages = 1_000;

    internal static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public async Task<IReadOnlyList<CatalogueEntry>> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var own = await context.ConnectorDocuments.AsNoTracking().Select(c => c.Name).ToListAsync(ct);
        return [.. catalog.All.OrderBy(c => c.Manifest.Title, StringComparer.OrdinalIgnoreCase).Select(c => Entry(c, own.Contains(c.Manifest.Name)))];
    }

    /// <summary>The document to begin from: the one in service, or the built-in one; null when a part of it is code, or there is none.</summary>
    public async Task<string?> DocumentAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.ConnectorDocuments.AsNoTracking().Where(c => c.Name == name).Select(c => c.Document).FirstOrDefaultAsync(ct) ?? EmbeddedCatalog.Document(name);
    }

    public static (DeclarativeConnector? Connector, IReadOnlyList<ManifestProblem> Problems) Read(string text, TimeProvider clock)
    {
        var reading = ManifestReader.Read(text, "draft");
        return (reading.Definition is { } definition ? new DeclarativeConnector(definition, clock) : null, reading.Problems);
    }

    /// <param name="connection">Whose settings count; null = those that the draft itself gives.</param>
    public static PreviewResult Preview(IConnector draft, Connection? connection, InboundRequest request)
    {
        connection ??= new() { Key = "draft", Connector = draft.Manifest.Name, Role = draft.Manifest.Roles[0], DisplayName = draft.Manifest.Title };
        connection = connection.With(connection.Crosswalks.Uncounted());
        if (draft.For(connection).Receiver is not { } receiver)
            return new("refused", "The connector receives nothing: it has no receive:.", "", [], []);
        var trace = new List<MappedValue>();
        var meaning = receiver is DeclarativeReceiver data ? data.Explain(request, connection, trace) : receiver.Translate(request, connection);
        return meaning switch
        {
            InboundEvent.OrderReceived o => new("order", $"An order, number {o.Order.Number}, with {(o.Order.Lines.Count == 1 ? "one line" : $"{o.Order.Lines.Count} lines")}. It starts the flow of {o.Event}.", JsonSerializer.Serialize(o.Order, Indented), [], trace),
            InboundEvent.Happened h => new(h.Event, h.Summary, JsonSerializer.Serialize(new { h.Event, h.Correlation, h.Identifiers, h.Outputs, h.Reason, h.Shipment }, Indented), [], trace),
            InboundEvent.FetchNeeded f => new("fetch", $"The document {f.ExternalId} is fetched from the feed {f.Feed}.", "", [], trace),
            InboundEvent.Ignored i => new("ignored", $"Kept, and nothing is done. {i.Reason}", "", [], trace),
            InboundEvent.Refused r => new("refused", r.Refusals.Count == 1 ? "Refused for one reason." : $"Refused for {r.Refusals.Count} reasons.", "", r.Refusals, trace),
            _ => throw new InvalidOperationException($"{meaning.GetType().Name} has no preview."),
        };
    }

    public Task<BackTestReport?> BackTestAsync(TenantScope tenant, string connectionKey, IConnector draft, int messages, CancellationToken ct) => BackTestAsync(tenant, connectionKey, draft, messages, null, ct);

    /// <param name="progress">Told how many messages were read.</param>
    public async Task<BackTestReport?> BackTestAsync(TenantScope tenant, string connectionKey, IConnector draft, int messages, IProgress<int>? progress, CancellationToken ct) =>
        connections.Find(connectionKey) is { } connection && catalog.Find(connection.Connector) is { } inService ? await backTests.RunAsync(tenant, connection, inService, draft, messages, progress, ct) : null;

    /// <summary>
    /// Brings a connector into service. Held up when a kept test is red, or it would refuse messages that were taken, unless
    /// <paramref name="waiver"/> says why that is right; what was in service before stays until then.
    /// </summary>
    /// <param name="fix">What it mends, where it is a fix: an error budget that runs out lets fixes through.</param>
    public Task<PublishOutcome> PublishAsync(TenantScope tenant, string text, string reason, string? waiver, string? fix, string author, CancellationToken ct) =>
        BringAsync(tenant, text, string.IsNullOrWhiteSpace(fix) ? reason : $"Fix of {fix.Trim()}: {reason}", waiver, fix, author, ct);

    private async Task<PublishOutcome> BringAsync(TenantScope tenant, string text, string reason, string? waiver, string? fix, string author, CancellationToken ct)
    {
        var (draft, problems) = Read(text, clock);
        if (draft is null)
            return new(false, problems, "The document has problems; what is in service stays.");
        if (budgets is not null && await budgets.AgainstAsync(tenant, ServedBy(draft), fix, ct) is { } spent)
            return new(false, [], spent.Message, Budget: spent);
        var waived = !string.IsNullOrWhiteSpace(waiver);
        if (!waived && await HeldUpAsync(tenant, draft, ct) is { } held)
            return held;
        try
        {
            var (applied, wrong) = await estate.ApplyAsync(tenant, [new($"connector {draft.Manifest.Name}", text)], author, reason, waived ? waiver!.Trim() : null, ct);
            if (wrong.Count > 0)
                return new(false, [.. wrong.Select(p => new ManifestProblem(p.Source, p.Line, p.Message))], "The document has problems; what is in service stays.");
            var version = catalog.Find(draft.Manifest.Name)?.Manifest.Published;
            return new(true, [], applied is [{ Change: EstateChange.Unchanged }] ? $"{draft.Manifest.Title} was in service like this already." : $"{draft.Manifest.Title} is in service{(version is { } v ? $" as version {v}" : "")}.", Version: version);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // The number of a version decides who was first.
            return new(false, [], "Somebody else published in the same moment. Look at what they published, then publish again.");
        }
    }

    /// <summary>What stands against bringing a draft into service: kept tests that are red, messages that were taken and would be refused, documents that were sent and could not be made. Null when nothing does.</summary>
    public async Task<PublishOutcome?> HeldUpAsync(TenantScope tenant, IConnector draft, CancellationToken ct)
    {
        if (tests.Run(await tests.RowsAsync(tenant, draft.Manifest.Name, ct), draft).Where(t => !t.Passed).ToList() is { Count: > 0 } red)
            return new(false, [], $"{(red.Count == 1 ? "A kept test fails" : $"{red.Count} kept tests fail")}: {string.Join(", ", red.Take(3).Select(t => t.Test.Name))}. Correct the draft, renew what is expected, or say why that is right.", "tests", RedTests: red);
        foreach (var connection in connections.All.Where(c => c.Connector == draft.Manifest.Name))
            if (await BackTestAsync(tenant, connection.Key, draft, GuardMessages, ct) is { HoldsUp: true } report)
                return new(false, [], report.NewlyRefused > 0
                    ? $"{report.NewlyRefused} of the last {report.Messages} messages of {connection.DisplayName} were taken and would be refused. Correct the draft, or say why that is right."
                    : $"{report.Sent!.NewlyRefused} of the last {report.Sent.Messages} documents for {connection.DisplayName} were sent and could not be made any more. Correct the draft, or say why that is right.", connection.Key, report);
        return null;
    }

    /// <summary>Publishes an old version anew, as its own newest version; whatever holds up a draft holds this up, too. Null when there is no such version.</summary>
    public async Task<PublishOutcome?> RollBackAsync(TenantScope tenant, string name, int version, string reason, string? waiver, string author, CancellationToken ct) =>
        await versions.DocumentAsync(tenant, name, version, ct) is { } document ? await BringAsync(tenant, document, $"Back to version {version}: {reason}", waiver, $"what came after version {version}", author, ct) : null;

    private IReadOnlyCollection<string> ServedBy(IConnector draft) => [.. connections.All.Where(c => c.Connector == draft.Manifest.Name).Select(c => c.Key)];

    /// <summary>Stores secrets, then the connection; nothing comes into service while there are problems.</summary>
    public async Task<IReadOnlyList<string>> SaveAsync(TenantScope tenant, ConnectionForm form, string author, string reason, CancellationToken ct)
    {
        var problems = form.Problems(catalog.Find(form.Connector)?.Manifest).ToList();
        if (problems.Count > 0)
            return problems;
        // The gates are the way out of onboarding; saving it again is not.
        var before = connections.Find(form.Key);
        form.Onboarding |= before?.Onboarding == true;
        await vault.SetAsync(tenant, form.Secrets.Where(s => s.Value.Length > 0).ToDictionary(s => form.SecretName(s.Key), s => s.Value), author, ct);
        var known = vault.Names.ToHashSet(StringComparer.Ordinal);
        var (_, wrong) = await estate.ApplyAsync(tenant, [new($"connection {form.Key}", form.ToYaml(known))], author, reason, ct);
        if (wrong.Count == 0 && form.Onboarding && before?.Onboarding != true)
            await onboarding.BeganAsync(tenant, form.Key, author, ct);
        return [.. wrong.Select(p => p.Message)];
    }

    /// <summary>Where the system of a connection is told to send; null while this installation does not know its own address.</summary>
    public string? ReceivesAt(string connectionKey) => WebhookKeeper.AddressOf(options?.Value.PublicAddress ?? "", connectionKey)?.ToString();

    /// <summary>Tries a connection that is in service; the outcome is kept in its history.</summary>
    public async Task<IReadOnlyList<ProbeStep>?> ProbeAsync(TenantScope tenant, string connectionKey, CancellationToken ct)
    {
        if (connections.Find(connectionKey) is not { } connection || catalog.Find(connection.Connector) is not { } connector)
            return null;
        var steps = await probe.RunAsync(connection, connector, ct);
        await onboarding.TestedAsync(tenant, connectionKey, steps, ct);
        return steps;
    }

    private CatalogueEntry Entry(IConnector connector, bool own) => new(
        connector.Manifest, own, own || EmbeddedCatalog.Document(connector.Manifest.Name) is not null, [.. connector.Feeds.Select(f => f.Name)],
        connector.Receiver is { } receiver && receiver is not DeclarativeReceiver { Spec.Signature: null },
        [.. connections.All.Where(c => c.Connector == connector.Manifest.Name).Select(c => c.Key).Order(StringComparer.Ordinal)]);
}
