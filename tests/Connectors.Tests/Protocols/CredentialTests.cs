using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Protocols;

/// <summary>Credentials beyond a secret in a header: signed statements, tokens that rotate, certificates, sessions.</summary>
public sealed class CredentialTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The example of RFC 7515, appendix A.2: key, input and signature.</summary>
    [Fact]
    public void The_signature_is_that_of_RFC_7515()
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Bytes("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
            Exponent = Bytes("AQAB"),
            D = Bytes("Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ"),
            P = Bytes("4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"),
            Q = Bytes("uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"),
            DP = Bytes("BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0"),
            DQ = Bytes("h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU"),
            InverseQ = Bytes("IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"),
        });
        var jws = PrivateKeyJwt.Sign("{\"alg\":\"RS256\"}", "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}", rsa.ExportRSAPrivateKeyPem(), "RS256", Given.Connection());
        Assert.Equal(
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
            + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            jws);
    }

    [Theory, InlineData("PS256"), InlineData("RS256"), InlineData("ES256")]
    public async Task A_statement_is_made_for_each_token_and_the_key_s_holder_can_be_told_by_it(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = algorithm == "ES256" ? curve.ExportPkcs8PrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem();
        var request = new CertificateRequest("CN=controlplane", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Given.Now.AddDays(-1), Given.Now.AddDays(40));
        var connection = Given.Connection(secrets: new Dictionary<string, string> { ["key"] = pem, ["cert"] = certificate.ExportCertificatePem() });
        var connector = Connector($$"""
            scheme: oauth2
                tokenAddress: https://login.example.org/t/oauth2/v2.0/token
                clientId: client-9
                scope: https://api.example.org/.default
                assertion: { privateKey: "{secrets.key}", algorithm: {{algorithm}}, keyId: k9, certificate: "{secrets.cert}", subject: client-9 }
            """);
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"T","expires_in":3599}""");
        await connector.AuthenticateAsync(new() { Method = HttpMethod.Get, Path = "/" }, connection, new MemoryTokens(), exchange, Ct);

        var form = HttpUtility.ParseQueryString(exchange.Body(0));
        Assert.Equal(("client-9", "client_credentials", "https://api.example.org/.default", null), (form["client_id"], form["grant_type"], form["scope"], form["client_secret"]));
        var parts = form["client_assertion"]!.Split('.');
        var (header, claims) = (JsonNode.Parse(Bytes(parts[0]))!, JsonNode.Parse(Bytes(parts[1]))!);
        Assert.Equal((algorithm, "k9", Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256))), ((string?)header["alg"], (string?)header["kid"], (string?)header["x5t#S256"]));
        Assert.Equal(("client-9", "client-9", "https://login.example.org/t/oauth2/v2.0/token"), ((string?)claims["iss"], (string?)claims["sub"], (string?)claims["aud"]));
        Assert.Equal(300, (long)claims["exp"]! - (long)claims["iat"]!);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Assert.True(algorithm == "ES256"
            ? curve.VerifyData(signed, Bytes(parts[2]), HashAlgorithmName.SHA256)
            : rsa.VerifyData(signed, Bytes(parts[2]), HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
        Assert.Equal(("certificate", "CN=controlplane"), (connector.CredentialExpiries(connection)[0].Name, connector.CredentialExpiries(connection)[0].Subject));
        Assert.Equal(Given.Now.AddDays(40), connector.CredentialExpiries(connection)[0].ExpiresAt);
    }

    [Theory, InlineData("this is not a key"), InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public async Task A_key_that_cannot_be_read_is_named_and_not_quoted(string pem)
    {
        var connection = Given.Connection(secrets: new Dictionary<string, string> { ["key"] = pem });
        var connector = Connector("scheme: oauth2\n    tokenAddress: https://x.example.org/t\n    clientId: c\n    assertion: { privateKey: \"{secrets.key}\" }");
        var thrown = await Assert.ThrowsAsync<ExchangeException>(async () => await connector.AuthenticateAsync(new() { Method = HttpMethod.Get, Path = "/" }, connection, new MemoryTokens(), new ScriptedExchange(), Ct));
        Assert.Equal("connection.key_unreadable", thrown.Fault.Code);
        Assert.DoesNotContain(pem[^10..], thrown.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_that_rotates_is_kept_before_its_access_token_is_used()
    {
        var kept = new KeptTokens();
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"A1","refresh_token":"R2"}""").Answers(200, """{"access_token":"A2","refresh_token":"R3"}""");
        await FetchAsync(exchange, kept, "R1");
        await FetchAsync(exchange, kept, "R1");
        Assert.Equal(["R1", "R2"], exchange.Sent.Select(s => HttpUtility.ParseQueryString(Encoding.ASCII.GetString(s.Body.Span))["refresh_token"]));
        Assert.EndsWith(":R3", kept.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("R1", kept.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_that_was_entered_anew_takes_the_place_of_what_was_kept()
    {
        var kept = new KeptTokens();
        await FetchAsync(new ScriptedExchange().Answers(200, """{"access_token":"A1","refresh_token":"R2"}"""), kept, "R1");
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"A2"}""");
        await FetchAsync(exchange, kept, "N1");
        Assert.Contains("refresh_token=N1", exchange.Body(0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_another_node_used_up_is_followed_by_what_that_node_kept()
    {
        var kept = new KeptTokens();
        await FetchAsync(new ScriptedExchange().Answers(200, """{"access_token":"A1","refresh_token":"R2"}"""), kept, "R1");
        var exchange = new ScriptedExchange()
            .Answers(_ =>
            {
                kept.Value = kept.Value![..^2] + "R3";
                return ScriptedExchange.Answer(400, """{"error":"invalid_grant"}""");
            })
            .Answers(200, """{"access_token":"A3"}""");
        Assert.Equal("Bearer A3", (await FetchAsync(exchange, kept, "R1")).Headers["Authorization"]);
        Assert.Contains("refresh_token=R3", exchange.Body(1), StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<ExchangeException>(() => FetchAsync(new ScriptedExchange().Answers(400, """{"error":"invalid_grant"}"""), kept, "R1"));
        Assert.Equal((FaultKind.Authentication, "oauth.refused"), (refused.Fault.Kind, refused.Fault.Code));
    }

    [Theory]
    [InlineData("clientId: c", "One of the three is needed.")]
    [InlineData("clientId: c\n    clientSecret: s\n    assertion: { privateKey: \"{secrets.k}\" }", "One of the three is needed.")]
    [InlineData("clientId: c\n    clientSecret: s\n    rotates: true", "There is no refreshToken")]
    [InlineData("refreshToken: r\n    clientIn: header", "which are not both there")]
    [InlineData("clientId: c\n    assertion: { privateKey: \"{secrets.k}\", algorithm: HS256 }", "Allowed: PS256, RS256, ES256.")]
    public void Credentials_that_do_not_go_together_are_named(string lines, string expected)
    {
        var reading = ManifestReader.Read(Yaml($"scheme: oauth2\n    tokenAddress: https://x.example.org/t\n    {lines}"), "my.yaml");
        Assert.Contains(reading.Problems, p => p.Line > 0 && p.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Several_cookies_are_told_apart_although_their_dates_hold_commas() => Assert.Equal(
        "SAP_SESSIONID=abc%3d; sap-usercontext=sap-client=100",
        CsrfSession.Cookies("SAP_SESSIONID=abc%3d; path=/; expires=Wed, 21 Oct 2099 07:28:00 GMT; HttpOnly, sap-usercontext=sap-client=100; path=/"));

    [Fact]
    public void A_certificate_that_cannot_be_read_is_told_before_the_first_call()
    {
        var connector = Connector("scheme: none\n  tls:\n    certificate: \"{secrets.cert}\"\n    key: \"{secrets.key}\"");
        Assert.Empty(connector.Check(Given.Connection()));
        Assert.Null(connector.Secure(Given.Connection()));
        var wrong = Given.Connection(secrets: new Dictionary<string, string> { ["cert"] = "bm90IGEgY2VydGlmaWNhdGU=" });
        Assert.Contains("cannot be read. Give certificate and key as PEM", Assert.Single(connector.Check(wrong)), StringComparison.Ordinal);
        Assert.Empty(connector.CredentialExpiries(wrong));
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);

    private static async Task<ExchangeRequest> FetchAsync(ScriptedExchange exchange, IKeptTokens kept, string entered)
    {
        var request = new ExchangeRequest { Method = HttpMethod.Get, Path = "/" };
        var connector = Connector("scheme: oauth2\n    tokenAddress: https://x.example.org/t\n    refreshToken: \"{secrets.refresh}\"\n    rotates: true");
        await connector.AuthenticateAsync(request, Given.Connection(secrets: new Dictionary<string, string> { ["refresh"] = entered }), new NoCache(kept), exchange, Ct);
        return request;
    }

    private static DeclarativeConnector Connector(string authentication) => new(ManifestTests.Read(Yaml(authentication)), new FakeTimeProvider(Given.Now));

    private static string Yaml(string authentication) => $"kind: Connector\nmetadata: {{ name: t }}\nspec:\n  roles: [erp]\n  authentication:\n    {authentication}\n";

    private sealed class KeptTokens : IKeptTokens
    {
        public string? Value { get; set; }

        public ValueTask<string?> ReadAsync(string connectionKey, string name, CancellationToken ct) => new(Value);

        public ValueTask KeepAsync(string connectionKey, string name, string value, CancellationToken ct)
        {
            Value = value;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Fetches each time.</summary>
    private sealed class NoCache(IKeptTokens kept) : ITokenCache
    {
        public IKeptTokens? Kept => kept;

        public async ValueTask<string> GetAsync(string connectionKey, string name, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken ct) => (await fetch(ct)).Value;

        public void Forget(string connectionKey, string name)
        {
        }
    }
}
