using Connectors.Protocols.CloudEvents;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads formats of the type <c>cloudevents</c>.</summary>
internal static class CloudEventsReader
{
    public static IDocumentFormat? Read(string name, YamlMap entry)
    {
        var before = entry.Problems.Found.Count;
        var extensions = entry.Texts("extensions");
        foreach (var extension in extensions.Where(e => !CloudEventNames.IsAttribute(e)))
            entry.Problem("extensions", $"'{extension}' is no name of an attribute. Allowed: lower-case letters and digits.");
        var type = entry.Text("event");
        ConnectionText? source = null;
        if (entry.Text("source") is { } text)
        {
            if (Placeholders.TryParse(text, out var problem) is not { } parsed)
                entry.Problem("source", problem);
            else if (parsed.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) is { } other)
                entry.Problem("source", $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}}.");
            else
                source = new(parsed, new Dictionary<string, string>());
        }

        if (type is not null && source is null)
            entry.Problem("source", "It is missing. Events that are written need a source, such as https://control.example.org/orders.");
        return entry.Problems.Found.Count > before ? null : new CloudEventsFormat(name, extensions, source, type);
    }
}
