using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Estate;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <param name="Outcomes">By name of the objective.</param>
/// <param name="Problems">By line and field; where there is one, nothing was imported.</param>
public sealed record OpenSloImport(IReadOnlyList<(string Name, ObjectivePublished Outcome)> Outcomes, IReadOnlyList<EstateProblem> Problems);

/// <summary>OpenSLO v1 into the store and out of it. Imported twice nothing changes, and neither does what was exported and comes back: it makes no new version.</summary>
public sealed class OpenSloExchange(ObjectiveStore store)
{
    private const string Service = "controlplane";

    /// <summary>All of the file or, where something is wrong in it, nothing. What OpenSLO cannot say of an objective that is here already (owner, scope, policy) stays.</summary>
    public async Task<OpenSloImport> ImportAsync(string text, string source, string author, string reason, CancellationToken ct)
    {
        var here = (await store.NewestAsync(ct)).Where(d => d.Definition is ObjectiveDefinition.OfObjective).ToDictionary(d => d.Definition.Name);
        var (objects, found) = OpenSloFile.Read(text, source, new HashSet<(OpenSloKind, string)> { (OpenSloKind.Service, Service) });
        var objectives = objects.Where(o => o.Kind == OpenSloKind.SLO).SelectMany(OpenSloObjectives.Of).ToList();
        var problems = found.Concat(objectives.SelectMany(o => o.Problems().Select(p => new EstateProblem(source, 0, $"{o.Name}.{p.Field}", p.Message)))).ToList();
        if (problems.Count == 0 && objectives.Count == 0)
            problems.Add(new(source, 0, "kind", "There is no SLO in it."));
        var documents = objectives.ConvertAll(o => (o.Name, Text: ObjectiveText.Write(here.GetValueOrDefault(o.Name)?.Definition is ObjectiveDefinition.OfObjective known
            ? known with { Objective = o with { MinimumCount = known.Objective.MinimumCount } }
            : new ObjectiveDefinition.OfObjective(o, ObjectiveScope.All, null, null, null, BudgetPolicy.Default))));
        // An SLO may be written in ways that are none of ours, such as a name with dots.
        problems.AddRange(documents.SelectMany(d => ObjectiveBoard.Read(d.Text, source).Problems.Select(p => p with { Line = 0, Field = $"{d.Name}: {p.Field}" })));
        var outcomes = new List<(string, ObjectivePublished)>();
        if (problems.Count == 0)
            foreach (var (name, document) in documents)
                outcomes.Add((name, here.TryGetValue(name, out var inService) && ObjectiveText.Write(inService.Definition) == document
                    // By what it says and not by its text: people and the shipped file write the same objective in other words.
                    ? new(true, "unchanged", "Nothing is different from what is in service.", inService.Version, [])
                    : await store.PublishAsync(document, null, author, reason, applied: false, ct)));
        return new(outcomes, problems);
    }

    /// <summary>Everything that OpenSLO can say. What it cannot is named: whole objects, such as composites, and single fields of those that are in the text.</summary>
    public async Task<(string Text, IReadOnlyList<string> LeftOut)> ExportAsync(CancellationToken ct)
    {
        var (objects, left) = (new List<OpenSloObject>(), new List<string>());
        foreach (var definition in (await store.NewestAsync(ct)).Select(d => d.Definition))
            switch (definition)
            {
                case ObjectiveDefinition.OfIndicator:
                    left.Add($"indicator {definition.Name}: from, to, within, grace, calendar; its name alone is in the text");
                    break;
                case ObjectiveDefinition.OfObjective { Objective.Window: CalendarWindow { Unit: CalendarUnit.Retail445 } }:
                    left.Add($"objective {definition.Name}: it is held over a 4-4-5 calendar");
                    break;
                case ObjectiveDefinition.OfObjective of:
                    objects.Add(OpenSloObjectives.Write(of.Objective, Service));
                    if (Unsaid(of) is { Count: > 0 } fields)
                        left.Add($"objective {definition.Name}: {string.Join(", ", fields)}");
                    break;
                default:
                    left.Add($"composite {definition.Name}");
                    break;
            }

        if (objects.Count > 0)
            objects.Insert(0, new(OpenSloKind.Service, Service, new YamlMappingNode
            {
                { "apiVersion", OpenSloFile.Version }, { "kind", nameof(OpenSloKind.Service) }, { "metadata", new YamlMappingNode { { "name", Service } } }, { "spec", new YamlMappingNode { { "description", "Retail integration by ControlPlane" } } },
            }));
        return (OpenSloFile.Write(objects), left);
    }

    /// <summary>Fields of our document, by name, that OpenSLO has no place for. What is as it is by default loses nothing.</summary>
    private static List<string> Unsaid(ObjectiveDefinition.OfObjective of)
    {
        (string Field, bool Lost)[] fields =
        [
            ("minimumCount", of.Objective.MinimumCount != 1), ("scope", of.Scope != ObjectiveScope.All), ("owner", of.Owner is not null), ("runbook", of.Runbook is not null), ("alertByCount", of.Count is not null),
            ("policy", !of.Policy.Steps.SequenceEqual(BudgetPolicy.Default.Steps)),
        ];
        return [.. fields.Where(f => f.Lost).Select(f => f.Field)];
    }
}
