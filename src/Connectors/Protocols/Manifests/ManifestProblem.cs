namespace Connectors.Protocols.Manifests;

/// <summary>What is wrong with a document that a person wrote.</summary>
/// <param name="Source">The file as the person knows it.</param>
/// <param name="Line">Counted from 1; 0 when the document as a whole is meant.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ManifestProblem(string Source, int Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{Source}, line {Line}: {Message}" : $"{Source}: {Message}";
}

/// <summary>Collects what is wrong with one file, so that its author sees everything at once.</summary>
public sealed class ManifestProblems(string source)
{
    private readonly List<ManifestProblem> _found = [];

    public string Source => source;

    /// <summary>Set while the schema is made; otherwise nobody watches.</summary>
    internal Schema.ShapeRecorder? Recorder { get; init; }

    public IReadOnlyList<ManifestProblem> Found => _found;

    public void Add(int line, string message) => _found.Add(new(source, line, message));

    public void Add(ManifestProblem problem) => _found.Add(problem);
}
