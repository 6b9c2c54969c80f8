using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Manifests;

/// <summary>
/// Reads mapping rows from YAML: <c>to</c>, <c>from</c>, <c>value</c> or <c>expression</c> with <c>with</c>, <c>join</c>, <c>convert</c>, <c>values</c>, <c>crosswalk</c>, <c>default</c>, <c>required</c>, <c>missing</c>, <c>when</c>.
/// </summary>
public static class MappingReader
{
    /// <summary>A document of its own: <c>kind: Mapping</c>. Null when there are problems.</summary>
    public static CompiledMapping? Read(string yaml, ManifestProblems problems)
    {
        var before = problems.Found.Count;
        if (YamlText.Read(yaml, problems) is not { } document || ManifestReader.Envelope(document, "Mapping", problems) is not { } envelope)
            return null;
        var mapping = ReadRows(envelope.Name, envelope.Spec, problems);
        envelope.Spec.Done();
        return problems.Found.Count == before ? mapping : null;
    }

    /// <summary>The rows of a mapping, wherever it stands. Null when they do not compile.</summary>
    internal static CompiledMapping? ReadRows(string name, YamlMap map, ManifestProblems problems)
    {
        var compiled = MappingCompiler.Compile(new MappingTemplate(name, [.. map.Maps("rows").Select(Row)]), Expressions.Expressions.Instance, out var found);
        foreach (var problem in found)
            problems.Add(problem.FileLine > 0 ? problem.FileLine : map.Line, (problem with { FileLine = 0 }).ToString());
        return compiled;
    }

    private static MappingRow Row(YamlMap row)
    {
        var value = row.Text("value");
        var read = new MappingRow
        {
            Target = row.Required("to"),
            Sources = row.Texts("from"),
            Value = value,
            Join = row.Text("join"),
            Expression = row.Text("expression"),
            With = Named(row, "with"),
            When = [.. IncomingReader.Conditions(row, "when").Select(c => new MappingCondition(c.At, c.Is, c.Not, c.Present, c.FileLine))],
            Convert = row.Text("convert") ?? (value is not null && row.IsPlain("value") ? PlainType(value) : null),
            Values = Table(row),
            Crosswalk = CrosswalkReader.Read(row, CrosswalkDirection.ToTheirs),
            Default = row.Text("default"),
            Missing = Missing(row, MissingPolicy.LeaveOut, MissingPolicy.Refuse, MissingPolicy.WriteNull),
            FileLine = row.Line,
        };
        row.Done();
        return read;
    }

    /// <summary>What happens without a value; <c>required: true</c> is the short form of <c>missing: refuse</c>.</summary>
    internal static MissingPolicy Missing(YamlMap row, params MissingPolicy[] allowed)
    {
        var required = row.Flag("required");
        var missing = row.Choice("missing", required ? MissingPolicy.Refuse : MissingPolicy.LeaveOut, [.. allowed.Select(p => (Word(p), p))]);
        if (required && missing != MissingPolicy.Refuse)
            row.Problem("missing", $"The row is required and says {Word(missing)}. Leave out one of the two.");
        return missing;
    }

    private static string Word(MissingPolicy policy) => policy switch
    {
        MissingPolicy.Refuse => "refuse",
        MissingPolicy.WriteNull => "write-null",
        _ => "leave-out",
    };

    internal static Dictionary<string, string> Named(YamlMap row, string key)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, source) in row.Pairs(key))
            if (!table.TryAdd(name, source))
                row.Problem(key, $"'{name}' stands there twice.");
        return table;
    }

    private static Dictionary<string, string>? Table(YamlMap row)
    {
        var table = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (source, target) in row.Pairs("values"))
            if (!table.TryAdd(source, target))
                row.Problem("values", $"'{source}' stands there twice; case makes no difference.");
        return table.Count > 0 ? table : null;
    }

    /// <summary>As YAML means it: <c>value: 5</c> is a number, <c>value: "5"</c> and <c>value: 007</c> are text.</summary>
    private static string? PlainType(string value) =>
        value is "true" or "false" ? "boolean"
        : value.TrimStart('-') is ['0', >= '0' and <= '9', ..] ? null
        : decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? "number"
        : null;
}
