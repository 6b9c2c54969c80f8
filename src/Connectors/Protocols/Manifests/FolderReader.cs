using Connectors.Protocols.Folders;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>folder:</c> of a feed.</summary>
internal static class FolderReader
{
    public static FolderSpec Read(YamlMap map, IDocumentFormat? format, IReadOnlyDictionary<string, string> defaults)
    {
        var spec = new FolderSpec
        {
            Path = Text(map, "path", defaults),
            Pattern = map.Text("pattern") ?? "*",
            After = map.Choice("after", AfterPickup.Move, ("move", AfterPickup.Move), ("delete", AfterPickup.Delete), ("leave", AfterPickup.Leave)),
            To = map.Has("to") ? Text(map, "to", defaults) : null,
            StableFor = TimeSpan.FromSeconds(map.Number("stableSeconds", 0, 86_400) ?? 10),
            MostBytes = (long)((map.Number("mostMegabytes", 0.001, 64) ?? FolderSpec.UsualBytes / 1024 / 1024) * 1024 * 1024),
            ContentType = format?.MediaTypes.FirstOrDefault(t => !t.Contains('*', StringComparison.Ordinal)) ?? "application/octet-stream",
        };
        if (!map.Has("after"))
            map.Problem("after", "A value is missing: what becomes of a file that was taken. Allowed: move (with to), delete, leave.");
        if (spec.After == AfterPickup.Move && spec.To is null)
            map.Problem("to", "A folder is missing to which files are moved.");
        if (spec.Pattern.Length > 100 || spec.Pattern.AsSpan().IndexOfAny('/', '\\') >= 0)
            map.Problem("pattern", "It is a pattern for names: letters, with * for any characters and ? for one, at most 100, no slashes.");
        map.Done();
        return spec;
    }

    private static ConnectionText Text(YamlMap map, string key, IReadOnlyDictionary<string, string> defaults)
    {
        var text = Placeholders.TryParse(map.Required(key), out var problem);
        if (text is null)
            map.Problem(key, problem);
        else if (text.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) is { } other)
            map.Problem(key, $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}} and text.");
        return new(text is null || text.Names.Any(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) ? Placeholders.Empty : text, defaults);
    }
}
