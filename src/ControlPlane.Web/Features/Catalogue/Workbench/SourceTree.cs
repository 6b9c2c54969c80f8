using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace ControlPlane.Web.Features.Catalogue;

/// <param name="Path">As a row reads it; empty for what holds others.</param>
public sealed record SourceLeaf(int Depth, string Name, string Value, string Path);

/// <summary>A document as a list of its places, each with the path by which a row reads it. Bounded: the first entries of a list stand for all.</summary>
public static class SourceTree
{
    public const int MostLeaves = 400;
    private const int MostEntries = 3;
    private const int LongestValue = 80;

    /// <param name="linesAt">Path of the lines: below it paths begin with <c>@</c>.</param>
    public static IReadOnlyList<SourceLeaf> Of(JsonElement document, string? linesAt)
    {
        var leaves = new List<SourceLeaf>();
        Walk(document, "", "$", "$", 0, linesAt, leaves);
        return leaves;
    }

    private static void Walk(JsonElement at, string name, string path, string general, int depth, string? linesAt, List<SourceLeaf> into)
    {
        if (into.Count >= MostLeaves || depth > 24)
            return;
        if (general == linesAt)
            path = "@";
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                if (name.Length > 0)
                    into.Add(new(depth - 1, name, "", ""));
                foreach (var member in at.EnumerateObject())
                    Walk(member.Value, member.Name, path + DocumentProfile.Step(member.Name), general + DocumentProfile.Step(member.Name), depth + 1, linesAt, into);
                break;
            case JsonValueKind.Array:
                var index = 0;
                if (at.GetArrayLength() > 1)
                    into.Add(new(Math.Max(0, depth - 1), name, $"{at.GetArrayLength().ToString(CultureInfo.InvariantCulture)} entries", ""));
                foreach (var entry in at.EnumerateArray().Take(MostEntries))
                    Walk(entry, $"{name}[{index.ToString(CultureInfo.InvariantCulture)}]", $"{path}[{(index++).ToString(CultureInfo.InvariantCulture)}]", general + "[]", depth, linesAt, into);
                break;
            default:
                into.Add(new(Math.Max(0, depth - 1), name, Short(DocumentPath.TextOf(at) ?? "nothing"), path));
                break;
        }
    }

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";
}
