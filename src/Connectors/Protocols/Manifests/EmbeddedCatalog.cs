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

    /// <summary>
    /// The whole description of a built-in connector as one document, for a person to begin from; null when there is none of that name,
    /// or a part of it is code, which a document cannot carry.
    /// </summary>
    public static string? Document(string connector)
    {
        foreach (var file in Partners())
        {
            var text = Text(file);
            if (!text.Contains($"\n  name: {connector}\n", StringComparison.Ordinal))
                continue;
            if (text.Contains("code: true", StringComparison.Ordinal) || !text.Contains("\n  receive:", StringComparison.Ordinal))
                return null;
            var mappings = Names($"{file.Split('/')[0]}/mappings/").Select(n => Text(n).ReplaceLineEndings("\n")).ToList();
            return mappings.Count == 0 ? text : text.TrimEnd() + "\n\n  mappings:\n" + string.Concat(mappings.Select(Entry));
        }

        return null;
    }

    /// <summary>A mapping of its own file as an entry of the list in a manifest.</summary>
    private static string Entry(string document)
    {
        var name = document.Split("\n  name: ")[1].Split('\n')[0].Trim();
        var rows = document.Split("\n  rows:\n")[1].TrimEnd().Split('\n').Select(l => l.Length == 0 ? l : "    " + l);
        return $"    - name: {name}\n      rows:\n{string.Join('\n', rows)}\n";
    }

    /// <summary>Every built-in <c>connector.yaml</c>, in the order of the partners' names.</summary>
    public static IEnumerable<string> Manifests() =>
        Partners().Order(StringComparer.Ordinal).Select(Text);

    /// <summary>The template of a generic start, <c>Catalog/Starts/&lt;kind&gt;/connector.yaml</c>: no connector of the catalogue, but something to begin one from.</summary>
    public static string Start(string kind) => Text($"Starts/{kind}/connector.yaml").ReplaceLineEndings("\n");

    /// <summary>A document as the system of a built-in connector sends it, an order if there is one; null when there is none.</summary>
    public static byte[]? FirstSample(string connector)
    {
        var file = Partners().FirstOrDefault(n => Text(n).Contains($"\n  name: {connector}\n", StringComparison.Ordinal));
        if (file is null)
            return null;
        var samples = Names($"{file.Split('/')[0]}/samples/").Where(n => !n.EndsWith(".yaml", StringComparison.Ordinal)).ToList();
        return (samples.FirstOrDefault(n => n.Contains("/samples/order", StringComparison.Ordinal)) ?? samples.FirstOrDefault()) is { } name ? Sample(name.Split('/')[0], name.Split("/samples/")[1]) : null;
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

    private static IEnumerable<string> Partners() =>
        typeof(EmbeddedCatalog).Assembly.GetManifestResourceNames().Where(n => n.EndsWith("/connector.yaml", StringComparison.Ordinal) && !n.StartsWith("Starts/", StringComparison.Ordinal));

    private static string Text(string name)
    {
        using var reader = new StreamReader(Open(name), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Stream Open(string name) =>
        typeof(EmbeddedCatalog).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{name} is not built into {typeof(EmbeddedCatalog).Assembly.GetName().Name}.");
}
