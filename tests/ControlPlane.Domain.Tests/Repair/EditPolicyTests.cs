using System.Text.RegularExpressions;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;

namespace ControlPlane.Domain.Tests.Repair;

/// <summary>What may be changed, by whom, and what a value must look like: said before anything is sent.</summary>
public sealed class EditPolicyTests
{
    private static readonly EditPolicy Policy = new(1,
    [
        new("shipTo.line1", "ship-to street", EditType.Text) { Longest = 20, Personal = true },
        new("shipTo.postalCode", "postal code", EditType.Text) { Pattern = new Regex("^(?:[0-9]{5})$", RegexOptions.NonBacktracking) },
        new("shipTo.countryCode", "country", EditType.Country) { SecondPerson = true },
        new("customer.email", "mail", EditType.Email) { MayBeEmpty = true },
        new("shipTo.phone", "phone", EditType.Phone),
        new("shipBy", "ship date", EditType.Date),
        new("lines[].sku", "SKU", EditType.Code) { Crosswalk = "sku" },
        new("shippingService", "service", EditType.Text) { Roles = ["admin"] },
        new("references.purchaseOrder", "purchase order", EditType.Text) { Flows = ["other-flow"] },
    ], new Dictionary<string, string> { ["other"] = "Another" }, new Dictionary<string, long> { ["EUR"] = 500_00 });

    [Theory]
    [InlineData("shipTo.line1", "Lange Straße 5", null)]
    [InlineData("shipTo.line1", "A street that is far too long for it", "at most 20")]
    [InlineData("shipTo.line1", "", "needed")]
    [InlineData("shipTo.line1", " Lange Straße", "spaces at the ends")]
    [InlineData("shipTo.line1", "Lange\nStraße", "line ends")]
    [InlineData("shipTo.postalCode", "50667", null)]
    [InlineData("shipTo.postalCode", "5066", "form")]
    [InlineData("shipTo.countryCode", "DE", null)]
    [InlineData("shipTo.countryCode", "de", "two capital letters")]
    [InlineData("shipTo.countryCode", "ZZ", "two capital letters")]
    [InlineData("customer.email", "", null)]
    [InlineData("customer.email", "mia@example.com", null)]
    [InlineData("customer.email", "mia at example", "mail address")]
    [InlineData("shipTo.phone", "+49 221 1234567", null)]
    [InlineData("shipTo.phone", "call me", "phone number")]
    [InlineData("shipBy", "2026-11-30", null)]
    [InlineData("shipBy", "30.11.2026", "day like")]
    [InlineData("lines[L1].sku", "TEE-M", null)]
    [InlineData("lines[L1].sku", "NOBODY-KNOWS", "does not know this code")]
    [InlineData("lines[L9].sku", "TEE-M", "no such line")]
    [InlineData("lines[L1].quantity", "3", "not open")]
    [InlineData("totalMinor", "1", "not open")]
    [InlineData("shippingService", "DHL", "Your role")]
    [InlineData("references.purchaseOrder", "PO-1", "Your role")]
    public void A_value_fits_or_is_refused_with_what_is_allowed(string path, string value, string? said)
    {
        var refusals = Policy.Check(Order(), [new(path, value)], "order-to-shipment", "shop", r => r == "business", (_, code) => code == "TEE-M");
        if (said is null)
            Assert.Empty(refusals);
        else
            Assert.Contains(said, Assert.Single(refusals).Message, StringComparison.Ordinal);
        // Never the value: it may be personal.
        Assert.All(refusals, r => Assert.True(value.Length < 4 || !r.Message.Contains(value, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_error_is_told_at_once_and_a_field_is_named_once()
    {
        var refusals = Policy.Check(Order(), [new("shipTo.phone", "x"), new("shipTo.phone", "y"), new("customer.email", "z")], "f", "shop", _ => true, (_, _) => true);
        Assert.Equal(["edit.twice", "edit.value", "edit.value"], refusals.Select(r => r.Code).Order(StringComparer.Ordinal));
        Assert.Equal("edit.nothing", Assert.Single(Policy.Check(Order(), [], "f", "shop", _ => true, (_, _) => true)).Code);
    }

    [Theory]
    [InlineData(499_00, "shipTo.line1", false)]
    [InlineData(500_00, "shipTo.line1", false)]
    [InlineData(500_01, "shipTo.line1", true)]
    [InlineData(1_00, "shipTo.countryCode", true)]
    public void Above_a_value_or_for_some_fields_a_second_person_is_needed(long total, string path, bool second) =>
        Assert.Equal(second, Policy.NeedsSecondPerson(Order() with { TotalMinor = total }, [new(path, "DE")]) is not null);

    [Fact]
    public void A_day_is_its_end() => Assert.Equal("2026-11-30T23:59:59+00:00", EditPolicy.Kept(Policy.Find("shipBy")!, "2026-11-30"));

    internal static CanonicalOrder Order() => new()
    {
        ExternalId = "1", Number = "#1", PlacedAt = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), Currency = "EUR", TotalMinor = 100_00,
        ShipTo = new() { Line1 = "Lange Str. 5", City = "Köln", CountryCode = "DE" },
        Lines = [new() { ChannelLineRef = "L1", Sku = "TEE", Quantity = 1 }, new() { ChannelLineRef = "L2", Sku = "CAP", Quantity = 2 }],
    };
}
