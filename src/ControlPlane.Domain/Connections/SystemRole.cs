namespace ControlPlane.Domain.Connections;

/// <summary>What a system is to the retailer. The selling ones are shown as channels, the others as systems. Stored; do not renumber.</summary>
public enum SystemRole : short
{
    Storefront = 1,
    Marketplace = 2,
    PointOfSale = 3,
    B2B = 4,
    Erp = 10,
    Wms = 11,
    ThreePl = 12,
    Payment = 20,
    Tax = 21,
    CustomerData = 22,
    Notification = 23,
    EventBroker = 24,
}

public static class SystemRoles
{
    public static bool Sells(this SystemRole role) => role is SystemRole.Storefront or SystemRole.Marketplace or SystemRole.PointOfSale or SystemRole.B2B;

    /// <summary>The word in YAML, URLs and the API.</summary>
    public static string Word(this SystemRole role) => role switch
    {
        SystemRole.PointOfSale => "point-of-sale",
        SystemRole.B2B => "b2b",
        SystemRole.ThreePl => "3pl",
        SystemRole.CustomerData => "customer-data",
        SystemRole.EventBroker => "event-broker",
        _ => role.ToString().ToLowerInvariant(),
    };

    public static bool TryParse(string? word, out SystemRole role)
    {
        foreach (var candidate in Enum.GetValues<SystemRole>())
            if (string.Equals(candidate.Word(), word, StringComparison.OrdinalIgnoreCase))
            {
                role = candidate;
                return true;
            }

        role = default;
        return false;
    }
}
