using System.Globalization;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>What is in OpenSLO files, or what is wrong in them. Exit code 1 when something is.</summary>
internal static class OpenSloVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
        {
            await answer.ErrorAsync("Name a file or a folder: openslo-check objectives.yaml");
            return CommandLineFeature.WrongUse;
        }

        var place = Command.Absolute(path);
        string[] files = File.Exists(place) ? [place] : Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        if (files.Length == 0)
            return await answer.FailAsync($"There is no file {path}, and no folder with .yaml files.");
        var texts = new List<(string Name, string Text)>();
        foreach (var file in files)
            texts.Add((Path.GetRelativePath(Path.GetDirectoryName(place)!, file), await File.ReadAllTextAsync(file, ct)));
        // Files may name each other's objects: first what there is, then whether it fits.
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
        var code = problems.Count > 0 ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(new { objects = objects.Select(o => new { kind = o.Kind.ToString(), name = o.Name }), objectives = objectives.Select(o => new { o.Name, o.Title, o.Indicator, o.Target, method = o.Method.ToString() }), problems }, code);
        foreach (var item in objects)
            await answer.LineAsync($"{item.Kind} {item.Name}");
        foreach (var objective in objectives)
            await answer.LineAsync(string.Create(CultureInfo.InvariantCulture, $"  {objective.Name}: {objective.Target:0.####%} of {objective.Indicator}, {objective.Method}"));
        foreach (var problem in problems)
            await answer.ErrorAsync(problem.ToString());
        return code;
    }
}
