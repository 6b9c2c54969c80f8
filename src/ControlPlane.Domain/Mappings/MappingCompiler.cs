using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;

namespace ControlPlane.Domain.Mappings;

/// <summary>Turns rows into a <see cref="CompiledMapping"/>, once, and says everything that is wrong at once.</summary>
public static class MappingCompiler
{
    public const int MostRows = 1_000;

    /// <summary>As the other, where no expression can be run.</summary>
    public static CompiledMapping? Compile(MappingTemplate template, out IReadOnlyList<MappingProblem> problems) => Compile(template, null, out problems);

    /// <summary>Null when there are <paramref name="problems"/>.</summary>
    /// <param name="expressions">Null where none can be run: a row with one is then a problem.</param>
    public static CompiledMapping? Compile(MappingTemplate template, IExpressionCompiler? expressions, out IReadOnlyList<MappingProblem> problems)
    {
        var found = new List<MappingProblem>();
        problems = found;
        if (template.Rows.Count is 0 or > MostRows)
            found.Add(new(template.Name, 0, 0, $"It has {template.Rows.Count} rows. Allowed: 1 to {MostRows}."));
        var root = new TargetTree();
        for (var i = 0; i < template.Rows.Count && i < MostRows; i++)
        {
            var row = template.Rows[i];
            if (AddRow(root, template.Name, row, i + 1, expressions) is { } problem)
                found.Add(new(template.Name, i + 1, row.FileLine, problem));
        }

        foreach (var problem in root.Problems(""))
            found.Add(new(template.Name, 0, 0, problem));
        return found.Count > 0 ? null : new CompiledMapping(template, root.BuildObject());
    }

    private static string? AddRow(TargetTree root, string template, MappingRow row, int number, IExpressionCompiler? expressions)
    {
        if (!TargetPath.TryParse(row.Target, out var path, out var problem))
            return problem;
        if (new[] { row.Sources.Count > 0, row.Value is not null, row.Expression is not null }.Count(way => way) != 1)
            return "A row has sources to read from, or a constant value, or an expression: one of the three.";
        if (row.Value is not null && (row.Default is not null || row.Missing != MissingPolicy.LeaveOut))
            return "A constant value needs neither a default nor a word about what happens when it is missing.";
        if (row.Default is not null && row.Missing == MissingPolicy.WriteNull)
            return "With a default there is never a null to write. Leave out one of the two.";
        if (!ValueConversion.TryParse(row.Convert, out var conversion, out problem))
            return problem;
        if (row.Values is not null && !conversion.YieldsText)
            return "A table of values yields text. Leave out the conversion, or use text, upper, lower, trim or cut:N.";
        if (row.Join is not null && (row.Sources.Count == 0 || conversion.Sums))
            return "'join' puts texts of sources together: it needs 'from', and does not go with a sum.";
        if (conversion.Sums && row.Sources.Count == 0)
            return "'sum' adds up sources, and there are none.";
        var scope = new RowLines(path.Any(s => s.Index == TargetPath.EachLine));
        return FindSources(row, conversion, expressions, scope, out var sources)
            ?? FindConditions(row, scope, out var when)
            ?? FindConstant(row.Default, conversion, "default", out var fallback)
            ?? OutgoingCrosswalk.Find(row, conversion, scope, fallback, out var crosswalk)
            ?? root.Add(path, scope.Repeats ? scope.Lines : LineScope.None, new ValueNode(template, row, number, sources!, fallback, when, conversion, row.Values is null ? null : new MappingTable(row.Values), crosswalk));
    }

    private static string? FindSources(MappingRow row, ValueConversion conversion, IExpressionCompiler? expressions, RowLines lines, out RowSources? sources)
    {
        sources = null;
        if (row.Value is not null)
        {
            var wrong = FindConstant(row.Value, conversion, "value", out var constant);
            sources = new RowSources.Constant(constant);
            return wrong;
        }

        if (row.Expression is not null)
            return FindExpression(row, expressions, lines, out sources);
        if (row.With.Count > 0)
            return "'with' names the values of an expression, and there is none.";
        var together = row.Join is not null || conversion.Sums;
        var found = new List<SourcePath>();
        foreach (var name in row.Sources)
        {
            if (lines.Find(name, together, out var source) is { } problem)
                return problem;
            if (row.Join is null && !conversion.Takes(source!.Kind))
                return $"'{name}' is {Word(source.Kind)} and cannot become {row.Convert}.";
            found.Add(source!);
        }

        sources = together ? new RowSources.Together([.. found], row.Join, conversion) : new RowSources.First([.. found]);
        return null;
    }

    private static string? FindExpression(MappingRow row, IExpressionCompiler? expressions, RowLines lines, out RowSources? sources)
    {
        sources = null;
        if (row.Expression!.Length > IncomingCompiler.LongestExpression)
            return $"The expression is longer than {IncomingCompiler.LongestExpression} characters.";
        if (expressions is null)
            return "Expressions cannot be used here.";
        var with = new List<KeyValuePair<string, SourcePath>>();
        foreach (var (name, from) in row.With)
        {
            if (lines.Find(from, together: false, out var source) is { } problem)
                return problem;
            with.Add(new(name, source!));
        }

        if (expressions.Compile(row.Expression, [.. row.With.Keys], out var wrong) is not { } compiled)
            return wrong;
        sources = new RowSources.Expression(compiled, [.. with]);
        return null;
    }

    private static string? FindConditions(MappingRow row, RowLines lines, out RowCondition[] when)
    {
        var found = new List<RowCondition>();
        when = [];
        foreach (var condition in row.When)
        {
            if (lines.Find(condition.At, together: true, out var at) is { } problem)
                return "In 'when': " + problem;
            if (condition.Is.Count == 0 && condition.Not.Count == 0 && condition.Present is null)
                return $"The condition on {condition.At} asks nothing. Allowed: is: […], not: […], present: true or false.";
            found.Add(new(condition, at!));
        }

        when = [.. found];
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
