namespace Connectors.Sandbox.Webhooks;

/// <summary>The three headers of Standard Webhooks. Each try carries its own time, so that a late one is not refused as stale.</summary>
internal sealed class StandardWebhookStyle(string secret, SandboxRandom luck) : IWebhookStyle
{
    public string NewId() => "msg_" + luck.Hex(12);

    public IEnumerable<KeyValuePair<string, string>> Headers(Webhook webhook, DateTimeOffset now) =>
    [
        new("webhook-id", webhook.Id),
        new("webhook-timestamp", StandardWebhookSignature.Timestamp(now)),
        new("webhook-signature", StandardWebhookSignature.Sign(secret, webhook.Id, now, webhook.Body)),
    ];
}
