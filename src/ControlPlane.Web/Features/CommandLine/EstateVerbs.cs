using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Configuration as code from a terminal or a pipeline: check, plan, apply, export.</summary>
internal static class EstateVerbs
{
    public static async Task<int> ValidateAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        await using var app = CommandHost.Build(command);
        if (Documents(app, command, out var wrong) is not { } documents)
            return await WrongAsync(answer, wrong);
        var (sound, problems) = app.Services.GetRequiredService<EstateService>().Check(documents);
        var code = problems.Count == 0 ? CommandLineFeature.Done : CommandLineFeature.Problem;
        if (answer.Json)
            return await answer.JsonAsync(new { valid = problems.Count == 0, objects = sound.Select(o => new { kind = Kind(o), name = o.Name, source = o.Source }), problems }, code);
        foreach (var problem in problems)
            await answer.ErrorAsync(problem.ToString());
        await answer.LineAsync(problems.Count == 0 ? $"{sound.Count} objects, all sound." : $"{problems.Count} problems; {sound.Count} objects are sound.");
        return code;
    }

    public static async Task<int> PlanAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        await using var app = CommandHost.Build(command);
        if (Documents(app, command, out var wrong) is not { } documents)
            return await WrongAsync(answer, wrong);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var (plan, problems) = await app.Services.GetRequiredService<EstateService>().PlanAsync(TenantScope.Default, documents, ct);
        return await TellAsync(answer, plan, [.. problems, .. await EstateGuard.AgainstAsync(app.Services, plan, ct), .. await EstateGuard.BudgetsAsync(app.Services, plan, null, ct)], applied: false);
    }

    public static async Task<int> ApplyAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        await using var app = CommandHost.Build(command);
        if (Documents(app, command, out var wrong) is not { } documents)
            return await WrongAsync(answer, wrong);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var estate = app.Services.GetRequiredService<EstateService>();
        var (plan, problems) = await estate.PlanAsync(TenantScope.Default, documents, ct);
        // A part of a change can be worse than none: a flow without the connection that it calls.
        if (problems.Count > 0)
            return await TellAsync(answer, plan, problems, applied: false);
        var fix = command.Options.GetValueOrDefault("fix")?.Trim();
        if (await EstateGuard.BudgetsAsync(app.Services, plan, fix, ct) is { Count: > 0 } spent)
            return await TellAsync(answer, plan, spent, applied: false);
        var waiver = command.Options.GetValueOrDefault("waive")?.Trim();
        if (string.IsNullOrEmpty(waiver) && await EstateGuard.AgainstAsync(app.Services, plan, ct) is { Count: > 0 } against)
            return await TellAsync(answer, plan, against, applied: false);
        var (applied, late) = await estate.ApplyAsync(TenantScope.Default, documents, Environment.UserName, $"{(string.IsNullOrEmpty(fix) ? "" : $"Fix of {fix}: ")}{command.Options.GetValueOrDefault("reason", "command line")}", waiver, ct);
        return await TellAsync(answer, applied, late, applied: true);
    }

    public static async Task<int> ExportAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } folder)
            return await WrongAsync(answer, "Name the folder to write into.");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var (flows, connections, connectors) = await app.Services.GetRequiredService<EstateStore>().ReadAsync(TenantScope.Default, ct);
        var files = connectors.Select(c => ($"connectors/{c.Name}.yaml", c.Document))
            .Concat(connections.Select(c => ($"connections/{c.Key}.yaml", c.Document)))
            .Concat(flows.GroupBy(f => f.Name).Select(g => ($"flows/{g.Key}.yaml", g.MaxBy(f => f.Version)!.Document)))
            .Concat((await app.Services.GetRequiredService<EstateStore>().PenaltiesAsync(TenantScope.Default, ct)).Select(p => ($"penalties/{p.Name}.yaml", p.Document)))
            .Concat((await app.Services.GetRequiredService<CrosswalkDocuments>().WriteAsync(TenantScope.Default, ct)).Select(c => ($"crosswalks/{c.Name}.yaml", c.Text)))
            .Concat((await app.Services.GetRequiredService<AlertChannelDocuments>().WriteAsync(TenantScope.Default, ct)).Select(c => ($"alert-channels/{c.Name}.yaml", c.Text)))
            .Concat((await app.Services.GetRequiredService<RuleDocuments>().WriteAsync(TenantScope.Default, ct)).Select(r => ($"identifier-rules/{r.Name}.yaml", r.Text))).ToList();
        files.AddRange((await app.Services.GetRequiredService<ObjectiveStore>().NewestAsync(ct)).Select(d => ($"objectives/{d.Definition.Kind.ToString().ToLowerInvariant()}-{d.Definition.Name}.yaml", d.Document)));
        if (await app.Services.GetRequiredService<CauseDocuments>().WriteAsync(TenantScope.Default, ct) is { } causes)
            files.Add(("causes.yaml", causes));
        var kept = app.Services.GetRequiredService<EstateVersions>();
        foreach (var kind in kept.Kinds)
            files.AddRange((await kept.NewestAsync(TenantScope.Default, kind.Kind, ct)).Select(v => ($"{kind.Folder}/{v.Name}.yaml", v.Document)));
        var tests = await app.Services.GetRequiredService<MappingTests>().RowsAsync(TenantScope.Default, null, ct);
        files.AddRange(tests.Select(t => ($"mapping-tests/{t.Connector}/{t.Id:N}.json", MappingTestFile.Of(t))));
        var root = Command.Absolute(folder);
        try
        {
            foreach (var (name, document) in files)
            {
                var file = Path.Combine(root, name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, document.Trim('\n', ' ') + "\n", ct);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await answer.FailAsync($"The folder {root} cannot be written: {e.Message}");
        }

        if (answer.Json)
            return await answer.JsonAsync(new { folder = root, files = files.Select(f => f.Item1) }, CommandLineFeature.Done);
        await answer.LineAsync($"{files.Count} documents written to {root}.");
        return CommandLineFeature.Done;
    }

    private static async Task<int> TellAsync(CommandAnswer answer, IReadOnlyList<EstatePlanItem> items, IReadOnlyList<EstateProblem> problems, bool applied)
    {
        var code = problems.Count == 0 ? CommandLineFeature.Done : CommandLineFeature.Problem;
        var changes = items.Where(i => i.Change != EstateChange.Unchanged).ToList();
        if (answer.Json)
            return await answer.JsonAsync(
                new { applied, objects = items.Select(i => new { i.Kind, i.Name, i.Change, i.Source, diff = i.Change == EstateChange.Change ? TextDiff.Of(i.Before, i.After) : null }), problems }, code);
        foreach (var item in changes)
        {
            await answer.LineAsync($"{(item.Change == EstateChange.Create ? "+" : "~")} {item.Kind} {item.Name} ({item.Source})");
            if (item.Change == EstateChange.Change)
                foreach (var line in TextDiff.Of(item.Before, item.After))
                    await answer.LineAsync("    " + line);
        }

        foreach (var problem in problems)
            await answer.ErrorAsync(problem.ToString());
        var counts = $"{changes.Count(c => c.Change == EstateChange.Create)} new, {changes.Count(c => c.Change == EstateChange.Change)} changed, {items.Count - changes.Count} unchanged";
        await answer.LineAsync(problems.Count > 0
            ? $"{problems.Count} problems. Nothing was applied."
            : applied ? $"Applied: {counts}. Servers that run take it up within {EstateWatch.Every.TotalSeconds:0} s." : $"Plan: {counts}.");
        return code;
    }

    /// <summary>Null when there is no such folder; then <paramref name="wrong"/> says so.</summary>
    private static IReadOnlyList<EstateDocument>? Documents(WebApplication app, Command command, out string wrong)
    {
        var setting = app.Services.GetRequiredService<IOptions<ControlPlaneOptions>>().Value.Estate;
        var folder = command.Folder is { Length: > 0 } given ? Command.Absolute(given)
            : setting.Length > 0 ? Path.Combine(app.Environment.ContentRootPath, setting) : null;
        wrong = folder is null ? "Name a folder, or set ControlPlane:Estate." : $"There is no folder {folder}.";
        return folder is not null && Directory.Exists(folder) ? EstateStart.Folder(folder) : null;
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.FailAsync(message);
        return CommandLineFeature.WrongUse;
    }

    private static string Kind(EstateObject target) => target switch
    {
        EstateObject.OfFlow => "Flow",
        EstateObject.OfConnection => "Connection",
        EstateObject.OfCrosswalk => "Crosswalk",
        EstateObject.OfCalendar => "CarrierCalendar",
        EstateObject.OfCauses => "CauseCatalogue",
        EstateObject.OfIdentifierRule => "IdentifierRule",
        EstateObject.OfAlertChannel => "AlertChannel",
        EstateObject.OfKind of => of.Kind,
        EstateObject.OfObjective { Definition.Kind: var kind } => kind == ObjectiveDocumentKind.Composite ? "ObjectiveComposite" : kind.ToString(),
        _ => "Connector",
    };
}
