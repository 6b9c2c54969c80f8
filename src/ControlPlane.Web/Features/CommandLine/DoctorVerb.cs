using System.Data.Common;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.CommandLine;

/// <param name="Verdict"><c>ok</c>, <c>warning</c> or <c>problem</c>.</param>
internal sealed record Finding(string Verdict, string Area, string Message);

/// <summary>What is in effect, and what is wrong with it. Changes nothing.</summary>
internal static class DoctorVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        IReadOnlyList<EffectiveSetting> settings = [];
        var findings = new List<Finding>();
        try
        {
            await using var app = CommandHost.Build(command, builder =>
            {
                settings = EffectiveSettings.Of(builder.Configuration, builder.Environment.IsDevelopment());
                var (_, problems, warnings) = SettingsReader.Read(builder.Configuration, builder.Environment.IsDevelopment(), builder.Environment.ContentRootPath);
                findings.AddRange(problems.Select(p => new Finding("problem", "settings", $"The setting {p}")));
                findings.AddRange(warnings.Select(p => new Finding("warning", "settings", $"The setting {p}")));
                if (problems.Count == 0)
                    findings.Add(new("ok", "settings", $"{settings.Count} settings, none is wrong."));
            });
            if (await DatabaseAsync(app.Services.GetRequiredService<ControlPlaneDb>(), findings, ct))
                await EstateAsync(app.Services, findings, ct);
        }
        catch (StartProblem problem)
        {
            // Wrong settings were noted above, one by one.
            if (findings.TrueForAll(f => f.Verdict != "problem"))
                findings.Add(new("problem", "start", problem.Message));
        }

        return await TellAsync(answer, settings, findings);
    }

    /// <summary>False when there is nothing to look into.</summary>
    private static async Task<bool> DatabaseAsync(ControlPlaneDb db, List<Finding> findings, CancellationToken ct)
    {
        if (db.SqliteFile is { } file && file != ":memory:" && !File.Exists(file))
        {
            findings.Add(new("ok", "database", $"There is no file at {db.Address} yet; the first start makes it."));
            return false;
        }

        try
        {
            await using (await db.OpenAsync(ct))
                findings.Add(new("ok", "database", $"{db.Provider} at {db.Address} answers."));
            await using var context = db.CreateContext();
            var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
            var applied = (await context.Database.GetAppliedMigrationsAsync(ct)).ToList();
            var newer = applied.Where(m => !known.Contains(m)).ToList();
            var missing = known.Except(applied).Count();
            findings.Add(
                newer.Count > 0 ? new("problem", "migrations", $"The schema was made by a newer version ({string.Join(", ", newer)}). Run that version.")
                : missing > 0 ? new("problem", "migrations", $"{missing} of {known.Count} migrations are missing. Run migrate, or start the server once.")
                : new("ok", "migrations", $"The schema is up to date ({known.Count} migrations)."));
            return newer.Count == 0 && missing == 0;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            findings.Add(new("problem", "database", $"{db.Provider} at {db.Address} cannot be used: {e.GetBaseException().Message}"));
            return false;
        }
    }

    private static async Task EstateAsync(IServiceProvider services, List<Finding> findings, CancellationToken ct)
    {
        var tenant = TenantScope.Default;
        await services.GetRequiredService<EstateService>().ReloadAsync(tenant, ct);
        var registry = services.GetRequiredService<IConnectionRegistry>();
        var (flows, connections, _) = await services.GetRequiredService<EstateStore>().ReadAsync(tenant, ct);
        var catalog = services.GetRequiredService<IConnectorCatalog>();
        foreach (var row in connections)
        {
            var problems = registry.Find(row.Key) is not { } connection ? Problems(services, row)
                : catalog.Find(connection.Connector)?.Check(connection).ToList() ?? [$"The connector '{connection.Connector}' is not installed."];
            if (problems.Count == 0)
                findings.Add(new("ok", "connections", $"{row.Key} ({row.Connector}): {(row.Enabled ? "complete" : "complete, disabled")}."));
            else
                findings.AddRange(problems.Select(p => new Finding(row.Enabled ? "problem" : "warning", "connections", $"{row.Key}: {p}")));
        }

        if (connections.Count == 0)
            findings.Add(new("warning", "connections", "None is set up. Apply documents, or set them up in the portal."));
        foreach (var row in flows.GroupBy(f => f.Name).Select(g => g.MaxBy(f => f.Version)!))
            findings.Add(services.GetRequiredService<IFlowCatalog>().Find(row.Name, row.Version) is { } flow
                ? new("ok", "flows", $"{row.Name} version {row.Version}: {flow.Steps.Count} steps.")
                : new("problem", "flows", $"{row.Name} version {row.Version} cannot be read. Apply a corrected one."));
    }

    /// <summary>Why its document is not in service.</summary>
    private static IReadOnlyList<string> Problems(IServiceProvider services, ConnectionRow row)
    {
        var (_, problems) = services.GetRequiredService<EstateReader>().Read([new EstateDocument(row.Key, row.Document)]);
        return [.. problems.Select(p => p.Message)];
    }

    private static async Task<int> TellAsync(CommandAnswer answer, IReadOnlyList<EffectiveSetting> settings, List<Finding> findings)
    {
        var code = findings.Exists(f => f.Verdict == "problem") ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(new { settings, findings, healthy = code == CommandLineFeature.Done }, code);
        await answer.LineAsync("Settings in effect");
        foreach (var setting in settings)
            await answer.LineAsync($"  {setting.Key,-42} {setting.Value,-34} {setting.From}");
        await answer.LineAsync();
        await answer.LineAsync("Findings");
        foreach (var finding in findings)
            await answer.LineAsync($"  {finding.Verdict,-8} {finding.Area,-12} {finding.Message}");
        return code;
    }
}
