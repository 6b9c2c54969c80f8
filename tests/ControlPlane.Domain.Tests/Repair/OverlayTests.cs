using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;

namespace ControlPlane.Domain.Tests.Repair;

/// <summary>Edits lie over the order; a newer version of the channel never silently overwrites one, nor the other way round.</summary>
public sealed class OverlayTests
{
    private static readonly CanonicalOrder Order = EditPolicyTests.Order();

    [Fact]
    public void A_field_is_written_and_the_original_stays()
    {
        var edited = OrderPaths.Write(Order, [("shipTo.line1", "New 1"), ("lines[L2].sku", "HAT"), ("customer.email", "a@b.example"), ("references.purchaseOrder", "PO-7"), ("shipBy", "2026-11-30T23:59:59+00:00")]);
        Assert.Equal(("New 1", "Köln", "HAT", "TEE"), (edited.ShipTo!.Line1, edited.ShipTo.City, edited.Lines[1].Sku, edited.Lines[0].Sku));
        Assert.Equal(("a@b.example", "PO-7", new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero)), (edited.Customer!.Email, edited.References["purchaseOrder"], edited.ShipBy));
        Assert.Equal(("Lange Str. 5", "CAP"), (Order.ShipTo!.Line1, Order.Lines[1].Sku));
        Assert.Null(OrderPaths.Write(edited, [("customer.email", null)]).Customer!.Email);
        Assert.Equal("HAT", OrderPaths.Read(edited, "lines[L2].sku"));
        Assert.Null(OrderPaths.Read(Order, "billTo.line1"));
    }

    [Theory]
    [InlineData("lines[L9].sku", "X")]
    [InlineData("shipBy", "soon")]
    [InlineData("lines[L1]", "X")]
    public void What_does_not_fit_is_refused(string path, string value) => Assert.Throws<ArgumentException>(() => OrderPaths.Write(Order, [(path, value)]));

    [Fact]
    public void A_newer_version_that_does_not_touch_the_field_keeps_the_edit()
    {
        var merged = FieldEdits.Merge(Order with { ShipTo = Order.ShipTo! with { City = "Bonn" } }, [Edit("shipTo.line1", "Lange Str. 5", "New 1")]);
        Assert.Equal(("New 1", "Bonn"), (merged.Order.ShipTo!.Line1, merged.Order.ShipTo.City));
        Assert.Empty(merged.Conflicts);
        Assert.Single(merged.Edits);
    }

    [Fact]
    public void A_newer_version_that_says_the_same_ends_the_edit()
    {
        var merged = FieldEdits.Merge(Order with { ShipTo = Order.ShipTo! with { Line1 = "New 1" } }, [Edit("shipTo.line1", "Lange Str. 5", "New 1")]);
        Assert.Empty(merged.Edits);
    }

    [Fact]
    public void A_newer_version_that_says_something_else_is_a_conflict_and_a_person_decides()
    {
        var newer = Order with { ShipTo = Order.ShipTo! with { Line1 = "Third 3" } };
        var merged = FieldEdits.Merge(newer, [Edit("shipTo.line1", "Lange Str. 5", "New 1")]);
        Assert.Equal("Third 3", Assert.Single(merged.Conflicts).Theirs);
        Assert.Equal("Third 3", merged.Order.ShipTo!.Line1);
        var ours = FieldEdits.Decide(merged.Edits, keepOurs: true);
        Assert.Equal("New 1", FieldEdits.Merge(newer, ours).Order.ShipTo!.Line1);
        Assert.Empty(FieldEdits.Merge(newer, ours).Conflicts);
        Assert.Empty(FieldEdits.Decide(merged.Edits, keepOurs: false));
    }

    [Fact]
    public void A_line_that_is_gone_takes_its_edit_with_it()
    {
        var merged = FieldEdits.Merge(Order with { Lines = [Order.Lines[0]] }, [Edit("lines[L2].sku", "CAP", "HAT")]);
        Assert.Empty(merged.Edits);
        Assert.Single(merged.Order.Lines);
    }

    [Fact]
    public void A_second_edit_of_a_field_keeps_what_the_channel_said()
    {
        var edits = FieldEdits.Add([Edit("shipTo.line1", "Lange Str. 5", "New 1")], [Edit("shipTo.line1", "New 1", "New 2"), Edit("shipTo.city", "Köln", "Bonn")]);
        Assert.Equal([("Lange Str. 5", "New 2"), ("Köln", "Bonn")], edits.Select(e => (e.Old, e.New)));
    }

    [Fact]
    public void A_value_that_is_missing_in_a_crosswalk_is_read_from_its_message()
    {
        var refusal = ControlPlane.Domain.Crosswalks.MissingEquivalence.Refuse(new("carrier", ControlPlane.Domain.Crosswalks.CrosswalkDirection.ToTheirs), new Knowing(), "USPS of 'GA'", "The ERP", "carrier in order", "shippingService");
        Assert.Equal(("carrier", "USPS of 'GA'", "The ERP"), ControlPlane.Domain.Crosswalks.MissingEquivalence.Read(refusal.Code, refusal.Message));
        Assert.Null(ControlPlane.Domain.Crosswalks.MissingEquivalence.Read("erp.refused", refusal.Message));
        Assert.Null(ControlPlane.Domain.Crosswalks.MissingEquivalence.Read(refusal.Code, "carrier: there is no crosswalk named carrier."));
    }

    private static FieldEdit Edit(string path, string? old, string? now) => new(path, old, now, "Bo");

    private sealed class Knowing : ControlPlane.Domain.Crosswalks.ICrosswalks
    {
        public ControlPlane.Domain.Crosswalks.CrosswalkHit? Find(string table, string value, ControlPlane.Domain.Crosswalks.CrosswalkDirection direction, DateTimeOffset at) => null;

        public bool Knows(string table) => true;
    }
}
