using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Crosswalks;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>A CSV file for a crosswalk from a terminal or a pipeline. Exit code 1 when a line is refused.</summary>
internal static class CrosswalkVerb
{
    private static readonly string[] Known = ["dry-run", "skip-refused", "retire-missing", "decimal-comma", "windows-1252"];

    public static async Task<int> ImportAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        var chosen = command.Options.GetValueOrDefault("options", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (command.Folder is not { Length: > 0 } path || !command.Options.TryGetValue("table", out var table))
            return await WrongAsync(answer, "Name the file and the crosswalk: crosswalk-import carriers.csv --table carrier --options dry-run");
        if (chosen.FirstOrDefault(o => !Known.Contains(o)) is { } unknown)
            return await WrongAsync(answer, $"'{unknown}' is no option. Allowed: {string.Join(", ", Known)}.");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var import = app.Services.GetRequiredService<CrosswalkImport>();
        var options = new CrosswalkCsvOptions(chosen.Contains("windows-1252") ? "windows-1252" : null, chosen.Contains("decimal-comma"), chosen.Contains("retire-missing"));
        var bytes = await File.ReadAllBytesAsync(file, ct);
        if (await import.PreviewAsync(TenantScope.Default, table, bytes, options, ct) is not { } preview)
            return await answer.FailAsync($"There is no crosswalk '{table}'.");
        if (preview.Defect is { } defect)
            return await answer.FailAsync($"{path}{(defect.Line > 0 ? $", line {defect.Line}" : "")}: {defect.Message}");
        var outcome = chosen.Contains("dry-run") ? null
            : await import.ApplyAsync(TenantScope.Default, table, bytes, options, chosen.Contains("skip-refused"), preview.Digest, new("", Environment.UserName), command.Options.GetValueOrDefault("reason", ""), ct);
        var code = preview.Plan.HasRefusals || outcome is CrosswalkOutcome.Refused or CrosswalkOutcome.NotPossible ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(CrosswalkItems.Of(preview.Plan, outcome switch { CrosswalkOutcome.Applied => "applied", CrosswalkOutcome.Proposed => "proposed", CrosswalkOutcome.Unchanged => "unchanged", null => "preview", _ => "refused" }, digest: preview.Digest, encoding: preview.Encoding), code);
        foreach (var step in preview.Plan.Steps.Where(s => s.Change == CrosswalkChange.Refused))
            await answer.ErrorAsync($"{path}, line {step.Line}: {string.Join(' ', step.Problems.Select(p => p.Field.Length > 0 ? $"{p.Field}: {p.Message}" : p.Message))}");
        await answer.LineAsync(outcome is null ? $"{table}: {CrosswalksPresentation.Counts(preview.Plan)}. Nothing was changed." : CrosswalksPresentation.Said(outcome));
        return code;
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}
