using System.Text;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Protocols;

public sealed class AuthenticationTests
{
    private const string OAuth = """
        scheme: oauth2
            tokenAddress: "{settings.token}"
            clientId: "{settings.id}"
            clientSecret: "{secrets.secret}"
            scope: "{settings.scope}"
        """;

    private static readonly Dictionary<string, string> Settings = new() { ["token"] = "https://login.example.org/token", ["id"] = "me & you", ["user"] = "jörg" };
    private static readonly Dictionary<string, string> Secrets = new() { ["secret"] = "p+w/d=", ["key"] = "k1" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("scheme: bearer\n    token: \"{secrets.key}\"", "Authorization", "Bearer k1")]
    [InlineData("scheme: api-key\n    header: X-Key\n    key: \"{secrets.key}\"", "X-Key", "k1")]
    [InlineData("scheme: basic\n    user: \"{settings.user}\"\n    password: \"{secrets.key}\"", "Authorization", "Basic asO2cmc6azE=")]
    public async Task A_scheme_adds_its_header(string authentication, string header, string expected)
    {
        var request = await AuthenticateAsync(authentication, new ScriptedExchange(), new MemoryTokens());

        Assert.Equal(expected, request.Headers[header]);
    }

    [Fact]
    public async Task Without_a_scheme_nothing_is_added() =>
        Assert.Empty((await AuthenticateAsync("scheme: none", new ScriptedExchange(), new MemoryTokens())).Headers);

    [Fact]
    public async Task A_token_is_fetched_once_and_put_into_the_header()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"T1","expires_in":3599}""");
        var tokens = new MemoryTokens();

        await AuthenticateAsync(OAuth, exchange, tokens);
        var second = await AuthenticateAsync(OAuth, exchange, tokens);

        Assert.Equal("Bearer T1", second.Headers["Authorization"]);
        var sent = Assert.Single(exchange.Sent);
        Assert.Equal(new Uri("https://login.example.org/token"), sent.Absolute);
        Assert.False(sent.Authenticated);
        Assert.False(sent.Writes);
        Assert.Equal("application/x-www-form-urlencoded", sent.ContentType);
        Assert.Equal("grant_type=client_credentials&scope=all&client_id=me+%26+you&client_secret=p%2Bw%2Fd%3D", exchange.Body(0));
        Assert.Equal(TimeSpan.FromSeconds(3599), Assert.Single(tokens.Lifetimes));
    }

    [Fact]
    public async Task A_refused_token_is_forgotten_so_that_the_next_try_fetches_another()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"T1","expires_in":"60"}""").Answers(200, """{"access_token":"T2"}""");
        var tokens = new MemoryTokens();
        await AuthenticateAsync(OAuth, exchange, tokens);

        Assert.True(Connector(OAuth).ForgetTokens(Connection(), tokens));

        Assert.Equal("Bearer T2", (await AuthenticateAsync(OAuth, exchange, tokens)).Headers["Authorization"]);
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)], tokens.Lifetimes);
        Assert.Equal(1, tokens.Forgotten);
    }

    [Fact]
    public void A_fixed_key_leaves_nothing_to_forget() =>
        Assert.False(Connector("scheme: bearer\n    token: \"{secrets.key}\"").ForgetTokens(Connection(), new MemoryTokens()));

    [Fact]
    public async Task Client_and_secret_can_go_into_the_header_and_the_token_into_one_of_its_own()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"T1"}""");

        var request = await AuthenticateAsync(OAuth + "\n    clientIn: header\n    header: X-Access-Token\n    refreshToken: \"{secrets.key}\"", exchange, new MemoryTokens());

        Assert.Equal("T1", request.Headers["X-Access-Token"]);
        Assert.Equal("grant_type=refresh_token&refresh_token=k1&scope=all", exchange.Body(0));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me+%26+you:p%2Bw%2Fd%3D")), exchange.Sent[0].Headers["Authorization"]);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client","error_description":"secret p+w/d= is wrong"}""", FaultKind.Authentication, "oauth.refused")]
    [InlineData(401, "", FaultKind.Authentication, "oauth.refused")]
    [InlineData(429, "", FaultKind.Throttled, "http.429")]
    [InlineData(500, "<html/>", FaultKind.Transient, "http.500")]
    [InlineData(200, "<html/>", FaultKind.Transient, "oauth.no_token")]
    [InlineData(200, """{"access_token":""}""", FaultKind.Transient, "oauth.no_token")]
    public async Task A_token_that_does_not_come_is_a_fault_without_the_secret(int status, string body, FaultKind kind, string code)
    {
        var thrown = await Assert.ThrowsAsync<ExchangeException>(() => AuthenticateAsync(OAuth, new ScriptedExchange().Answers(status, body), new MemoryTokens()));

        Assert.Equal((kind, code), (thrown.Fault.Kind, thrown.Fault.Code));
        Assert.DoesNotContain("p+w/d=", thrown.Fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_a_line_break_is_not_sent()
    {
        var connection = Given.Connection(secrets: new Dictionary<string, string> { ["key"] = "k1\r\nX-Evil: 1" });
        var connector = Connector("scheme: bearer\n    token: \"{secrets.key}\"");

        var thrown = await Assert.ThrowsAsync<ExchangeException>(async () =>
            await connector.AuthenticateAsync(new() { Method = HttpMethod.Get, Path = "/" }, connection, new MemoryTokens(), new ScriptedExchange(), Ct));

        Assert.Equal("connection.setting_missing", thrown.Fault.Code);
        Assert.DoesNotContain("k1", thrown.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_told_before_the_first_call()
    {
        var connection = Given.Connection(settings: new Dictionary<string, string>(Settings) { ["token"] = "login/token" }, secrets: Secrets);

        Assert.Contains("no absolute address", Assert.Single(Connector(OAuth).Check(connection)), StringComparison.Ordinal);
    }

    private static async Task<ExchangeRequest> AuthenticateAsync(string authentication, ScriptedExchange exchange, MemoryTokens tokens)
    {
        var request = new ExchangeRequest { Method = HttpMethod.Get, Path = "/" };
        await Connector(authentication).AuthenticateAsync(request, Connection(), tokens, exchange, Ct);
        return request;
    }

    private static Connection Connection() => Given.Connection(settings: Settings, secrets: Secrets);

    private static DeclarativeConnector Connector(string authentication) => new(ManifestTests.Read($$"""
        kind: Connector
        metadata: { name: t }
        spec:
          roles: [erp]
          settings:
            - { name: scope, meaning: The scope., default: all }
          authentication:
            {{authentication}}
        """), TimeProvider.System);
}
