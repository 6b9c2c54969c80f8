using System.Text.RegularExpressions;

namespace Connectors.Protocols.Manifests.Schema;

/// <summary>
/// Watches the reader at work and remembers what it asked for, where: names, kinds, words, ranges. So the published schema is made
/// from the reader itself, and neither can know a word that the other does not.
/// </summary>
internal sealed partial class ShapeRecorder
{
    private readonly Dictionary<string, MapShape> _maps = new(StringComparer.Ordinal);

    /// <summary>Null for a place that no document led to.</summary>
    public MapShape? At(string path) => _maps.GetValueOrDefault(path);

    public void Visit(string path) => Shape(path).Visits++;

    public void Saw(string path, string key, ShapeKind kind) => Key(path, key).Kinds.Add(kind);

    public void SawRequired(string path, string key) => Key(path, key).Required++;

    public void SawWords(string path, string key, IEnumerable<string> words) => Key(path, key).Words.UnionWith(words);

    public void SawRange(string path, string key, double least, double most)
    {
        var seen = Key(path, key);
        (seen.Least, seen.Most) = (Math.Min(seen.Least ?? least, least), Math.Max(seen.Most ?? most, most));
    }

    private KeyShape Key(string path, string key)
    {
        var keys = Shape(path).Keys;
        return keys.TryGetValue(key, out var known) ? known : keys[key] = new();
    }

    private MapShape Shape(string path)
    {
        path = Place().Replace(path, "[]");
        return _maps.TryGetValue(path, out var known) ? known : _maps[path] = new();
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Place();
}

internal enum ShapeKind : byte
{
    Text,
    Number,
    Texts,
    Statuses,
    Map,
    Maps,
    Pairs,

    /// <summary>Anything: it goes out as it stands.</summary>
    Any,
}

internal sealed class MapShape
{
    public int Visits { get; set; }

    public SortedDictionary<string, KeyShape> Keys { get; } = new(StringComparer.Ordinal);
}

internal sealed class KeyShape
{
    public HashSet<ShapeKind> Kinds { get; } = [];

    /// <summary>A closed list, in alphabetical order; empty when any text will do.</summary>
    public SortedSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>How often it was asked for as something that has to be there.</summary>
    public int Required { get; set; }

    public double? Least { get; set; }

    public double? Most { get; set; }
}
