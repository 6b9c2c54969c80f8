using System.Text;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Amazon;

public sealed class AmazonConnectionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refresh_token_buys_an_access_token_that_later_calls_share()
    {
        var tokens = new MemoryTokens();
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"Atza|1","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|refresh"}""");
        var (first, second) = (Call(), Call());

        await GivenAmazon.Connector.AuthenticateAsync(first, GivenAmazon.Connection(), tokens, exchange, Ct);
        await GivenAmazon.Connector.AuthenticateAsync(second, GivenAmazon.Connection(), tokens, exchange, Ct);

        var login = Assert.Single(exchange.Sent);
        Assert.Equal((new Uri("https://api.amazon.com/auth/o2/token"), false, HttpMethod.Post), (login.Absolute, login.Authenticated, login.Method));
        Assert.Equal("grant_type=refresh_token&refresh_token=Atzr%7Crefresh&client_id=amzn1.client&client_secret=s3cret", Encoding.ASCII.GetString(login.Body.Span));
        Assert.Equal(("Atza|1", "Atza|1"), (first.Headers["x-amz-access-token"], second.Headers["x-amz-access-token"]));
        Assert.Equal([TimeSpan.FromHours(1)], tokens.Lifetimes);
    }

    [Fact]
    public async Task A_token_that_was_refused_is_forgotten_once_whoever_notices_first()
    {
        var tokens = new MemoryTokens();
        var exchange = new ScriptedExchange().Answers(200, """{"access_token":"Atza|1","expires_in":3600}""").Answers(200, """{"access_token":"Atza|2","expires_in":3600}""");
        var (one, other) = (Call(), Call());
        await GivenAmazon.Connector.AuthenticateAsync(one, GivenAmazon.Connection(), tokens, exchange, Ct);
        await GivenAmazon.Connector.AuthenticateAsync(other, GivenAmazon.Connection(), tokens, exchange, Ct);

        await GivenAmazon.Connector.AuthenticateAsync(one, GivenAmazon.Connection(), tokens, exchange, Ct);
        await GivenAmazon.Connector.AuthenticateAsync(other, GivenAmazon.Connection(), tokens, exchange, Ct);

        Assert.Equal(("Atza|2", "Atza|2", 1, 0), (one.Headers["x-amz-access-token"], other.Headers["x-amz-access-token"], tokens.Forgotten, exchange.Left));
    }

    [Fact]
    public void A_complete_connection_has_no_problems() => Assert.Empty(GivenAmazon.Connector.Check(GivenAmazon.Connection()));

    [Theory]
    [InlineData("marketplaceIds", "", "settings.marketplaceIds")]
    [InlineData("currency", "EURO", "settings.currency")]
    [InlineData("lookBackHours", "0", "settings.lookBackHours")]
    [InlineData("lookBackHours", "a day", "settings.lookBackHours")]
    [InlineData("tokenUrl", "api.amazon.com", "token address")]
    public void A_setting_that_cannot_work_is_named(string name, string value, string told) =>
        Assert.Contains(GivenAmazon.Connector.Check(GivenAmazon.Connection((name, value))), p => p.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void More_marketplaces_than_a_search_takes_and_a_secret_that_is_none_are_named()
    {
        var connection = Given.Connection(
            "amazon",
            new Dictionary<string, string> { ["clientId"] = "c", ["marketplaceIds"] = string.Join(',', Enumerable.Range(1, 51)) },
            new Dictionary<string, string> { ["clientSecret"] = "s", ["refreshToken"] = "r", ["notificationSecret"] = "whsec_?" });

        var problems = GivenAmazon.Connector.Check(connection).ToList();

        Assert.Equal(["settings.marketplaceIds", "secrets.notificationSecret"], problems.Select(p => p[..p.IndexOf(':', StringComparison.Ordinal)]));
    }

    private static ExchangeRequest Call() => new() { Method = HttpMethod.Get, Path = "/x" };
}
