using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bunit;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Settings;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Tests.Catalogue;
using ControlPlane.Web.Tests.Controls;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Connections;

/// <summary>From a shadow run into service, through the API, with nothing replaced.</summary>
public sealed class GoLiveTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Order(int number) => $$"""{"id":"o-{{number}}","no":"B-{{number}}","placed":1795424400,"money":"EUR","sum":1999,"items":[{"id":1,"article":"TEE-M","pieces":2}]}""";

    [Fact]
    public async Task A_shadow_run_takes_orders_and_starts_nothing_until_every_gate_passed_or_was_waived()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using (var published = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = OnboardingTests.Document, reason = "r" }, Ct))
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Ct));
        var form = Form(onboarding: true);
        using (var saved = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", form, Ct))
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Ct));
        var registry = product.Services.GetRequiredService<IConnectionRegistry>();
        Assert.True(registry.Find("bazaar-de")!.Onboarding);
        Assert.Null(registry.FindByRole(Domain.Connections.SystemRole.Marketplace));

        // An order is taken, understood and shown, and nothing is started; a repeat is one.
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order(1))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order(1))).StatusCode);
        await using (var context = product.Db.CreateContext())
        {
            var message = await context.Messages.SingleAsync(m => m.Connection == "bazaar-de", Ct);
            Assert.Equal(("shadow.order", null), (message.Code, message.TransactionId));
            Assert.Contains("B-1 with one line. Nothing was started.", message.Detail, StringComparison.Ordinal);
            Assert.Equal(0, await context.Transactions.CountAsync(Ct));
        }

        var gates = await ReadAsync(api);
        Assert.Equal("passed", State(gates, "arrival"));
        Assert.Equal(["credentials", "samples", "budget", "target", "tests", "shadow"], Blockers(gates));
        Assert.Equal("1 of 20 orders understood, none refused.", Text(gates, "samples"));

        // Saving it once more, without saying so, is no way around the gates.
        using (var again = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", Form(onboarding: false), Ct))
            Assert.True(again.IsSuccessStatusCode);
        Assert.True(registry.Find("bazaar-de")!.Onboarding);

        // Going live names what stands in the way; a waiver needs a reason, and a gate that there is.
        using (var blocked = await api.PostAsync(Uri("go-live"), null, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, blocked.StatusCode);
            var problem = JsonSerializer.Deserialize<JsonElement>(await blocked.Content.ReadAsStringAsync(Ct));
            Assert.Equal("onboarding.blocked", problem.GetProperty("code").GetString());
            Assert.Contains("Sample orders mapped", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(6, problem.GetProperty("blockers").GetArrayLength());
        }

        foreach (var (gate, reason, code) in new[] { ("samples", " ", "onboarding.reason"), ("nonsense", "r", "onboarding.gate"), ("samples", new string('x', 301), "onboarding.reason") })
        {
            using var refused = await api.PostAsJsonAsync(Uri("waivers"), new { gate, reason }, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(code, await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        using (var passed = await api.PostAsJsonAsync(Uri("waivers"), new { gate = "owner", reason = "r" }, Ct))
            Assert.Contains("onboarding.not_open", await passed.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using (var target = await api.PutAsJsonAsync(Uri("target"), new { target = "99 of 100 orders within 15 minutes" }, Ct))
            Assert.True(target.IsSuccessStatusCode, await target.Content.ReadAsStringAsync(Ct));
        foreach (var gate in new[] { "credentials", "samples", "budget", "tests", "shadow" })
        {
            using var waived = await api.PostAsJsonAsync(Uri("waivers"), new { gate, reason = "seen at the other site" }, Ct);
            Assert.True(waived.IsSuccessStatusCode, await waived.Content.ReadAsStringAsync(Ct));
        }

        gates = await ReadAsync(api);
        Assert.Empty(Blockers(gates));
        Assert.Equal("waived", State(gates, "samples"));
        Assert.Contains("seen at the other site (", Text(gates, "samples"), StringComparison.Ordinal);
        Assert.Contains("99 of 100 orders within 15 minutes", Text(gates, "target"), StringComparison.Ordinal);

        // Live; twice is once. What the shadow run took is not started by a repeat, and what comes now is.
        for (var i = 0; i < 2; i++)
        {
            using var live = await api.PostAsync(Uri("go-live"), null, Ct);
            Assert.True(live.IsSuccessStatusCode, await live.Content.ReadAsStringAsync(Ct));
        }

        Assert.False(registry.Find("bazaar-de")!.Onboarding);
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order(1))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order(2))).StatusCode);
        await using (var context = product.Db.CreateContext())
        {
            Assert.NotNull((await context.Messages.SingleAsync(m => m.Connection == "bazaar-de" && m.Code != "shadow.order", Ct)).TransactionId);
            Assert.Equal(1, await context.Transactions.CountAsync(Ct));
            Assert.Equal(1, await context.ConnectionEvents.CountAsync(e => e.Kind == "onboarding.live", Ct));
            Assert.Equal(5, await context.ConnectionEvents.CountAsync(e => e.Kind.StartsWith("onboarding.waived."), Ct));
        }
    }

    [Fact]
    public async Task A_connection_that_never_was_in_onboarding_is_live_and_only_an_admin_sees_its_gates()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using (var published = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = OnboardingTests.Document, reason = "r" }, Ct))
            Assert.True(published.IsSuccessStatusCode);
        using (var saved = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", Form(onboarding: false), Ct))
            Assert.True(saved.IsSuccessStatusCode);
        Assert.True((await ReadAsync(api)).GetProperty("live").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order(7))).StatusCode);
        await using (var context = product.Db.CreateContext())
            Assert.Equal(1, await context.Transactions.CountAsync(Ct));
        using var business = await product.ClientAsync(PortalRoles.Business);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.GetAsync(Uri(""), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.PostAsync(Uri("go-live"), null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(new Uri("/api/v1/connections/nobody/onboarding", UriKind.Relative), Ct)).StatusCode);
    }

    [Fact]
    public async Task A_client_certificate_that_ends_soon_shows_with_the_credentials_and_in_its_gate()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        var document = OnboardingTests.Document.Replace("  feeds:", "  tls: { certificate: \"{secrets.certificate}\", key: \"{secrets.key}\" }\n  feeds:", StringComparison.Ordinal)
            .Replace("  authentication:", "    - { name: certificate, meaning: Ours., required: true, secret: true }\n    - { name: key, meaning: Its key., required: true, secret: true }\n  authentication:", StringComparison.Ordinal);
        using (var published = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document, reason = "r" }, Ct))
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Ct));
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=controlplane", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(5));
        using (var saved = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", new
        {
            connector = "bazaar", role = "marketplace", displayName = "Bazaar DE", baseAddress = "https://127.0.0.1:9", settings = new Dictionary<string, string> { ["shop"] = "77" },
            secrets = new Dictionary<string, string> { ["token"] = "right", ["hook"] = "s3cret", ["certificate"] = certificate.ExportCertificatePem(), ["key"] = key.ExportPkcs8PrivateKeyPem() },
        }, Ct))
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Ct));
        var health = JsonSerializer.Deserialize<JsonElement>(await api.GetStringAsync(new Uri("/api/v1/connections/bazaar-de/health", UriKind.Relative), Ct));
        var own = health.GetProperty("credentials").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "clientCertificate (certificate)");
        Assert.Equal(("near", "CN=controlplane"), (own.GetProperty("level").GetString(), own.GetProperty("what").GetString()));
        // The gate warns once the test has passed: a certificate that ends in five days still works today.
        await product.AddAsync(new Runtime.Connections.Webhooks.ConnectionEventRow { Id = Guid.CreateVersion7(), TenantId = 1, Connection = "bazaar-de", At = Domain.Shared.Instant.ToMicroseconds(now), Kind = "test.passed", Text = "Test passed." });
        Assert.StartsWith("clientCertificate (certificate) expires on ", Gate(await ReadAsync(api), "credentials").GetProperty("warning").GetString(), StringComparison.Ordinal);
    }

    private static object Form(bool onboarding) => new
    {
        connector = "bazaar", role = "marketplace", displayName = "Bazaar DE", baseAddress = "http://127.0.0.1:9", allowPrivateNetwork = true, owner = "Web team", onboarding,
        settings = new Dictionary<string, string> { ["shop"] = "77" }, secrets = new Dictionary<string, string> { ["token"] = "right", ["hook"] = "s3cret" },
    };

    private static Uri Uri(string path) => new($"/api/v1/connections/bazaar-de/onboarding{(path.Length > 0 ? "/" + path : "")}", UriKind.Relative);

    private static async Task<JsonElement> ReadAsync(HttpClient api) => JsonSerializer.Deserialize<JsonElement>(await api.GetStringAsync(Uri(""), Ct));

    private static JsonElement Gate(JsonElement gates, string name) => gates.GetProperty("gates").EnumerateArray().Single(g => g.GetProperty("name").GetString() == name);

    private static string? State(JsonElement gates, string name) => Gate(gates, name).GetProperty("state").GetString();

    private static string Text(JsonElement gates, string name) => Gate(gates, name).GetProperty("evidence").GetString()!;

    private static IEnumerable<string?> Blockers(JsonElement gates) => gates.GetProperty("blockers").EnumerateArray().Select(b => b.GetString());

    private static async Task<HttpResponseMessage> WebhookAsync(ProductHost product, string body)
    {
        using var client = product.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/bazaar-de") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Bazaar-Signature", Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body))));
        request.Headers.Add("X-Bazaar-Event", "order.placed");
        return await client.SendAsync(request, Ct);
    }
}

