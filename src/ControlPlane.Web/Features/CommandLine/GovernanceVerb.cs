using System.Globalization;
using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Governance;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Scores on a terminal or in a pipeline. Exit code 1 when a connection is below the least score that was asked for.</summary>
internal static class GovernanceVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        var least = 0;
        if (command.Options.TryGetValue("min", out var text) && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out least) || least is < 0 or > 100))
            return await WrongAsync(answer, "--min takes a whole number from 0 to 100.");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        await app.Services.GetRequiredService<EstateService>().ReloadAsync(TenantScope.Default, ct);
        var report = await app.Services.GetRequiredService<IGovernance>().ReadAsync(TenantScope.Default, ct);
        var key = command.Options.GetValueOrDefault("connection");
        if (key is not null && report.Scores.All(s => s.Connection != key))
            return await WrongAsync(answer, $"There is no connection '{key}'. There are: {string.Join(", ", report.Scores.Select(s => s.Connection).Order(StringComparer.Ordinal))}.");
        var scores = report.Scores.Where(s => key is null || s.Connection == key).ToList();
        // What could not be judged is not below anything.
        var below = scores.Where(s => s.Score < least).ToList();
        var code = below.Count == 0 ? CommandLineFeature.Done : CommandLineFeature.Problem;
        if (answer.Json)
            return await answer.JsonAsync(new { min = least, below = below.Select(s => s.Connection), rulesVersion = report.Rules.Version, connections = scores.Select(GovernanceScoreAnswer.Of) }, code);
        await answer.LineAsync($"Rules of {report.Rules.Rules.Dated.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, {(report.Rules.Version == 0 ? "as shipped" : $"version {report.Rules.Version}")}.");
        foreach (var score in scores)
            await TellAsync(answer, score, key is not null, least);
        await answer.LineAsync(scores.Count == 0 ? "There is no connection to judge." : below.Count == 0
            ? $"{scores.Count} judged{(least > 0 ? $", none below {least}" : "")}."
            : $"{below.Count} of {scores.Count} below {least}: {string.Join(", ", below.Select(s => s.Connection))}.");
        return code;
    }

    private static async Task TellAsync(CommandAnswer answer, GovernanceScore score, bool all, int least)
    {
        await answer.LineAsync();
        await answer.LineAsync(score.Score is { } number
            ? $"{score.Connection}: {number} of 100, {score.Level!.Letter} ({score.Level.Word}), {score.Held} of {score.Applied} weights hold{(number < least ? $"; below {least}" : "")}"
            : $"{score.Connection}: nothing could be judged yet");
        foreach (var line in score.Lines.Where(l => all || l.Judgement.Verdict == GovernanceVerdict.Fails))
        {
            await answer.LineAsync($"  {GovernancePresentation.Word(line.Judgement.Verdict),-14} {line.Rule.Id} ({line.Rule.Weight}): {line.Judgement.Evidence}");
            if (line.Judgement.Verdict == GovernanceVerdict.Fails)
                await answer.LineAsync($"  {"",-14} {line.Rule.Mend}");
        }
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.FailAsync(message);
        return CommandLineFeature.WrongUse;
    }
}
