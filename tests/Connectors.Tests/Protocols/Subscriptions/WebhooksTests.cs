using Connectors.Catalog.Shopify;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Protocols.Subscriptions;

/// <summary>Subscriptions as data, against the shapes that the partners publish.</summary>
public sealed class WebhooksTests
{
    private static readonly Uri Ours = new("https://hub.example.com/in/shop");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Connection Connection { get; } = Given.Connection(
        settings: new Dictionary<string, string> { ["companyId"] = "f64eba74" }, secrets: new Dictionary<string, string> { ["webhookSecret"] = "hush", ["webhookToken"] = "t0ken" });

    [Fact]
    public async Task WooCommerce_tells_which_are_active_and_takes_new_ones_with_their_secret()
    {
        var webhooks = Load("WooCommerce");
        Assert.Equal(["order.created", "order.updated"], webhooks.Topics(Connection));
        var exchange = new ScriptedExchange()
            .Answers(200, """[{"id":142,"name":"x","status":"active","topic":"order.updated","delivery_url":"https://hub.example.com/in/shop"},{"id":143,"status":"disabled","topic":"order.created","delivery_url":"https://hub.example.com/in/shop"}]""")
            .Answers(201, """{"id":144}""").Answers(200, "{}");
        var there = await webhooks.ListAsync(Connection, exchange, Ct);
        Assert.Equal([("142", "order.updated", true), ("143", "order.created", false)], there.Select(s => (s.Id, s.Topic, s.Active)));
        await webhooks.CreateAsync(Connection, "order.created", Ours, Given.Now, exchange, Ct);
        await webhooks.DeleteAsync(Connection, there[1], exchange, Ct);
        Assert.Equal("""{"name":"ControlPlane order.created","topic":"order.created","delivery_url":"https://hub.example.com/in/shop","secret":"hush","status":"active"}""", exchange.Body(1));
        Assert.Equal(("POST", "/webhooks", "DELETE", "/webhooks/143?force=true"), (exchange.Sent[1].Method.Method, exchange.Sent[1].Path, exchange.Sent[2].Method.Method, exchange.Sent[2].Path));
    }

    [Fact]
    public async Task BigCommerce_gets_the_token_that_its_hooks_are_known_by()
    {
        var webhooks = Load("BigCommerce");
        var exchange = new ScriptedExchange()
            .Answers(200, """{"data":[{"id":18048287,"scope":"store/order/created","destination":"https://hub.example.com/in/shop","is_active":false}],"meta":{}}""").Answers(200, "{}").Answers(404, "{}");
        var hook = Assert.Single(await webhooks.ListAsync(Connection, exchange, Ct));
        Assert.Equal(("18048287", "store/order/created", false), (hook.Id, hook.Topic, hook.Active));
        await webhooks.CreateAsync(Connection, "store/order/created", Ours, Given.Now, exchange, Ct);
        Assert.Equal("""{"scope":"store/order/created","destination":"https://hub.example.com/in/shop","is_active":true,"headers":{"X-Webhook-Token":"t0ken"}}""", exchange.Body(1));
        // Gone already is as good as deleted.
        await webhooks.DeleteAsync(Connection, hook, exchange, Ct);
    }