/// <summary>The judgement, and how it is shown.</summary>
public sealed class OnboardingGatesTests : ControlsContext
{
    private static OnboardingFacts Good => new()
    {
        Now = Now, Calls = true, Receives = true, Test = (true, "Test passed.", Now), WebhookAt = Now, Orders = 20, LastOrderAt = Now, Scanned = 100, WithGaps = 2, Budgets = 1, Owner = "Web team", Target = new("99 of 100 (Ann)", Now),
        TestsPassed = 1, Schemas = 1, ShadowSince = Now.AddHours(-24),
    };

    [Fact]
    public void Everything_that_is_asked_for_passes() => Assert.All(OnboardingGates.Judge(Good, new()), g => Assert.Equal(GateState.Passed, g.State));

    [Fact]
    public void Each_gate_opens_for_a_reason_of_its_own()
    {
        var wrong = new (string Gate, OnboardingFacts Facts)[]
        {
            ("credentials", Good with { Test = null }), ("credentials", Good with { Test = (false, "Test failed.", Now) }), ("credentials", Good with { RefusedAt = Now }), ("credentials", Good with { Expired = true }),
            ("arrival", Good with { WebhookAt = null }), ("samples", Good with { Orders = 19 }), ("samples", Good with { Refused = 1 }), ("crosswalks", Good with { WithGaps = 3 }), ("crosswalks", Good with { Scanned = 0, WithGaps = 0 }),
            ("budget", Good with { Budgets = 0 }), ("owner", Good with { Owner = "" }), ("target", Good with { Target = null }), ("tests", Good with { TestsFailed = ["first order"] }), ("tests", Good with { TestsPassed = 0 }),
            ("schema", Good with { InactiveSchemas = ["bazaar/order"] }), ("shadow", Good with { ShadowSince = Now.AddHours(-23.9) }),
        };
        Assert.All(wrong, w =>
        {
            var open = Assert.Single(OnboardingGates.Judge(w.Facts, new()), g => g.State != GateState.Passed);
            Assert.Equal((w.Gate, GateState.Open), (open.Name, open.State));
            Assert.NotEmpty(open.Next);
        });
        Assert.Equal(OnboardingGates.Names, OnboardingGates.Judge(Good, new()).Select(g => g.Name));
    }

