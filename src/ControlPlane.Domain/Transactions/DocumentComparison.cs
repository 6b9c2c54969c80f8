using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace ControlPlane.Domain.Transactions;

public enum FieldDifference
{
    Same,
    Changed,

    /// <summary>Only in the second document.</summary>
    Added,

    /// <summary>Only in the first document.</summary>
    Gone,
}

/// <param name="Path"><c>lines[0].sku</c>; for text that is no JSON and no XML the line's number.</param>
public sealed record ComparedField(string Path, string? Before, string? After)
{
    public FieldDifference Change => Before == After ? FieldDifference.Same : Before is null ? FieldDifference.Added : After is null ? FieldDifference.Gone : FieldDifference.Changed;
}

/// <summary>Two documents field by field. Numbers are compared as they are written; the order of members does not count, the order of lines does. Pure.</summary>
public static class DocumentComparison
{
    /// <summary>More fields are not compared: nobody reads them.</summary>
    public const int MostFields = 5_000;

    private const int LongestValue = 500;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 128, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>In the order of the first document, what was added after it.</summary>
    public static IReadOnlyList<ComparedField> Compare(string before, string after)
    {
        var (was, now) = (Flatten(before), Flatten(after));
        return [.. was.Select(f => new ComparedField(f.Key, f.Value, now.GetValueOrDefault(f.Key))), .. now.Where(f => !was.ContainsKey(f.Key)).Select(f => new ComparedField(f.Key, null, f.Value))];
    }

    /// <summary>Every value by its path.</summary>
    public static IReadOnlyDictionary<string, string> Flatten(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var start = text.AsSpan().TrimStart();
        try
        {
            if (start.Length > 0 && start[0] is '{' or '[')
            {
                using var json = JsonDocument.Parse(text, Lenient);
                Json(json.RootElement, "", fields);
                return fields;
            }

            if (start.Length > 0 && start[0] == '<')
            {
                using var reader = XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, ConformanceLevel = ConformanceLevel.Document });
                if (XDocument.Load(reader).Root is { } root)
                    Xml(root, root.Name.LocalName, fields, 0);
                return fields;
            }
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            fields.Clear();
        }

        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
            Add(fields, $"line {++number}", line);
        return fields;
    }

    private static void Json(JsonElement at, string path, Dictionary<string, string> into)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject())
                    Json(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", into);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var entry in at.EnumerateArray())
                    Json(entry, $"{path}[{index++}]", into);
                break;
            default:
                Add(into, path, at.ValueKind == JsonValueKind.Null ? "null" : at.ToString());
                break;
        }
    }

    private static void Xml(XElement at, string path, Dictionary<string, string> into, int depth)
    {
        foreach (var attribute in at.Attributes().Where(a => !a.IsNamespaceDeclaration))
            Add(into, $"{path}@{attribute.Name.LocalName}", attribute.Value);
        if (!at.HasElements)
        {
            Add(into, path, at.Value);
            return;
        }

        if (depth > 100)
            return;
        foreach (var group in at.Elements().GroupBy(e => e.Name.LocalName))
        {
            var same = group.ToList();
            for (var i = 0; i < same.Count; i++)
                Xml(same[i], same.Count == 1 ? $"{path}.{group.Key}" : $"{path}.{group.Key}[{i}]", into, depth + 1);
        }
    }

    private static void Add(Dictionary<string, string> into, string path, string value)
    {
        if (into.Count < MostFields)
            into[path] = value.Length > LongestValue ? value[..LongestValue] + "…" : value;
    }
}
