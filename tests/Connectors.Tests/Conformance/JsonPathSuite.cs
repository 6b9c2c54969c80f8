using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Tests.Conformance;

/// <summary>The JSONPath compliance suite over the paths of incoming mappings.</summary>
public static class JsonPathSuite
{
    public static Suite Run(out IReadOnlyList<string> beyond)
    {
        using var suite = JsonDocument.Parse(File.ReadAllBytes(Samples.Find("conformance/jsonpath/cts.json")));
        var taken = new List<string>();
        var cases = suite.RootElement.GetProperty("tests").EnumerateArray().Select(t => Try(t, taken)).ToList();
        beyond = taken;
        return new("JSONPath (RFC 9535)", "jsonpath-standard/jsonpath-compliance-test-suite, cts.json", cases,
            ["A form that is not offered is refused when the mapping is read, with the forms that are: it never selects something else.",
             "Taken beyond the standard, on purpose: " + string.Join(", ", taken.Select(t => $"`{t}`")) + ", and `[?name=value]`. docs/mappings.md says what they mean."]);
    }

    /// <summary>The forms among those not offered, for a reader of the figures.</summary>
    public static string Form(string name) => name[(name.LastIndexOf('|') + 1)..];

    private static Case Try(JsonElement test, List<string> taken)
    {
        var selector = test.GetProperty("selector").GetString()!;
        var name = test.GetProperty("name").GetString()!;
        var path = DocumentPath.TryParse(selector);
        if (test.TryGetProperty("invalid_selector", out var invalid) && invalid.GetBoolean())
        {
            if (path is not null)
                taken.Add(selector);
            // Those two are ours, and documented.
            return Case.Of(name, path is null || selector is "$[]" or "$.1");
        }

        if (path is null)
            return new($"{name}|{FormOf(selector)}", Outcome.NotOffered);
        var found = new List<JsonElement>();
        path.Select(test.GetProperty("document"), found);
        return Case.Of(name, test.TryGetProperty("result", out var result) ? Same(found, result) : test.GetProperty("results").EnumerateArray().Any(r => Same(found, r)));
    }

    private static bool Same(List<JsonElement> found, JsonElement expected) =>
        expected.GetArrayLength() == found.Count && expected.EnumerateArray().Zip(found).All(p => JsonElement.DeepEquals(p.First, p.Second));

    private static string FormOf(string selector) =>
        selector.Contains('?', StringComparison.Ordinal) ? "filters (`[?…]`) with comparisons, logic and functions"
        : selector.Contains("..", StringComparison.Ordinal) ? "descendants (`..`)"
        : selector.Contains(',', StringComparison.Ordinal) ? "several selectors in one bracket (`[0,2]`)"
        : "others";
}
