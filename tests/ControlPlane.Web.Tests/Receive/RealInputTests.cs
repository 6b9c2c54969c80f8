using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Connectors.Tests;
using Connectors.Tests.Amazon;
using Connectors.Tests.Shopify;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>Every real document goes in through the front door, and comes out as a transaction or as a refusal that a person approved.</summary>
public sealed partial class RealInputTests
{
    [Fact]
    public async Task Every_order_document_of_real_shops_becomes_a_transaction_or_a_named_refusal()
    {
        await using var door = await FrontDoor.OpenAsync();
        var text = new StringBuilder();
        var order = 6000;
        foreach (var (name, body) in RealDocuments.All())
        {
            // The plain order around parts of one is another order each time: as the same one it would only be recognised.
            var document = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace("5001", (++order).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            text.Append(name).Append(": ").Append(await door.OutcomeAsync(await door.ShopAsync(document)));
        }

        Assert.Contains("alive", await door.Client.GetStringAsync("/alive", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Approved.Check("front-door-shopify", text.ToString());
    }

    [Fact]
    public async Task Every_order_example_of_the_marketplace_becomes_a_transaction_or_a_named_refusal()
    {
        await using var door = await FrontDoor.OpenAsync();
        var text = new StringBuilder();
        var notification = 0;
        foreach (var (name, body) in AmazonDocuments.All())
        {
            // All examples of notifications carry the same id, and would be recognised as one.
            var document = NotificationId().Replace(Encoding.UTF8.GetString(body), $"$1\"example-{++notification}\"");
            text.Append(name).Append(": ").Append(await door.OutcomeAsync(await door.MarketAsync(Encoding.UTF8.GetBytes(document))));
        }

        Approved.Check("front-door-amazon", text.ToString());
    }

    [GeneratedRegex("(\"[nN]otificationId\"\\s*:\\s*)\"[^\"]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex NotificationId();
}
