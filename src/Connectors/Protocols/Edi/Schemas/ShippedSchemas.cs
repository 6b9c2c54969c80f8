using System.Collections.Concurrent;
using System.Text;
using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.Edi.Schemas;

/// <summary>The schemas that come with the product, each read once: <c>x12/850</c>, <c>edifact/ORDERS</c>.</summary>
internal static class ShippedSchemas
{
    private static readonly ConcurrentDictionary<string, EdiSchema?> Read = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Names(string standard) =>
        [.. typeof(ShippedSchemas).Assembly.GetManifestResourceNames().Where(n => n.StartsWith($"schemas/{standard}/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Null when there is none of that name.</summary>
    public static EdiSchema? Find(string standard, string set) => Read.GetOrAdd($"schemas/{standard}/{set}.yaml", file =>
    {
        using var stream = typeof(ShippedSchemas).Assembly.GetManifestResourceStream(file);
        if (stream is null)
            return null;
        using var text = new StreamReader(stream, Encoding.UTF8);
        var problems = new ManifestProblems(file);
        var schema = YamlText.Read(text.ReadToEnd(), problems) is { } map ? SchemaReader.Read(map, standard) : null;
        return schema ?? throw new InvalidOperationException("A built-in schema is wrong." + string.Concat(problems.Found.Select(p => "\n" + p)));
    });
}
