using System.Text.Json;

namespace ControlPlane.Domain.Mappings;

/// <summary>Turns rows into a <see cref="CompiledMapping"/>, once, and says everything that is wrong at once.</summary>
public static class MappingCompiler
{
    public const int MostRows = 1_000;

    /// <summary>Null when there are <paramref name="problems"/>.</summary>
    public static CompiledMapping? Compile(MappingTemplate template, out IReadOnlyList<MappingProblem> problems)
    {
        var found = new List<MappingProblem>();
        problems = found;
        if (template.Rows.Count is 0 or > MostRows)
            found.Add(new(template.Name, 0, 0, $"It has {template.Rows.Count} rows. Allowed: 1 to {MostRows}."));
        var root = new TargetTree();
        for (var i = 0; i < template.Rows.Count && i < MostRows; i++)
        {
            var row = template.Rows[i];
            if (AddRow(root, template.Name, row) is { } problem)
                found.Add(new(template.Name, i + 1, row.FileLine, problem));
        }

        foreach (var problem in root.Problems(""))
            found.Add(new(template.Name, 0, 0, problem));
        return found.Count > 0 ? null : new CompiledMapping(template, root.BuildObject());
    }

    private static string? AddRow(TargetTree root, string template, MappingRow row)
    {
        if (!TargetPath.TryParse(row.Target, out var path, out var problem))
            return problem;
        if (row.Sources.Count == 0 == row.Value is null)
            return "A row has either sources to read from or a constant value, and not both.";
        if (row.Value is not null && (row.Default is not null || row.Required))
            return "A constant value needs neither a default nor to be required.";
        if (!ValueConversion.TryParse(row.Convert, out var conversion, out problem))
            return problem;
        if (row.Values is not null && !conversion.YieldsText)
            return "A table of values yields text. Leave out the conversion, or use text, upper, lower, trim or cut:N.";
        return FindSources(row, conversion, out var sources, out var lines)
            ?? FindConstant(row.Value, conversion, "value", out var constant)
            ?? FindConstant(row.Default, conversion, "default", out var fallback)
            ?? OutgoingCrosswalk.Find(row, conversion, sources, ref lines, fallback, out var crosswalk)
            ?? root.Add(path, lines, new ValueNode(template, row, sources, constant, fallback, conversion, row.Values is null ? null : new MappingTable(row.Values), crosswalk));
    }

    private static string? FindSources(MappingRow row, ValueConversion conversion, out SourcePath[] sources, out LineScope lines)
    {
        var found = new List<SourcePath>();
        sources = [];
        lines = LineScope.None;
        foreach (var name in row.Sources)
        {
            if (SourcePaths.Find(name) is not { } source)
                return $"'{name}' cannot be read. {SourcePaths.Allowed(name)}";
            if (!conversion.Takes(source.Kind))
                return $"'{name}' is {Word(source.Kind)} and cannot become {row.Convert}.";
            if (source.Lines != LineScope.None && lines != LineScope.None && lines != source.Lines)
                return "The sources of one row repeat over different lines. Use one of order.lines[], order.shippableLines[] and shipment.lines[].";
            lines = source.Lines == LineScope.None ? lines : source.Lines;
            found.Add(source);
        }

        sources = [.. found];
        return null;
    }

    /// <summary>A constant is tried once now, so that it cannot fail later.</summary>
    private static string? FindConstant(string? text, ValueConversion conversion, string what, out SourceValue value)
    {
        value = SourceValue.Of(text);
        if (text is null)
            return null;
        if (text.Length == 0)
            return $"The {what} is empty. Leave it out instead.";
        using var scratch = new Utf8JsonWriter(Stream.Null);
        return conversion.Write(scratch, in value) is null ? null : $"The {what} '{text}' does not fit the conversion.";
    }

    private static string Word(SourceKind kind) => kind switch
    {
        SourceKind.Integer => "a whole number",
        SourceKind.Money => "an amount",
        SourceKind.Instant => "an instant",
        SourceKind.Boolean => "true or false",
        _ => "text",
    };
}
