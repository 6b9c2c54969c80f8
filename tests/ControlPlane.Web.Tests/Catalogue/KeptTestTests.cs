using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ControlPlane.Web.Features.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>Real messages, kept without their personal data, that a connector has to go on understanding.</summary>
public sealed class KeptTestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kept_message_holds_up_what_would_break_it_until_somebody_decides()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await VersionTests.PublishAsync(api, OnboardingTests.Document, "r", 1);
        await VersionTests.ConnectAsync(api);
        var message = (await VersionTests.WebhookAsync(product, "o-1", "B-1")).GetProperty("messageId").GetString();

        var test = await VersionTests.SendAsync(api, HttpMethod.Post, $"/api/v1/messages/{message}/keep-as-test", new { reason = "the usual order", name = "usual" });
        Assert.Equal(("usual", "bazaar", "bazaar-de"), (test.GetProperty("name").GetString(), test.GetProperty("connector").GetString(), test.GetProperty("connection").GetString()));
        Assert.Contains("\"totalMinor\": 1999", test.GetProperty("expected").GetString(), StringComparison.Ordinal);
        await using (var context = product.Db.CreateContext())
        {
            var body = Encoding.UTF8.GetString((await context.MappingTests.SingleAsync(Ct)).Body);
            Assert.DoesNotContain("Mia", body, StringComparison.Ordinal);
            Assert.DoesNotContain("mia@example.org", body, StringComparison.Ordinal);
            Assert.Contains("\"o-1\"", body, StringComparison.Ordinal);
            Assert.Matches("\"email\":\"[a-z]{3}@[a-z]{7}\\.[a-z]{3}\"", body);
        }

        // A draft that reads the total otherwise fails it, though it refuses nothing.
        var other = OnboardingTests.Document.Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal);
        var run = await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/tests/run", new { document = other });
        Assert.Equal((0, 1), (run.GetProperty("passed").GetInt32(), run.GetProperty("failed").GetInt32()));
        var difference = Assert.Single(run.GetProperty("results")[0].GetProperty("differences").EnumerateArray().ToList());
        Assert.Equal(("order.totalMinor", "1999", "-1999"), (difference.GetProperty("field").GetString(), difference.GetProperty("expected").GetString(), difference.GetProperty("actual").GetString()));
        var check = await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/check", new { document = other });
        Assert.Equal((true, "usual"), (check.GetProperty("sound").GetBoolean(), check.GetProperty("testsFailed")[0].GetString()));
        using (var held = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = other, reason = "refunds" }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
            Assert.Contains("connector.tests_fail", await held.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        // Renewed with a reason it passes; without one it is not.
        var id = test.GetProperty("id").GetString();
        using (var silent = await api.PutAsJsonAsync($"/api/v1/connectors/bazaar/tests/{id}/expected", new { document = other }, Ct))
            Assert.Equal(HttpStatusCode.BadRequest, silent.StatusCode);
        var renewed = await VersionTests.SendAsync(api, HttpMethod.Put, $"/api/v1/connectors/bazaar/tests/{id}/expected", new { document = other, reason = "totals are refunds" });
        Assert.Equal("totals are refunds", renewed.GetProperty("reason").GetString());
        await VersionTests.PublishAsync(api, other, "refunds", 2);

        // The old document now fails; waived, it comes back, and the waiver is kept with the version.
        using (var held = await api.PostAsJsonAsync("/api/v1/connectors/bazaar/roll-back", new { version = 1, reason = "no" }, Ct))
            Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
        await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/roll-back", new { version = 1, reason = "no", waiver = "the test comes after" });
        Assert.Equal("the test comes after", (await VersionTests.SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/versions"))[0].GetProperty("waiver").GetString());

        using (var removed = await api.DeleteAsync(new Uri($"/api/v1/connectors/bazaar/tests/{id}", UriKind.Relative), Ct))
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Empty((await VersionTests.SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/tests")).EnumerateArray());
    }

    [Fact]
    public async Task A_refused_message_can_be_kept_as_what_must_be_taken()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await VersionTests.PublishAsync(api, OnboardingTests.Document, "r", 1);
        await VersionTests.ConnectAsync(api);
        await VersionTests.WebhookAsync(product, "o-1", "B-1", b => b.Replace("\"money\":\"EUR\"", "\"currency\":\"EUR\"", StringComparison.Ordinal));
        var message = (await VersionTests.SendAsync(api, HttpMethod.Get, "/api/v1/messages?connection=bazaar-de")).GetProperty("items")[0];
        Assert.Equal("refused", message.GetProperty("state").GetString());
        await VersionTests.SendAsync(api, HttpMethod.Post, $"/api/v1/messages/{message.GetProperty("id").GetString()}/keep-as-test", new { reason = "they renamed the field", taken = true });

        Assert.Equal(1, (await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/tests/run", new { })).GetProperty("failed").GetInt32());
        var better = OnboardingTests.Document.Replace("from: $.money", "from: [$.money, $.currency]", StringComparison.Ordinal);
        Assert.Equal(1, (await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/tests/run", new { document = better })).GetProperty("passed").GetInt32());
        await VersionTests.PublishAsync(api, better, "the new name", 2);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_told()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using var unknown = await api.PostAsJsonAsync($"/api/v1/messages/{Guid.CreateVersion7()}/keep-as-test", new { reason = "r" }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await VersionTests.PublishAsync(api, OnboardingTests.Document, "r", 1);
        await VersionTests.ConnectAsync(api);
        var message = (await VersionTests.WebhookAsync(product, "o-1", "B-1")).GetProperty("messageId").GetString();
        using (var silent = await api.PostAsJsonAsync($"/api/v1/messages/{message}/keep-as-test", new { }, Ct))
            Assert.Contains("test.reason", await silent.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await using (var context = product.Db.CreateContext())
            await context.Payloads.ExecuteUpdateAsync(p => p.SetProperty(x => x.Content, Array.Empty<byte>()), Ct);
        using var empty = await api.PostAsJsonAsync($"/api/v1/messages/{message}/keep-as-test", new { reason = "r" }, Ct);
        Assert.Contains("test.no_body", await empty.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    /// <summary>The way into a build: export writes the tests, the verb runs them without a database, and the exit code says it.</summary>
    [Fact]
    public async Task Exported_tests_run_on_the_command_line()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await VersionTests.PublishAsync(api, OnboardingTests.Document, "r", 1);
        await VersionTests.ConnectAsync(api);
        var message = (await VersionTests.WebhookAsync(product, "o-1", "B-1")).GetProperty("messageId").GetString();
        await VersionTests.SendAsync(api, HttpMethod.Post, $"/api/v1/messages/{message}/keep-as-test", new { reason = "r", name = "usual" });
        var folder = Path.Combine(product.Folder, "out");
        var database = $"--ControlPlane:Database:ConnectionString=Data Source={Path.Combine(product.Folder, "test.db")}";
        Assert.Equal(0, (await VerbAsync("export", folder, database)).Code);
        var draft = Path.Combine(folder, "connectors", "bazaar.yaml");
        var tests = Path.Combine(folder, "mapping-tests");

        var (code, output) = await VerbAsync("test-mappings", draft, "--tests", tests);
        Assert.Equal((0, "bazaar: 1 passed, 0 failed."), (code, output.Trim().Split('\n')[^1].Trim()));
        Assert.Equal(0, (await VerbAsync("test-mappings", draft, database)).Code);
        await File.WriteAllTextAsync(draft, (await File.ReadAllTextAsync(draft, Ct)).Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal), Ct);
        (code, output) = await VerbAsync("test-mappings", draft, "--tests", tests);
        Assert.Equal(1, code);
        Assert.Contains("order.totalMinor: expected 1999, became -1999", output, StringComparison.Ordinal);
        (code, output) = await VerbAsync("test-mappings", draft, "--tests", tests, "--json");
        Assert.Equal((1, 1), (code, JsonDocument.Parse(output).RootElement.GetProperty("failed").GetInt32()));
        await File.WriteAllTextAsync(Path.Combine(tests, "broken.json"), "{\"id\":1}", Ct);
        Assert.Equal(2, (await VerbAsync("test-mappings", draft, "--tests", tests)).Code);
        Assert.Equal(2, (await VerbAsync("test-mappings", "nowhere.yaml")).Code);
    }

    [Fact]
    public async Task Applying_a_folder_is_held_up_by_a_red_test_and_by_messages_that_would_be_refused_unless_somebody_says_why()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await VersionTests.PublishAsync(api, OnboardingTests.Document, "r", 1);
        await VersionTests.ConnectAsync(api);
        var message = (await VersionTests.WebhookAsync(product, "o-1", "B-1")).GetProperty("messageId").GetString();
        var kept = await VersionTests.SendAsync(api, HttpMethod.Post, $"/api/v1/messages/{message}/keep-as-test", new { reason = "r", name = "usual" });
        var folder = Path.Combine(product.Folder, "estate");
        Directory.CreateDirectory(folder);
        var (file, database) = (Path.Combine(folder, "bazaar.yaml"), $"--ControlPlane:Database:ConnectionString=Data Source={Path.Combine(product.Folder, "test.db")}");
        await File.WriteAllTextAsync(file, OnboardingTests.Document, Ct);
        Assert.Equal(0, (await VerbAsync("apply", folder, database)).Code);

        await File.WriteAllTextAsync(file, OnboardingTests.Document.Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal), Ct);
        foreach (var verb in new[] { "plan", "apply" })
        {
            var (code, output) = await VerbAsync(verb, folder, database);
            Assert.Equal(1, code);
            Assert.Contains("The kept test 'usual' fails: order.totalMinor: expected 1999, became -1999", output, StringComparison.Ordinal);
            Assert.Contains("Nothing was applied.", output, StringComparison.Ordinal);
        }

        await using (var context = product.Db.CreateContext())
            Assert.Equal(1, await context.ConnectorVersions.CountAsync(v => v.Name == "bazaar", Ct));
        Assert.Equal(0, (await VerbAsync("apply", folder, database, "--waive", "credit notes from now on")).Code);
        await using (var context = product.Db.CreateContext())
            Assert.Equal("credit notes from now on", (await context.ConnectorVersions.OrderBy(v => v.Version).LastAsync(v => v.Name == "bazaar", Ct)).Waiver);

        // Without a test, what really came still counts.
        await VersionTests.SendAsync(api, HttpMethod.Delete, $"/api/v1/connectors/bazaar/tests/{kept.GetProperty("id").GetString()}");
        await File.WriteAllTextAsync(file, OnboardingTests.Document.Replace("from: $.no }", "from: $.number, required: true }", StringComparison.Ordinal), Ct);
        var (refused, text) = await VerbAsync("apply", folder, database);
        Assert.Equal(1, refused);
        Assert.Contains("1 of the last 1 messages of Bazaar DE were taken and would be refused", text, StringComparison.Ordinal);
    }

    private static async Task<(int? Code, string Output)> VerbAsync(params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await CommandLineFeature.RunAsync(args, output, errors, Ct);
        return (code, output.ToString() + errors);
    }
}
