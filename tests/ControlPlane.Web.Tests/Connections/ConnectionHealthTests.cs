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
using ControlPlane.Web.Features.Catalogue;
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

    [Fact]
    public void On_a_phone_each_figure_carries_the_head_of_its_column()
    {
        var health = Health() with
        {
            Feeds = [new("orders-feed", Now, Now, null)],
            Messages = [new(Guid.CreateVersion7(), "orders/create", MessageState.Accepted, MessageArrival.Webhook, Now, null, null)],
            Webhooks = [new("orders/create", SubscriptionState.Active, null, Now, Now, null)],
        };
        static string[] Heads<T>(IRenderedComponent<T> card) where T : Microsoft.AspNetCore.Components.IComponent => [.. card.FindAll("tr").SelectMany(r => r.QuerySelectorAll("th[scope=col]").Skip(1)).Select(h => h.TextContent)];
        static string[] Labels<T>(IRenderedComponent<T> card) where T : Microsoft.AspNetCore.Components.IComponent => [.. card.FindAll("td").Select(c => c.GetAttribute("data-label") ?? "")];
        var (budgets, feeds, messages, webhooks) = (Render<BudgetsCard>(p => p.Add(c => c.Health, health)), Render<FeedsCard>(p => p.Add(c => c.Health, health)), Render<MessagesCard>(p => p.Add(c => c.Health, health)), Render<WebhooksCard>(p => p.Add(c => c.Health, health)));
        Assert.Equal(Heads(budgets), Labels(budgets));
        Assert.Equal(Heads(feeds), Labels(feeds));
        Assert.Equal(Heads(messages), Labels(messages));
        Assert.Equal(Heads(webhooks), Labels(webhooks));
    }

    [Fact]
    public void A_budget_that_does_not_last_is_called_a_rate_budget_by_its_name()
    {
        var budget = new BudgetHealth("points", 100, 2000, 3, null, false, true, new(100, 0, 0, 100, 0, 200, Now, Now));
        Assert.Equal("The rate budget “points” does not last at this pace.", HealthPresentation.Answer(Health() with { Budgets = [budget] }));
    }

    [Fact]
    public void What_waited_for_the_rate_budget_is_told_apart_from_what_failed()
    {
        var facts = Render<HealthFacts>(p => p.Add(c => c.Health, Health() with { Standing = Health().Standing with { LastCallAt = Now, Calls = 4191, Failures = 247, Waited = 768 } }));
        Assert.Contains("247 of 4,191 failed, 768 waited for the rate budget", facts.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_address_is_set_the_one_of_the_page_stands_and_subscriptions_say_why_they_are_not_compared()
    {
        var unknown = Health() with { Receives = true, AddressUnknown = true, Webhooks = [new("orders/create", null, null, null, null, null)] };
        var facts = Render<HealthFacts>(p => p.Add(c => c.Health, unknown));
        Assert.Contains("http://localhost/in/shop", facts.Markup, StringComparison.Ordinal);
        Assert.Contains("as seen from here; set ControlPlane:PublicAddress so that systems are told", facts.Markup, StringComparison.Ordinal);
        Assert.Contains("Set ControlPlane:PublicAddress", Render<WebhooksCard>(p => p.Add(c => c.Health, unknown)).Find(".fault").TextContent, StringComparison.Ordinal);
        var told = Render<HealthFacts>(p => p.Add(c => c.Health, unknown with { ReceivesAt = "https://hub.example.com/in/shop" }));
        Assert.Contains("https://hub.example.com/in/shop", told.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("as seen from here", told.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pollEvery: A time such as 30s.", "Ask for changes every: A time such as 30s.")]
    [InlineData("spec.pollEvery: Expected a duration.", "Ask for changes every: Expected a duration.")]
    [InlineData("settings.shop: It is missing.", "shop: It is missing.")]
    [InlineData("No file of that name.", "No file of that name.")]
    public void A_problem_of_the_form_is_told_with_its_label(string problem, string told) => Assert.Equal(told, CataloguePresentation.Problem(problem));

    [Fact]
    public void What_came_twice_is_a_share_also_when_nothing_came() =>
        Assert.Contains("0 (0.0 %)", Render<WebhooksCard>(p => p.Add(c => c.Health, Health() with { Arrivals = new(0, 0, 0, 0, false, null, null, []) })).Markup, StringComparison.Ordinal);

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
