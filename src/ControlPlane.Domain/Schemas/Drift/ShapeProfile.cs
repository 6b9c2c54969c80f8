using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Drift;

/// <summary>
/// What the documents of one connection and topic look like, day by day: which fields are there, of which types, how often empty, with
/// which codes. Bounded in paths, codes and days, whatever comes. Holds no values but short codes of fields that have few of them.
/// Not safe for several threads.
/// </summary>
public sealed class ShapeProfile
{
    /// <summary>Days that are compared with; older ones are forgotten.</summary>
    public const int MostDays = 35;

    public const int MostPaths = 600;

    /// <summary>A field with more codes than these has values, not codes.</summary>
    public const int MostCodes = 40;

    private const int LongestCode = 32;
    private const int MostDepth = 16;
    private const int MostSamples = 5;

    private readonly Dictionary<ShapeFeature, List<ShapeDay>> _days = [];
    private readonly Dictionary<ShapeFeature, List<Guid>> _samples = [];
    private readonly Dictionary<string, HashSet<string>> _codes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _free = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Documents looked at since the beginning.</summary>
    public long Documents { get; private set; }

    /// <summary>True when there were more fields than are kept: those that came later are not watched.</summary>
    public bool IsFull => _paths.Count >= MostPaths;

    public IReadOnlyDictionary<ShapeFeature, List<ShapeDay>> Days => _days;

    /// <param name="day">Days since 1970-01-01, UTC; never less than before.</param>
    public void Observe(JsonElement document, Guid message, int day)
    {
        Documents++;
        var seen = new Seen();
        Walk(document, "", seen, 0);
        // Each counts once for a document, whatever number of lines it has: lines of one order are alike, and no evidence of their own.
        foreach (var path in seen.Objects)
            foreach (var known in Children(path))
                Count(new(known, ShapeKind.Present), day, seen.Present.Contains(known), message);
        foreach (var path in seen.Present)
        {
            Count(new(path, ShapeKind.Empty), day, seen.Empty.Contains(path), message);
            foreach (var feature in _known.GetValueOrDefault(path) ?? [])
                Count(feature, day, seen.Features.Contains(feature), message);
        }

        foreach (var feature in seen.Features)
            if (!_days.ContainsKey(feature))
                Count(feature, day, true, message);
    }

    /// <summary>To be stored; read again by <see cref="FromBytes"/>.</summary>
    public byte[] ToBytes() => ShapeProfileBytes.Write(this);

    /// <summary>Null when the bytes are of another form: then the profile is learned anew.</summary>
    public static ShapeProfile? FromBytes(ReadOnlyMemory<byte> bytes) => ShapeProfileBytes.Read(bytes);

    internal IReadOnlyDictionary<ShapeFeature, List<Guid>> AllSamples => _samples;

    internal IReadOnlyCollection<string> FreePaths => _free;

    internal IReadOnlyCollection<string> Paths => _paths;

    internal void Restore(long documents, IEnumerable<string> paths, IEnumerable<string> free, IEnumerable<(ShapeFeature Feature, List<ShapeDay> Days, List<Guid> Samples)> features)
    {
        Documents = documents;
        foreach (var path in paths)
        {
            _paths.Add(path);
            var parent = path[..path.LastIndexOf('/')];
            (_children.TryGetValue(parent, out var children) ? children : _children[parent] = []).Add(path);
        }

        _free.UnionWith(free);
        foreach (var (feature, days, samples) in features)
        {
            _days[feature] = days;
            if (samples.Count > 0)
                _samples[feature] = samples;
            if (feature.Kind is ShapeKind.Type or ShapeKind.Value)
                (_known.TryGetValue(feature.Path, out var known) ? known : _known[feature.Path] = []).Add(feature);
            if (feature.Kind == ShapeKind.Value)
                (_codes.TryGetValue(feature.Path, out var codes) ? codes : _codes[feature.Path] = new(StringComparer.Ordinal)).Add(feature.Detail);
        }
    }

    public IReadOnlyList<Guid> Samples(ShapeFeature feature) => _samples.GetValueOrDefault(feature) ?? [];

    internal bool HasFreeValues(string path) => _free.Contains(path);

