namespace Connectors.Sandbox.Assortment;

/// <summary>One thing that the retailer sells, under the same SKU everywhere.</summary>
/// <param name="PriceMinor">Gross price of a unit in euro cents.</param>
internal sealed record Product(int Number, string Sku, string Title, string Variant, string Vendor, string Asin, long PriceMinor, int Grams);

/// <summary>The range: invented goods of a shop for home and outdoors.</summary>
internal static class Products
{
    public static IReadOnlyList<Product> All { get; } = Build(
        ("LMP-BRS-01", "Table lamp Nordlicht", "brass", "Lumen & Co", 8_990, 2_400),
        ("LMP-BLK-01", "Table lamp Nordlicht", "black", "Lumen & Co", 8_490, 2_400),
        ("LMP-WHT-03", "Floor lamp Reed", "white", "Lumen & Co", 16_900, 6_100),
        ("CHR-OAK-02", "Chair Fjell", "oak", "Holzwerk", 14_900, 5_400),
        ("CHR-ASH-02", "Chair Fjell", "ash", "Holzwerk", 14_900, 5_400),
        ("STL-OAK-01", "Stool Tripod", "oak", "Holzwerk", 6_900, 2_900),
        ("MUG-BLU-35", "Stoneware mug 350 ml", "blue", "Tonhaus", 1_450, 420),
        ("MUG-GRN-35", "Stoneware mug 350 ml", "green", "Tonhaus", 1_450, 420),
        ("BWL-SND-18", "Bowl 18 cm", "sand", "Tonhaus", 1_990, 610),
        ("PLT-SND-26", "Plate 26 cm", "sand", "Tonhaus", 2_290, 780),
        ("TWL-GRY-70", "Bath towel 70 x 140", "grey", "Weberei Nord", 2_790, 560),
        ("TWL-RED-70", "Bath towel 70 x 140", "brick", "Weberei Nord", 2_790, 560),
        ("BLK-WOL-13", "Wool blanket 130 x 180", "heather", "Weberei Nord", 11_900, 1_250),
        ("CSH-LIN-45", "Linen cushion 45 x 45", "natural", "Weberei Nord", 3_990, 640),
        ("TNT-2P-GRN", "Tent Skagen, two persons", "green", "Wegweit", 24_900, 2_700),
        ("MAT-ISO-R4", "Sleeping mat R4", "regular", "Wegweit", 10_900, 690),
        ("BAG-SLP-05", "Sleeping bag +5", "left zip", "Wegweit", 15_900, 980),
        ("STV-GAS-01", "Gas stove Funke", "titanium", "Wegweit", 5_990, 110),
        ("BTL-INX-75", "Bottle 750 ml", "steel", "Wegweit", 2_490, 310),
        ("PCK-DAY-22", "Day pack 22 l", "slate", "Wegweit", 8_900, 740),
        ("KNF-PAR-09", "Paring knife 9 cm", "walnut", "Solinger Eck", 3_490, 90),
        ("KNF-CHF-20", "Chef's knife 20 cm", "walnut", "Solinger Eck", 8_990, 240),
        ("BRD-CUT-40", "Cutting board 40 x 28", "beech", "Holzwerk", 3_290, 1_800),
        ("CND-BEE-20", "Beeswax candle 20 cm", "pair", "Imkerei Süd", 1_290, 260));

    private static Product[] Build(params (string Sku, string Title, string Variant, string Vendor, long Price, int Grams)[] rows) =>
        [.. rows.Select((r, i) => new Product(i + 1, r.Sku, r.Title, r.Variant, r.Vendor, $"B0SBX{i + 1:00000}", r.Price, r.Grams))];
}
