using System.Security.Cryptography;
using System.Text;

namespace Connectors.Sandbox;

/// <summary>What the simulated systems ask of their callers, and sign their webhooks with. The connections of the demo carry the same.</summary>
public sealed record SandboxSecrets
{
    /// <summary>Sent by callers in <c>X-Shopify-Access-Token</c>.</summary>
    public required string ShopAccessToken { get; init; }

    /// <summary>Key of the HMAC in <c>X-Shopify-Hmac-Sha256</c>.</summary>
    public required string ShopWebhookSecret { get; init; }

    public required string AmazonClientId { get; init; }

    public required string AmazonClientSecret { get; init; }

    public required string AmazonRefreshToken { get; init; }

    /// <summary>Standard Webhooks form: <c>whsec_</c> and base64.</summary>
    public required string AmazonWebhookSecret { get; init; }

    public required string ErpClientId { get; init; }

    public required string ErpClientSecret { get; init; }

    /// <summary>Bearer key of the warehouse API.</summary>
    public required string WmsApiKey { get; init; }

    /// <summary>Standard Webhooks form: <c>whsec_</c> and base64.</summary>
    public required string WmsWebhookSecret { get; init; }

    /// <summary>What the others are derived from.</summary>
    internal string Root { get; private init; } = "sandbox";

    /// <summary>What one of <see cref="SandboxSystems.Marketplaces"/> asks of its callers; derived as the others are.</summary>
    public MarketplaceSecrets Of(string system) => MarketplaceSecrets.DeriveFrom(Root, system);

    /// <summary>
    /// All secrets from one root, the same root giving the same secrets, so that connections which were stored
    /// at an earlier start still fit. Each is an HMAC of its own name: knowing one tells nothing about the others.
    /// </summary>
    public static SandboxSecrets DeriveFrom(string root)
    {
        var key = Encoding.UTF8.GetBytes(root);
        return new()
        {
            Root = root,
            ShopAccessToken = "shpat_" + Hex("shop-access-token", 16),
            ShopWebhookSecret = "shpss_" + Hex("shop-webhook-secret", 16),
            AmazonClientId = "amzn1.application-oa2-client." + Hex("amazon-client-id", 16),
            AmazonClientSecret = "amzn1.oa2-cs.v1." + Hex("amazon-client-secret", 32),
            AmazonRefreshToken = "Atzr|" + Base64("amazon-refresh-token"),
            AmazonWebhookSecret = "whsec_" + Base64("amazon-webhook-secret"),
            ErpClientId = new Guid(Bytes("erp-client-id")[..16]).ToString(),
            ErpClientSecret = Hex("erp-client-secret", 20),
            WmsApiKey = "wms_" + Hex("wms-api-key", 20),
            WmsWebhookSecret = "whsec_" + Base64("wms-webhook-secret"),
        };

        byte[] Bytes(string name) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name));

        string Hex(string name, int bytes) => Convert.ToHexStringLower(Bytes(name).AsSpan(0, bytes));

        string Base64(string name) => Convert.ToBase64String(Bytes(name));
    }

    /// <summary>Secrets do not reach a log by way of the record's text form.</summary>
    public override string ToString() => "SandboxSecrets (set)";
}
