using System.Globalization;
using ControlPlane.Domain.Objectives;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <summary>
/// A rule file for Prometheus: for each objective its error ratios and the multi-window burn alerts of <see cref="BurnRule"/>, and rules for our own health.
/// Pure: the same objectives give the same text. The series behind it are those of <see cref="Telemetry.ObjectiveEvents"/>.
/// </summary>
public static class PrometheusRules
{
    /// <summary>As the counter is called in Prometheus.</summary>
    public const string Events = "controlplane_objective_events_total";

    public const string BurnAlert = "ControlPlaneObjectiveBurnsItsBudget";
    public const string NoDataAlert = "ControlPlaneObjectiveHasNoData";

    private static readonly TimeSpan Prompt = TimeSpan.FromHours(6);

    /// <param name="objectives">Each name once, and none with <see cref="Objective.Problems"/>.</param>
    /// <param name="job">The <c>job</c> under which Prometheus scrapes us.</param>
    /// <exception cref="ArgumentException">A name is there twice, or an objective has problems.</exception>
    public static string Write(IReadOnlyList<Objective> objectives, string job = "controlplane")
    {
        if (Problems(objectives) is [var first, ..])
            throw new ArgumentException(first, nameof(objectives));
        var groups = objectives.OrderBy(o => o.Name, StringComparer.Ordinal).SelectMany(Groups).Append(PrometheusHealthRules.Group(job));
        using var writer = new StringWriter { NewLine = "\n" };
        writer.WriteLine("# Written by ControlPlane from its objectives; make it anew when they change (docs/telemetry.md).");
        new YamlStream(new YamlDocument(new YamlMappingNode { { "groups", new YamlSequenceNode(groups.Select(g => g.Node())) } })).Save(writer, assignAnchors: false);
        // The writer ends a stream with a mark that a rule file does not need.
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>Why rules cannot be made of these; empty when they can.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<Objective> objectives) =>
    [
        .. objectives.SelectMany(o => o.Problems().Select(p => $"{o.Name}: {p.Field}: {p.Message}")),
        .. objectives.GroupBy(o => o.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"The objective {g.Key} is there {g.Count()} times. Each needs a name of its own."),
    ];

    /// <summary>Fit to stand between quotation marks in PromQL.</summary>
    public static bool IsJob(string job) => job.Length > 0 && !job.Any(c => c is '"' or '\\' or < ' ');

    /// <summary>What somebody is called for is looked at twice a minute. Long windows hardly change in that time, and reading days of samples costs: they are a group of their own.</summary>
    private static IEnumerable<PrometheusRuleGroup> Groups(Objective objective)
    {
        var burns = BurnRule.For(objective.Window.Nominal);
        var spans = burns.SelectMany(b => new[] { b.Short, b.Long }).Append(objective.Window.Nominal).Distinct().Order().ToList();
        (string, string)[] labels = [("objective", objective.Name), ("indicator", objective.Indicator)];
        PrometheusRule Errors(TimeSpan span) => new($"controlplane:objective_errors:ratio_{Duration(span)}", ErrorsIn(objective, span), labels);
        yield return new($"controlplane-objective-{objective.Name}", "30s",
        [
            .. objective.Method == BudgetingMethod.Occurrences ? [] : new[] { new PrometheusRule("controlplane:objective_slice:good_ratio", Slice(objective), labels) },
            .. spans.Where(s => s <= Prompt).Select(Errors),
            new("controlplane:objective_target:ratio", $"vector({Number(objective.Target)})", labels),
            .. burns.Where(b => b.Long <= Prompt).Select(b => Alert(objective, b)),
        ]);
        yield return new($"controlplane-objective-{objective.Name}-long", "5m",
        [
            .. spans.Where(s => s > Prompt).Select(Errors),
            new("controlplane:objective_budget:left_ratio", $"1 - {Recorded(objective, objective.Window.Nominal)} / {Number(objective.Allowance)}", labels),
            .. burns.Where(b => b.Long > Prompt).Select(b => Alert(objective, b)),
            new(NoDataAlert, $"(sum(increase({All(objective)}[1d])) or vector(0)) < {Math.Max(1, objective.MinimumCount)}", [.. labels, ("severity", "info")], "1h",
                $"{objective.Name} has fewer events in a day than it takes to say anything", "It is neither met nor missed. Look whether its channel sends, and whether the indicator still names events that happen."),
        ]);
    }

    private static PrometheusRule Alert(Objective objective, BurnRule burn)
    {
        var limit = Number(burn.Factor * objective.Allowance);
        var (slow, fast) = (Recorded(objective, burn.Long), Recorded(objective, burn.Short));
        // With few events one failure would be a burn of fifty times.
        return new(
            BurnAlert, $"{slow} > {limit}\nand {fast} > {limit}\nand on() sum(increase({All(objective)}[{Duration(burn.Long)}])) >= {objective.MinimumCount}",
            [("objective", objective.Name), ("indicator", objective.Indicator), ("severity", burn.Urgency == AlertUrgency.Page ? "page" : "ticket"), ("long_window", Duration(burn.Long)), ("short_window", Duration(burn.Short))], null,
            $"{objective.Name} burns its budget {Number(burn.Factor)} times too fast",
            $"At this pace {Number(burn.Share * 100)} % of the whole budget go within {Duration(burn.Long)}. Share of bad events: {{{{ $value | humanizePercentage }}}}. Open the worklist and see what late orders have in common.");
    }

    private static string ErrorsIn(Objective objective, TimeSpan span)
    {
        if (objective.Method != BudgetingMethod.Occurrences)
            return $"1 - avg_over_time(controlplane:objective_slice:good_ratio{Of(objective)}[{Duration(span)}])";
        var window = Duration(span);
        // Without an event there is no ratio, neither good nor bad.
        return $"sum(rate({Events}{{{Indicator(objective)},controlplane_outcome=\"bad\"}}[{window}]))\n/ (sum(rate({All(objective)}[{window}])) > 0)";
    }

    /// <summary>Prometheus looks back from each evaluation instead of cutting slices on a grid: their mean is the same but for the edges.</summary>
    private static string Slice(Objective objective)
    {
        var window = Duration(objective.Slice!.Value);
        var ratio = $"sum(rate({Events}{{{Indicator(objective)},controlplane_outcome=\"good\"}}[{window}]))\n/ (sum(rate({All(objective)}[{window}])) > 0)";
        return objective.Method == BudgetingMethod.Timeslices ? $"({ratio})\n>= bool {Number(objective.SliceTarget!.Value)}" : ratio;
    }

    private static string Recorded(Objective objective, TimeSpan span) => $"controlplane:objective_errors:ratio_{Duration(span)}{Of(objective)}";

    private static string Of(Objective objective) => $"{{objective=\"{Escape(objective.Name)}\"}}";

    private static string All(Objective objective) => $"{Events}{{{Indicator(objective)}}}";

    private static string Indicator(Objective objective) => $"controlplane_indicator=\"{Escape(objective.Indicator)}\"";

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    internal static string Duration(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.Days}d" : span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{(long)span.TotalHours}h" : span.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{(long)span.TotalMinutes}m" : $"{(long)Math.Max(1, span.TotalSeconds)}s";
}
