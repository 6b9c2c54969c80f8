using System.Security.Cryptography;
using System.Text;
using Connectors.Catalog.Shopify;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Shopify;

/// <summary>A shop, its secret, and signed requests of it.</summary>
public static class GivenShopify
{
    public const string Secret = "hush";

    public static ShopifyConnector Connector { get; } = new(TimeProvider.System);

    public static IReceiver Receiver => Connector.Receiver!;

    public static Connection Connection { get; } = With(Secret);

    public static Connection With(string webhookSecret) => new()
    {
        Key = "shopify-eu",
        Connector = "shopify",
        Role = SystemRole.Storefront,
        DisplayName = "Shopify EU",
        BaseAddress = new("https://shop.example.org"),
        Secrets = new Dictionary<string, string> { ["webhookSecret"] = webhookSecret, ["accessToken"] = "token" },
    };

    public static string Signature(ReadOnlySpan<byte> body, string secret = Secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    public static InboundRequest Signed(byte[] body, string? topic = null) => Request(body, topic, ("X-Shopify-Hmac-Sha256", Signature(body)));

    public static InboundRequest Request(byte[] body, string? topic = null, params (string Name, string Value)[] headers)
    {
        var all = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);
        if (topic is not null)
            all["X-Shopify-Topic"] = topic;
        return new() { Body = body, Headers = all, ReceivedAt = Given.Now };
    }

    public static InboundEvent Translate(string body, string? topic = null) => Receiver.Translate(Request(Encoding.UTF8.GetBytes(body), topic), Connection);

    public static byte[] Sample(string file) => EmbeddedCatalog.Sample("Shopify", file);
}
