using ControlPlane.Runtime;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>
/// The same executable as the server: with a verb it does one thing and ends. Exit codes: 0 done, 1 a problem that it
/// names, 2 used wrongly.
/// </summary>
public static class CommandLineFeature
{
    public const int Done = 0;
    public const int Problem = 1;
    public const int WrongUse = 2;

    /// <summary>Every verb there is, in the order of the help.</summary>
    internal static IReadOnlyList<Verb> Verbs { get; } =
    [
        new("validate", "[folder]", "Check configuration documents; needs no database", EstateVerbs.ValidateAsync),
        new("plan", "[folder]", "Show what applying the documents would change", EstateVerbs.PlanAsync),
        new("apply", "[folder] [--reason TEXT] [--waive TEXT] [--fix TEXT]", "Bring the documents into service; all of them or, if one is wrong or a connector fails its kept tests, none. --waive says why that is right; --fix says what it mends, while an error budget lets nothing else through", EstateVerbs.ApplyAsync, "reason", "waive", "fix"),
        new("export", "<folder>", "Write the documents in service into a folder", EstateVerbs.ExportAsync),
        new("backtest", "<folder or file> --connection KEY [--messages N]", "Compare a draft of a connector with what is in service, over messages that really came; changes nothing", BackTestVerb.RunAsync, "connection", "messages"),
        new("test-mappings", "<folder or file> [--tests FOLDER]", "Run the kept tests on a connector's document; with a folder that export wrote it needs no database", TestMappingsVerb.RunAsync, "tests"),
        new("schema-check", "<folder or file> --subject NAME [--mode MODE]", "Compare a schema with the versions in service; what it breaks comes with a document as proof", SchemaVerb.RunAsync, "subject", "mode"),
        new("crosswalk-import", "<folder or file> --table NAME [--reason TEXT] [--options dry-run,skip-refused,retire-missing,decimal-comma,windows-1252]", "Apply a CSV file to a crosswalk, or show what it would do", CrosswalkVerb.ImportAsync, "table", "reason", "options"),
        new("openapi-import", "<folder or file> [--choose PURPOSE=OPERATION,…]", "Make a draft of a connector from an OpenAPI description; needs no database", OpenApiVerb.RunAsync, "choose"),
        new("openslo-check", "<folder or file>", "Check OpenSLO v1 documents and show the objectives in them; needs no database", OpenSloVerb.RunAsync),
        new("prometheus-rules", "[folder or file] [--out FILE] [--job NAME]", "Write recording and alerting rules for Prometheus from OpenSLO v1 documents, and for our own health; needs no database", PrometheusRulesVerb.RunAsync, "out", "job"),
        new("report", "--month 2026-10 --out FOLDER [--zone ZONE]", "Make the report of a month: HTML, CSV, and PDF where there is a Chromium", ReportVerb.RunAsync, "month", "out", "zone"),
        new("openslo-import", "<file> [--reason TEXT]", "Publish the objectives of an OpenSLO v1 file: all of it or, where something is wrong, nothing", ObjectivesVerbs.ImportAsync, "reason"),
        new("openslo-export", "<file>", "Write the objectives in service as OpenSLO v1", ObjectivesVerbs.ExportAsync),
        new("objectives-recount", "<indicator>", "Count an indicator anew from the journal; what is there stays in service until that is done", ObjectivesVerbs.RecountAsync),
        new("verify-evidence", "<folder or file> [--key FILE]", "Check a bundle of evidence: changed, missing or added files, and the signature; --key names the public key to trust; needs no database", EvidenceVerb.VerifyAsync, "key"),
        new("governance-check", "[--min N] [--connection KEY]", "Show the governance scores of connections, with the evidence of each rule; exit code 1 when one is below --min", GovernanceVerb.RunAsync, "min", "connection"),
        new("doctor", "", "Show the effective settings and check database, schema and connections", DoctorVerb.RunAsync),
        new("rebuild-operations", "", "Count the figures of the operations dashboard anew from the journal; the product may run on", OperationsVerb.RebuildAsync),
        new("migrate", "", "Bring the database's schema up to date", MigrateVerb.RunAsync),
        new("help", "", "Show this", HelpAsync),
    ];

    /// <returns>Null when there is no verb: then the server starts.</returns>
    public static async Task<int?> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken ct = default)
    {
        if (args is ["-h" or "--help" or "-?", ..])
            args = ["help"];
        if (args.Length == 0 || args[0].StartsWith('-'))
            return null;
        if (Verbs.FirstOrDefault(v => v.Name == args[0]) is not { } verb)
        {
            await errors.WriteLineAsync($"'{args[0]}' is no verb. There are: {string.Join(", ", Verbs.Select(v => v.Name))}. Without a verb the server starts.");
            return WrongUse;
        }

        if (Command.Parse(verb, args[1..], out var wrong) is not { } command)
        {
            await errors.WriteLineAsync($"{wrong} Use: {verb.Name} {verb.Usage} [--json]".TrimEnd());
            return WrongUse;
        }

        var answer = new CommandAnswer(command.Json, output, errors);
        try
        {
            return await verb.RunAsync(command, answer, ct);
        }
        catch (StartProblem problem)
        {
            return await answer.FailAsync(problem.Message);
        }
    }

    private static async Task<int> HelpAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Json)
            return await answer.JsonAsync(new { verbs = Verbs.Select(v => new { name = v.Name, usage = v.Usage, meaning = v.Meaning }) }, Done);
        await answer.LineAsync("ControlPlane: without a verb the server starts.");
        await answer.LineAsync();
        foreach (var verb in Verbs)
            await answer.LineAsync($"  {$"{verb.Name} {verb.Usage}",-34} {verb.Meaning}");
        await answer.LineAsync();
        await answer.LineAsync("Every verb takes --json. Settings may follow as --ControlPlane:Database:Provider=PostgreSql.");
        await answer.LineAsync("A folder that is left out is the one of the setting ControlPlane:Estate.");
        await answer.LineAsync("Exit codes: 0 done, 1 a problem that is named, 2 used wrongly.");
        return Done;
    }
}

internal sealed record Verb(string Name, string Usage, string Meaning, Func<Command, CommandAnswer, CancellationToken, Task<int>> RunAsync, params string[] Options);
