namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>Turns rows into a <see cref="CompiledIncoming"/>, once, and says everything that is wrong at once.</summary>
public static class IncomingCompiler
{
    internal const int LongestExpression = 2_000;

    /// <param name="expressions">Null where none can be run: a row with one is then a problem.</param>
    public static CompiledIncoming? Compile(IncomingTemplate template, IExpressionCompiler? expressions, out IReadOnlyList<MappingProblem> problems)
    {
        var found = new List<MappingProblem>();
        problems = found;
        if (template.Rows.Count is 0 or > MappingCompiler.MostRows)
            found.Add(new(template.Name, 0, 0, $"It has {template.Rows.Count} rows. Allowed: 1 to {MappingCompiler.MostRows}."));
        var lines = template.Lines is null ? null : DocumentPath.TryParse(template.Lines.At);
        if (template.Lines is { } at && (lines is null || lines.OfLine || !lines.Many))
            found.Add(new(template.Name, 0, at.FileLine, $"'{at.At}' is no path to lines. Allowed: {DocumentPath.Allowed}; it starts with $ and holds []."));
        var only = Conditions(template.Name, 0, template.Lines?.Only ?? [], inLine: true, found);
        var rows = new List<RowReader>();
        for (var i = 0; i < template.Rows.Count && i < MappingCompiler.MostRows; i++)
            if (Row(template, i + 1, expressions, found) is { } row)
                rows.Add(row);
        foreach (var missing in IncomingTargets.All(template.Kind).Where(t => t.Needed && template.Rows.All(r => r.Target != t.Path)))
            found.Add(new(template.Name, 0, 0, $"No row gives {missing.Path}, which every {Word(template.Kind)} needs."));
        if (lines is null && template.Lines is null && template.Rows.Any(r => r.Target.StartsWith("lines[].", StringComparison.Ordinal)))
            found.Add(new(template.Name, 0, 0, "It has rows for lines and does not say where the lines stand. Write lines: {at: …}."));
        return found.Count > 0 ? null : new(template, lines, only, rows);
    }

    private static RowReader? Row(IncomingTemplate template, int number, IExpressionCompiler? expressions, List<MappingProblem> found)
    {
        var row = template.Rows[number - 1];
        var before = found.Count;
        void Problem(string message) => found.Add(new(template.Name, number, row.FileLine, message));
        var target = IncomingTargets.Find(template.Kind, row.Target);
        if (target is null)
        {
            Problem($"'{row.Target}' is no part of the {Word(template.Kind)}.{Near(template.Kind, row.Target)} Allowed: {string.Join(", ", IncomingTargets.All(template.Kind).Select(t => t.Path))}{(template.Kind == IncomingKind.Order ? ", references.<name>, extensions.<name>" : "")}.");
            return null;
        }

        var ways = (row.Sources.Count > 0 ? 1 : 0) + (row.Value is not null ? 1 : 0) + (row.Expression is not null ? 1 : 0);
        if (ways != 1)
            Problem("A row has sources to read from, or a constant value, or an expression: one of the three.");
        if (row.Value is not null && (row.Default is not null || row.Required))
            Problem("A constant value needs neither a default nor to be required.");
        if (!IncomingConversion.TryParse(row.Convert, target.Type, out var conversion, out var wrong))
            Problem(wrong);
        if (row.Join is not null && target.Type is not (IncomingType.Text or IncomingType.Id))
            Problem("Only texts can be joined.");
        var sources = row.Sources.Select(s => Source(s, target.OfLine, Problem)).OfType<RowSource>().ToArray();
        var with = row.With.Select(w => KeyValuePair.Create(w.Key, Source(w.Value, target.OfLine, Problem)!)).ToArray();
        var expression = Expression(row, expressions, Problem);
        foreach (var (what, text) in new[] { ("value", row.Value), ("default", row.Default) })
            if (text is not null && !conversion.Sums && conversion.Apply(text, target.Type, 2) is null)
                Problem($"The {what} '{text}' is not {IncomingConversion.Word(target.Type)}.");
        var when = Conditions(template.Name, number, row.When, target.OfLine, found);
        var crosswalk = IncomingCrosswalk.Compile(row, target, conversion, s => Source(s, target.OfLine, Problem), Problem);
        return found.Count > before ? null : new(row, number, target, sources, with, expression, conversion, when, crosswalk);
    }

    private static IExpression? Expression(IncomingRow row, IExpressionCompiler? expressions, Action<string> problem)
    {
        if (row.Expression is null)
        {
            if (row.With.Count > 0)
                problem("'with' names the values of an expression, and there is none.");
            return null;
        }

        if (row.Expression.Length > LongestExpression)
            problem($"The expression is longer than {LongestExpression} characters.");
        else if (expressions is null)
            problem("Expressions cannot be used here.");
        else if (expressions.Compile(row.Expression, [.. row.With.Keys], out var wrong) is { } compiled)
            return compiled;
        else
            problem(wrong);
        return null;
    }

    private static RowSource? Source(string text, bool inLine, Action<string> problem)
    {
        if (text == "position" && inLine)
            return new RowSource.Position();
        if (text == "receivedAt")
            return new RowSource.Received();
        if (text.StartsWith("settings.", StringComparison.Ordinal) && text.Length > "settings.".Length)
            return new RowSource.Setting(text["settings.".Length..]);
        if (DocumentPath.TryParse(text) is not { } path)
            problem($"'{text}' cannot be read. Allowed: {DocumentPath.Allowed}; receivedAt; settings.<name>; and in lines position.");
        else if (path.OfLine && !inLine)
            problem($"'{text}' starts at a line, and its target is not within lines[].");
        else
            return new RowSource.Place(path);
        return null;
    }

    internal static ConditionReader[] Conditions(string name, int row, IReadOnlyList<IncomingCondition> conditions, bool inLine, List<MappingProblem> found)
    {
        var read = new List<ConditionReader>();
        foreach (var condition in conditions)
            if (DocumentPath.TryParse(condition.At) is not { } path || path.OfLine && !inLine)
                found.Add(new(name, row, condition.FileLine, $"'{condition.At}' is no path. Allowed: {DocumentPath.Allowed}."));
            else if (condition is { Is.Count: 0, Not.Count: 0, Present: null })
                found.Add(new(name, row, condition.FileLine, "A condition needs is, not, or present."));
            else
                read.Add(new(condition, path));
        return [.. read];
    }

    /// <summary>For people who mistyped: the closest name, if one is close.</summary>
    private static string Near(IncomingKind kind, string target) =>
        IncomingTargets.All(kind).FirstOrDefault(t => string.Equals(t.Path, target, StringComparison.OrdinalIgnoreCase) || t.Path.EndsWith("." + target, StringComparison.OrdinalIgnoreCase)) is { } near
            ? $" Did you mean {near.Path}?" : "";

    private static string Word(IncomingKind kind) => kind == IncomingKind.Order ? "order" : "shipment";
}

/// <summary>Conditions on a document as a whole, checked and ready.</summary>
public sealed class DocumentConditions
{
    private readonly ConditionReader[] _conditions;

    private DocumentConditions(ConditionReader[] conditions) => _conditions = conditions;

    public static DocumentConditions None { get; } = new([]);

    public static DocumentConditions Compile(string name, IReadOnlyList<IncomingCondition> conditions, List<MappingProblem> problems) =>
        new(IncomingCompiler.Conditions(name, 0, conditions, inLine: false, problems));

    public bool Hold(System.Text.Json.JsonElement document) => Array.TrueForAll(_conditions, c => c.Holds(document, document));
}
