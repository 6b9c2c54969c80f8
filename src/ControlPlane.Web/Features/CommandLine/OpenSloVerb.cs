using System.Globalization;

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

        if (await OpenSloFolder.ReadAsync(path, ct) is not var (objects, objectives, problems))
            return await answer.FailAsync($"There is no file {path}, and no folder with .yaml files.");
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
