using Connectors.Protocols.Edi;
using Connectors.Protocols.Formats;

namespace Connectors.Protocols.Manifests;

/// <summary>
/// Reads <c>formats:</c>, a list of named formats that <c>receive</c>, <c>feeds</c>, requests and answers refer to with <c>format: name</c>.
/// A type of format is one entry of <see cref="Types"/>; it reads its own keys from the entry.
/// </summary>
internal static class FormatReader
{
    /// <summary>Reads one entry. Null when there are problems, which it has noted.</summary>
    internal delegate IDocumentFormat? TypeReader(string name, YamlMap entry);

    /// <summary>One line a type.</summary>
    private static readonly Dictionary<string, TypeReader> Types = new(StringComparer.Ordinal)
    {
        ["cloudevents"] = CloudEventsReader.Read,
        ["edifact"] = EdiFormatReader.Edifact,
        ["x12"] = EdiFormatReader.X12,
        ["xml"] = XmlFormatReader.Xml,
        ["soap"] = XmlFormatReader.Soap,
        ["idoc"] = XmlFormatReader.Idoc,
        ["delimited"] = DelimitedFiles.FileFormatReader.Delimited,
        ["fixed-width"] = DelimitedFiles.FileFormatReader.FixedWidth,
    };

    /// <summary>Every type, in alphabetical order.</summary>
    internal static IEnumerable<string> Known => Types.Keys.Order(StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, IDocumentFormat> Read(IReadOnlyList<YamlMap> entries, IReadOnlyDictionary<string, string> settingDefaults)
    {
        var all = new Dictionary<string, IDocumentFormat>(StringComparer.Ordinal) { ["json"] = JsonFormat.Instance };
        foreach (var entry in entries)
        {
            var (name, type) = (entry.Required("name"), entry.Required("type"));
            if (!Types.TryGetValue(type, out var reader))
                entry.Problem("type", $"'{type}' is unknown. Allowed: {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}.");
            else if (reader(name, entry) is { } format && !all.TryAdd(name, format is ITakesSettingDefaults takes ? takes.With(settingDefaults) : format))
                entry.Problem("name", $"'{name}' stands there twice, or is json, which is always there.");
            entry.Done();
        }

        return all;
    }

    /// <summary>The format that a part of the manifest names; null when it names none, or one that is not there.</summary>
    public static IDocumentFormat? Named(YamlMap map, IReadOnlyDictionary<string, IDocumentFormat> formats, string key = "format")
    {
        if (map.Text(key) is not { } name)
            return null;
        if (formats.TryGetValue(name, out var format))
            return format;
        map.Problem(key, $"There is no format '{name}'. Known: {string.Join(", ", formats.Keys.Order(StringComparer.Ordinal))}. Describe it under formats:.");
        return null;
    }
}
