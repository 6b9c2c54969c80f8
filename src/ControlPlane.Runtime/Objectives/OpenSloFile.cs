using ControlPlane.Runtime.Estate;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <summary>One object of an OpenSLO v1 file, checked and kept as it was written.</summary>
/// <param name="Tree">The whole object; what we do not compute from is carried along.</param>
public sealed record OpenSloObject(OpenSloKind Kind, string Name, YamlMappingNode Tree);

public enum OpenSloKind
{
    Service,
    DataSource,
    SLI,
    SLO,
    AlertPolicy,
    AlertCondition,
    AlertNotificationTarget,
}

/// <summary>Reads and writes OpenSLO v1 (github.com/OpenSLO/OpenSLO): several documents or lists of objects in a file.</summary>
public static class OpenSloFile
{
    public const string Version = "openslo/v1";

    private static readonly Dictionary<string, OpenSloKind> Kinds = Enum.GetValues<OpenSloKind>().ToDictionary(k => k.ToString());

    /// <summary>Objects without a problem of their own, and the problems of all, each by line and field. References are looked for among the objects of the file and those known. Of two with one kind and name the later counts.</summary>
    /// <param name="known">Objects that are here already, by kind and name.</param>
    public static (IReadOnlyList<OpenSloObject> Objects, IReadOnlyList<EstateProblem> Problems) Read(string text, string source, IReadOnlySet<(OpenSloKind, string)>? known = null)
    {
        var problems = new List<EstateProblem>();
        var objects = new List<OpenSloObject>();
        var references = new OpenSloReferences();
        foreach (var document in StrictYaml.Documents(text, source, problems, lists: true))
        {
            var before = problems.Count;
            if (document.Text("apiVersion") is var version && version != Version)
                document.Problem("apiVersion", $"Read here is {Version}{(version.Length > 0 ? $", not {version}" : "")}.");
            var kind = document.Choice("kind", Kinds, OpenSloKind.Service, required: true);
            if (problems.Count > before)
                continue;
            var name = OpenSloRules.Check(document, kind, references);
            if (problems.Count == before)
                objects.Add(new(kind, name, document.Tree));
        }

        references.Check(objects, known);
        return ([.. objects.Where(o => !references.Broken.Contains(o.Tree)).Reverse().DistinctBy(o => (o.Kind, o.Name)).Reverse()], problems);
    }

    /// <summary>Kind and name of everything that a file seems to hold, right or wrong: for files that name each other's objects.</summary>
    public static IReadOnlyList<(OpenSloKind Kind, string Name)> Names(string text) =>
        [.. from document in StrictYaml.Documents(text, "", [], lists: true)
            where Kinds.ContainsKey(document.Optional("kind") ?? "")
            let name = document.Child("metadata")?.Optional("name")
            where name is not null
            select (Kinds[document.Optional("kind")!], name)];

    /// <summary>One document an object, in the order given. Read again it is the same.</summary>
    public static string Write(IEnumerable<OpenSloObject> objects)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(objects.Select(o => new YamlDocument(o.Tree))).Save(writer, assignAnchors: false);
        return writer.ToString();
    }
}
