using System.Globalization;
using ControlPlane.Domain.Objectives;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Between an SLO as OpenSLO writes it and objectives that are computed here.</summary>
public static class OpenSloObjectives
{
    /// <summary>The type of a metric source that is our own journal; objectives on others are kept and shown, without figures.</summary>
    public const string Source = "ControlPlane";

    /// <summary>
    /// Each target of an SLO is an objective. One whose indicator is not ours gets the indicator's name all the same: it has no data, and says so.
    /// Without a window it is 30 rolling days. Composite SLOs answer one for each part.
    /// </summary>
    public static IReadOnlyList<Objective> Of(OpenSloObject slo)
    {
        if (slo.Kind != OpenSloKind.SLO)
            throw new ArgumentException($"{slo.Kind} {slo.Name} is no SLO.", nameof(slo));
        var spec = Map(slo.Tree, "spec")!;
        var targets = ((YamlSequenceNode)spec.Children["objectives"]).OfType<YamlMappingNode>().ToList();
        var window = spec.Children.TryGetValue("timeWindow", out var node) && node is YamlSequenceNode { Children: [YamlMappingNode only] } ? Window(only) : new RollingWindow(TimeSpan.FromDays(30));
        return [.. targets.Select((target, i) => new Objective
        {
            Name = targets.Count == 1 ? slo.Name : $"{slo.Name}-{i + 1}",
            Title = Text(target, "displayName") ?? Text(Map(slo.Tree, "metadata")!, "displayName") ?? slo.Name,
            Indicator = Indicator(target) ?? Indicator(spec) ?? "",
            Target = Number(target, "target") ?? Number(target, "targetPercent")!.Value / 100,
            Method = Enum.Parse<BudgetingMethod>(Text(spec, "budgetingMethod")!),
            Slice = Text(target, "timeSliceWindow") is { } slice && Text(spec, "budgetingMethod") != nameof(BudgetingMethod.Occurrences) ? Span(slice) : null,
            SliceTarget = Text(spec, "budgetingMethod") == nameof(BudgetingMethod.Timeslices) ? Number(target, "timeSliceTarget") : null,
            Window = window,
        })];
    }

    /// <summary>As an SLO with its indicator in it.</summary>
    public static OpenSloObject Write(Objective objective, string service)
    {
        var target = new YamlMappingNode { { "displayName", objective.Title }, { "target", Text(objective.Target) } };
        if (objective.SliceTarget is { } share)
            target.Add("timeSliceTarget", Text(share));
        if (objective.Slice is { } slice)
            target.Add("timeSliceWindow", Short(slice));
        var spec = new YamlMappingNode
        {
            { "service", service },
            { "indicator", new YamlMappingNode { { "metadata", Named(objective.Indicator) }, { "spec", Ratio(objective.Indicator) } } },
            { "timeWindow", new YamlSequenceNode(Window(objective.Window)) },
            { "budgetingMethod", objective.Method.ToString() },
            { "objectives", new YamlSequenceNode(target) },
        };
        return new(OpenSloKind.SLO, objective.Name, new() { { "apiVersion", OpenSloFile.Version }, { "kind", nameof(OpenSloKind.SLO) }, { "metadata", Named(objective.Name) }, { "spec", spec } });
    }

    private static ObjectiveWindow Window(YamlMappingNode node)
    {
        var duration = Text(node, "duration")!;
        if (Map(node, "calendar") is not { } calendar)
            return new RollingWindow(Span(duration));
        var unit = duration[^1] switch
        {
            'd' => CalendarUnit.Day,
            'w' => CalendarUnit.Week,
            'M' => CalendarUnit.Month,
            'Q' => CalendarUnit.Quarter,
            'Y' => CalendarUnit.Year,
            _ => (CalendarUnit?)null,
        };
        // Minutes and hours have no calendar: they roll.
        return unit is null
            ? new RollingWindow(Span(duration))
            : new CalendarWindow(unit.Value, int.Parse(duration[..^1], CultureInfo.InvariantCulture), DateTime.ParseExact(Text(calendar, "startTime")!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Text(calendar, "timeZone")!);
    }

    private static YamlMappingNode Window(ObjectiveWindow window) => window switch
    {
        RollingWindow rolling => new() { { "duration", Short(rolling.Length) }, { "isRolling", "true" } },
        CalendarWindow { Unit: CalendarUnit.Retail445 } => throw new NotSupportedException("OpenSLO has no 4-4-5 calendar: this objective can be exported as our own document only."),
        CalendarWindow calendar => new()
        {
            { "duration", calendar.Count.ToString(CultureInfo.InvariantCulture) + calendar.Unit switch { CalendarUnit.Day => "d", CalendarUnit.Week => "w", CalendarUnit.Month => "M", CalendarUnit.Quarter => "Q", _ => "Y" } },
            { "isRolling", "false" },
            { "calendar", new YamlMappingNode { { "startTime", calendar.Start.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) }, { "timeZone", calendar.Zone } } },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(window)),
    };

    private static YamlMappingNode Ratio(string indicator) => new()
    {
        { "ratioMetric", new YamlMappingNode { { "counter", "true" }, { "good", Metric(indicator, "good") }, { "total", Metric(indicator, "total") } } },
    };

    private static YamlMappingNode Metric(string indicator, string count) =>
        new() { { "metricSource", new YamlMappingNode { { "type", Source }, { "spec", new YamlMappingNode { { "indicator", indicator }, { "count", count } } } } } };

    private static YamlMappingNode Named(string name) => new() { { "name", name } };

    private static string? Indicator(YamlMappingNode at) =>
        Text(at, "indicatorRef") ?? (Map(at, "indicator") is { } inline && Map(inline, "metadata") is { } metadata ? Text(metadata, "name") : null);

    private static YamlMappingNode? Map(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? value as YamlMappingNode : null;

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? (value as YamlScalarNode)?.Value : null;

    private static decimal? Number(YamlMappingNode node, string key) => Text(node, key) is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of a rolling window a month has 30 days, a quarter 90, a year 365.</summary>
    private static TimeSpan Span(string duration) => int.Parse(duration[..^1], CultureInfo.InvariantCulture) * duration[^1] switch
    {
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        'w' => TimeSpan.FromDays(7),
        'M' => TimeSpan.FromDays(30),
        'Q' => TimeSpan.FromDays(90),
        _ => TimeSpan.FromDays(365),
    };

    private static string Short(TimeSpan span) => span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.Days}d" : span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{(long)span.TotalHours}h" : $"{(long)span.TotalMinutes}m";
}
