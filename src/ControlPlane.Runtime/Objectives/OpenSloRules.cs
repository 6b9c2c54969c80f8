using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Objectives;

/// <summary>The rules of OpenSLO v1 by kind, as its specification and its Go SDK have them. Unknown keys are problems, too.</summary>
internal static partial class OpenSloRules
{
    private const int LongestDescription = 1050;

    private static readonly Dictionary<string, string> Methods = Words("Occurrences", "Timeslices", "RatioTimeslices");

    private static readonly Dictionary<string, string> Operators = Words("gt", "lt", "gte", "lte");

    /// <summary>Checks one object and answers its name.</summary>
    public static string Check(StrictYaml document, OpenSloKind kind, OpenSloReferences references)
    {
        var name = Metadata(document);
        if (Spec(document) is { } spec)
        {
            Inner(spec, kind, references, document);
            spec.Done();
        }

        document.Done();
        return name;
    }

    private static void Inner(StrictYaml spec, OpenSloKind kind, OpenSloReferences references, StrictYaml owner)
    {
        if (spec.Optional("description") is { Length: > LongestDescription })
            spec.Problem("description", $"At most {LongestDescription} characters.");
        switch (kind)
        {
            case OpenSloKind.DataSource:
                spec.Text("type");
                if (!spec.Has("connectionDetails"))
                    spec.Problem("connectionDetails", "This key is required.");
                break;
            case OpenSloKind.SLI:
                Indicator(spec);
                break;
            case OpenSloKind.SLO:
                Objective(spec, references, owner);
                break;
            case OpenSloKind.AlertPolicy:
                Policy(spec, references, owner);
                break;
            case OpenSloKind.AlertCondition:
                Condition(spec);
                break;
            case OpenSloKind.AlertNotificationTarget:
                spec.Text("target");
                break;
        }
    }

    private static string Metadata(StrictYaml document)
    {
        if (document.Child("metadata") is not { } metadata)
        {
            document.Problem("metadata", "This key is required.");
            return "";
        }

        var name = Label(metadata, "name", required: true);
        if (metadata.Optional("displayName") is { Length: > 63 })
            metadata.Problem("displayName", "At most 63 characters.");
        if (metadata.Child("labels") is { } labels)
            foreach (var key in labels.Keys)
            {
                labels.Skip(key);
                if (!LabelKey().IsMatch(key))
                    labels.Problem(key, "A label's key has at most 63 letters, digits, hyphens, underscores and dots, and begins and ends with a letter or digit.");
            }

        foreach (var key in metadata.Map("annotations").Keys)
            if (!AnnotationKey().IsMatch(key))
                metadata.Problem("annotations", $"{key} is not a key of an annotation: domain.example/name.");
        metadata.Done();
        return name;
    }

    private static StrictYaml? Spec(StrictYaml document)
    {
        if (document.Child("spec") is { } spec)
            return spec;
        document.Problem("spec", "This key is required.");
        return null;
    }

    private static void Objective(StrictYaml spec, OpenSloReferences references, StrictYaml owner)
    {
        spec.Text("service");
        var objectives = spec.Children("objectives");
        var composite = objectives.Any(o => o.Has("indicator") || o.Has("indicatorRef"));
        if (composite && (spec.Has("indicator") || spec.Has("indicatorRef")))
            spec.Problem("indicator", "The indicator stands here, or at each objective, not at both.");
        else if (!composite)
            IndicatorOrReference(spec, references, owner);
        var method = spec.Choice("budgetingMethod", Methods, "", required: true);
        if (objectives.Count == 0)
            spec.Problem("objectives", "An SLO needs an objective.");
        foreach (var objective in objectives)
        {
            Target(objective, method);
            if (composite)
            {
                IndicatorOrReference(objective, references, owner);
                if (objective.Decimal("compositeWeight") <= 0)
                    objective.Problem("compositeWeight", "A weight is above 0.");
            }

            objective.Done();
        }

        Windows(spec);
        foreach (var policy in spec.Children("alertPolicies"))
            InlineOrReference(policy, "alertPolicyRef", OpenSloKind.AlertPolicy, references, owner);
    }

