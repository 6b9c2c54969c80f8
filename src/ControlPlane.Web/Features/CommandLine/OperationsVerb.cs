using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Counts the figures of operations anew, beside a product that runs on or stands still.</summary>
internal static class OperationsVerb
{
    public static async Task<int> RebuildAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        if (await app.Services.GetRequiredService<IOperationsRebuild>().RunAsync(ct) is not { } done)
            return await answer.FailAsync("The figures are being counted by another process. Nothing was changed; try again in a minute.");
        if (answer.Json)
            return await answer.JsonAsync(new { events = done.Events, minutes = done.Minutes, hours = done.Hours, failures = done.Failures, seconds = Math.Round(done.Took.TotalSeconds, 1) }, CommandLineFeature.Done);
        await answer.LineAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Counted {done.Events:N0} events of the journal in {done.Took.TotalSeconds:0.0} s: {done.Minutes:N0} figures by the minute, {done.Hours:N0} by the hour, {done.Failures:N0} failures that were not kept one by one."));
        return CommandLineFeature.Done;
    }
}
