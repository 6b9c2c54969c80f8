using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>OpenSLO documents of a file or a folder, read together: files may name each other's objects.</summary>
internal sealed record OpenSloFolder(IReadOnlyList<OpenSloObject> Objects, IReadOnlyList<Objective> Objectives, IReadOnlyList<EstateProblem> Problems)
{
    /// <returns>Null where there is no such file, and no folder with YAML files.</returns>
    public static async Task<OpenSloFolder?> ReadAsync(string path, CancellationToken ct)
    {
        var place = Command.Absolute(path);
        string[] files = File.Exists(place) ? [place] : Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        if (files.Length == 0)
            return null;
        var texts = new List<(string Name, string Text)>();
        foreach (var file in files)
            texts.Add((Path.GetRelativePath(Path.GetDirectoryName(place)!, file), await File.ReadAllTextAsync(file, ct)));
        return Read(texts);
    }

    public static OpenSloFolder Read(IReadOnlyList<(string Name, string Text)> texts)
    {
        // First what there is, then whether it fits.
        var known = texts.SelectMany(t => OpenSloFile.Names(t.Text)).ToHashSet();
        var objects = new List<OpenSloObject>();
        var problems = new List<EstateProblem>();
        foreach (var (name, text) in texts)
        {
            var (found, wrong) = OpenSloFile.Read(text, name, known);
            objects.AddRange(found);
            problems.AddRange(wrong);
        }

        var objectives = objects.Where(o => o.Kind == OpenSloKind.SLO).SelectMany(OpenSloObjectives.Of).ToList();
        problems.AddRange(objectives.SelectMany(o => o.Problems().Select(p => new EstateProblem(o.Name, 0, p.Field, p.Message))));
        return new(objects, objectives, problems);
    }
}