    [Fact]
    public async Task Shopify_is_asked_in_its_own_language_and_its_errors_within_are_seen()
    {
        var webhooks = new ShopifyConnector(TimeProvider.System).Webhooks!;
        var exchange = new ScriptedExchange()
            .Answers(200, """{"data":{"webhookSubscriptions":{"nodes":[{"id":"gid://shopify/WebhookSubscription/1","topic":"ORDERS_CREATE","uri":"https://hub.example.com/in/shop"}]}}}""")
            .Answers(200, """{"data":{"webhookSubscriptionCreate":{"webhookSubscription":null,"userErrors":[{"field":["callbackUrl"],"message":"Address is invalid"}]}}}""")
            .Answers(200, """{"data":{"webhookSubscriptionCreate":{"webhookSubscription":{"id":"gid://shopify/WebhookSubscription/2"},"userErrors":[]}}}""");
        Assert.Equal("ORDERS_CREATE", Assert.Single(await webhooks.ListAsync(Connection, exchange, Ct)).Topic);
        Assert.Equal("/admin/api/2026-01/graphql.json", exchange.Sent[0].Path);
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => webhooks.CreateAsync(Connection, "ORDERS_UPDATED", Ours, Given.Now, exchange, Ct));
        Assert.Equal((FaultKind.Data, "webhook.refused"), (refused.Fault.Kind, refused.Fault.Code));
        Assert.EndsWith("Address is invalid", refused.Fault.Message, StringComparison.Ordinal);
        await webhooks.CreateAsync(Connection, "ORDERS_UPDATED", Ours, Given.Now, exchange, Ct);
        Assert.Contains("\"variables\":{\"topic\":\"ORDERS_UPDATED\",\"webhook\":{\"uri\":\"https://hub.example.com/in/shop\",\"format\":\"JSON\"}}", exchange.Body(2), StringComparison.Ordinal);
        Assert.Contains("webhookSubscriptionCreate(topic: $topic", exchange.Body(2), StringComparison.Ordinal);
    }

    /// <summary>As Microsoft publishes it: three days, renewed by PATCH with an ETag, confirmed by saying the token back.</summary>
    [Fact]
    public async Task Business_Central_is_renewed_before_its_three_days_are_over()
    {
        var webhooks = Read("""
            webhooks:
              topics: ["/api/v2.0/companies({settings.companyId})/salesOrders"]
              expiresAfterHours: 72
              handshake: validationToken
              list: { path: /subscriptions, items: "$.value[]", id: $.subscriptionId, topic: $.resource, address: $.notificationUrl, expires: $.expirationDateTime }
              create: { path: /subscriptions, body: { notificationUrl: "{address}", resource: "{topic}", clientState: "{secrets.webhookSecret}" } }
              renew: { path: "/subscriptions('{id}')", headers: { If-Match: "*" }, body: { notificationUrl: "{address}", resource: "{topic}", clientState: "{secrets.webhookSecret}", expirationDateTime: "{expires}" } }
              delete: { path: "/subscriptions('{id}')", headers: { If-Match: "*" } }
            """);
        Assert.Equal((TimeSpan.FromDays(3), true, "validationToken"), (webhooks.Lifetime, webhooks.CanRenew, webhooks.Handshake));
        var topic = Assert.Single(webhooks.Topics(Connection));
        Assert.Equal("/api/v2.0/companies(f64eba74)/salesOrders", topic);
        var exchange = new ScriptedExchange()
            .Answers(200, $$"""{"value":[{"subscriptionId":"abc'd","notificationUrl":"https://hub.example.com/in/shop","resource":"{{topic}}","expirationDateTime":"2026-11-24T04:00:00Z"}]}""").Answers(200, "{}");
        var there = await webhooks.ListAsync(Connection, exchange, Ct);
        var renew = Assert.IsType<WebhookAction.Renew>(Assert.Single(WebhookPlan.Of([topic], Ours, there, webhooks.Lifetime, webhooks.CanRenew, Given.Now)));
        await webhooks.RenewAsync(Connection, renew.Subscription, Given.Now, exchange, Ct);
        Assert.Equal(("PATCH", "/subscriptions('abc%27d')", "*"), (exchange.Sent[1].Method.Method, exchange.Sent[1].Path, exchange.Sent[1].Headers["If-Match"]));
        Assert.Contains("\"expirationDateTime\":\"2026-11-26T10:00:00Z\"", exchange.Body(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_says_why()
    {
        var webhooks = Load("WooCommerce");
        var bare = Given.Connection();
        var missing = await Assert.ThrowsAsync<ExchangeException>(() => webhooks.CreateAsync(bare, "order.created", Ours, Given.Now, new ScriptedExchange(), Ct));
        Assert.Equal(("connection.setting_missing", "secrets.webhookSecret"), (missing.Fault.Code, missing.Fault.Field));
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => webhooks.ListAsync(Connection, new ScriptedExchange().Answers(401, """{"code":"woocommerce_rest_cannot_view","message":"no"}"""), Ct));
        Assert.Equal(FaultKind.Authentication, refused.Fault.Kind);
        await Assert.ThrowsAsync<ExchangeException>(() => webhooks.ListAsync(Connection, new ScriptedExchange().Answers(200, "<html>", "text/html"), Ct));
    }

    [Theory]
    [InlineData("webhooks: { topics: [a] }", "webhooks.list: It is missing")]
    [InlineData("webhooks: { topics: [a], list: { path: /w, items: $.x, id: $.id, topic: $.t, address: $.a }, create: { path: /w }, delete: { path: /w } }", "is no path to a list")]
    [InlineData("webhooks: { topics: [a], renew: { path: /w }, list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w }, delete: { path: /w } }", "What is renewed has a lifetime")]
    [InlineData("webhooks: { topics: [a], feed: nowhere, list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w }, delete: { path: /w } }", "There is no feed 'nowhere'")]
    [InlineData("webhooks: { topics: [a], colour: red, list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a, size: 3 }, create: { path: /w }, delete: { path: /w } }", "is not understood")]
    public void A_mistake_is_named(string yaml, string problem) =>
        Assert.Contains(ManifestReader.ReadSpec(Base + yaml, "x", "X", SystemRole.Storefront, "x.yaml").Problems, p => p.ToString().Contains(problem, StringComparison.Ordinal));

    private const string Base = "roles: [storefront]\n";

    private static IWebhooks Load(string partner) => new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System).Webhooks!;

    private static IWebhooks Read(string yaml)
    {
        var reading = ManifestReader.ReadSpec(Base + yaml, "x", "X", SystemRole.Storefront, "x.yaml");
        Assert.Empty(reading.Problems);
        return new DeclarativeConnector(reading.Definition!, TimeProvider.System).Webhooks!;
    }
}
