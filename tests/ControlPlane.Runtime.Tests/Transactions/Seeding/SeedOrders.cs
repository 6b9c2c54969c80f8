using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>Orders and their documents. The people are invented.</summary>
internal static class SeedOrders
{
    private static readonly (string Sku, string Title, int Price)[] Articles =
    [
        ("TEE-ORG-M", "T-shirt organic cotton, M", 2490), ("MUG-BLU", "Mug, blue glaze", 1190), ("LAMP-OAK", "Desk lamp, oak", 8900), ("RUG-120", "Wool rug 120 × 180", 24900),
        ("GIFT-50", "Gift card 50", 5000), ("CHAIR-ASH", "Chair, ash", 15900), ("SOAP-LAV", "Soap, lavender", 690),
    ];

    private static readonly string[] People = ["Mia Brandt", "Jonas Feld", "Élise Moreau", "Ruben de Wit", "Ana Kovač"];

    public static CanonicalOrder Make(int index, string channel, string number, DateTimeOffset at, Random random)
    {
        var lines = Enumerable.Range(1, 1 + random.Next(4)).Select(i =>
        {
            var article = Articles[random.Next(Articles.Length)];
            return new OrderLine
            {
                ChannelLineRef = $"{5_000_000_000L + index * 10L + i}", Sku = article.Sku, Title = article.Title, Quantity = 1 + random.Next(3), UnitPriceMinor = article.Price,
                RequiresShipping = article.Sku != "GIFT-50" || i == 1,
            };
        }).ToList();
        var person = People[index % People.Length];
        return new()
        {
            ExternalId = channel == SeedEstate.Marketplace ? number : (6_400_000_000L + index).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Number = number,
            PlacedAt = at - TimeSpan.FromSeconds(20),
            Currency = index % 23 == 0 ? "SEK" : "EUR",
            TotalMinor = channel == SeedEstate.Marketplace && index % 5 == 0 ? null : lines.Sum(l => l.UnitPriceMinor!.Value * l.Quantity),
            TaxMinor = 399,
            PricesIncludeTax = true,
            Customer = new() { Name = person, Email = $"customer{index}@mail.example", Phone = "+49 40 5550123" },
            ShipTo = new() { Name = person, Line1 = "Elbchaussee 12", City = "Hamburg", PostalCode = "22765", CountryCode = "DE", Phone = "+49 40 5550123" },
            Lines = lines,
        };
    }

    /// <summary>In the manner of a web shop.</summary>
    public static byte[] ChannelDocument(CanonicalOrder order) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = long.TryParse(order.ExternalId, out var id) ? id : 0,
        name = order.Number,
        email = order.Customer!.Email,
        created_at = order.PlacedAt,
        currency = order.Currency,
        total_price = ((order.TotalMinor ?? 0) / 100m).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        customer = new { first_name = order.Customer.Name!.Split(' ')[0], last_name = order.Customer.Name.Split(' ')[^1], phone = order.Customer.Phone },
        shipping_address = new { name = order.ShipTo!.Name, address1 = order.ShipTo.Line1, city = order.ShipTo.City, zip = order.ShipTo.PostalCode, country_code = order.ShipTo.CountryCode, phone = order.ShipTo.Phone },
        line_items = order.Lines.Select(l => new { id = l.ChannelLineRef, sku = l.Sku, name = l.Title, quantity = l.Quantity, price = ((l.UnitPriceMinor ?? 0) / 100m).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture) }),
        note = "Please ring at the side door",
    });

    /// <summary>In the manner of an ERP.</summary>
    public static byte[] SystemDocument(CanonicalOrder order, string reference) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        externalDocumentNumber = reference,
        orderDate = order.PlacedAt.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        customerNumber = "WEB-GUEST",
        shipToName = order.ShipTo!.Name,
        shipToAddressLine1 = order.ShipTo.Line1,
        shipToCity = order.ShipTo.City,
        email = order.Customer!.Email,
        currencyCode = order.Currency,
        salesOrderLines = order.Lines.Select((l, i) => new { sequence = (i + 1) * 10000, lineType = "Item", lineObjectNumber = l.Sku, description = l.Title, quantity = l.Quantity }),
    });
}
