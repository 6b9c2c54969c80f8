using System.Globalization;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Amazon;

/// <summary>Makes the orders that customers place at the marketplace.</summary>
internal sealed class AmazonOrderFactory(SandboxRandom luck, int numberOffset)
{
    private long _sequence = numberOffset;

    public AmazonOrder Make(DateTimeOffset now, bool pending)
    {
        var sequence = ++_sequence;
        // The middle group counts, so that an id is not given out twice; the last one looks like chance, as the real ones do.
        var id = string.Create(CultureInfo.InvariantCulture, $"{302 + sequence / 10_000_000 % 100:000}-{sequence % 10_000_000:0000000}-{luck.Digits(7)}");
        var itemId = 60_000_000_000_000 + sequence * 100;
        return new()
        {
            Id = id,
            Sequence = sequence,
            CreatedAt = now,
            UpdatedAt = now,
            Buyer = luck.Pick(People.All),
            BuyerAlias = $"{luck.Hex(7)}@marketplace.example.com",
            Prime = luck.Chance(35),
            ShipBy = now.AddDays(luck.Between(1, 2)),
            Pending = pending,
            Items = [.. Baskets.Fill(luck).Take(3).Select((b, i) => new AmazonItem((itemId + i).ToString(CultureInfo.InvariantCulture), b.Product, b.Quantity))],
        };
    }
}
