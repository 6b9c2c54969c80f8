using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Objectives;

/// <summary>A definition as its document says it; version and author come from where it is stored.</summary>
public abstract record ObjectiveDefinition(string Name)
{
    public sealed record OfIndicator(Indicator Indicator) : ObjectiveDefinition(Indicator.Name);

    public sealed record OfObjective(Objective Objective, ObjectiveScope Scope, string? Owner, string? Runbook, CountRule? Count, BudgetPolicy Policy) : ObjectiveDefinition(Objective.Name);

    public sealed record OfComposite(Composite Composite, string Title) : ObjectiveDefinition(Composite.Name);

    public ObjectiveDocumentKind Kind => this switch { OfIndicator => ObjectiveDocumentKind.Indicator, OfObjective => ObjectiveDocumentKind.Objective, _ => ObjectiveDocumentKind.Composite };
}

/// <summary>Reads the documents <c>Indicator</c>, <c>Objective</c> and <c>ObjectiveComposite</c>, strictly.</summary>
internal static partial class ObjectiveReader
{
    public static readonly string[] Kinds = ["Indicator", "Objective", "ObjectiveComposite"];

    private static readonly TimeSpan MostWithin = TimeSpan.FromDays(90);

    private static readonly Dictionary<string, BudgetingMethod> Methods = Enum.GetValues<BudgetingMethod>().ToDictionary(m => m.ToString());

    private static readonly Dictionary<string, CalendarUnit> Units = new()
    {
        ["day"] = CalendarUnit.Day, ["week"] = CalendarUnit.Week, ["month"] = CalendarUnit.Month, ["quarter"] = CalendarUnit.Quarter, ["year"] = CalendarUnit.Year, ["4-4-5"] = CalendarUnit.Retail445,
    };

    private static readonly Dictionary<string, BudgetMeasure> Measures = new() { ["warn"] = BudgetMeasure.Warn, ["fixes-only"] = BudgetMeasure.FixesOnly, ["freeze"] = BudgetMeasure.Freeze };

    public static string Word(CalendarUnit unit) => Units.First(u => u.Value == unit).Key;

    public static string Word(BudgetMeasure measure) => Measures.First(m => m.Value == measure).Key;

    /// <summary>Null only for a kind that is none of <see cref="Kinds"/>; what is wrong is told by the spec.</summary>
    public static ObjectiveDefinition? Read(string kind, string name, StrictYaml metadata, StrictYaml spec)
    {
        if (name.Length is 0 or > 64 || !NamePattern().IsMatch(name))
            metadata.Problem("name", "A name is lower-case letters, digits and hyphens, at most 64: order-ingestion.");
        ObjectiveDefinition? read = kind switch
        {
            "Indicator" => OfIndicator(name, spec),
            "Objective" => OfObjective(name, spec),
            "ObjectiveComposite" => OfComposite(name, spec),
            _ => null,
        };
        spec.Done();
        return read;
    }

    private static ObjectiveDefinition.OfIndicator OfIndicator(string name, StrictYaml spec)
    {
        if (!spec.Has("within"))
            spec.Problem("within", "This key is required: how long it may take, such as 10m.");
        return new(new()
        {
            Name = name, Title = spec.Text("title", name), Kind = spec.Text("kind", "order"), From = Mark(spec, "from"), To = Mark(spec, "to"),
            Within = spec.Duration("within", TimeSpan.FromSeconds(1), MostWithin) ?? TimeSpan.FromMinutes(10), Grace = spec.Duration("grace", TimeSpan.Zero, TimeSpan.FromDays(1)) ?? TimeSpan.FromMinutes(5),
            Calendar = spec.Optional("calendar"),
        });
    }

    private static IndicatorMark Mark(StrictYaml spec, string key)
    {
        if (spec.Child(key) is not { } mark)
        {
            spec.Problem(key, "This key is required: {event: Received} or {reached: erp-posted}.");
            return new(null);
        }

        JournalEventType? type = null;
        if (mark.Optional("event") is { } word)
            if (Enum.TryParse<JournalEventType>(word, out var known) && Enum.IsDefined(known))
                type = known;
            else
                mark.Problem("event", $"There is no event {word}. There are: {string.Join(", ", Enum.GetNames<JournalEventType>())}.");
        var (stage, step, reached) = (mark.Optional("stage"), mark.Optional("step"), mark.Optional("reached"));
        if (reached is not null && (stage is not null || type is not null))
            mark.Problem("reached", "Say either reached, or event and stage: reached names the stage that is completed.");
        if (type is null && stage is null && step is null && reached is null)
            mark.Problem("event", "Say at least one of event, stage, step and reached: without any, every event would fit.");
        var began = key == "from" && mark.Flag("began", false);
        if (began && type is null)
            mark.Problem("began", "Say which event: its own beginning is meant, by how long it took.");
        mark.Done();
        return new(type, reached ?? stage, step, reached is not null, began);
    }

