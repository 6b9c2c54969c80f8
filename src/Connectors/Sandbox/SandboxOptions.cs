namespace Connectors.Sandbox;

/// <summary>How the sandbox starts. What can change while it runs is a dial.</summary>
public sealed record SandboxOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; } = 5090;

    /// <summary>Where webhooks go: <c>/in/{connection}</c> is appended. Loopback only.</summary>
    public Uri WebhookTarget { get; init; } = new("http://127.0.0.1:5080");

    /// <summary>Resting position of the shop's order rate, 0 to 1,200 a minute.</summary>
    public double OrdersPerMinute { get; init; } = 30;

    /// <summary>
    /// Resting position of the marketplace's order rate, 0 to 600 a minute. Reading one order is limited to one in two
    /// seconds, so that more than 30 a minute can only be kept up with by the list.
    /// </summary>
    public double MarketplaceOrdersPerMinute { get; init; } = 6;

    public SandboxSecrets Secrets { get; init; } = SandboxSecrets.DeriveFrom("sandbox");

    /// <summary>Which of <see cref="SandboxSystems.Marketplaces"/> run beside the four; none by default.</summary>
    public IReadOnlyList<string> Marketplaces { get; init; } = [];

    /// <summary>Where the webhooks of a marketplace go; one that is not named here goes to the connection of its own name.</summary>
    public IReadOnlyDictionary<string, string> MarketplaceConnections { get; init; } = new Dictionary<string, string>();

    public string ShopConnection { get; init; } = "shopify-eu";

    public string AmazonConnection { get; init; } = "amazon-de";

    public string WmsConnection { get; init; } = "wms-regional";

    public string ShopDomain { get; init; } = "sandbox-eu.myshopify.com";

    /// <summary>Amazon.de, from Amazon's list of marketplaces.</summary>
    public string MarketplaceId { get; init; } = "A1PA6795UKMFR9";

    public string SellerId { get; init; } = "A2SANDBOX0SELL";

    public Guid ErpCompany { get; init; } = new("5c2e4a1b-7d30-4f6e-9a55-0b1d2c3e4f50");

    /// <summary>Same seed, same names, baskets and luck; null seeds from the clock.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Added to every running number (order, document, shipment). Null takes it from the clock, so that a restarted
    /// sandbox, which has forgotten everything, does not give out numbers a second time.
    /// </summary>
    public int? NumberOffset { get; init; }

    /// <summary>False lifts the published rate limits, for load tests; the throttle dial still works.</summary>
    public bool PublishedLimits { get; init; } = true;

    /// <summary>Each system keeps so many of its newest orders, 100 to 20,000.</summary>
    public int KeptOrders { get; init; } = 20_000;

    /// <summary>Problems in the settings, each naming the setting; empty when it can start.</summary>
    public IEnumerable<string> Problems()
    {
        if (Port is < 0 or > 65_535)
            yield return "Port must be 0 (any free one) to 65535.";
        if (!WebhookTarget.IsAbsoluteUri || !WebhookTarget.IsLoopback || WebhookTarget.Scheme != Uri.UriSchemeHttp)
            yield return "WebhookTarget must be an http address of this machine, for example http://127.0.0.1:5080.";
        if (KeptOrders is < 100 or > 20_000)
            yield return "KeptOrders must be 100 to 20000.";
        foreach (var name in Marketplaces.Where(m => !SandboxSystems.Marketplaces.Contains(m)))
            yield return $"Marketplaces has '{name}', which is not known. Allowed: {string.Join(", ", SandboxSystems.Marketplaces)}.";
        if (Marketplaces.Distinct(StringComparer.Ordinal).Count() != Marketplaces.Count)
            yield return "Marketplaces names one twice.";
        foreach (var (name, secret) in new[] { (nameof(Secrets.AmazonWebhookSecret), Secrets.AmazonWebhookSecret), (nameof(Secrets.WmsWebhookSecret), Secrets.WmsWebhookSecret) })
            if (!Webhooks.StandardWebhookSignature.IsSecret(secret))
                yield return $"Secrets.{name} must be whsec_ and the base64 of at least 24 bytes.";
    }

    /// <summary>Half the seconds since the year began: grows faster than 30 orders a minute use numbers up.</summary>
    internal static int OffsetAt(DateTimeOffset now) =>
        (int)Math.Max(0, (now - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds / 2);
}
