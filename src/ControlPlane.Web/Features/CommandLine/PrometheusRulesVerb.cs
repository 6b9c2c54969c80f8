using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Recording and alerting rules for Prometheus from OpenSLO files; without a file those for our own health alone. Exit code 1 when something is wrong, and then nothing is written.</summary>
internal static class PrometheusRulesVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        var read = new OpenSloFolder([], [], []);
        if (command.Folder is { Length: > 0 } path)
        {
            if (await OpenSloFolder.ReadAsync(path, ct) is not { } found)
                return await answer.FailAsync($"There is no file {path}, and no folder with .yaml files.");
            read = found;
        }

        var job = command.Options.GetValueOrDefault("job", "controlplane");
        var wrong = read.Problems.Select(p => p.ToString()!).ToList();
        if (wrong.Count == 0)
            wrong.AddRange(PrometheusRules.Problems(read.Objectives));
        if (!PrometheusRules.IsJob(job))
            wrong.Add("--job: a name as in the scrape configuration, without quotation marks: controlplane");
        if (wrong.Count > 0)
        {
            if (answer.Json)
                return await answer.JsonAsync(new { problems = wrong }, CommandLineFeature.Problem);
            foreach (var problem in wrong)
                await answer.ErrorAsync(problem);
            return CommandLineFeature.Problem;
        }

        var rules = PrometheusRules.Write(read.Objectives, job);
        if (command.Options.GetValueOrDefault("out") is { } file)
        {
            try
            {
                await File.WriteAllTextAsync(Command.Absolute(file), rules, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return await answer.FailAsync($"{file} cannot be written: {e.Message}");
            }
        }

        if (answer.Json)
            return await answer.JsonAsync(new { objectives = read.Objectives.Select(o => o.Name), rules }, CommandLineFeature.Done);
        await answer.LineAsync(command.Options.GetValueOrDefault("out") is { } written ? $"Rules for {read.Objectives.Count} objectives and our own health are in {written}. Check them: promtool check rules {written}" : rules.TrimEnd());
        return CommandLineFeature.Done;
    }
}
