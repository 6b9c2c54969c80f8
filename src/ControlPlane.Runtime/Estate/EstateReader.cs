using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;

namespace ControlPlane.Runtime.Estate;

/// <summary>One configuration document as text, and where it came from.</summary>
public sealed record EstateDocument(string Source, string Text);

/// <summary>An object of the estate, read and sound. <paramref name="Text"/> is its document alone.</summary>
public abstract record EstateObject(string Name, string Text, string Source)
{
    public sealed record OfFlow(FlowDefinition Flow, string Text, string Source) : EstateObject(Flow.Name, Text, Source);

    public sealed record OfConnection(Connection Connection, string Text, string Source) : EstateObject(Connection.Key, Text, Source);

    /// <summary>A connector that a user wrote; the connectors' own reader understands it.</summary>
    public sealed record OfConnector(string Name, string Text, string Source) : EstateObject(Name, Text, Source);
}

/// <summary>Where references of configuration documents lead.</summary>
public interface IReferenceResolver
{
    /// <summary><paramref name="reference"/> is <c>env:NAME</c> or <c>secret:NAME</c>; null when there is none.</summary>
    string? Resolve(string reference);
}

/// <summary>Reads configuration documents: <c>kind</c>, <c>metadata.name</c>, <c>spec</c>; several in a file, parted by <c>---</c>.</summary>
public sealed class EstateReader(IReferenceResolver references)
{
    public (IReadOnlyList<EstateObject> Objects, IReadOnlyList<EstateProblem> Problems) Read(IEnumerable<EstateDocument> documents)
    {
        var objects = new List<EstateObject>();
        var problems = new List<EstateProblem>();
        foreach (var document in documents)
            foreach (var part in Split(document))
                Read(part, objects, problems);
        foreach (var twice in objects.GroupBy(o => (o.GetType(), o.Name)).Where(g => g.Count() > 1))
            problems.Add(new(twice.Last().Source, 0, "metadata.name", $"'{twice.Key.Name}' is defined twice; it is also in {twice.First().Source}."));
        return (objects, problems);
    }

    private void Read(EstateDocument document, List<EstateObject> objects, List<EstateProblem> problems)
    {
        var found = new List<EstateProblem>();
        foreach (var root in StrictYaml.Documents(document.Text, document.Source, found))
        {
            var kind = root.Text("kind");
            var metadata = root.Child("metadata");
            var name = metadata?.Text("name") ?? "";
            if (metadata is null)
                root.Problem("metadata", "This key is required: {name: …}.");
            if (kind == "Connector")
            {
                // Its own reader checks the rest.
                if (found.Count == 0)
                    objects.Add(new EstateObject.OfConnector(name, document.Text, document.Source));
                continue;
            }

            var spec = root.Child("spec");
            if (spec is null)
                root.Problem("spec", "This key is required.");
            EstateObject? read = (kind, spec) switch
            {
                (_, null) => null,
                ("Flow", _) => new EstateObject.OfFlow(FlowReader.Read(name, spec), document.Text, document.Source),
                ("Connection", _) when ConnectionReader.Read(name, metadata!, spec, references.Resolve) is { } connection => new EstateObject.OfConnection(connection, document.Text, document.Source),
                _ => null,
            };
            if (kind is not ("Flow" or "Connection"))
                root.Problem("kind", "Expected Flow, Connection or Connector.");
            metadata?.Done();
            root.Done();
            if (read is not null && found.Count == 0)
                objects.Add(read);
        }

        problems.AddRange(found);
    }

    /// <summary>Each document is stored alone, so that exporting gives back what was applied, comments and all.</summary>
    private static IEnumerable<EstateDocument> Split(EstateDocument document)
    {
        var text = document.Text.ReplaceLineEndings("\n");
        var parts = text.Split("\n---\n");
        var line = 1;
        foreach (var part in parts)
        {
            if (part.Trim().Length > 0)
                // Lines keep their numbers: a part that began further down is padded with empty lines.
                yield return document with { Text = new string('\n', line - 1) + part };
            line += part.Count(c => c == '\n') + 2;
        }
    }
}
