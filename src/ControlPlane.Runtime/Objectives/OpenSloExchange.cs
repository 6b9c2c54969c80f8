using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Estate;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <param name="Outcomes">By name of the objective.</param>
/// <param name="Problems">By line and field; where there is one, nothing was imported.</param>
public sealed record OpenSloImport(IReadOnlyList<(string Name, ObjectivePublished Outcome)> Outcomes, IReadOnlyList<EstateProblem> Problems);

/// <summary>OpenSLO v1 into the store and out of it. Imported twice nothing changes; what was exported comes back equal.</summary>
public sealed class OpenSloExchange(ObjectiveStore store)
{
    private const string Service = "controlplane";

    /// <summary>All of the file or, where something is wrong in it, nothing. What OpenSLO cannot say of an objective that is here already (owner, scope, policy) stays.</summary>
    public async Task<OpenSloImport> ImportAsync(string text, string source, string author, string reason, CancellationToken ct)
    {
        var here = (await store.NewestAsync(ct)).Select(d => d.Definition).OfType<ObjectiveDefinition.OfObjective>().ToDictionary(d => d.Name);
        var (objects, found) = OpenSloFile.Read(text, source, new HashSet<(OpenSloKind, string)> { (OpenSloKind.Service, Service) });
        var objectives = objects.Where(o => o.Kind == OpenSloKind.SLO).SelectMany(OpenSloObjectives.Of).ToList();
        var problems = found.Concat(objectives.SelectMany(o => o.Problems().Select(p => new EstateProblem(source, 0, $"{o.Name}.{p.Field}", p.Message)))).ToList();
        if (problems.Count == 0 && objectives.Count == 0)
            problems.Add(new(source, 0, "kind", "There is no SLO in it."));
        var documents = objectives.ConvertAll(o => (o.Name, Text: ObjectiveText.Write(here.TryGetValue(o.Name, out var known) ? known with { Objective = o with { MinimumCount = known.Objective.MinimumCount } } : new(o, ObjectiveScope.All, null, null, null, BudgetPolicy.Default))));
        // An SLO may be written in ways that are none of ours, such as a name with dots.
        problems.AddRange(documents.SelectMany(d => ObjectiveBoard.Read(d.Text, source).Problems.Select(p => p with { Line = 0, Field = $"{d.Name}: {p.Field}" })));
        var outcomes = new List<(string, ObjectivePublished)>();
        if (problems.Count == 0)
            foreach (var (name, document) in documents)
                outcomes.Add((name, await store.PublishAsync(document, null, author, reason, applied: false, ct)));
        return new(outcomes, problems);
    }

    /// <summary>Everything that OpenSLO can say; what it cannot (a 4-4-5 calendar) is named.</summary>
    public async Task<(string Text, IReadOnlyList<string> LeftOut)> ExportAsync(CancellationToken ct)
    {
        var (objects, left) = (new List<OpenSloObject>(), new List<string>());
        foreach (var published in await store.AllAsync(ct))
            if (published.Objective.Window is CalendarWindow { Unit: CalendarUnit.Retail445 })
                left.Add(published.Objective.Name);
            else
                objects.Add(OpenSloObjectives.Write(published.Objective, Service));
        if (objects.Count > 0)
            objects.Insert(0, new(OpenSloKind.Service, Service, new YamlMappingNode
            {
                { "apiVersion", OpenSloFile.Version }, { "kind", nameof(OpenSloKind.Service) }, { "metadata", new YamlMappingNode { { "name", Service } } }, { "spec", new YamlMappingNode { { "description", "Retail integration by ControlPlane" } } },
            }));
        return (OpenSloFile.Write(objects), left);
    }
}
