using System.Text;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.Starts;

/// <summary>Where a start leads.</summary>
public enum StartOpens
{
    /// <summary>The workbench with a template; publishing leads to the connection.</summary>
    Workbench,

    /// <summary>The workbench with a template that a connection of a broker carries.</summary>
    Broker,

    /// <summary>The page that reads an OpenAPI description.</summary>
    Import,
}

/// <summary>A beginning for a system that nobody has heard of: by its protocol, with a template and a sample message.</summary>
/// <param name="Name">Part of its address: lower-case letters, digits, hyphens.</param>
/// <param name="Title">As people call the protocol.</param>
/// <param name="For">What it is for, in one sentence.</param>
/// <param name="Ready">What a person needs to have at hand.</param>
/// <param name="Words">What else people search for it by.</param>
public sealed record StartingPoint(string Name, string Title, string For, string Ready, string Words)
{
    public StartOpens Opens { get; init; } = StartOpens.Workbench;

    /// <summary>What the sample is about: a feed's name, or what the system itself calls it; empty when the document says so.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Settings without which the sample cannot be read, such as the partners of an envelope.</summary>
    public IReadOnlyDictionary<string, string> SampleSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>The template: YAML of <c>kind: Connector</c>, with comments that say what to change, in order; null where a description takes its place.</summary>
    public string? Document => Opens == StartOpens.Import ? null : EmbeddedCatalog.Start(Name);

    /// <summary>A message as such a system sends it; empty where there is no template.</summary>
    public byte[] Sample => EmbeddedCatalog.Names($"Starts/{Name}/samples/").Select(n => EmbeddedCatalog.Sample($"Starts/{Name}", n.Split("/samples/")[1])).FirstOrDefault() ?? [];

    /// <summary>Whether every word of a search stands somewhere in what is said of it, in any case.</summary>
    public bool Fits(string search) => StartingPoints.Fits($"{Name} {Title} {For} {Ready} {Words}", search);

    /// <summary>A connection of which the sample may come; nothing is sent to it.</summary>
    public Connection? SampleConnection(ConnectorManifest manifest) => SampleSettings.Count == 0 ? null
        : new() { Key = "draft", Connector = manifest.Name, Role = manifest.Roles[0], DisplayName = manifest.Title, Settings = SampleSettings };

    /// <summary>
    /// The part below <c>spec:</c> of a document, as a broker's connection carries it: by its text, so that comments stay. Null when there is no such part.
    /// </summary>
    public static string? SpecOf(string document)
    {
        var spec = new StringBuilder();
        var within = false;
        foreach (var line in document.ReplaceLineEndings("\n").Split('\n'))
            if (!within)
                within = line.TrimEnd() == "spec:";
            else if (line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] != '#')
                break;
            else
                spec.Append(line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line.TrimStart()).Append('\n');
        return spec.Length == 0 ? null : spec.ToString().TrimEnd() + "\n";
    }
}
