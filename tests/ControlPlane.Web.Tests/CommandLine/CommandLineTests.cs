using System.Text.Json;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.CommandLine;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Catalogue;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Web.Tests.CommandLine;

/// <summary>The verbs, as a terminal or a pipeline uses them.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Connection = """
        # Who to call: the warehouse's hotline.
        kind: Connection
        metadata: { name: cli-wms }
        spec: { connector: regional-wms, role: wms, displayName: CLI WMS, baseAddress: "http://127.0.0.1:1", secrets: { apiKey: "${secret:KEY}", webhookSecret: "${secret:HOOK}" } }
        """;

    private const string Flow = """
        kind: Flow
        metadata: { name: cli-flow }
        spec:
          trigger: { event: cli.tested }
          steps:
            - { id: check, type: validate, stage: validated }
            - { id: close, type: close, stage: closed }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("cp-cli-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder, "cli.db");

    private string Estate => Path.Combine(_folder, "estate");

    private async Task<(int? Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var settings = args is [] or ["help", ..] or ["-h"] || !CommandLineFeature.Verbs.Any(v => v.Name == args[0]) ? args
            : [.. args, "--environment=Production", "--ControlPlane:Demo=false", $"--ControlPlane:Database:ConnectionString=Data Source={Database}", "--ControlPlane:Secrets:KEY=k-1", "--ControlPlane:Secrets:HOOK=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"];
        var code = await CommandLineFeature.RunAsync(settings, output, errors, Ct);
        return (code, output.ToString(), errors.ToString());
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Estate);
        File.WriteAllText(Path.Combine(Estate, name), text);
    }

    [Fact]
    public async Task A_draft_is_compared_with_what_is_in_service_over_messages_that_came()
    {
        Write("bazaar.yaml", OnboardingTests.Document);
        Write("bazaar-de.yaml", """
            kind: Connection
            metadata: { name: bazaar-de }
            spec: { connector: bazaar, role: marketplace, displayName: Bazaar, baseAddress: "http://127.0.0.1:1", settings: { shop: "77" }, secrets: { token: "${secret:KEY}", hook: "${secret:KEY}" } }
            """);
        Assert.Equal(0, (await RunAsync("migrate")).Code);
        Assert.Equal((0, ""), await RunAsync("apply", Estate) is var applied ? (applied.Code, applied.Errors) : default);
        var payload = PayloadRows.Make(1, """{"id":"o-1","no":"B-1","placed":1795424400,"money":"EUR","sum":1999,"items":[{"id":1,"article":"TEE-M","pieces":2}]}"""u8.ToArray(), "application/json", TimeProvider.System);
        await using (var context = new ControlPlaneDb(new DatabaseOptions { Provider = "Sqlite", ConnectionString = $"Data Source={Database}" }, _folder).CreateContext())
        {
            context.AddRange(payload, new MessageRow { Id = Guid.CreateVersion7(), TenantId = 1, Connection = "bazaar-de", Topic = "orders-feed", State = MessageState.Accepted, CorrelationId = "c", ReceivedAt = payload.CreatedAt, PayloadId = payload.Id });
            await context.SaveChangesAsync(Ct);
        }

        var draft = Path.Combine(_folder, "draft.yaml");
        File.WriteAllText(draft, OnboardingTests.Document.Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal));
        var (code, output, _) = await RunAsync("backtest", draft, "--connection", "bazaar-de");
        Assert.Equal(0, code);
        Assert.Contains("1 messages: 0 unchanged, 1 changed, 0 newly refused", output, StringComparison.Ordinal);
        Assert.Contains("totals: -39.98 EUR over 1 orders", output, StringComparison.Ordinal);
        File.WriteAllText(draft, OnboardingTests.Document.Replace("from: $.no }", "from: $.number, required: true }", StringComparison.Ordinal));
        (code, output, _) = await RunAsync("backtest", draft, "--connection", "bazaar-de", "--json");
        Assert.Equal((1, 1), (code, JsonDocument.Parse(output).RootElement.GetProperty("newlyRefused").GetInt32()));
        Assert.Equal(1, (await RunAsync("backtest", draft, "--connection", "nobody")).Code);
        Assert.Equal(2, (await RunAsync("backtest", draft)).Code);
        Assert.Equal(2, (await RunAsync("backtest", draft, "--connection", "bazaar-de", "--messages", "none")).Code);
        File.WriteAllText(draft, "kind: Connector\nmetadata: { name: bazaar }\nspec: { title: B }\n");
        (code, _, var errors) = await RunAsync("backtest", draft, "--connection", "bazaar-de");
        Assert.Equal(1, code);
        Assert.Contains("line 3:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_verb_the_server_starts()
    {
        Assert.Null((await RunAsync()).Code);
        Assert.Null((await RunAsync("--urls=http://127.0.0.1:0")).Code);
    }

    [Fact]
    public async Task A_file_is_shown_and_applied_to_a_crosswalk()
    {
        var file = Path.Combine(_folder, "carriers.csv");
        File.WriteAllText(file, "theirs,ours\nUPS,ups\nDHL,dhl\n");
        Assert.Equal(0, (await RunAsync("migrate")).Code);
        Assert.Equal((0, "carrier: 2 added. Nothing was changed."), await RunAsync("crosswalk-import", file, "--table", "carrier", "--options", "dry-run") is var dry ? (dry.Code, dry.Output.Trim()) : default);
        Assert.Equal((0, "In service as revision 1: 2 added."), await RunAsync("crosswalk-import", file, "--table", "carrier", "--reason", "list") is var done ? (done.Code, done.Output.Trim()) : default);
        File.WriteAllText(file, "theirs,ours\nGLS,\n");
        var (code, _, errors) = await RunAsync("crosswalk-import", file, "--table", "carrier", "--options", "dry-run");
        Assert.Equal(1, code);
        Assert.Contains("line 2: ours: A code has 1 to 128 characters.", errors, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("crosswalk-import", file, "--table", "nothing", "--options", "dry-run")).Code);
        Assert.Equal(2, (await RunAsync("crosswalk-import", file, "--table", "carrier", "--options", "guess")).Code);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("verify-audit")]
    [InlineData("aply")]
    public async Task An_unknown_verb_is_answered_with_those_that_exist(string verb)
    {
        var (code, output, errors) = await RunAsync(verb);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"'{verb}' is no verb. There are: validate, plan, apply, export, backtest, test-mappings, schema-check, crosswalk-import, openapi-import, openslo-check, prometheus-rules, report, openslo-import, openslo-export, objectives-recount, verify-evidence, governance-check, doctor, rebuild-operations, migrate, help. Without a verb the server starts.", errors.Trim());
    }

    [Theory]
    [InlineData("plan", "--forced")]
    [InlineData("plan", "a", "b")]
    [InlineData("doctor", "folder")]
    [InlineData("apply", "folder", "--reason=")]
    [InlineData("migrate", "-v")]
    public async Task What_a_verb_does_not_know_is_named(params string[] args)
    {
        var (code, _, errors) = await RunAsync(args);
        Assert.Equal(2, code);
        Assert.Contains($"Use: {args[0]}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_verb_and_no_other()
    {
        foreach (var word in new[] { "help", "--help", "-h" })
        {
            var (code, output, _) = await RunAsync(word);
            Assert.Equal(0, code);
            Assert.All(CommandLineFeature.Verbs, verb => Assert.Contains($"  {verb.Name} ", output, StringComparison.Ordinal));
            Assert.DoesNotContain("verify-audit", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Documents_are_checked_planned_applied_and_exported_as_they_were_written()
    {
        Write("wms.yaml", Connection);
        Write("flow.yml", Flow);
        Assert.Equal((0, "2 objects, all sound."), ((await RunAsync("validate", Estate)).Code, (await RunAsync("validate", Estate)).Output.Trim()));
        Assert.False(File.Exists(Database), "validate needs no database and makes none");

        var early = await RunAsync("plan", Estate);
        Assert.Equal(1, early.Code);
        Assert.Contains("Run migrate", early.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Database), "plan makes no database");
        Assert.Equal(0, (await RunAsync("migrate")).Code);
        Assert.Contains("up to date", (await RunAsync("migrate")).Output, StringComparison.Ordinal);

        var plan = await RunAsync("plan", Estate);
        Assert.Equal(0, plan.Code);
        Assert.Contains("+ Connection cli-wms (wms.yaml)", plan.Output, StringComparison.Ordinal);
        Assert.Contains("Plan: 2 new, 0 changed, 0 unchanged.", plan.Output, StringComparison.Ordinal);
        Assert.Contains("Plan: 2 new", (await RunAsync("plan", Estate)).Output, StringComparison.Ordinal);

        Assert.Contains("Applied: 2 new, 0 changed, 0 unchanged.", (await RunAsync("apply", Estate, "--reason", "first")).Output, StringComparison.Ordinal);
        Assert.Contains("Plan: 0 new, 0 changed, 2 unchanged.", (await RunAsync("plan", Estate)).Output, StringComparison.Ordinal);

        Write("flow.yml", Flow.Replace("stage: validated", "stage: checked", StringComparison.Ordinal));
        var changed = await RunAsync("plan", Estate, "--json");
        var item = JsonDocument.Parse(changed.Output).RootElement.GetProperty("objects").EnumerateArray().Single(o => o.Text("name") == "cli-flow");
        Assert.Equal("change", item.Text("change"));
        var diff = item.GetProperty("diff").EnumerateArray().Select(l => l.GetString()).ToList();
        Assert.Contains("-     - { id: check, type: validate, stage: validated }", diff);
        Assert.Contains("+     - { id: check, type: validate, stage: checked }", diff);
        Assert.Contains("Applied: 0 new, 1 changed, 1 unchanged.", (await RunAsync("apply", Estate, "--reason=better")).Output, StringComparison.Ordinal);

        var target = Path.Combine(_folder, "export");
        Assert.Equal(0, (await RunAsync("export", target)).Code);
        Assert.Equal(Connection.Trim() + "\n", await File.ReadAllTextAsync(Path.Combine(target, "connections", "cli-wms.yaml"), Ct));
        Assert.Contains("stage: checked", await File.ReadAllTextAsync(Path.Combine(target, "flows", "cli-flow.yaml"), Ct), StringComparison.Ordinal);
        Assert.Contains("Plan: 0 new, 0 changed, 2 unchanged.", (await RunAsync("plan", target)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_one_document_is_wrong_none_is_applied()
    {
        Write("wms.yaml", Connection);
        Write("flow.yml", Flow.Replace("type: close", "type: clsoe", StringComparison.Ordinal));
        await RunAsync("migrate");
        foreach (var verb in new[] { "validate", "plan", "apply" })
        {
            var (code, _, errors) = await RunAsync(verb, Estate);
            Assert.Equal(1, code);
            Assert.Contains("flow.yml, line 7, spec.steps[1].type: Expected validate, enrich, map, call, confirm, wait, branch or close.", errors, StringComparison.Ordinal);
        }

        var json = JsonDocument.Parse((await RunAsync("apply", Estate, "--json")).Output).RootElement;
        Assert.False(json.GetProperty("applied").GetBoolean());
        Assert.Equal(("flow.yml", 7), (json.GetProperty("problems")[0].Text("source"), json.GetProperty("problems")[0].GetProperty("line").GetInt32()));
        Write("flow.yml", Flow);
        Assert.Contains("Plan: 2 new", (await RunAsync("plan", Estate)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_may_use_a_connector_that_comes_with_it_and_planning_does_not_install_it()
    {
        Write("a-connection.yaml", "kind: Connection\nmetadata: { name: cli-own }\nspec: { connector: own-erp, role: erp }\n");
        var alone = await RunAsync("validate", Estate);
        Assert.Contains("There is no connector 'own-erp'.", alone.Errors, StringComparison.Ordinal);
        Write("b-connector.yaml", "kind: Connector\nmetadata: { name: own-erp }\nspec: { title: Own ERP, roles: [erp], authentication: { scheme: none } }\n");
        var together = await RunAsync("validate", Estate);
        Assert.Equal((0, ""), (together.Code, together.Errors));
    }

    [Fact]
    public async Task A_missing_folder_is_wrong_use()
    {
        var (code, _, errors) = await RunAsync("plan", Path.Combine(_folder, "nowhere"));
        Assert.Equal(2, code);
        Assert.Contains("There is no folder", errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("validate")).Code);
        Assert.Equal(2, (await RunAsync("export")).Code);
    }

    [Fact]
    public async Task Doctor_shows_settings_without_secrets_and_finds_what_is_missing()
    {
        await RunAsync("migrate");
        Write("wms.yaml", Connection);
        await RunAsync("apply", Estate);
        var well = await RunAsync("doctor");
        Assert.Equal(0, well.Code);
        Assert.Matches(@"ControlPlane:Secrets:KEY +set +command line", well.Output);
        Assert.Matches(@"ControlPlane:BootstrapApiKey +not set +default", well.Output);
        Assert.DoesNotContain("k-1", well.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", well.Output, StringComparison.Ordinal);
        Assert.Contains("cli-wms (regional-wms): complete.", well.Output, StringComparison.Ordinal);
        Assert.Contains("The schema is up to date", well.Output, StringComparison.Ordinal);

        var poor = await RunAsync("doctor", "--json", "--ControlPlane:Engine:LeaseSeconds=soon", "--ControlPlane:Rolls=web");
        Assert.Equal(1, poor.Code);
        var findings = JsonDocument.Parse(poor.Output).RootElement.GetProperty("findings").EnumerateArray().Select(f => $"{f.Text("verdict")} {f.Text("message")}").ToList();
        Assert.Contains("problem The setting ControlPlane:Engine:LeaseSeconds (as a variable: ControlPlane__Engine__LeaseSeconds) is 'soon'. Allowed: a whole number from 10 to 600.", findings);
        Assert.Contains(findings, f => f.StartsWith("warning The setting ControlPlane:Rolls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_names_a_secret_that_is_not_there()
    {
        await RunAsync("migrate");
        Write("wms.yaml", Connection);
        await RunAsync("apply", Estate);
        using var output = new StringWriter();
        var code = await CommandLineFeature.RunAsync(["doctor", "--environment=Production", $"--ControlPlane:Database:ConnectionString=Data Source={Database};Password=geheim", "--ControlPlane:Secrets:HOOK=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"], output, output, Ct);
        Assert.DoesNotContain("geheim", output.ToString(), StringComparison.Ordinal);
        code = await CommandLineFeature.RunAsync(["doctor", "--environment=Production", $"--ControlPlane:Database:ConnectionString=Data Source={Database}", "--ControlPlane:Secrets:HOOK=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"], output, output, Ct);
        Assert.Equal(1, code);
        Assert.Contains("cli-wms: The secret KEY is not known. Enter it with the connection, or set ControlPlane:Secrets:KEY.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_shows_the_lines_that_differ_and_one_around_them()
    {
        Assert.Equal(["…", "  c", "- d", "+ D", "  e", "…"], TextDiff.Of("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nD\ne\nf\ng"));
        Assert.Equal(["+ a", "  b"], TextDiff.Of("b", "a\nb"));
        Assert.Equal(["  a", "- b"], TextDiff.Of("a\nb", "a"));
    }

    [Fact]
    public async Task Governance_is_a_gate_with_an_exit_code()
    {
        Write("wms.yaml", Connection);
        Write("runbook.yaml", "kind: Runbook\nmetadata: { name: cli-wms-down }\nspec: { title: CLI WMS down, text: ask, connections: [cli-wms] }");
        Assert.Equal(CommandLineFeature.Problem, (await RunAsync("governance-check")).Code);
        Assert.Equal(CommandLineFeature.Done, (await RunAsync("migrate")).Code);
        Assert.Contains("There is no connection to judge.", (await RunAsync("governance-check", "--min", "50")).Output, StringComparison.Ordinal);
        var (done, applied, wrong) = await RunAsync("apply", Estate);
        Assert.True(done == CommandLineFeature.Done, applied + wrong);
        Assert.Contains("+ Runbook cli-wms-down", applied, StringComparison.Ordinal);
        var (code, output, _) = await RunAsync("governance-check", "--min", "100");
        Assert.Equal(CommandLineFeature.Problem, code);
        Assert.Contains("owner (10): Its document names no owner.", output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 below 100: cli-wms.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("holds", output.Split('\n').Where(l => l.StartsWith("  ", StringComparison.Ordinal)).DefaultIfEmpty("").Select(l => l.TrimStart().Split(' ')[0]));
        var one = await RunAsync("governance-check", "--connection", "cli-wms", "--json");
        Assert.Equal(CommandLineFeature.Done, one.Code);
        var score = JsonDocument.Parse(one.Output).RootElement.GetProperty("connections").EnumerateArray().Single();
        Assert.Equal(score.GetProperty("held").GetInt32() * 100 / score.GetProperty("applied").GetInt32(), score.GetProperty("score").GetInt32());
        Assert.Equal("holds", score.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("rule").GetString() == "runbook").GetProperty("verdict").GetString());
        Assert.Equal(CommandLineFeature.WrongUse, (await RunAsync("governance-check", "--connection", "nobody")).Code);
        Assert.Equal(CommandLineFeature.WrongUse, (await RunAsync("governance-check", "--min", "101")).Code);
        Assert.Equal(CommandLineFeature.WrongUse, (await RunAsync("governance-check", "folder")).Code);
        // What was applied is exported, and unchanged when it is applied again.
        var exported = Path.Combine(_folder, "exported");
        await RunAsync("export", exported);
        Assert.True(File.Exists(Path.Combine(exported, "runbooks", "cli-wms-down.yaml")));
        Assert.Contains("0 new, 0 changed", (await RunAsync("plan", exported)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_documents_of_one_file_are_two_objects() => Assert.Equal(2, new EstateReader(new Nothing()).Read([new("both.yaml", Flow + "\n---   # next\n" + Flow.Replace("cli-flow", "other", StringComparison.Ordinal))]).Objects.Count);

    private sealed class Nothing : IReferenceResolver
    {
        public string? Resolve(string reference) => null;
    }

    [Fact]
    public async Task An_OpenAPI_description_becomes_a_draft_that_validates()
    {
        Directory.CreateDirectory(Estate);
        var file = Path.Combine(_folder, "shop.yaml");
        const string description = """
            openapi: 3.0.3
            info: { title: Corner shop, version: "1" }
            servers: [{ url: https://shop.example.org/api }]
            paths:
              /orders:
                get:
                  operationId: listOrders
                  parameters: [{ name: updated_since, in: query, schema: { type: string, format: date-time } }]
                  responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { type: object, properties: { id: { type: string }, lines: { type: array, items: { type: object, properties: { sku: { type: string }, quantity: { type: integer } } } } } } } } } } }
              /prices:
                put: { operationId: setPrice, responses: { "204": { description: ok } } }
            """;
        await File.WriteAllTextAsync(file, description, Ct);
        var (code, draft, notes) = await RunAsync("openapi-import", file);
        Assert.Equal(CommandLineFeature.Done, code);
        Assert.Contains("path: \"/orders?updated_since={since}\"", draft, StringComparison.Ordinal);
        Assert.Contains("decide, line ", notes, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Estate, "shop.yaml"), draft, Ct);
        Assert.Equal(CommandLineFeature.Done, (await RunAsync("validate", Estate)).Code);
        (code, draft, _) = await RunAsync("openapi-import", file, "--choose", "other=setPrice", "--json");
        Assert.Equal(CommandLineFeature.Done, code);
        Assert.Contains("- name: setPrice", JsonDocument.Parse(draft).RootElement.GetProperty("draft").GetString(), StringComparison.Ordinal);
        Assert.Contains("There is no operation 'nobody'. There are: listOrders, setPrice.", (await RunAsync("openapi-import", file, "--choose", "other=nobody")).Errors, StringComparison.Ordinal);
        Assert.Contains("Purposes: list-orders,", (await RunAsync("openapi-import", file, "--choose", "listOrders")).Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, description.Replace("3.0.3", "4.0", StringComparison.Ordinal), Ct);
        (code, _, notes) = await RunAsync("openapi-import", file);
        Assert.Equal(CommandLineFeature.Problem, code);
        Assert.Contains("line 1: openapi: '4.0' is not read.", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSLO_documents_are_checked_together_and_shown()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "slo")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "sli.yaml"), "apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: ingestion }\nspec: { thresholdMetric: { metricSource: { type: ControlPlane, spec: { indicator: order-ingestion } } } }\n", Ct);
        var slo = Path.Combine(folder, "slo.yaml");
        const string text = "apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: orders }\nspec: { service: s, indicatorRef: ingestion, budgetingMethod: Occurrences, objectives: [{ target: 0.995 }] }\n";
        await File.WriteAllTextAsync(slo, text, Ct);
        var (code, output, _) = await RunAsync("openslo-check", folder);
        Assert.Equal((CommandLineFeature.Done, "SLI ingestion\nSLO orders\n  orders: 99.5% of ingestion, Occurrences"), (code, output.Trim().ReplaceLineEndings("\n")));
        var alone = await RunAsync("openslo-check", slo);
        Assert.Equal(CommandLineFeature.Problem, alone.Code);
        Assert.Contains("slo.yaml, line 4, spec.indicatorRef: There is no SLI ingestion.", alone.Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(slo, text.Replace("0.995", "99.5", StringComparison.Ordinal), Ct);
        Assert.Contains("spec.objectives[0].target", (await RunAsync("openslo-check", folder, "--json")).Output, StringComparison.Ordinal);
        Assert.Equal(CommandLineFeature.WrongUse, (await RunAsync("openslo-check")).Code);
        Assert.Contains("There is no file nothing.yaml", (await RunAsync("openslo-check", "nothing.yaml")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_for_Prometheus_are_written_from_OpenSLO_documents_or_nothing_is()
    {
        var slo = Path.Combine(_folder, "slo.yaml");
        var rules = Path.Combine(_folder, "rules.yml");
        const string text = "apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: orders }\nspec: { service: s, indicator: { metadata: { name: order-ingestion }, spec: { thresholdMetric: { metricSource: { type: ControlPlane, spec: { indicator: order-ingestion } } } } }, budgetingMethod: Occurrences, objectives: [{ target: 0.995 }] }\n";
        await File.WriteAllTextAsync(slo, text.Replace("0.995", "0", StringComparison.Ordinal), Ct);
        var (code, _, errors) = await RunAsync("prometheus-rules", slo, "--out", rules);
        Assert.Equal(CommandLineFeature.Problem, code);
        Assert.Contains("orders, target: A target lies above 0", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(rules));
        await File.WriteAllTextAsync(slo, text, Ct);
        (code, var output, _) = await RunAsync("prometheus-rules", slo, "--out", rules, "--job", "cp-eu");
        Assert.Equal(CommandLineFeature.Done, code);
        Assert.Contains("Rules for 1 objectives", output, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(rules, Ct);
        Assert.Contains("controlplane_indicator=\"order-ingestion\"", written, StringComparison.Ordinal);
        Assert.Contains("up{job=\"cp-eu\"}", written, StringComparison.Ordinal);
        // Without documents: our own health alone, on the screen.
        Assert.StartsWith("# Written by ControlPlane", (await RunAsync("prometheus-rules")).Output, StringComparison.Ordinal);
        Assert.Contains("--job:", (await RunAsync("prometheus-rules", "--job", "a\"b")).Errors, StringComparison.Ordinal);
        Assert.Equal(CommandLineFeature.Problem, (await RunAsync("prometheus-rules", slo, "--out", Path.Combine(_folder, "no", "such", "rules.yml"))).Code);
    }

    [Fact]
    public async Task The_report_of_a_month_is_written_into_a_folder()
    {
        var folder = Path.Combine(_folder, "reports");
        foreach (var wrong in new[] { new[] { "report" }, ["report", "--month", "October", "--out", folder], ["report", "--month", "2026-10"], ["report", "--month", "2026-10", "--out", folder, "--zone", "Berlin"] })
            Assert.Equal(CommandLineFeature.WrongUse, (await RunAsync(wrong)).Code);
        Assert.Equal(CommandLineFeature.Problem, (await RunAsync("report", "--month", "2026-10", "--out", folder)).Code);
        Assert.False(Directory.Exists(folder));
        Assert.Equal(CommandLineFeature.Done, (await RunAsync("migrate")).Code);
        var (code, output, _) = await RunAsync("report", "--month", "2026-10", "--out", folder, "--zone", "Europe/Berlin", "--ControlPlane:Scorecard:Chromium=none");
        Assert.Equal(CommandLineFeature.Done, code);
        Assert.Contains("no Chromium is set", output, StringComparison.Ordinal);
        Assert.Equal(["report-2026-10.csv", "report-2026-10.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var html = await File.ReadAllTextAsync(Path.Combine(folder, "report-2026-10.html"), Ct);
        Assert.Contains("1 Oct 2026 to 31 Oct 2026, Europe/Berlin", html, StringComparison.Ordinal);
        // Before a first start nothing is promised; the report says so.
        Assert.Contains("Nothing was promised.", html, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
