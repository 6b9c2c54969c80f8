using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>Whether two versions of a schema fit together, with a document as proof wherever they do not. Pure.</summary>
public static class SchemaCompatibility
{
    private const int MostFindings = 50;

    /// <summary>Empty when the promise is kept.</summary>
    /// <param name="seeds">Real documents to try as witnesses first; what is proven by one really came.</param>
    public static IReadOnlyList<CompatibilityFinding> Compare(JsonSchema old, JsonSchema next, CompatibilityMode mode, IEnumerable<JsonElement>? seeds = null)
    {
        var real = seeds?.ToList() ?? [];
        var findings = new List<CompatibilityFinding>();
        if (mode.LooksBack())
            findings.AddRange(OneWay(CompatibilityDirection.Backward, old, next, real));
        if (mode.LooksAhead())
            findings.AddRange(OneWay(CompatibilityDirection.Forward, next, old, real));
        return findings;
    }

    private static IEnumerable<CompatibilityFinding> OneWay(CompatibilityDirection direction, JsonSchema accepting, JsonSchema refusing, List<JsonElement> seeds)
    {
        var search = new WitnessSearch(accepting, refusing);
        var findings = new List<CompatibilityFinding>();
        foreach (var doubt in SchemaSubset.Doubts(accepting.Root, refusing.Root))
        {
            if (findings.Count >= MostFindings)
                break;
            var at = PlaceStep.Shown(doubt.Path);
            if (findings.Exists(f => f.At == at && f.Keyword == doubt.Keyword && f.Message == doubt.Message))
                continue;
            var witness = search.Find(doubt);
            var refusal = witness is { } found ? refusing.Validate(found, 1).FirstOrDefault()?.ToString() : null;
            findings.Add(new(direction, at, doubt.Keyword, doubt.Message, witness, refusal));
        }

        // A real document counts even where the comparison found nothing to doubt.
        foreach (var seed in seeds.Where(search.Is).Take(1))
            if (!findings.Exists(f => f.Proven) && refusing.Validate(seed, 1) is [var violation])
                findings.Insert(0, new(direction, violation.At, violation.Rule[(violation.Rule.LastIndexOf('/') + 1)..], violation.Message, seed, violation.ToString()));
        return findings;
    }
}
