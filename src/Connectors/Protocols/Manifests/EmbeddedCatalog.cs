using System.Text;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads what is built into this assembly: <c>Catalog/&lt;Partner&gt;/connector.yaml</c> with <c>mappings/*.yaml</c> and <c>samples/*</c>.</summary>
public static class EmbeddedCatalog
{
    /// <param name="partner">The folder's name: <c>BusinessCentral</c>.</param>
    /// <exception cref="InvalidOperationException">Our own document is wrong: a defect, named with file and line.</exception>
    public static ConnectorDefinition Load(string partner)
    {
        var problems = new List<ManifestProblem>();
        var mappings = new Dictionary<string, CompiledMapping>(StringComparer.Ordinal);
        foreach (var file in Names($"{partner}/mappings/"))
        {
            var found = new ManifestProblems(file);
            if (MappingReader.Read(Text(file), found) is { } mapping)
                mappings.Add(mapping.Template.Name, mapping);
            problems.AddRange(found.Found);
        }

        var reading = ManifestReader.Read(Text($"{partner}/connector.yaml"), $"{partner}/connector.yaml", mappings, withCode: true);
        problems.AddRange(reading.Problems);
        return problems.Count == 0
            ? reading.Definition!
            : throw new InvalidOperationException("A built-in connector is wrong." + string.Concat(problems.Select(p => "\n" + p)));
    }

    /// <summary>A sample document of ours, as bytes.</summary>
    public static byte[] Sample(string partner, string file)
    {
        using var stream = Open($"{partner}/samples/{file}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static IEnumerable<string> Names(string prefix) =>
        typeof(EmbeddedCatalog).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Text(string name)
    {
        using var reader = new StreamReader(Open(name), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Stream Open(string name) =>
        typeof(EmbeddedCatalog).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{name} is not built into {typeof(EmbeddedCatalog).Assembly.GetName().Name}.");
}
