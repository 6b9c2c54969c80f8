using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.Runtime.Connections.Diagnosis;
using ControlPlane.Web.Tests.Catalogue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Web.Tests.Connections;

/// <summary>What a connection test says about real failures, each made over loopback, through the API as an admin calls it.</summary>
public sealed class ConnectionDiagnosisTests(SharedProduct product)
{
    private const string Secret = "t0p-secret-value";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "application/json", "{\"error\":\"no such key t0p-secret-value\"}", null, "Credentials", "sign_in.refused")]
    [InlineData(403, "application/json", "{\"error\":\"missing scope read_orders\"}", null, "Credentials", "sign_in.not_allowed")]
    [InlineData(404, "text/plain", "nothing here", null, "Feed orders-feed", "answer.not_found")]
    [InlineData(400, "application/json", "{\"error\":\"no such shop\"}", null, "Feed orders-feed", "answer.refused")]
    [InlineData(429, "text/plain", "slow down", null, "Feed orders-feed", "answer.limited")]
    [InlineData(500, "text/plain", "stack trace", null, "Feed orders-feed", "answer.failing")]
    [InlineData(503, "text/plain", "closed", "120", "Feed orders-feed", "answer.closed")]
    [InlineData(200, "text/html", "<html><h1>Welcome</h1></html>", null, "Feed orders-feed", "answer.html")]
    [InlineData(200, "text/html", "<html><form><input type=\"password\"></form></html>", null, "Feed orders-feed", "answer.sign_in_page")]
    [InlineData(302, "text/html", "", "https://shop.example/login?next=/t0p-secret-value", "Feed orders-feed", "answer.sign_in_page")]
    [InlineData(301, "text/html", "", "https://api.shop.example/v2?key=t0p-secret-value", "Feed orders-feed", "answer.moved")]
    [InlineData(200, "text/plain", "all well", null, "Feed orders-feed", "answer.not_readable")]
    public async Task An_answer_that_is_not_right_is_named(int status, string type, string body, string? header, string stage, string code)
    {
        await using var shop = await ServeAsync(http =>
        {
            if (header is not null)
                http.Response.Headers[status == 503 ? "Retry-After" : "Location"] = header;
            return Results.Text(body, type, statusCode: status);
        });
        var steps = await TestAsync("answers", new() { ["baseAddress"] = Address(shop) });
        Says(steps, stage, code);
        Assert.Contains(steps, s => s.Name == "Port" && s.Ok == true);
        Assert.Contains($"Status {status}", steps.Single(s => s.Code == code).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_works_is_told_stage_by_stage()
    {
        await using var shop = await ServeAsync(_ => Results.Text("{\"orders\":[]}", "application/json"));
        var steps = await TestAsync("works", new() { ["baseAddress"] = Address(shop) });
        Assert.Equal(["Settings", "Name", "Address", "Port", "Answer", "Credentials", "Feed orders-feed"], steps.Where(s => s.Ok == true).Select(s => s.Name));
        Assert.DoesNotContain(steps, s => s.Ok == false);
    }

    [Fact]
    public async Task Nobody_listens_there()
    {
        var steps = await TestAsync("nobody", new() { ["baseAddress"] = $"http://127.0.0.1:{FreePort()}" });
        Says(steps, "Port", "port.refused");
        Assert.Contains(steps, s => s.Name == "Credentials" && s.Ok is null);
    }

    [Fact]
    public async Task The_name_does_not_exist() => Says(await TestAsync("no-name", new() { ["baseAddress"] = "https://shop.invalid" }), "Name", "name.unknown");

    [Fact]
    public async Task The_network_is_private_and_that_was_not_allowed() =>
        Says(await TestAsync("private", new() { ["baseAddress"] = "http://127.0.0.1:9", ["allowPrivateNetwork"] = false }), "Address", "address.refused");

    [Theory]
    [InlineData("name", "certificate.name")]
    [InlineData("expired", "certificate.expired")]
    [InlineData("not-yet", "certificate.not_yet")]
    [InlineData("self-signed", "certificate.self_signed")]
    [InlineData("authority", "certificate.unknown_authority")]
    public async Task A_certificate_that_cannot_be_trusted_is_named_and_no_credentials_are_sent(string kind, string code)
    {
        var asked = 0;
        using var certificate = Certificate(kind);
        await using var shop = await ServeAsync(
            _ =>
            {
                asked++;
                return Results.Ok();
            },
            o => o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate })));
        Says(await TestAsync("tls", new() { ["baseAddress"] = Address(shop) }), "Certificate", code);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task The_port_does_not_speak_tls()
    {
        await using var shop = await ServeAsync(_ => Results.Ok());
        Says(await TestAsync("no-tls", new() { ["baseAddress"] = Address(shop).Replace("http:", "https:", StringComparison.Ordinal) }), "Certificate", "certificate.not_spoken");
    }

    [Fact]
    public async Task The_port_speaks_something_else()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Ct);
                    await client.GetStream().WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray(), Ct);
                }
            }, Ct);
        Says(await TestAsync("mail", new() { ["baseAddress"] = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" }), "Answer", "answer.not_http");
    }

    [Fact]
    public async Task No_sftp_server_is_there_or_something_else_answers()
    {
        var settings = new Dictionary<string, object>
        {
            ["connector"] = "csv-till", ["role"] = "point-of-sale", ["baseAddress"] = $"sftp://127.0.0.1:{FreePort()}/in", ["settings"] = new Dictionary<string, string> { ["user"] = "till", ["hostKey"] = "SHA256:" + new string('A', 43) },
            ["secrets"] = new Dictionary<string, string> { ["password"] = Secret },
        };
        Says(await TestAsync("sftp-none", settings), "Port", "port.refused");
        await using var shop = await ServeAsync(_ => Results.Ok());
        settings["baseAddress"] = Address(shop).Replace("http:", "sftp:", StringComparison.Ordinal) + "/in";
        Says(await TestAsync("sftp-web", settings), "Answer", "sftp.no_answer");
    }

    [Fact]
    public async Task A_real_sftp_server_shows_another_key_or_refuses_the_password()
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_SFTP") is not { Length: > 0 } text)
        {
            Assert.SkipWhen(true, "CONTROLPLANE_TEST_SFTP is not set: nothing was tried at a real SFTP server.");
            return;
        }

        var server = new Uri(text);
        var key = Convert.FromBase64String((await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(server.AbsolutePath)!, "host.pub"), Ct)).Split(' ')[1]);
        var settings = new Dictionary<string, string> { ["user"] = server.UserInfo.Split(':')[0], ["hostKey"] = "SHA256:" + new string('A', 43) };
        var form = new Dictionary<string, object>
        {
            ["connector"] = "csv-till", ["role"] = "point-of-sale", ["baseAddress"] = $"sftp://{server.Host}:{server.Port}{server.AbsolutePath}", ["settings"] = settings, ["secrets"] = new Dictionary<string, string> { ["password"] = Secret },
        };
        var wrong = await TestAsync("sftp-key", form);
        Assert.Equal("sftp.host_key_wrong", Assert.Single(wrong, s => s.Ok == false).Code);
        settings["hostKey"] = "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');
        Says(await TestAsync("sftp-key", form), "Credentials", "sftp.login_refused");
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named()
    {
        var form = new Dictionary<string, object>
        {
            ["connector"] = "rabbitmq", ["role"] = "event-broker", ["secrets"] = new Dictionary<string, string> { ["password"] = Secret },
            ["settings"] = new Dictionary<string, string>
            {
                ["host"] = "127.0.0.1", ["port"] = FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture), ["tls"] = "false", ["user"] = "us", ["queue"] = "orders", ["documents"] = "shopify", ["topic"] = "orders/create",
            },
        };
        var steps = await TestAsync("broker", form);
        Assert.Equal("queue.not_reached", Assert.Single(steps, s => s.Ok == false).Code);
    }

    [Fact]
    public async Task It_is_too_slow()
    {
        await using var shop = await ServeAsync(async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return Results.Ok();
        });
        // The form has no timeout: a document says it.
        var document = $$"""
            kind: Connection
            metadata: { name: diag-slow }
            spec: { connector: diag, role: marketplace, displayName: Slow, baseAddress: "{{Address(shop)}}", allowPrivateNetwork: true, timeout: 1s, secrets: { token: "${secret:TEST_KEY}", hook: "${secret:TEST_HOOK}" } }
            """;
        await PublishAsync();
        var (_, problems) = await product.Host.Services.GetRequiredService<Runtime.Estate.EstateService>().ApplyAsync(new(1), [new("slow", document)], "tests", "slow", Ct);
        Assert.Empty(problems);
        Says(await StepsAsync("diag-slow"), "Answer", "answer.slow");
    }

    [Theory]
    [InlineData(404, "", "sign_in.wrong_address")]
    [InlineData(200, "{}", "sign_in.no_token")]
    [InlineData(401, "{\"error\":\"invalid_client\",\"error_description\":\"t0p-secret-value\"}", "sign_in.client_unknown")]
    [InlineData(400, "{\"error\":\"invalid_scope\"}", "sign_in.scope")]
    [InlineData(400, "{\"error\":\"invalid_grant\"}", "sign_in.grant")]
    [InlineData(403, "{\"error\":\"access_denied\"}", "sign_in.token_refused")]
    public async Task A_sign_in_that_fails_is_named(int status, string body, string code)
    {
        await using var shop = await ServeAsync(http => http.Request.Path == "/token" ? Results.Text(body, "application/json", statusCode: status) : Results.Text("{\"orders\":[]}", "application/json"));
        Says(await TestAsync("oauth", new()
        {
            ["connector"] = "diag-oauth", ["baseAddress"] = Address(shop), ["settings"] = new Dictionary<string, string> { ["tokenAddress"] = Address(shop) + "/token" },
        }), "Credentials", code);
    }

    [Fact]
    public void Every_text_is_as_approved()
    {
        var folder = Folder();
        var text = string.Concat(DiagnosisTexts.All.Select(t => $"{t.Code}\n  why    {t.Why}\n  check  {t.Check}\n\n"));
        var (approved, received) = (Path.Combine(folder, "diagnosis.approved.txt"), Path.Combine(folder, "diagnosis.received.txt"));
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail("The texts are not as approved. Compare Approved/diagnosis.received.txt with Approved/diagnosis.approved.txt.");
    }

    [Fact]
    public void Every_code_is_there_once_and_says_what_to_check()
    {
        Assert.Equal(DiagnosisTexts.All.Count, DiagnosisTexts.All.Select(t => t.Code).Distinct().Count());
        Assert.All(DiagnosisTexts.All, t => Assert.True(t.Check.Length > 10 && t.Why.Length > 0));
        Assert.Equal("other", DiagnosisTexts.Of("nobody.knows").Code);
    }

    private static void Says(IReadOnlyList<Step> steps, string stage, string code)
    {
        var failed = Assert.Single(steps, s => s.Ok == false);
        Assert.Equal((stage, code), (failed.Name, failed.Code));
        Assert.False(string.IsNullOrWhiteSpace(failed.Check));
        Assert.DoesNotContain("{", failed.Text.Replace("{\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<Step>> TestAsync(string key, Dictionary<string, object> form)
    {
        await PublishAsync();
        using var api = product.Host.Client();
        form.TryAdd("connector", "diag");
        form.TryAdd("role", "marketplace");
        form.TryAdd("displayName", "Test " + key);
        form.TryAdd("allowPrivateNetwork", true);
        form.TryAdd("secrets", new Dictionary<string, string> { ["token"] = Secret, ["hook"] = "h00k-secret" });
        using var saved = await api.PutAsJsonAsync($"/api/v1/connections/diag-{key}", form, Ct);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Ct));
        return await StepsAsync("diag-" + key);
    }

    private async Task<IReadOnlyList<Step>> StepsAsync(string key)
    {
        using var api = product.Host.Client();
        using var answer = await api.PostAsync(new Uri($"/api/v1/connections/{key}/test", UriKind.Relative), null, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        return JsonSerializer.Deserialize<List<Step>>(text, JsonSerializerOptions.Web)!;
    }

    private async Task PublishAsync()
    {
        using var api = product.Host.Client();
        var plain = OnboardingTests.Document.Replace("name: bazaar", "name: diag", StringComparison.Ordinal)
            .Replace("            - { name: shop, meaning: Number of the shop., required: true }\n", "", StringComparison.Ordinal).Replace("/shops/{settings.shop}", "", StringComparison.Ordinal)
            .Replace("    - { name: shop, meaning: Number of the shop., required: true }\n", "", StringComparison.Ordinal)
            .Replace("    - { name: hook, meaning: Secret of the webhooks., required: true, secret: true }", "    - { name: hook, meaning: Secret of the webhooks., secret: true }", StringComparison.Ordinal);
        var oauth = plain.Replace("name: diag", "name: diag-oauth", StringComparison.Ordinal)
            .Replace("  settings:\n", "  settings:\n    - { name: tokenAddress, meaning: Where tokens come from., required: true }\n", StringComparison.Ordinal)
            .Replace("authentication: { scheme: bearer, token: \"{secrets.token}\" }", "authentication: { scheme: oauth2, tokenAddress: \"{settings.tokenAddress}\", clientId: us, clientSecret: \"{secrets.token}\", scope: orders }", StringComparison.Ordinal);
        foreach (var (name, document) in new[] { ("diag", plain), ("diag-oauth", oauth) })
        {
            using var published = await api.PutAsJsonAsync($"/api/v1/connectors/{name}", new { document, reason = "tests" }, Ct);
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Ct));
        }
    }

    private static Task<WebApplication> ServeAsync(Func<HttpContext, IResult> answer, Action<KestrelServerOptions>? listen = null) => ServeAsync(http => Task.FromResult(answer(http)), listen);

    private static async Task<WebApplication> ServeAsync(Func<HttpContext, Task<IResult>> answer, Action<KestrelServerOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(o => (listen ?? (k => k.Listen(IPAddress.Loopback, 0)))(o));
        var app = builder.Build();
        app.Map("{**path}", answer);
        await app.StartAsync(Ct);
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static X509Certificate2 Certificate(string kind)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(kind == "name" ? "CN=other.example" : "CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (kind == "name")
            names.AddDnsName("other.example");
        else
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var (from, to) = kind switch { "expired" => (now.AddDays(-30), now.AddDays(-1)), "not-yet" => (now.AddDays(2), now.AddDays(30)), _ => (now.AddDays(-1), now.AddDays(30)) };
        if (kind != "authority")
            return request.CreateSelfSigned(from, to);
        using var caKey = RSA.Create(2048);
        var ca = new CertificateRequest("CN=House authority", caKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = ca.CreateSelfSigned(from.AddDays(-1), to.AddDays(1));
        using var leaf = request.Create(authority, from, to, [1, 2, 3, 4]);
        return leaf.CopyWithPrivateKey(key);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved");

    private sealed record Step(string Name, bool? Ok, string Text, string? Code, string? Check, string? Evidence);
}
