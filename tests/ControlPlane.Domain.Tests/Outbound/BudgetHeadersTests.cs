using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Domain.Tests.Outbound;

public sealed class BudgetHeadersTests
{
    [Theory]
    [InlineData("x-amzn-RateLimit-Limit: 0.0167", 0.0167, null, null)]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32/40", null, 40.0, 8.0)]
    [InlineData("RateLimit-Policy: \"default\";q=100;w=10|RateLimit: \"default\";r=50;t=3", 10.0, 100.0, 50.0)]
    [InlineData("RateLimit-Policy: 100;w=60|RateLimit-Limit: 100|RateLimit-Remaining: 7", 1.6666666666666667, 100.0, 7.0)]
    [InlineData("RateLimit: limit=100, remaining=50, reset=5", null, 100.0, 50.0)]
    [InlineData("X-RateLimit-Limit: 600|X-RateLimit-Remaining: 599|X-RateLimit-Reset: 1764000000", null, 600.0, 599.0)]
    public void Each_way_of_telling_a_limit_is_read(string headers, double? perSecond, double? burst, double? left) =>
        Assert.Equal(new BudgetReading(perSecond, burst, left), BudgetHeaders.Read(Answer(headers)));

    [Theory]
    [InlineData("Content-Type: text/html")]
    [InlineData("x-amzn-RateLimit-Limit: many")]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32")]
    [InlineData("RateLimit: ;;;===")]
    [InlineData("x-amzn-RateLimit-Limit: 0")]
    [InlineData("X-RateLimit-Limit: 600")]
    public void What_cannot_be_read_says_nothing(string headers) => Assert.Null(BudgetHeaders.Read(Answer(headers)));

    private static ExchangeAnswer Answer(string headers) => new()
    {
        Status = 200,
        Headers = headers.Split('|').Select(h => h.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase),
    };
}
