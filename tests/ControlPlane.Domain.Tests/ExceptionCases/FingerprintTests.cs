using System.Globalization;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using CsCheck;

namespace ControlPlane.Domain.Tests.ExceptionCases;

/// <summary>What belongs to one order does not tell causes apart; what belongs to the cause does.</summary>
public sealed class FingerprintTests
{
    [Theory]
    [InlineData("Customer 10442 is blocked.", "Customer C-20031 is blocked.")]
    [InlineData("Item 'Blue shirt' does not exist.", "Item 'Men''s socks, 3 pack' does not exist.")]
    [InlineData("Mail ines@example.com is not valid", "Mail bo.berg+shop@mail.example.org is not valid")]
    [InlineData("Locked since 2026-11-23T10:11:12Z by 0a1b2c3d4e5f", "Locked since 2025-01-02 03:04:05 by deadbeef")]
    [InlineData("SKUs A1, B2 and C3 are sold out.", "SKU A1 is sold out.", false)]
    [InlineData("Sold out: A1, B2 and C3.", "Sold out: Z9.")]
    [InlineData("Total 12.50 EUR differs from 12.49 EUR", "Total 1,204.00 USD differs from 1,203.99 USD")]
    [InlineData("No record d3b07384-d9a0-4c8e-9f1b-2e4d6c8a0b1c there!", "No record 018f3a5e-0000-7abc-8def-001122334455 there")]
    [InlineData("See https://a.example/x?id=1", "See http://b.example/other")]
    [InlineData("Line 3: quantity -5 is too small", "Line 12: quantity -1 is too small")]
    [InlineData("Der Kunde „Müller“ ist gesperrt", "Der Kunde „Ozüm & Söhne“ ist gesperrt")]
    [InlineData("The customer is blocked", "The item is blocked", false)]
    [InlineData("It doesn't exist", "It isn't there", false)]
    public void Messages_of_one_cause_have_one_pattern(string one, string other, bool same = true)
    {
        if (same)
            Assert.Equal(MessagePattern.Of(one), MessagePattern.Of(other));
        else
            Assert.NotEqual(MessagePattern.Of(one), MessagePattern.Of(other));
    }

    [Fact]
    public void The_pattern_still_reads_like_the_message() =>
        Assert.Equal("customer # is blocked for payment since #", MessagePattern.Of("Customer  10442 is blocked for payment since 2026-11-01."));

    [Theory]
    [InlineData("lines[3].sku", "lines[12].sku")]
    [InlineData("/lines/3/sku", "/lines/40/sku")]
    [InlineData("lines.3.sku", "lines.14.sku")]
    public void Which_line_it_was_does_not_matter(string one, string other) => Assert.Equal(Fingerprint.FieldOf(one), Fingerprint.FieldOf(other));

    [Fact]
    public void Kind_code_system_operation_field_and_message_each_tell_causes_apart()
    {
        Fingerprint[] all =
        [
            Of(FaultKind.Data, "erp.refused", "erp", "create", "No.", "sku"), Of(FaultKind.Transient, "erp.refused", "erp", "create", "No.", "sku"), Of(FaultKind.Data, "erp.other", "erp", "create", "No.", "sku"),
            Of(FaultKind.Data, "erp.refused", "wms", "create", "No.", "sku"), Of(FaultKind.Data, "erp.refused", "erp", "post", "No.", "sku"), Of(FaultKind.Data, "erp.refused", "erp", "create", "Never.", "sku"),
            Of(FaultKind.Data, "erp.refused", "erp", "create", "No.", "price"), Of(FaultKind.Data, "erp.refused", "erp", "create", "No.", null),
        ];
        Assert.Equal(all.Length, all.Select(f => f.Value).Distinct().Count());
    }

    /// <summary>Written down: whoever changes the algorithm without a new version scatters the cases of every installation.</summary>
    [Fact]
    public void Version_1_stays_as_it_was()
    {
        var print = Of(FaultKind.Data, "erp.customer_blocked", "erp-main", "createSalesOrder", "Customer 10442 is blocked.", "lines[3].sku");
        Assert.Equal((1, "customer # is blocked", "lines[#].sku"), (print.Version, print.Parts.Pattern, print.Parts.Field));
        Assert.Equal("803884f8-af29-ace6-9a97-07d28501db21", print.Value.ToString("D"));
        Assert.NotEqual(print.CaseId(1), print.CaseId(2));
    }

    /// <summary>Only what an event told: the groups of everything else do not reshuffle.</summary>
    [Fact]
    public void Version_2_is_for_what_an_event_told_and_for_nothing_else()
    {
        var told = Of(FaultKind.Data, "warehouse.line_rejected", "wms", Fingerprint.Told, "Warehouse rejected 1 of CAP: damaged_in_pick", null);
        var waited = Of(FaultKind.Overdue, "wait.overdue", "wms", "wait warehouse.acknowledged", "The warehouse did not report in time.", null);
        Assert.Equal((2, 1), (told.Version, waited.Version));
        Assert.Equal("ea25900e-1d26-53ec-f4b2-8ed1143d2b04", told.Value.ToString("D"));
        Assert.NotEqual(waited.Value, Of(FaultKind.Overdue, "wait.overdue", "wms", "wait shipment.confirmed", "The warehouse did not report in time.", null).Value);
    }