    [Fact]
    public void What_expires_soon_is_a_warning_and_a_waiver_does_not_hide_what_passes()
    {
        var gates = OnboardingGates.Judge(Good with { Expiring = "clientCertificate expires on 2026-11-29.", Waivers = new Dictionary<string, Waiver> { ["samples"] = new("no (Ann)", Now) } }, new());
        Assert.Equal("clientCertificate expires on 2026-11-29.", gates[0].Warning);
        Assert.Equal(GateState.Passed, gates.Single(g => g.Name == "samples").State);
        Assert.Equal(GateState.NotNeeded, OnboardingGates.Judge(Good with { Calls = false, Test = null }, new())[0].State);
        Assert.Equal(GateState.Passed, OnboardingGates.Judge(Good with { Orders = 3 }, new OnboardingOptions { SampleOrders = 3 }).Single(g => g.Name == "samples").State);
    }

    [Fact]
    public void An_open_gate_shows_its_next_step_and_asks_for_a_reason()
    {
        (string Gate, string Reason)? waived = null;
        var view = new OnboardingView("shop", "Shop", false, Now, OnboardingGates.Judge(Good with { Orders = 3, Target = null }, new()), Now);
        var list = Render<GateList>(p => p.Add(g => g.View, view).Add(g => g.OnWaive, w => waived = w));
        Assert.Contains("3 of 20 orders understood", list.Markup, StringComparison.Ordinal);
        Assert.Equal(2, list.FindAll("button[aria-label^='Waive: ']").Count);
        list.Find("button[aria-label='Waive: Sample orders mapped']").Click();
        list.Find("#gate-why-samples").Change("there are no more");
        list.Find("#gate-why-samples").Closest("form")!.Submit();
        Assert.Equal(("samples", "there are no more"), waived);
        Assert.Equal("Not yet: Sample orders mapped, Target set.", GatePresentation.Why(view));
        Assert.StartsWith("2 gates are open.", GatePresentation.Answer(view), StringComparison.Ordinal);
        var live = Render<GateList>(p => p.Add(g => g.View, view with { Live = true }));
        Assert.Empty(live.FindAll("button"));
    }
}
