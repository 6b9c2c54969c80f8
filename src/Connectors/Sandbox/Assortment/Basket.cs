namespace Connectors.Sandbox.Assortment;

/// <summary>What a customer puts into a basket: 1 to 5 different products, mostly one of each.</summary>
internal sealed record BasketLine(Product Product, int Quantity);

internal static class Baskets
{
    private static readonly int[] LineCounts = [1, 1, 1, 2, 2, 2, 3, 3, 4, 5];

    public static IReadOnlyList<BasketLine> Fill(SandboxRandom luck)
    {
        var lines = new List<BasketLine>();
        var wanted = luck.Pick(LineCounts);
        while (lines.Count < wanted)
        {
            var product = luck.Pick(Products.All);
            if (lines.All(l => l.Product != product))
                lines.Add(new(product, luck.Chance(75) ? 1 : luck.Between(2, 4)));
        }

        return lines;
    }
}

/// <summary>German value added tax, inside gross prices.</summary>
internal static class Vat
{
    public const decimal Rate = 0.19m;

    /// <summary>The tax in a gross amount, in cents, rounded half away from zero as invoices are.</summary>
    public static long Within(long grossMinor) => (long)Math.Round(grossMinor * Rate / (1 + Rate), MidpointRounding.AwayFromZero);
}
