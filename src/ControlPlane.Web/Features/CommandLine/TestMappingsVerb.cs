using System.Text.Json;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>
/// Runs kept tests on a connector's document: those of the database, or those that <c>export</c> wrote into a folder, which needs no
/// database. Exit code 1 when one is red.
/// </summary>
internal static class TestMappingsVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
            return await WrongAsync(answer, "Name the file with the connector: test-mappings my-connector.yaml");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        var (draft, problems) = ConnectorDesk.Read(await File.ReadAllTextAsync(file, ct), TimeProvider.System);
        if (draft is null)
        {
            foreach (var problem in problems)
                await answer.ErrorAsync(problem.Line > 0 ? $"{path}, line {problem.Line}: {problem.Message}" : $"{path}: {problem.Message}");
            return CommandLineFeature.Problem;
        }

        await using var app = CommandHost.Build(command);
        var tests = app.Services.GetRequiredService<MappingTests>();
        IReadOnlyList<MappingTestRow> rows;
        if (command.Options.TryGetValue("tests", out var folder))
        {
            var (read, wrong) = await FilesAsync(Command.Absolute(folder), draft.Manifest.Name, ct);
            if (wrong is not null)
                return await WrongAsync(answer, wrong);
            rows = read;
        }
        else
        {
            if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
                return await answer.FailAsync(missing);
            await app.Services.GetRequiredService<EstateService>().ReloadAsync(TenantScope.Default, ct);
            rows = await tests.RowsAsync(TenantScope.Default, draft.Manifest.Name, ct);
        }

        return await TellAsync(answer, draft.Manifest.Name, tests.Run(rows, draft));
    }

    private static async Task<int> TellAsync(CommandAnswer answer, string connector, IReadOnlyList<MappingTestResult> results)
    {
        var red = results.Count(r => !r.Passed);
        var code = red > 0 ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(new { connector, passed = results.Count - red, failed = red, results }, code);
        foreach (var result in results)
        {
            await answer.LineAsync($"{(result.Passed ? "passes" : "fails ")} {result.Test.Name}");
            foreach (var difference in result.Differences.Take(20))
                await answer.LineAsync($"         {difference.Field}: expected {difference.Expected}, became {difference.Actual}");
        }

        await answer.LineAsync($"{connector}: {results.Count - red} passed, {red} failed.");
        return code;
    }

    private static async Task<(IReadOnlyList<MappingTestRow> Rows, string? Wrong)> FilesAsync(string folder, string connector, CancellationToken ct)
    {
        if (!Directory.Exists(folder))
            return ([], $"There is no folder {folder}.");
        var rows = new List<MappingTestRow>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            try
            {
                if (MappingTestFile.Read(await File.ReadAllTextAsync(file, ct)) is var row && row.Connector == connector)
                    rows.Add(row);
            }
            catch (JsonException bad)
            {
                return ([], $"{Path.GetRelativePath(folder, file)} is no kept test: {bad.Message}");
            }

        return (rows, null);
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}
