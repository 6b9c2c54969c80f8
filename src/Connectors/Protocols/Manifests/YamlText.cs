using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads one YAML document into nodes that know their lines. Refuses what can blow up: aliases, deep nesting, size.</summary>
public static class YamlText
{
    public const int MostCharacters = 1_000_000;
    public const int MostDepth = 32;

    /// <summary>Null when there are problems.</summary>
    public static YamlMap? Read(string text, ManifestProblems problems)
    {
        try
        {
            return Guard(text) is { } guarded ? Refuse(problems, guarded.Line, guarded.Message) : Load(text, problems);
        }
        catch (YamlException bad)
        {
            return Refuse(problems, (int)bad.Start.Line, $"This is no readable YAML: {bad.Message}");
        }
        catch (ArgumentException bad)
        {
            return Refuse(problems, 0, $"This is no readable YAML: {bad.Message}");
        }
    }

    private static YamlMap? Load(string text, ManifestProblems problems)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents.Count != 1)
            return Refuse(problems, 0, $"It holds {stream.Documents.Count} documents. One is allowed here.");
        return stream.Documents[0].RootNode is YamlMappingNode map
            ? new YamlMap(map, "", problems)
            : Refuse(problems, 1, "It is no mapping of names to values. Begin with kind:, metadata: and spec:.");
    }

    private static (int Line, string Message)? Guard(string text)
    {
        if (text.Length > MostCharacters)
            return (0, $"It is longer than {MostCharacters} characters.");
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias alias)
                return ((int)alias.Start.Line, "Aliases (*name) are not allowed. Write the value out.");
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth + 2)
                return ((int)parser.Current.Start.Line, $"It is nested more than {MostDepth} deep.");
        }

        return null;
    }

    private static YamlMap? Refuse(ManifestProblems problems, int line, string message)
    {
        problems.Add(line, message);
        return null;
    }
}