    private static ObjectiveDefinition.OfObjective OfObjective(string name, StrictYaml spec)
    {
        if (!spec.Has("target"))
            spec.Problem("target", "This key is required: the share that has to be good, such as 0.995.");
        var objective = new Objective
        {
            Name = name, Title = spec.Text("title", name), Indicator = spec.Text("indicator"), Target = spec.Decimal("target") ?? 0.99m, Method = spec.Choice("method", Methods, BudgetingMethod.Occurrences, required: false),
            Slice = spec.Duration("timeSliceWindow", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)), SliceTarget = spec.Decimal("timeSliceTarget"), Window = Window(spec), MinimumCount = spec.Long("minimumCount") ?? 1,
        };
        foreach (var problem in objective.Problems())
            spec.Problem(problem.Field, problem.Message);
        if (objective.Slice is { } slice && slice.Ticks % TimeSpan.TicksPerMinute != 0)
            spec.Problem("timeSliceWindow", "A slice is whole minutes: events are counted by the minute.");
        var scope = ObjectiveScope.All;
        if (spec.Child("scope") is { } of)
        {
            scope = new(of.Optional("connection"), of.Optional("brand"), of.Optional("region"), of.Optional("warehouse"), of.Flag("canary", false));
            of.Done();
        }

        return new(objective, scope, spec.Optional("owner"), spec.Optional("runbook"), Count(spec), Policy(spec));
    }

    private static ObjectiveWindow Window(StrictYaml spec)
    {
        if (spec.Child("window") is not { } window)
            return new RollingWindow(TimeSpan.FromDays(30));
        ObjectiveWindow read = new RollingWindow(TimeSpan.FromDays(30));
        if (window.Has("rolling"))
            read = new RollingWindow(window.Duration("rolling", TimeSpan.FromHours(1), TimeSpan.FromDays(400)) ?? TimeSpan.FromDays(30));
        else
        {
            var start = new DateTime(2024, 1, 1);
            if (window.Optional("start") is { } text && !DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out start))
                window.Problem("start", "Expected a date like 2026-02-01, or 2026-02-01 06:00, in the zone's own time.");
            read = new CalendarWindow(window.Choice("calendar", Units, CalendarUnit.Month, required: true), window.Number("count", 1, 1, 52), start, window.Text("zone", "UTC"));
        }

        window.Done();
        return read;
    }

    private static CountRule? Count(StrictYaml spec)
    {
        if (spec.Child("alertByCount") is not { } count)
            return null;
        var rule = new CountRule(count.Number("bad", 3, 1, 1_000_000), count.Duration("within", TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)) ?? TimeSpan.FromHours(1));
        count.Done();
        return rule;
    }

    private static BudgetPolicy Policy(StrictYaml spec)
    {
        if (!spec.Has("policy"))
            return BudgetPolicy.Default;
        var steps = new List<BudgetStep>();
        foreach (var step in spec.Children("policy"))
        {
            var spent = step.Decimal("spent") ?? 0;
            if (spent is <= 0 or > 10)
                step.Problem("spent", "Expected the share of the budget that is spent, above 0: 0.5 is half.");
            steps.Add(new(spent, step.Choice("do", Measures, BudgetMeasure.Warn, required: true)));
            step.Done();
        }

        return new(steps);
    }

    private static ObjectiveDefinition.OfComposite OfComposite(string name, StrictYaml spec)
    {
        var parts = new List<CompositePart>();
        foreach (var part in spec.Children("objectives"))
        {
            var weight = part.Decimal("weight") ?? 1;
            if (weight <= 0)
                part.Problem("weight", "A weight is above 0.");
            parts.Add(new(part.Text("name"), weight));
            part.Done();
        }

        if (parts.Count == 0)
            spec.Problem("objectives", "Name at least one objective: [{name: order-ingestion, weight: 2}].");
        if (parts.GroupBy(p => p.Objective).FirstOrDefault(g => g.Count() > 1) is { } twice)
            spec.Problem("objectives", $"{twice.Key} is named twice.");
        var title = spec.Text("title", name);
        return new(new(name, parts) { Title = title }, title);
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    private static partial Regex NamePattern();
}
