using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>
/// Reads mappings of received documents: <c>lines</c> with <c>at</c> and <c>only</c>, and rows with <c>to</c>, <c>from</c>, <c>value</c> or <c>expression</c> with <c>with</c>,
/// <c>join</c>, <c>convert</c>, <c>values</c>, <c>crosswalk</c>, <c>default</c>, <c>required</c>, <c>missing</c>, <c>when</c>.
/// </summary>
public static class IncomingReader
{
    /// <summary>Null when there are problems, all of which are then noted.</summary>
    public static CompiledIncoming? Read(string name, IncomingKind kind, YamlMap map, ManifestProblems problems)
    {
        var before = problems.Found.Count;
        var lines = map.Map("lines") is { } at ? Lines(at) : null;
        var template = new IncomingTemplate(name, kind, lines, [.. map.Maps("rows").Select(Row)]);
        map.Done();
        if (problems.Found.Count > before)
            return null;
        var compiled = IncomingCompiler.Compile(template, Expressions.Expressions.Instance, out var found);
        Note(found, map.Line, problems);
        return compiled;
    }

    /// <summary>A mapping as a document of its own, as the workbench edits it: what stands below <c>order:</c> or <c>shipment:</c>.</summary>
    public static (CompiledIncoming? Mapping, IReadOnlyList<ManifestProblem> Problems) ReadText(string yaml, string name, IncomingKind kind)
    {
        var problems = new ManifestProblems(name);
        var mapping = YamlText.Read(yaml, problems) is { } map ? Read(name, kind, map, problems) : null;
        return (mapping, problems.Found);
    }

    internal static void Note(IEnumerable<MappingProblem> found, int line, ManifestProblems problems)
    {
        foreach (var problem in found)
            problems.Add(problem.FileLine > 0 ? problem.FileLine : line, (problem with { FileLine = 0 }).ToString());
    }

    internal static List<IncomingCondition> Conditions(YamlMap map, string key)
    {
        var conditions = new List<IncomingCondition>();
        foreach (var entry in map.Maps(key))
        {
            conditions.Add(new(entry.Required("at"), entry.Texts("is"), entry.Texts("not"), entry.Has("present") ? entry.Flag("present") : null, entry.Line));
            entry.Done();
        }

        return conditions;
    }

    private static IncomingLines Lines(YamlMap map)
    {
        var lines = new IncomingLines(map.Required("at"), Conditions(map, "only"), map.Line);
        map.Done();
        return lines;
    }

    private static IncomingRow Row(YamlMap row)
    {
        var read = new IncomingRow
        {
            Target = row.Required("to"),
            Sources = row.Texts("from"),
            Value = row.Text("value"),
            Join = row.Text("join"),
            Expression = row.Text("expression"),
            With = MappingReader.Named(row, "with"),
            Convert = row.Text("convert"),
            Values = row.Has("values") ? Pairs(row, "values") : null,
            Crosswalk = CrosswalkReader.Read(row, CrosswalkDirection.ToOurs),
            Default = row.Text("default"),
            Required = MappingReader.Missing(row, MissingPolicy.LeaveOut, MissingPolicy.Refuse) == MissingPolicy.Refuse,
            When = Conditions(row, "when"),
            FileLine = row.Line,
        };
        row.Done();
        return read;
    }

    private static Dictionary<string, string> Pairs(YamlMap row, string key)
    {
        var table = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (source, target) in row.Pairs(key))
            if (!table.TryAdd(source, target))
                row.Problem(key, $"'{source}' stands there twice.");
        return table;
    }
}
