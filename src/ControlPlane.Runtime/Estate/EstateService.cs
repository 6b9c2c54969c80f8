using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Silence;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Runtime.Silence;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Estate;

/// <summary>Understands connectors that users wrote and makes them available. The composition root provides it.</summary>
public interface IConnectorDocuments
{
    /// <summary>The connector that the document describes; null when there are problems. Changes nothing.</summary>
    /// <param name="version">Number under which it is published; null for a draft.</param>
    (IConnector? Connector, IReadOnlyList<EstateProblem> Problems) Read(string document, string source, int? version = null);

    /// <summary>Brings it into service, in place of one with the same name.</summary>
    void Use(IConnector connector);
}

/// <summary>Brings configuration into service: reads, checks, stores, and swaps what the engine sees.</summary>
public sealed class EstateService(
    EstateReader reader, EstateStore store, ConnectionRegistry connections, FlowCatalog flows, IConnectorDocuments connectorDocuments, IConnectorCatalog connectors, SecretVault vault, ILogger<EstateService> log,
    CrosswalkDocuments? crosswalks = null, PenaltyBoard? penalties = null, CalendarBoard? calendars = null, CauseDocuments? causes = null,
    RuleDocuments? rules = null, OwnershipDocuments? ownership = null, ObjectiveDocuments? objectives = null, Alerts.AlertChannelDocuments? alerts = null, EstateVersions? kept = null) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private Dictionary<string, int> _revisions = [];
    private Dictionary<string, int> _connectorRevisions = [];

    /// <summary>Applies documents. Those with problems are left out and reported; what they would replace stays in service.</summary>
    public Task<(IReadOnlyList<EstatePlanItem> Applied, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(
        TenantScope tenant, IReadOnlyList<EstateDocument> documents, string author, string reason, CancellationToken ct) => ApplyAsync(tenant, documents, author, reason, null, ct);

    /// <param name="waiver">Why it is right although something stood against it; kept with the versions.</param>
    public async Task<(IReadOnlyList<EstatePlanItem> Applied, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(
        TenantScope tenant, IReadOnlyList<EstateDocument> documents, string author, string reason, string? waiver, CancellationToken ct)
    {
        await vault.LoadAsync(tenant, ct);
        var (sound, problems) = Check(documents);
        var applied = await store.ApplyAsync(tenant, [.. sound.Where(InStore)], author, reason, waiver, ct);
        var (tables, wrong) = await EachAsync<EstateObject.OfCrosswalk>(sound, crosswalks, of => crosswalks!.ApplyAsync(tenant, of, author, reason, ct));
        var (numbers, refused) = await EachAsync<EstateObject.OfIdentifierRule>(sound, rules, of => rules!.ApplyAsync(tenant, of, author, reason, ct));
        var catalogue = await CausesAsync(sound, of => causes!.ApplyAsync(tenant, of, author, reason, ct));
        var (owners, unowned) = ownership is null ? ([], []) : await ownership.ApplyAsync(tenant, [.. sound.OfType<EstateObject.OfOwnership>()], author, reason, ct);
        // After ownership, whose calendars they name.
        var (promises, unpromised) = objectives is null ? ([], []) : await objectives.ApplyAsync(tenant, [.. sound.OfType<EstateObject.OfObjective>()], author, reason, ct);
        var (channels, untold) = await EachAsync<EstateObject.OfAlertChannel>(sound, alerts, of => alerts!.ApplyAsync(tenant, of, author, reason, ct));
        var (others, unkept) = await EachAsync<EstateObject.OfKind>(sound, kept, of => kept!.ApplyAsync(tenant, of, author, reason, ct));
        await ReloadAsync(tenant, ct);
        return (
            [.. applied, .. tables, .. numbers, .. catalogue, .. owners, .. promises, .. channels, .. others],
            [.. problems, .. wrong, .. refused, .. unowned, .. unpromised, .. untold, .. unkept]);
    }

    public async Task<(IReadOnlyList<EstatePlanItem> Plan, IReadOnlyList<EstateProblem> Problems)> PlanAsync(TenantScope tenant, IReadOnlyList<EstateDocument> documents, CancellationToken ct)
    {
        await vault.LoadAsync(tenant, ct);
        var (sound, problems) = Check(documents);
        var (tables, wrong) = await EachAsync<EstateObject.OfCrosswalk>(sound, crosswalks, of => crosswalks!.PlanAsync(tenant, of, ct));
        var (numbers, _) = await EachAsync<EstateObject.OfIdentifierRule>(sound, rules, async of => (await rules!.PlanAsync(tenant, of, ct), []));
        var (owners, unowned) = ownership is null ? ([], []) : await ownership.PlanAsync(tenant, [.. sound.OfType<EstateObject.OfOwnership>()], ct);
        var (promises, _) = objectives is null ? ([], []) : await objectives.PlanAsync(tenant, [.. sound.OfType<EstateObject.OfObjective>()], ct);
        var (channels, _) = await EachAsync<EstateObject.OfAlertChannel>(sound, alerts, async of => (await alerts!.PlanAsync(tenant, of, ct), []));
        var (others, _) = await EachAsync<EstateObject.OfKind>(sound, kept, async of => (await kept!.PlanAsync(tenant, of, ct), []));
        return (
            [
                .. await store.PlanAsync(tenant, [.. sound.Where(InStore)], ct), .. tables, .. numbers, .. await CausesAsync(sound, of => causes!.PlanAsync(tenant, of, ct)),
                .. owners, .. promises, .. channels, .. others,
            ],
            [.. problems, .. wrong, .. unowned]);
    }

    /// <summary>One by one what has a store of its own; nothing where that store is not there.</summary>
    private static async Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> EachAsync<T>(
        IReadOnlyList<EstateObject> sound, object? store, Func<T, Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)>> act) where T : EstateObject
    {
        var (items, problems) = (new List<EstatePlanItem>(), new List<EstateProblem>());
        if (store is not null)
            foreach (var of in sound.OfType<T>())
            {
                var (item, wrong) = await act(of);
                problems.AddRange(wrong);
                if (wrong.Count == 0)
                    items.Add(item);
            }

        return (items, problems);
    }

    /// <summary>Crosswalks, causes, identifier rules, objectives, alert channels, what belongs to ownership and what brings its own reader have stores of their own.</summary>
    private static bool InStore(EstateObject target) =>
        target is not (EstateObject.OfCrosswalk or EstateObject.OfCauses or EstateObject.OfIdentifierRule or EstateObject.OfOwnership
            or EstateObject.OfObjective or EstateObject.OfAlertChannel or EstateObject.OfKind);

    private async Task<IReadOnlyList<EstatePlanItem>> CausesAsync(IReadOnlyList<EstateObject> sound, Func<EstateObject.OfCauses, Task<EstatePlanItem>> act) =>
        causes is not null && sound.OfType<EstateObject.OfCauses>().FirstOrDefault() is { } of ? [await act(of)] : [];

    /// <summary>What is sound among the documents, connectors first, and what is wrong with the others. Changes nothing and needs no database.</summary>
    public (IReadOnlyList<EstateObject> Sound, IReadOnlyList<EstateProblem> Problems) Check(IReadOnlyList<EstateDocument> documents)
    {
        var (objects, found) = reader.Read(documents);
        var problems = found.ToList();
        var sound = new List<EstateObject>();
        // A connection may use a connector that stands in the same documents and is not in service yet.
        var coming = new Dictionary<string, IConnector>(StringComparer.Ordinal);
        foreach (var target in objects.OrderBy(o => o is EstateObject.OfConnector ? 0 : 1))
        {
            var wrong = Check(target, coming);
            problems.AddRange(wrong);
            if (wrong.Count == 0)
                sound.Add(target);
        }

        return (sound, problems);
    }

    /// <summary>What the tables say comes into service; a document that cannot be read any more is named and left out.</summary>
    public async Task ReloadAsync(TenantScope tenant, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await LoadAsync(tenant, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task LoadAsync(TenantScope tenant, CancellationToken ct)
    {
        await vault.LoadAsync(tenant, ct);
        // Before the connections: the first document that comes may need them.
        if (crosswalks is not null)
            await crosswalks.RefreshAsync(ct);
        if (penalties is not null)
            penalties.Replace([.. (await store.PenaltiesAsync(tenant, ct)).Select(Penalties).OfType<PenaltyDocument>()]);
        if (rules is not null)
            await rules.RefreshAsync(ct);
        var (flowRows, connectionRows, connectorRows) = await store.ReadAsync(tenant, ct);
        foreach (var row in connectorRows.Where(r => _connectorRevisions.GetValueOrDefault(r.Name) != r.Revision))
        {
            var (connector, problems) = connectorDocuments.Read(row.Document, row.Name, row.Revision);
            Report(problems);
            if (connector is not null)
                connectorDocuments.Use(connector);
        }

        _connectorRevisions = connectorRows.ToDictionary(r => r.Name, r => r.Revision);
        var definitions = new List<FlowDefinition>();
        foreach (var row in flowRows)
        {
            var (objects, problems) = reader.Read([new($"{row.Name} version {row.Version}", row.Document)], stored: true);
            Report(problems);
            if (objects is [EstateObject.OfFlow flow])
                definitions.Add(flow.Flow with { Version = row.Version });
        }

        flows.Replace(definitions);
        await LoadCalendarsAsync(tenant, ct);
        var before = connections.All.ToDictionary(c => c.Key);
        var loaded = new List<Connection>();
        foreach (var row in connectionRows)
        {
            var (objects, problems) = reader.Read([new(row.Key, row.Document)], stored: true);
            Report(problems);
            if (objects is [EstateObject.OfConnection of])
                loaded.Add(before.TryGetValue(row.Key, out var same) && _revisions.GetValueOrDefault(row.Key) == row.Revision ? same : of.Connection);
        }

        connections.Replace(loaded);
        _revisions = connectionRows.ToDictionary(r => r.Key, r => r.Revision);
    }

    private PenaltyDocument? Penalties(PenaltyRulesRow row)
    {
        var (objects, problems) = reader.Read([new($"{row.Name} version {row.Version}", row.Document)], stored: true);
        Report(problems);
        return objects is [EstateObject.OfPenaltyRules of] ? of.Document : null;
    }

    private async Task LoadCalendarsAsync(TenantScope tenant, CancellationToken ct)
    {
        if (calendars is null)
            return;
        var loaded = new List<CarrierCalendar>();
        foreach (var row in await store.ReadCalendarsAsync(tenant, ct))
        {
            var (objects, problems) = reader.Read([new(row.Name, row.Document)], stored: true);
            Report(problems);
            if (objects is [EstateObject.OfCalendar of])
                loaded.Add(of.Calendar);
        }

        calendars.Replace(loaded);
    }

    private IReadOnlyList<EstateProblem> Check(EstateObject target, Dictionary<string, IConnector> coming)
    {
        switch (target)
        {
            case EstateObject.OfConnector document:
                var (connector, problems) = connectorDocuments.Read(document.Text, document.Source);
                if (connector is not null)
                    coming[document.Name] = connector;
                return problems;
            case EstateObject.OfConnection { Connection: var connection }:
                return (coming.GetValueOrDefault(connection.Connector) ?? connectors.Find(connection.Connector)) is { } of
                    ? [.. of.Check(connection).Select(p => new EstateProblem(target.Source, 0, "spec", $"{connection.Key}: {p}"))]
                    : [new(target.Source, 0, "spec.connector", $"There is no connector '{connection.Connector}'. There are: {string.Join(", ", connectors.All.Select(x => x.Manifest.Name).Union(coming.Keys).Order(StringComparer.Ordinal))}.")];
            default:
                return [];
        }
    }

    private void Report(IReadOnlyList<EstateProblem> problems)
    {
        foreach (var problem in problems)
            EstateLog.Problem(log, problem.ToString());
    }

    public void Dispose() => _one.Dispose();
}

internal static partial class EstateLog
{
    [LoggerMessage(2601, LogLevel.Error, "Configuration: {Problem}")]
    public static partial void Problem(ILogger logger, string problem);

    [LoggerMessage(2602, LogLevel.Information, "Configuration: {Kind} {Name} {Change} from {Source}")]
    public static partial void Applied(ILogger logger, string kind, string name, EstateChange change, string source);
}
