using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Domain.Tests.Crosswalks;

internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public static readonly CrosswalkTable Carrier = new("carrier", "Carriers") { Wildcard = true };

    public static readonly CrosswalkTable Uom = new("uom", "Units") { Factors = true };

    public static readonly CrosswalkTable Sku = new("sku", "Products") { Gtin = true };

    public static readonly IReadOnlyList<CrosswalkScope> Shop = CrosswalkScope.ChainOf("shop-eu", "shopify", SystemRole.Storefront);

    public static CrosswalkEntry Entry(string theirs, string ours, string scope = "global", CrosswalkDirections directions = CrosswalkDirections.Both, decimal factor = 1, string? from = null, string? until = null) => new()
    {
        Id = Guid.CreateVersion7(), Scope = CrosswalkScope.TryParse(scope, out var parsed) ? parsed : throw new ArgumentException(scope), Theirs = theirs, Ours = ours, Directions = directions, Factor = factor,
        From = Day(from), Until = Day(until), Revision = 1,
    };

    public static DateTimeOffset? Day(string? text) => text is null ? null : DateTimeOffset.Parse(text + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    public static CrosswalkSnapshot Snapshot(CrosswalkTable table, params CrosswalkEntry[] entries) => CrosswalkSnapshot.Build(1, [table], entries.Select(e => (table.Name, e)));

    public static string? Ours(this ICrosswalks crosswalks, string table, string code, DateTimeOffset? at = null) => crosswalks.Find(table, code, CrosswalkDirection.ToOurs, at ?? Now)?.Value;

    public static string? Theirs(this ICrosswalks crosswalks, string table, string code, DateTimeOffset? at = null) => crosswalks.Find(table, code, CrosswalkDirection.ToTheirs, at ?? Now)?.Value;
}