    private readonly Dictionary<string, List<ShapeFeature>> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);

    private IEnumerable<string> Children(string path) => _children.GetValueOrDefault(path) ?? [];

    private void Walk(JsonElement value, string path, Seen seen, int depth)
    {
        if (depth > MostDepth)
            return;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                seen.Objects.Add(path);
                foreach (var member in value.EnumerateObject())
                    Field(member, path, seen, depth);
                break;
            case JsonValueKind.Array:
                foreach (var entry in value.EnumerateArray())
                    Walk(entry, path + "/*", seen, depth + 1);
                break;
        }
    }

    private void Field(JsonProperty member, string parent, Seen seen, int depth)
    {
        var path = JsonPointers.Append(parent, member.Name);
        if (_paths.Add(path))
        {
            if (_paths.Count > MostPaths)
            {
                _paths.Remove(path);
                return;
            }

            (_children.TryGetValue(parent, out var children) ? children : _children[parent] = []).Add(path);
        }

        seen.Present.Add(path);
        var type = TypeOf(member.Value);
        if (type == "null" || member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals(""))
            seen.Empty.Add(path);
        else
            seen.Features.Add(new(path, ShapeKind.Type, type));
        if (member.Value.ValueKind == JsonValueKind.String && IsCode(path, member.Value) is { } code)
            seen.Features.Add(new(path, ShapeKind.Value, code));
        Walk(member.Value, path, seen, depth + 1);
    }

    /// <summary>The code, when the field still looks like one that has codes.</summary>
    private string? IsCode(string path, JsonElement value)
    {
        if (_free.Contains(path))
            return null;
        var text = Text(value);
        var codes = _codes.TryGetValue(path, out var known) ? known : _codes[path] = new(StringComparer.Ordinal);
        if (text is { Length: > 0 and <= LongestCode } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' ') && text.Any(char.IsAsciiLetter) && (codes.Contains(text) || codes.Count < MostCodes))
        {
            codes.Add(text);
            return text;
        }

        if (text is { Length: > 0 })
            Free(path);
        return null;
    }

    private void Free(string path)
    {
        _free.Add(path);
        _codes.Remove(path);
        foreach (var feature in _known.GetValueOrDefault(path)?.Where(f => f.Kind == ShapeKind.Value).ToList() ?? [])
        {
            _days.Remove(feature);
            _samples.Remove(feature);
            _known[path].Remove(feature);
        }
    }

    private void Count(ShapeFeature feature, int day, bool held, Guid message)
    {
        if (feature.Kind == ShapeKind.Value && _free.Contains(feature.Path))
            return;
        if (!_days.TryGetValue(feature, out var days))
        {
            _days[feature] = days = [];
            if (feature.Kind is ShapeKind.Type or ShapeKind.Value)
                (_known.TryGetValue(feature.Path, out var known) ? known : _known[feature.Path] = []).Add(feature);
        }

        if (days.Count == 0 || days[^1].Day != day)
        {
            days.Add(new(day, 0, 0));
            days.RemoveAll(d => d.Day <= day - MostDays);
            _samples.Remove(feature);
        }

        days[^1] = days[^1] with { Of = days[^1].Of + 1, Held = days[^1].Held + (held ? 1 : 0) };
        if (held && feature.Kind != ShapeKind.Present || held && days.Count == 1)
            Keep(feature, message);
    }

    private void Keep(ShapeFeature feature, Guid message)
    {
        var samples = _samples.TryGetValue(feature, out var found) ? found : _samples[feature] = [];
        if (samples.Count < MostSamples)
            samples.Add(message);
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.String => NumberLike(value) ? "text of digits" : "text",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "object",
        _ => "null",
    };

    /// <summary>A number written as a text is something else than a text: amounts are often so, and a change of it breaks readers.</summary>
    private static bool NumberLike(JsonElement value) => Text(value) is { Length: > 0 and < 30 } text && text.All(c => char.IsAsciiDigit(c) || c is '.' or '-') && text.Any(char.IsAsciiDigit) && text.LastIndexOf('-') <= 0;

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Seen
    {
        public HashSet<string> Objects { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Present { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Empty { get; } = new(StringComparer.Ordinal);

        public HashSet<ShapeFeature> Features { get; } = [];
    }
}
