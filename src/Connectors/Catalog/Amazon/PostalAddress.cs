using Connectors.Protocols.Http;
using ControlPlane.Domain.Orders;

namespace Connectors.Catalog.Amazon;

/// <summary>An address of either version; their members differ in case and in the names of regions.</summary>
internal sealed record PostalAddress(
    string Name, string Company, string Line1, string Line2, string Line3, string City, string Municipality, string District, string Region, string PostalCode, string Country, string Phone)
{
    public static PostalAddress V2026 { get; } = new(
        "name", "companyName", "addressLine1", "addressLine2", "addressLine3", "city", "municipality", "districtOrCounty", "stateOrRegion", "postalCode", "countryCode", "phone");

    public static PostalAddress V0 { get; } = new(
        "Name", "CompanyName", "AddressLine1", "AddressLine2", "AddressLine3", "City", "Municipality", "County", "StateOrRegion", "PostalCode", "CountryCode", "Phone");

    /// <summary>Sellers find the street in any of the three lines; the first that is filled is our first.</summary>
    public Address? Read(JsonFields? from)
    {
        if (from is null)
            return null;
        string[] lines = [.. new[] { from.Text(Line1), from.Text(Line2), from.Text(Line3) }.OfType<string>()];
        return new()
        {
            Name = from.Text(Name),
            Company = from.Text(Company),
            Line1 = lines.Length > 0 ? lines[0] : null,
            Line2 = lines.Length > 1 ? string.Join(", ", lines[1..]) : null,
            City = from.Text(City) ?? from.Text(Municipality) ?? from.Text(District),
            Region = from.Text(Region) ?? from.Text(District),
            PostalCode = from.Text(PostalCode),
            CountryCode = from.Text(Country)?.ToUpperInvariant(),
            Phone = from.Text(Phone),
        };
    }
}
