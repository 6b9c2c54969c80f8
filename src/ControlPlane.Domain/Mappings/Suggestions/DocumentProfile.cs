using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;

namespace ControlPlane.Domain.Mappings.Suggestions;

/// <summary>A place in received documents, over all that were looked at.</summary>
/// <param name="Path">With <c>[]</c> for every list: <c>$.lines[].sku</c>.</param>
/// <param name="Name">Its last name: <c>sku</c>.</param>
/// <param name="Parent">The name before it: <c>lines</c>; empty at the top.</param>
/// <param name="Samples">Different values, at most <see cref="DocumentProfile.MostSamples"/>.</param>
/// <param name="Seen">Documents that have a value there.</param>
public sealed record ProfiledField(string Path, string Name, string Parent, IReadOnlyList<string> Samples, int Seen);

/// <summary>What stands where in received documents. Bounded in memory by <see cref="MostFields"/>; reads at most <see cref="MostEntries"/> entries of a list.</summary>
public sealed class DocumentProfile
{
    public const int MostFields = 2_000;
    public const int MostSamples = 8;
    private const int MostEntries = 50;
    private const int MostDepth = 32;
    private const int LongestSample = 200;

    private readonly Dictionary<string, Growing> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lists = new(StringComparer.Ordinal);

    public int Documents { get; private set; }

    public IReadOnlyList<ProfiledField> Fields => [.. _fields.Select(f => new ProfiledField(f.Key, f.Value.Name, f.Value.Parent, [.. f.Value.Samples], f.Value.Seen))];

    /// <summary>Lists of objects: where lines may stand.</summary>
    public IReadOnlyList<string> Lists => [.. _lists.OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Key)];

    public void Add(JsonElement document)
    {
        Documents++;
        Walk(document, "$", "", "", 0);
    }

    private void Walk(JsonElement at, string path, string name, string parent, int depth)
    {
        if (depth > MostDepth)
            return;
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject())
                    Walk(member.Value, path + Step(member.Name), member.Name, name, depth + 1);
                break;
            case JsonValueKind.Array:
                var entries = 0;
                foreach (var entry in at.EnumerateArray())
                {
                    if (entry.ValueKind == JsonValueKind.Object && entries == 0)
                        _lists[path + "[]"] = _lists.GetValueOrDefault(path + "[]") + 1;
                    if (entries++ == MostEntries)
                        break;
                    Walk(entry, path + "[]", name, parent, depth + 1);
                }

                break;
            default:
                if (DocumentPath.TextOf(at) is { } text)
                    Note(path, name, parent, text);
                break;
        }
    }

    /// <summary>A name as a path writes it.</summary>
    public static string Step(string name) => name.Length > 0 && name.IndexOfAny(['.', '[', ']', '*', '?', '\'', '"', ' ']) < 0 ? "." + name : $"['{name}']";

    private void Note(string path, string name, string parent, string text)
    {
        if (!_fields.TryGetValue(path, out var field))
        {
            if (_fields.Count == MostFields)
                return;
            _fields[path] = field = new(name, parent);
        }

        if (field.Last != Documents)
            (field.Last, field.Seen) = (Documents, field.Seen + 1);
        if (field.Samples.Count < MostSamples)
            field.Samples.Add(text.Length <= LongestSample ? text : text[..LongestSample]);
    }

    private sealed class Growing(string name, string parent)
    {
        public string Name => name;

        public string Parent => parent;

        public SortedSet<string> Samples { get; } = new(StringComparer.Ordinal);

        public int Seen { get; set; }

        public int Last { get; set; }
    }
}
