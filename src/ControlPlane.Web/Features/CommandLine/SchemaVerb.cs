using System.Text.Json;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>What a schema would break, with a document as proof. Exit code 1 when it breaks something.</summary>
internal static class SchemaVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path || !command.Options.TryGetValue("subject", out var subject))
        {
            await answer.ErrorAsync("Name the file and the subject: schema-check order.schema.json --subject woocommerce/order.created");
            return CommandLineFeature.WrongUse;
        }

        var mode = CompatibilityModes.Parse(command.Options.GetValueOrDefault("mode"));
        if (command.Options.ContainsKey("mode") && mode is null)
        {
            await answer.ErrorAsync($"--mode takes one of {CompatibilityModes.Allowed}.");
            return CommandLineFeature.WrongUse;
        }

        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await answer.FailAsync($"There is no file {path}.");
        var text = await File.ReadAllTextAsync(file, ct);
        if (JsonSchema.Parse(System.Text.Encoding.UTF8.GetBytes(text), out var problems) is null)
        {
            foreach (var problem in problems)
                await answer.ErrorAsync($"{path}, {problem}");
            return CommandLineFeature.Problem;
        }

        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var registry = app.Services.GetRequiredService<SchemaRegistry>();
        if (await registry.FindAsync(TenantScope.Default, subject, ct) is null)
            return await answer.FailAsync($"There is no subject '{subject}'. There are: {string.Join(", ", (await registry.SubjectsAsync(TenantScope.Default, ct)).Select(s => s.Name))}.");
        var found = await registry.CheckAsync(TenantScope.Default, subject, text, mode, ct);
        var code = found.Count > 0 ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(new { compatible = found.Count == 0, against = found }, code);
        foreach (var against in found)
            foreach (var finding in against.Findings)
            {
                await answer.LineAsync($"against version {against.Against}, {finding.Direction.ToString().ToLowerInvariant()}, {(finding.At.Length == 0 ? "document" : finding.At)}: {finding.Message}{(finding.Proven ? "" : " Not proven: no document was found.")}");
                if (finding.Witness is { } witness)
                    await answer.LineAsync($"  proof: {JsonSerializer.Serialize(witness)}");
            }

        if (found.Count == 0)
            await answer.LineAsync("Compatible.");
        return code;
    }
}