    [Fact]
    public void Any_text_gives_a_pattern_at_once()
    {
        Gen.String[0, 3000].Sample(text =>
        {
            var pattern = MessagePattern.Of(text);
            return pattern.Length <= MessagePattern.Longest && pattern == MessagePattern.Of(text);
        }, iter: 2_000);
        foreach (var hard in new[] { new string('\'', 100_000), new string('"', 100_001), string.Concat(Enumerable.Repeat("1, ", 50_000)), new string('(', 100_000), string.Concat(Enumerable.Repeat("'a ", 50_000)) })
            Assert.True(MessagePattern.Of(hard).Length <= MessagePattern.Longest);
    }

    [Fact]
    public void The_same_cause_with_other_ids_has_the_same_fingerprint() =>
        (from cause in Gen.Int[0, Seeded.Causes.Length - 1] from one in Gen.Int[1, 1_000_000] from other in Gen.Int[1, 1_000_000] select (cause, one, other))
        .Sample(x => Seeded.Of(x.cause, x.one).Value == Seeded.Of(x.cause, x.other).Value, iter: 5_000);

    [Fact]
    public void Ten_thousand_failures_of_twelve_causes_make_twelve_groups()
    {
        var random = new Random(20261128);
        var groups = new HashSet<Guid>();
        var mixed = 0;
        var causeOf = new Dictionary<Guid, int>();
        for (var i = 0; i < 10_000; i++)
        {
            var cause = random.Next(Seeded.Causes.Length);
            var value = Seeded.Of(cause, random.Next(1, 10_000_000)).Value;
            groups.Add(value);
            if (causeOf.TryGetValue(value, out var known) && known != cause)
                mixed++;
            causeOf[value] = cause;
        }

        Assert.InRange(groups.Count, 11, 13);
        Assert.Equal(0, mixed);
    }

    private static Fingerprint Of(FaultKind kind, string code, string system, string operation, string message, string? field) => Fingerprint.Of(kind, code, message, field, system, operation);

    /// <summary>Twelve causes as the partners word them, with values that change with each order.</summary>
    private static class Seeded
    {
        public static readonly Func<int, Fingerprint>[] Causes =
        [
            n => Of(FaultKind.Data, "erp.customer_blocked", "erp", "createSalesOrder", $"Customer '{Name(n)}' ({10000 + n}) is blocked with type 'All'.", "customerNumber"),
            n => Of(FaultKind.Data, "erp.product_unknown", "erp", "createSalesOrder", $"The Item does not exist. Identification fields and values: No.='SKU-{n}'", $"lines[{n % 9}].sku"),
            n => Of(FaultKind.Data, "erp.period_closed", "erp", "createSalesOrder", $"Posting Date {Day(n)} is not within your range of allowed posting dates in Gen. Journal Line, Journal Batch Name='DEFAULT', Line No.='{n}'.", null),
            n => Of(FaultKind.Data, "netsuite.reference_unknown", "netsuite", "salesOrder", $"Error while accessing a resource. Invalid reference key {n} for subsidiary {n % 7}.", "item.items[0].item"),
            n => Of(FaultKind.Authentication, "http.401", "shopify-eu", "confirmShipment", "[API] Invalid API key or access token (unrecognized login or wrong password)", null),
            n => Of(FaultKind.Data, "shopify.line_on_hold", "shopify-eu", "confirmShipment", $"Fulfillment order gid://shopify/FulfillmentOrder/{n} has an unfulfillable status= on_hold.", null),
            n => Of(FaultKind.Data, "amazon.carrier_unknown", "amazon-de", "confirmShipment", $"Invalid value \"{Name(n)} Express\" for carrierCode, request id {Hex(n)}", "packageDetail.carrierCode"),
            n => Of(FaultKind.Data, "mapping.required_missing", "", "map", $"Order {n}: the field shippingAddress.postalCode is required and is empty.", "shippingAddress.postalCode"),
            n => Of(FaultKind.Data, "mapping.required_missing", "", "map", $"Order {n}: the field lines.taxCategory is required and is empty.", $"lines.{n % 5}.taxCategory"),
            n => Of(FaultKind.Overdue, "wait.overdue", "wms", "wait warehouse.acknowledged", "The warehouse did not report in time: Warehouse acknowledges.", null),
            n => Of(FaultKind.Transient, "http.503", "wms", "instructFulfilment", $"WMS Regional answered 503: upstream {n % 250}.{n % 13}.0.7:8443 is down, trace {Hex(n)}", null),
            n => Of(FaultKind.Data, "edi.element_missing", "edi-retail", "sendInvoice", $"Segment N1 at line {n % 400}: element 02 is missing. Interchange {n:000000000}, sent {Day(n)} to {Name(n).ToLowerInvariant().Replace(" ", ".", StringComparison.Ordinal).Replace("&", "and", StringComparison.Ordinal)}@partner.example", "N1.02"),
        ];

        public static Fingerprint Of(int cause, int n) => Causes[cause](n);

        private static Fingerprint Of(FaultKind kind, string code, string system, string operation, string message, string? field) => Fingerprint.Of(kind, code, message, field, system, operation);

        private static string Name(int n) => (n % 6) switch { 0 => "Berg", 1 => "Müller & Co", 2 => "O'Neill", 3 => "Smith", 4 => "de la Cruz", _ => "Çelik" };

        private static string Day(int n) => new DateTime(2025, 1, 1).AddDays(n % 700).ToString(n % 2 == 0 ? "yyyy-MM-dd" : "dd/MM/yy", CultureInfo.InvariantCulture);

        private static string Hex(int n) => unchecked((uint)n * 2654435761).ToString("x8", CultureInfo.InvariantCulture) + "9f";
    }
}
