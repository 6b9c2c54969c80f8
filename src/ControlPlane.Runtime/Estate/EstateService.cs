using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Estate;

/// <summary>Understands connectors that users wrote and makes them available. The composition root provides it.</summary>
public interface IConnectorDocuments
{
    /// <summary>Empty when it was taken; otherwise what is wrong, and the version in service stays.</summary>
    IReadOnlyList<EstateProblem> Load(string document, string source);
}

/// <summary>Brings configuration into service: reads, checks, stores, and swaps what the engine sees.</summary>
public sealed class EstateService(
    EstateReader reader, EstateStore store, ConnectionRegistry connections, FlowCatalog flows, IConnectorDocuments connectorDocuments, IConnectorCatalog connectors, ILogger<EstateService> log)
{
    /// <summary>Applies documents. Those with problems are left out and reported; what they would replace stays in service.</summary>
    public async Task<(IReadOnlyList<EstatePlanItem> Applied, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(
        TenantScope tenant, IReadOnlyList<EstateDocument> documents, string author, string reason, CancellationToken ct)
    {
        var (objects, problems) = reader.Read(documents);
        var all = problems.ToList();
        var sound = new List<EstateObject>();
        foreach (var target in objects.OrderBy(o => o is EstateObject.OfConnector ? 0 : 1))
        {
            var wrong = Check(target);
            all.AddRange(wrong);
            if (wrong.Count == 0)
                sound.Add(target);
        }

        var applied = await store.ApplyAsync(tenant, sound, author, reason, ct);
        await ReloadAsync(tenant, ct);
        return (applied, all);
    }

    public async Task<(IReadOnlyList<EstatePlanItem> Plan, IReadOnlyList<EstateProblem> Problems)> PlanAsync(TenantScope tenant, IReadOnlyList<EstateDocument> documents, CancellationToken ct)
    {
        var (objects, problems) = reader.Read(documents);
        var sound = objects.Where(o => Check(o).Count == 0).ToList();
        return (await store.PlanAsync(tenant, sound, ct), [.. problems, .. objects.SelectMany(Check)]);
    }

    /// <summary>What the tables say comes into service; a document that cannot be read any more is named and left out.</summary>
    public async Task ReloadAsync(TenantScope tenant, CancellationToken ct)
    {
        var (flowRows, connectionRows, connectorRows) = await store.ReadAsync(tenant, ct);
        foreach (var row in connectorRows)
            Report(connectorDocuments.Load(row.Document, row.Name));
        var definitions = new List<FlowDefinition>();
        foreach (var row in flowRows)
        {
            var (objects, problems) = reader.Read([new($"{row.Name} version {row.Version}", row.Document)]);
            Report(problems);
            if (objects is [EstateObject.OfFlow flow])
                definitions.Add(flow.Flow with { Version = row.Version });
        }

        flows.Replace(definitions);
        var before = connections.All.ToDictionary(c => c.Key);
        var loaded = new List<Connection>();
        foreach (var row in connectionRows)
        {
            var (objects, problems) = reader.Read([new(row.Key, row.Document)]);
            Report(problems);
            if (objects is [EstateObject.OfConnection of])
                loaded.Add(before.TryGetValue(row.Key, out var same) && _revisions.GetValueOrDefault(row.Key) == row.Revision ? same : of.Connection);
        }

        connections.Replace(loaded);
        _revisions = connectionRows.ToDictionary(r => r.Key, r => r.Revision);
    }

    private Dictionary<string, int> _revisions = [];

    private IReadOnlyList<EstateProblem> Check(EstateObject target) => target switch
    {
        EstateObject.OfConnector connector => connectorDocuments.Load(connector.Text, connector.Source),
        EstateObject.OfConnection { Connection: var c } when connectors.Find(c.Connector) is not { } =>
            [new(target.Source, 0, "spec.connector", $"There is no connector '{c.Connector}'. There are: {string.Join(", ", connectors.All.Select(x => x.Manifest.Name).Order(StringComparer.Ordinal))}.")],
        EstateObject.OfConnection { Connection: var c } => [.. connectors.Find(c.Connector)!.Check(c).Select(p => new EstateProblem(target.Source, 0, "spec", p))],
        _ => [],
    };

    private void Report(IReadOnlyList<EstateProblem> problems)
    {
        foreach (var problem in problems)
            EstateLog.Problem(log, problem.ToString());
    }
}

internal static partial class EstateLog
{
    [LoggerMessage(2601, LogLevel.Error, "Configuration: {Problem}")]
    public static partial void Problem(ILogger logger, string problem);

    [LoggerMessage(2602, LogLevel.Information, "Configuration: {Kind} {Name} {Change} from {Source}")]
    public static partial void Applied(ILogger logger, string kind, string name, EstateChange change, string source);
}
