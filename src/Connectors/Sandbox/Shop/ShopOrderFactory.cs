using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Shop;

/// <summary>Makes the orders that customers of the shop place.</summary>
internal sealed class ShopOrderFactory(SandboxRandom luck, int numberOffset)
{
    private const long FreeShippingFrom = 7_900;

    private static readonly (string Title, string Code, long Price)[] Services = [("Standard", "DHL-PAKET", 490), ("Standard", "DHL-PAKET", 490), ("Express", "DHL-EXPRESS", 1_290), ("Pickup point", "DPD-PICKUP", 390)];
    private static readonly string[] Tags = ["newsletter", "returning", "gift", "b2c", "app"];
    private static readonly string[] Notes = ["Please leave it with the neighbours.", "Ring twice.", "It is a present, no invoice in the parcel please."];
    private static readonly string[] Gateways = ["shopify_payments", "paypal", "klarna"];

    private int _number = 1_000 + numberOffset;

    public ShopOrder Make(DateTimeOffset now)
    {
        var number = ++_number;
        // Ids as long as the real ones, far below 2^53, and never used twice as long as the numbers are not.
        var id = 5_700_000_000_000 + number * 1_000L;
        var basket = Baskets.Fill(luck);
        var code = luck.Chance(25) ? "WELCOME10" : null;
        var lines = basket.Select((b, i) => Line(id, number, i, b, code is null ? 0 : 10)).ToList();
        var service = luck.Pick(Services);
        return new()
        {
            Id = id,
            Number = number,
            CreatedAt = now,
            UpdatedAt = now,
            Customer = luck.Pick(People.All),
            Token = luck.Hex(16),
            Confirmation = luck.Hex(5).ToUpperInvariant()[..9],
            Lines = lines,
            DiscountCode = code,
            ShippingMinor = service.Price == 490 && lines.Sum(l => l.GrossMinor - l.DiscountMinor) >= FreeShippingFrom ? 0 : service.Price,
            ShippingTitle = service.Title,
            ShippingCode = service.Code,
            Tags = [.. Tags.Where(_ => luck.Chance(30))],
            Note = luck.Chance(10) ? luck.Pick(Notes) : null,
            Gateway = luck.Pick(Gateways),
            FulfillmentOrderId = 6_900_000_000_000 + number,
        };
    }

    private static ShopLine Line(long orderId, int number, int index, BasketLine basket, int percentOff) => new()
    {
        Id = 14_000_000_000_000 + orderId - 5_700_000_000_000 + index,
        FulfillmentOrderLineId = 15_800_000_000_000 + number * 1_000L + index,
        Product = basket.Product,
        Quantity = basket.Quantity,
        DiscountMinor = basket.Product.PriceMinor * basket.Quantity * percentOff / 100,
        Remaining = basket.Quantity,
    };
}
