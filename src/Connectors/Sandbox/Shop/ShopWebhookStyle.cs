using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Shop;

/// <summary>The headers of a Shopify webhook. The event id stays the same under a second delivery id, as the docs say of duplicates.</summary>
internal sealed class ShopWebhookStyle(string secret, string shopDomain, SandboxRandom luck) : IWebhookStyle
{
    public const string ApiVersion = "2026-10";

    public string NewId() => luck.Guid().ToString();

    public IEnumerable<KeyValuePair<string, string>> Headers(Webhook webhook, DateTimeOffset now) =>
    [
        new("X-Shopify-Topic", webhook.Topic),
        new("X-Shopify-Hmac-Sha256", ShopifySignature.Sign(secret, webhook.Body)),
        new("X-Shopify-Shop-Domain", shopDomain),
        new("X-Shopify-API-Version", ApiVersion),
        new("X-Shopify-Webhook-Id", webhook.Id),
        new("X-Shopify-Event-Id", webhook.EventId),
        new("X-Shopify-Triggered-At", ShopTime.Header(webhook.At)),
    ];
}
