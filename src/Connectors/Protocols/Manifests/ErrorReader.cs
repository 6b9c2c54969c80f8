using Connectors.Protocols.Http;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>errors:</c>, where a target's codes stand and what they mean here.</summary>
internal static class ErrorReader
{
    internal static readonly (string, FaultKind)[] Kinds =
    [
        ("transient", FaultKind.Transient), ("throttled", FaultKind.Throttled), ("maintenance", FaultKind.Maintenance),
        ("authentication", FaultKind.Authentication), ("data", FaultKind.Data), ("conflict", FaultKind.Conflict),
        ("unknown-outcome", FaultKind.UnknownOutcome), ("internal", FaultKind.Internal),
    ];

    public static ErrorSpec Read(YamlMap? map)
    {
        if (map is null)
            return ErrorSpec.None;
        var errors = new ErrorSpec
        {
            Code = Paths(map, "code"),
            Message = Paths(map, "message"),
            Field = Paths(map, "field"),
            Present = Paths(map, "present"),
            RetryAfter = Paths(map, "retryAfter"),
            Rules = [.. map.Maps("map").Select(Rule)],
        };
        map.Done();
        return errors;
    }

    public static List<JsonPath> Paths(YamlMap map, string key)
    {
        var paths = new List<JsonPath>();
        foreach (var text in map.Texts(key))
            if (JsonPath.TryParse(text) is { } path)
                paths.Add(path);
            else
                map.Problem(key, $"'{text}' is no path. Allowed: {JsonPath.Allowed}.");
        return paths;
    }

    private static FaultRule Rule(YamlMap map)
    {
        var rule = new FaultRule(map.Statuses("status"), map.Texts("code"), map.Choice("kind", FaultKind.Data, Kinds), map.Text("as"), map.Text("message")) { Texts = map.Texts("text") };
        if (rule.Statuses.Count == 0 && rule.Codes.Count == 0 && rule.Texts.Count == 0)
            map.Problem("code", "A rule needs a code, a status, a text, or several of them.");
        if (!map.Has("kind"))
            map.Problem("kind", $"A value is missing. Allowed: {string.Join(", ", Kinds.Select(k => k.Item1))}.");
        map.Done();
        return rule;
    }
}
