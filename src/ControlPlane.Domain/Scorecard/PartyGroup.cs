using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Scorecard;

/// <summary>Kinds of systems as an executive tells them apart.</summary>
/// <param name="Key">In addresses.</param>
/// <param name="Members">Parties of misses that belong to it.</param>
public sealed record PartyGroup(string Key, string Title, IReadOnlyList<string> Members)
{
    public const string Unknown = "unknown";

    public static readonly IReadOnlyList<PartyGroup> All =
    [
        new("storefront", "Storefront", [SystemRole.Storefront.Word(), SystemRole.PointOfSale.Word(), SystemRole.B2B.Word()]),
        new("us", "ControlPlane", ["us"]),
        new("erp", "ERP", [SystemRole.Erp.Word()]),
        new("wms", "Warehouse", [SystemRole.Wms.Word(), SystemRole.ThreePl.Word()]),
        new("marketplace", "Marketplace", [SystemRole.Marketplace.Word()]),
        new("carrier", "Carrier", ["carrier"]),
    ];

    /// <summary>One that is in no group is a group of its own: nothing is left out of a sum.</summary>
    public static PartyGroup Of(string party) => All.FirstOrDefault(g => g.Members.Contains(party)) ?? new(party.Length == 0 ? Unknown : party, party is "" or Unknown ? "Not known" : party, [party]);

    /// <summary>By key, as an address has it.</summary>
    public static PartyGroup Find(string key) => All.FirstOrDefault(g => g.Key == key) ?? new(key, key == Unknown ? "Not known" : key, key == Unknown ? [Unknown, ""] : [key]);
}
