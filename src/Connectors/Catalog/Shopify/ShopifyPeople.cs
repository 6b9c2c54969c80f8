using ControlPlane.Domain.Orders;

namespace Connectors.Catalog.Shopify;

/// <summary>Who ordered, and where to. Nothing here is refused: guests, pick-ups and app scopes leave out any of it.</summary>
internal static class ShopifyPeople
{
    /// <summary>Null when the order names nobody.</summary>
    public static Customer? Customer(ShopifyFields order, ShopifyWords words)
    {
        var customer = order.Object("customer");
        var read = new Customer
        {
            ExternalId = customer.Reference("id", "Customer"),
            Email = order.Text("email") ?? order.Text("contact_email") ?? customer.Text("email"),
            Name = Full(customer, words),
            Phone = order.Text("phone") ?? customer.Text("phone"),
        };
        return read is { ExternalId: null, Email: null, Name: null, Phone: null } ? null : read;
    }

    /// <summary>Null when there is none, or an empty one.</summary>
    public static Address? Address(ShopifyFields address, ShopifyWords words)
    {
        if (!address.Exists)
            return null;
        var read = new Address
        {
            Name = address.Text("name") ?? Full(address, words),
            Company = address.Text("company"),
            Line1 = address.Text("address1"),
            Line2 = address.Text("address2"),
            City = address.Text("city"),
            Region = address.Text(words.ProvinceCode) ?? address.Text("province"),
            PostalCode = address.Text("zip"),
            CountryCode = Country(address.Text(words.CountryCode)),
            Phone = address.Text("phone"),
        };
        return read == new Address() ? null : read;
    }

    private static string? Country(string? code) => code is { Length: 2 } && char.IsAsciiLetter(code[0]) && char.IsAsciiLetter(code[1]) ? code.ToUpperInvariant() : null;

    private static string? Full(ShopifyFields person, ShopifyWords words)
    {
        var (first, last) = (person.Text(words.FirstName), person.Text(words.LastName));
        return first is null ? last : last is null ? first : $"{first} {last}";
    }
}
