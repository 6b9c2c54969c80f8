using System.Runtime.CompilerServices;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads one YAML document into nodes that know their lines. Refuses what can blow up: aliases, deep nesting, size.</summary>
public static class YamlText
{
    public const int MostCharacters = 1_000_000;
    public const int MostDepth = 32;

    /// <summary>By the very text, not by what it says; the nodes are only ever read.</summary>
    private static readonly ConditionalWeakTable<string, IList<YamlDocument>> Kept = [];

    /// <summary>The one document of a text. Null when there are problems.</summary>
    public static YamlMap? Read(string text, ManifestProblems problems)
    {
        var documents = ReadAll(text, problems);
        if (problems.Found.Count > 0)
            return null;
        if (documents.Count == 1)
            return documents[0](problems);
        problems.Add(0, $"It holds {documents.Count} documents. One is allowed here.");
        return null;
    }

    /// <summary>All documents, each to be read with problems of its own.</summary>
    public static IReadOnlyList<Func<ManifestProblems, YamlMap>> ReadAll(string text, ManifestProblems problems)
    {
        var maps = new List<Func<ManifestProblems, YamlMap>>();
        foreach (var document in Load(text, problems))
            if (document.RootNode is YamlMappingNode map)
                maps.Add(of => new YamlMap(map, "", of));
            else
                problems.Add((int)document.RootNode.Start.Line, "It is no mapping of names to values. Begin with kind:, metadata: and spec:.");
        return maps;
    }

    /// <summary>
    /// The only document's root, for tools that change the text; null when it is not readable. What is read is kept as long as the text
    /// itself, since a workbench reads the same text several times for each stroke.
    /// </summary>
    internal static YamlNode? Root(string text)
    {
        if (!Kept.TryGetValue(text, out var documents))
            Kept.AddOrUpdate(text, documents = Load(text, new ManifestProblems("")));
        return documents is [var only] ? only.RootNode : null;
    }

    private static IList<YamlDocument> Load(string text, ManifestProblems problems)
    {
        if (Kept.TryGetValue(text, out var kept) && kept.Count > 0)
            return kept;
        var line = 0;
        try
        {
            if (Guard(text, ref line) is { } guarded)
            {
                problems.Add(guarded.Line, guarded.Message);
                return [];
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents;
        }
        catch (YamlException bad)
        {
            problems.Add((int)bad.Start.Line, $"This is no readable YAML: {bad.Message}");
        }
        catch (Exception bad) when (bad is ArgumentException or InvalidOperationException)
        {
            // The library's scanner gives up so on some texts, such as a tab within a list; it names no line, but what came before has one.
            problems.Add(line, $"This is no readable YAML after this line. Look for brackets and quotation marks that are not closed, and for tabs. ({bad.Message})");
        }

        return [];
    }

    private static (int Line, string Message)? Guard(string text, ref int line)
    {
        if (text.Length > MostCharacters)
            return (0, $"It is longer than {MostCharacters} characters.");
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            line = (int)parser.Current!.Start.Line;
            if (parser.Current is AnchorAlias alias)
                return ((int)alias.Start.Line, "Aliases (*name) are not allowed. Write the value out.");
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth + 2)
                return ((int)parser.Current.Start.Line, $"It is nested more than {MostDepth} deep.");
        }

        return null;
    }
}
