using System.Security.Cryptography;
using System.Text;

namespace Connectors.Sandbox;

/// <summary>What a simulated marketplace asks of its callers, in the words that it has for it, and signs its webhooks with.</summary>
public sealed record MarketplaceSecrets
{
    /// <summary>Consumer key, client id or app id.</summary>
    public required string ClientId { get; init; }

    /// <summary>Consumer secret, client secret or cert id.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>Access token of an integration, or refresh token of a seller.</summary>
    public required string Token { get; init; }

    /// <summary>Only for OAuth 1.0a.</summary>
    public required string TokenSecret { get; init; }

    /// <summary>Key of the HMAC, or the token that webhooks carry.</summary>
    public required string WebhookSecret { get; init; }

    internal static MarketplaceSecrets DeriveFrom(string root, string system)
    {
        string Hex(string name, int bytes) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(root), Encoding.UTF8.GetBytes($"{system}-{name}")).AsSpan(0, bytes));
        return new()
        {
            ClientId = "ck_" + Hex("client-id", 16),
            ClientSecret = "cs_" + Hex("client-secret", 20),
            Token = "at_" + Hex("token", 20),
            TokenSecret = "ts_" + Hex("token-secret", 20),
            WebhookSecret = "wh_" + Hex("webhook-secret", 20),
        };
    }

    /// <summary>Secrets do not reach a log by way of the record's text form.</summary>
    public override string ToString() => "MarketplaceSecrets (set)";
}
