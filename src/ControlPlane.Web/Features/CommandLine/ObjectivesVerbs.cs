using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>OpenSLO into the store and out of it, and counting anew. Exit code 1 when something is refused.</summary>
internal static class ObjectivesVerbs
{
    public static async Task<int> ImportAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
            return await WrongAsync(answer, "Name a file: openslo-import objectives.yaml");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var import = await app.Services.GetRequiredService<OpenSloExchange>().ImportAsync(await File.ReadAllTextAsync(file, ct), path, Environment.UserName, command.Options.GetValueOrDefault("reason", "imported from OpenSLO"), ct);
        var code = import.Problems.Count > 0 ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(new { objectives = import.Outcomes.Select(o => new { o.Name, outcome = o.Outcome.Code, o.Outcome.Version }), problems = import.Problems }, code);
        foreach (var problem in import.Problems)
            await answer.ErrorAsync(problem.ToString());
        foreach (var (name, outcome) in import.Outcomes)
            await answer.LineAsync($"{name}: {outcome.Message}");
        return code;
    }

    public static async Task<int> ExportAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
            return await WrongAsync(answer, "Name the file to write: openslo-export objectives.yaml");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var (text, left) = await app.Services.GetRequiredService<OpenSloExchange>().ExportAsync(ct);
        try
        {
            await File.WriteAllTextAsync(Command.Absolute(path), text, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await answer.FailAsync($"{path} cannot be written: {e.Message}");
        }

        if (answer.Json)
            return await answer.JsonAsync(new { file = path, leftOut = left }, CommandLineFeature.Done);
        await answer.LineAsync($"Written to {path}.");
        foreach (var what in left)
            await answer.ErrorAsync($"Left out, since OpenSLO cannot say it: {what}.");
        return CommandLineFeature.Done;
    }

    public static async Task<int> RecountAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } indicator)
            return await WrongAsync(answer, "Name the indicator: objectives-recount order-ingestion");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        if (!await app.Services.GetRequiredService<ObjectiveCounters>().RecountAsync(TenantScope.Default, indicator, ct))
            return await answer.FailAsync($"There is no indicator {indicator} in service, or it is being counted already.");
        if (answer.Json)
            return await answer.JsonAsync(new { indicator, outcome = "accepted" }, CommandLineFeature.Done);
        await answer.LineAsync($"{indicator} is counted anew by the servers that run. Figures stay as they are until that is done.");
        return CommandLineFeature.Done;
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}
