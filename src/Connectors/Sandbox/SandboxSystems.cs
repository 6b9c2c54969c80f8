namespace Connectors.Sandbox;

/// <summary>The simulated partners, by the word that is also their path prefix.</summary>
public static class SandboxSystems
{
    /// <summary>Web shop, speaks as Shopify does.</summary>
    public const string Shop = "shop";

    /// <summary>Marketplace, speaks as Amazon's Selling Partner API does.</summary>
    public const string Amazon = "amazon";

    /// <summary>ERP, speaks as Business Central does.</summary>
    public const string Erp = "erp";

    /// <summary>Regional warehouse with a plain JSON API of its own.</summary>
    public const string Wms = "wms";

    public const string WooCommerce = "woocommerce";

    public const string Walmart = "walmart";

    public const string AdobeCommerce = "adobe-commerce";

    public const string BigCommerce = "bigcommerce";

    public const string Ebay = "ebay";

    /// <summary>Those that always run.</summary>
    public static IReadOnlyList<string> All { get; } = [Shop, Amazon, Erp, Wms];

    /// <summary>Those that run where <see cref="SandboxOptions.Marketplaces"/> names them.</summary>
    public static IReadOnlyList<string> Marketplaces { get; } = [WooCommerce, Walmart, AdobeCommerce, BigCommerce, Ebay];

    /// <summary>As people call it.</summary>
    public static string Title(string system) => system switch
    {
        Shop => "Web shop (Shopify)",
        Amazon => "Marketplace (Amazon)",
        Erp => "ERP (Business Central)",
        Wms => "Warehouse (regional WMS)",
        WooCommerce => "Web shop (WooCommerce)",
        Walmart => "Marketplace (Walmart)",
        AdobeCommerce => "Web shop (Adobe Commerce)",
        BigCommerce => "Web shop (BigCommerce)",
        Ebay => "Marketplace (eBay)",
        _ => system,
    };
}
