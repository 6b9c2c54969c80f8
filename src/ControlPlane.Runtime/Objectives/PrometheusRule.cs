using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <summary>One rule of a rule file for Prometheus 2: a series that is recorded, or an alert.</summary>
/// <param name="Name">Of the series, or of the alert.</param>
/// <param name="Expression">PromQL.</param>
/// <param name="For">How long an alert has to hold before it fires, as Prometheus writes it (<c>5m</c>); null: at once.</param>
/// <param name="Summary">What happened, in one sentence; null for a series.</param>
/// <param name="Description">What to do next; null for a series.</param>
public sealed record PrometheusRule(
    string Name, string Expression, IReadOnlyList<(string Name, string Value)> Labels, string? For = null, string? Summary = null, string? Description = null)
{
    internal YamlMappingNode Node()
    {
        var node = new YamlMappingNode { { Summary is null ? "record" : "alert", Name }, { "expr", new YamlScalarNode(Expression) { Style = ScalarStyle.Literal } } };
        if (For is not null)
            node.Add("for", For);
        if (Labels.Count > 0)
            node.Add("labels", Map(Labels));
        if (Summary is not null)
            node.Add("annotations", Map([("summary", Summary), ("description", Description ?? "")]));
        return node;
    }

    // Quoted: a label may look like a number, and Prometheus takes text only.
    private static YamlMappingNode Map(IEnumerable<(string Name, string Value)> pairs) =>
        new(pairs.Select(p => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(p.Name), new YamlScalarNode(p.Value) { Style = ScalarStyle.DoubleQuoted })));
}

/// <summary>Rules that are evaluated one after the other, so that a later one sees what an earlier one recorded.</summary>
/// <param name="Interval">How often, as Prometheus writes it.</param>
public sealed record PrometheusRuleGroup(string Name, string Interval, IReadOnlyList<PrometheusRule> Rules)
{
    internal YamlMappingNode Node() => new() { { "name", Name }, { "interval", Interval }, { "rules", new YamlSequenceNode(Rules.Select(r => r.Node())) } };
}
