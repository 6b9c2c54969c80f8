using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Objectives;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Writes definitions as documents; read again they are equal.</summary>
public static class ObjectiveText
{
    public static string Write(ObjectiveDefinition definition)
    {
        var text = new StringBuilder();
        void Line(string key, string? value, int depth = 1)
        {
            if (value is not null)
                text.Append(' ', depth * 2).Append(key).Append(": ").Append(value).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"kind: {definition.Kind switch { ObjectiveDocumentKind.Composite => "ObjectiveComposite", var kind => kind.ToString() }}\nmetadata: {{name: {definition.Name}}}\nspec:\n");
        switch (definition)
        {
            case ObjectiveDefinition.OfIndicator { Indicator: var i }:
                Line("title", Quote(i.Title));
                Line("kind", Quote(i.Kind));
                Line("from", Mark(i.From));
                Line("to", Mark(i.To));
                Line("within", Short(i.Within));
                Line("grace", Short(i.Grace));
                Line("calendar", Quote(i.Calendar));
                break;
            case ObjectiveDefinition.OfObjective { Objective: var o } of:
                Line("title", Quote(o.Title));
                Line("indicator", Quote(o.Indicator));
                Line("target", o.Target.ToString(CultureInfo.InvariantCulture));
                Line("window", Window(o.Window));
                Line("method", o.Method == BudgetingMethod.Occurrences ? null : o.Method.ToString());
                Line("timeSliceWindow", o.Slice is { } slice ? Short(slice) : null);
                Line("timeSliceTarget", o.SliceTarget?.ToString(CultureInfo.InvariantCulture));
                Line("minimumCount", o.MinimumCount == 1 ? null : o.MinimumCount.ToString(CultureInfo.InvariantCulture));
                Line("scope", Scope(of.Scope));
                Line("owner", Quote(of.Owner));
                Line("runbook", Quote(of.Runbook));
                Line("alertByCount", of.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{{bad: {count.Bad}, within: {Short(count.Within)}}}") : null);
                if (!of.Policy.Steps.SequenceEqual(BudgetPolicy.Default.Steps))
                    Line("policy", $"[{string.Join(", ", of.Policy.Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{{spent: {s.Spent}, do: {ObjectiveReader.Word(s.Measure)}}}")))}]");
                break;
            case ObjectiveDefinition.OfComposite { Composite: var c } of:
                Line("title", Quote(of.Title));
                Line("objectives", $"[{string.Join(", ", c.Parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{{name: {p.Objective}, weight: {p.Weight}}}")))}]");
                break;
        }

        return text.ToString();
    }

    /// <summary>In a unit that divides it: 10m, 24h, 30d.</summary>
    public static string Short(TimeSpan span) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(span.Ticks % TimeSpan.TicksPerDay == 0 && span > TimeSpan.Zero ? $"{span.Days}d" : span.Ticks % TimeSpan.TicksPerHour == 0 && span > TimeSpan.Zero ? $"{(long)span.TotalHours}h" : span.Ticks % TimeSpan.TicksPerMinute == 0 && span > TimeSpan.Zero ? $"{(long)span.TotalMinutes}m" : span.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{(long)span.TotalSeconds}s" : $"{(long)span.TotalMilliseconds}ms")}");

    private static string Mark(IndicatorMark mark)
    {
        string?[] parts = [mark.Type is { } type ? $"event: {type}" : null, mark.Stage is { } stage ? $"{(mark.Reached ? "reached" : "stage")}: {Quote(stage)}" : null, mark.Step is { } step ? $"step: {Quote(step)}" : null, mark.Began ? "began: true" : null];
        return "{" + string.Join(", ", parts.Where(p => p is not null)) + "}";
    }

    private static string Window(ObjectiveWindow window) => window switch
    {
        RollingWindow rolling => $"{{rolling: {Short(rolling.Length)}}}",
        CalendarWindow c => string.Create(CultureInfo.InvariantCulture, $"{{calendar: {ObjectiveReader.Word(c.Unit)}, count: {c.Count}, start: {Quote(c.Start.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))}, zone: {Quote(c.Zone)}}}"),
        _ => throw new ArgumentOutOfRangeException(nameof(window)),
    };

    private static string? Scope(ObjectiveScope scope)
    {
        if (scope == ObjectiveScope.All)
            return null;
        (string, string?)[] parts = [("connection", scope.Connection), ("brand", scope.Brand), ("region", scope.Region), ("warehouse", scope.Warehouse)];
        return "{" + string.Join(", ", parts.Where(p => p.Item2 is not null).Select(p => $"{p.Item1}: {Quote(p.Item2)}").Concat(scope.Canary ? ["canary: true"] : [])) + "}";
    }

    /// <summary>JSON's strings are YAML's, too.</summary>
    private static string? Quote(string? text) => text is null ? null : JsonSerializer.Serialize(text, QuoteOptions);

    private static readonly JsonSerializerOptions QuoteOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
