using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>A crosswalk and what it demands of its entries.</summary>
/// <param name="Name">In manifests and addresses: <c>sku</c>, <c>tax-category</c>.</param>
public sealed partial record CrosswalkTable(string Name, string Title)
{
    /// <summary>Changes are proposed, and take effect when a second person approves them.</summary>
    public bool Approval { get; init; }

    /// <summary>Codes that look like a GTIN (8, 12, 13 or 14 digits) must have its check digit (GS1 General Specifications, section 7.9).</summary>
    public bool Gtin { get; init; }

    /// <summary>An entry <c>*</c> may stand for every code that has none of its own.</summary>
    public bool Wildcard { get; init; }

    /// <summary>Entries say how many of our units one of theirs is.</summary>
    public bool Factors { get; init; }

    /// <summary>Those that every installation has; others are added by people.</summary>
    public static IReadOnlyList<CrosswalkTable> Standard { get; } =
    [
        new("carrier", "Carriers") { Wildcard = true },
        new("customer", "Customers"),
        new("location", "Locations"),
        new("sku", "Products (SKU)") { Gtin = true },
        new("tax-category", "Tax categories") { Wildcard = true },
        new("uom", "Units of measure") { Factors = true },
    ];

    public static bool IsName(string? name) => name is not null && NameForm().IsMatch(name);

    public const string NameAllowed = "a lower-case letter, then up to 39 lower-case letters, digits and hyphens";

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex NameForm();
}
