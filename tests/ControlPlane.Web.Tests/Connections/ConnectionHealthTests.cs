using System.Net;
using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Controls;

namespace ControlPlane.Web.Tests.Connections;

public sealed class ConnectionHealthApiTests(SharedProduct product)
{
    [Fact]
    public async Task The_health_of_a_connection_is_told_and_of_nobody_is_not_found()
    {
        var now = TimeProvider.System.GetUtcNow();
        await product.Host.AddAsync(
            new ConnectionRow { TenantId = 1, Key = "health-shop", Connector = "woocommerce", DisplayName = "Health shop", Role = SystemRole.Storefront, Document = "" },
            new ConnectionFactRow { TenantId = 1, Connection = "health-shop", Name = ConnectionFactRow.ServerCertificate, Value = "shop.example", At = Domain.Shared.Instant.ToMicroseconds(now), ExpiresAt = Domain.Shared.Instant.ToMicroseconds(now.AddDays(5)) },
            new ConnectionEventRow { Id = Guid.CreateVersion7(), TenantId = 1, Connection = "health-shop", At = Domain.Shared.Instant.ToMicroseconds(now), Kind = "webhook.created", Text = "Subscribed to order.created." });
        using var client = product.Host.Client();
        var health = await client.GetAsync("/api/v1/connections/health-shop/health", HttpStatusCode.OK);
        var certificate = Assert.Single(health.GetProperty("credentials").EnumerateArray());
        Assert.Equal(("certificate of the system", "near", "shop.example"), (certificate.Text("name"), certificate.Text("level"), certificate.Text("what")));
        Assert.Equal("Subscribed to order.created.", health.GetProperty("history")[0].Text("text"));
        Assert.Equal("request.not_found", (await client.GetAsync("/api/v1/connections/nobody/health", HttpStatusCode.NotFound)).Text("code"));
    }
}

public sealed class ConnectionHealthPageTests : ControlsContext
{
    [Fact]
    public void The_line_under_the_title_names_what_is_urgent_first()
    {
        Assert.Equal("Nothing here needs anybody.", HealthPresentation.Answer(Health()));
        Assert.Equal(
            "Its credentials are refused. Expired: certificate of the system. A subscription is missing.",
            HealthPresentation.Answer(Health() with
            {
                RefusedAt = Now,
                Credentials = [new("certificate of the system", "", null, Now.AddDays(-1), ExpiryLevel.Expired)],
                Webhooks = [new("orders/create", SubscriptionState.Missing, null, Now, Now, "no")],
                Feeds = [new("orders-feed", Now, Now, "down")],
            }));
        Assert.Equal("It cannot work: secrets.key: A value is missing.", HealthPresentation.Answer(Health() with { Problems = ["secrets.key: A value is missing."] }));
    }

    [Theory]
    [InlineData(null, "lasts")]
    [InlineData(-1, "is used up now")]
    [InlineData(30, "runs out within a minute")]
    [InlineData(3600, "runs out at 13:00")]
    [InlineData(100_000, "lasts for more than a day")]
    public void A_forecast_names_the_time_of_day(int? seconds, string words) =>
        Assert.Equal(words, HealthPresentation.Forecast(seconds is { } s ? new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).AddSeconds(s) : null, new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc));

    [Fact]
    public void A_missing_subscription_stands_with_its_reason_and_gaps_are_counted()
    {
        var card = Render<WebhooksCard>(p => p.Add(c => c.Health, Health() with { Webhooks = [new("orders/create", SubscriptionState.Missing, null, Now, Now, "The shop refuses the address.")] }));
        Assert.Contains("Missing", card.Markup, StringComparison.Ordinal);
        Assert.Equal("The shop refuses the address.", card.Find(".fault").TextContent);
        Assert.Contains("Gaps", card.Find(".figures").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 call", Render<BudgetsCard>(p => p.Add(c => c.Health, Health())).Markup, StringComparison.Ordinal);
    }

    private static ConnectionHealth Health() => new()
    {
        ReadAt = Now,
        Standing = new("shop", "The shop", "shop", SystemRole.Storefront, "Web team", true, SystemCondition.Working, Now, false, null, 0, 0, null, 0, 0),
        ConnectorTitle = "Shop",
        ConnectorVersion = "1.0.0",
        Budgets = [new("orders-feed", 5, 10, 1, null, false, false, new(0, 0, 0, 0, 0, 0, null, null))],
        Arrivals = new(10, 2, 0, 1, true, Now, null, [new("orders/create", MessageArrival.Webhook, 10, 0, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20))]),
        Credentials = [],
        Feeds = [],
        Messages = [],
        History = [],
    };
}