    private static void Target(StrictYaml objective, string method)
    {
        objective.Optional("displayName");
        if (objective.Has("op"))
            objective.Choice("op", Operators, "", required: false);
        objective.Decimal("value");
        var (target, percent) = (objective.Decimal("target"), objective.Decimal("targetPercent"));
        if (target is null == percent is null)
            objective.Problem("target", "Exactly one of target and targetPercent is required.");
        if (target is < 0 or >= 1)
            objective.Problem("target", "At least 0, below 1.");
        if (percent is < 0 or >= 100)
            objective.Problem("targetPercent", "At least 0, below 100.");
        var share = objective.Decimal("timeSliceTarget");
        if (method == "Timeslices" && share is not (> 0 and <= 1))
            objective.Problem("timeSliceTarget", "Timeslices need the share from which on a slice is good: above 0, at most 1.");
        var slice = Duration(objective, "timeSliceWindow");
        if (method is "Timeslices" or "RatioTimeslices" && slice is null)
            objective.Problem("timeSliceWindow", $"{method} need the length of a slice: 1m.");
    }

    private static void Windows(StrictYaml spec)
    {
        var windows = spec.Children("timeWindow");
        if (windows.Count > 1)
            spec.Problem("timeWindow", "Exactly one window.");
        foreach (var window in windows)
        {
            if (Duration(window, "duration") is null)
                window.Problem("duration", "This key is required: 28d, 1M.");
            var rolling = window.Flag("isRolling", false);
            var calendar = window.Child("calendar");
            if (rolling == calendar is not null)
                window.Problem("calendar", rolling ? "A rolling window has no calendar." : "A window that does not roll needs a calendar.");
            if (calendar is not null)
            {
                if (!DateTime.TryParseExact(calendar.Text("startTime"), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                    calendar.Problem("startTime", "Expected a time like 2026-01-01 00:00:00.");
                if (!TimeZoneInfo.TryFindSystemTimeZoneById(calendar.Text("timeZone"), out _))
                    calendar.Problem("timeZone", "Expected a zone like Europe/Berlin.");
                calendar.Done();
            }

            window.Done();
        }
    }

    private static void IndicatorOrReference(StrictYaml spec, OpenSloReferences references, StrictYaml owner)
    {
        if (spec.Has("indicator") == spec.Has("indicatorRef"))
            spec.Problem("indicator", "Exactly one of indicator and indicatorRef is required.");
        if (Label(spec, "indicatorRef", required: false) is { Length: > 0 } name)
            references.Add(spec, "indicatorRef", OpenSloKind.SLI, name, owner.Tree);
        if (spec.Child("indicator") is not { } indicator)
            return;
        Metadata(indicator);
        if (Spec(indicator) is { } inner)
        {
            Inner(inner, OpenSloKind.SLI, references, owner);
            inner.Done();
        }

        indicator.Done();
    }

    private static void Indicator(StrictYaml spec)
    {
        if (spec.Has("thresholdMetric") == spec.Has("ratioMetric"))
            spec.Problem("ratioMetric", "Exactly one of thresholdMetric and ratioMetric is required.");
        Metric(spec, "thresholdMetric");
        if (spec.Child("ratioMetric") is not { } ratio)
            return;
        ratio.Flag("counter", false);
        if (ratio.Has("raw"))
        {
            if (ratio.Has("good") || ratio.Has("bad") || ratio.Has("total"))
                ratio.Problem("raw", "raw stands alone, without good, bad and total.");
            ratio.Choice("rawType", Words("success", "failure"), "", required: true);
        }
        else
        {
            if (!ratio.Has("total"))
                ratio.Problem("total", "total is required, or raw.");
            if (ratio.Has("good") == ratio.Has("bad"))
                ratio.Problem("good", "Exactly one of good and bad is required.");
        }

        foreach (var part in new[] { "raw", "good", "bad", "total" })
            Metric(ratio, part);
        ratio.Done();
    }

    private static void Metric(StrictYaml parent, string key)
    {
        if (parent.Child(key) is not { } metric)
            return;
        if (metric.Child("metricSource") is { } source)
        {
            Label(source, "metricSourceRef", required: false);
            source.Optional("type");
            if (source.Child("spec") is not { Keys.Count: > 0 })
                source.Problem("spec", "Say what is asked of the source: spec: { query: … }.");
            source.Done();
        }
        else
        {
            metric.Problem("metricSource", "This key is required.");
        }

        metric.Done();
    }

    private static void Policy(StrictYaml spec, OpenSloReferences references, StrictYaml owner)
    {
        foreach (var flag in new[] { "alertWhenNoData", "alertWhenBreaching", "alertWhenResolved" })
            spec.Flag(flag, false);
        var conditions = spec.Children("conditions");
        if (conditions.Count != 1)
            spec.Problem("conditions", "Exactly one condition.");
        foreach (var condition in conditions)
            InlineOrReference(condition, "conditionRef", OpenSloKind.AlertCondition, references, owner);
        var targets = spec.Children("notificationTargets");
        if (targets.Count == 0)
            spec.Problem("notificationTargets", "At least one target.");
        foreach (var target in targets)
            InlineOrReference(target, "targetRef", OpenSloKind.AlertNotificationTarget, references, owner);
    }

    private static void Condition(StrictYaml spec)
    {
        spec.Text("severity");
        if (spec.Child("condition") is not { } condition)
        {
            spec.Problem("condition", "This key is required.");
            return;
        }

        condition.Choice("kind", Words("burnrate"), "", required: true);
        condition.Choice("op", Operators, "", required: true);
        if (condition.Decimal("threshold") is null)
            condition.Problem("threshold", "This key is required.");
        if (Duration(condition, "lookbackWindow") is null)
            condition.Problem("lookbackWindow", "This key is required: 1h.");
        Duration(condition, "alertAfter");
        condition.Done();
    }

    private static void InlineOrReference(StrictYaml node, string key, OpenSloKind kind, OpenSloReferences references, StrictYaml owner)
    {
        if (Label(node, key, required: false) is { Length: > 0 } name)
        {
            references.Add(node, key, kind, name, owner.Tree);
        }
        else
        {
            node.Choice("kind", Words(kind.ToString()), "", required: true);
            Metadata(node);
            if (Spec(node) is { } spec)
            {
                Inner(spec, kind, references, owner);
                spec.Done();
            }
        }

        node.Done();
    }

    /// <summary>A DNS label of RFC 1123.</summary>
    private static string Label(StrictYaml node, string key, bool required)
    {
        var text = required ? node.Text(key) : node.Optional(key) ?? "";
        if (text.Length > 0 && !DnsLabel().IsMatch(text))
            node.Problem(key, "At most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.");
        return text;
    }

    /// <summary>A whole number and a unit; the month is a capital M. Null where the key is missing or wrong, which is told.</summary>
    private static string? Duration(StrictYaml node, string key)
    {
        if (node.Optional(key) is not { Length: > 0 } text)
            return null;
        if (!DurationPattern().IsMatch(text))
            node.Problem(key, "Expected a whole number with m, h, d, w, M, Q or Y: 28d, 1M.");
        return text;
    }

    private static Dictionary<string, string> Words(params string[] words) => words.ToDictionary(w => w);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$")]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"^([a-z0-9][-a-z0-9.]{0,251}[a-z0-9]/|[a-z0-9]/)?[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$")]
    private static partial Regex AnnotationKey();

    [GeneratedRegex("^[1-9][0-9]{0,5}[mhdwMQY]$")]
    private static partial Regex DurationPattern();
}
