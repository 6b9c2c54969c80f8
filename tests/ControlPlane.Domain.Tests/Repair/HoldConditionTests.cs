using ControlPlane.Domain.Repair;

namespace ControlPlane.Domain.Tests.Repair;

/// <summary>A hold whose end can never come is refused before anything is saved.</summary>
public sealed class HoldConditionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly HoldFacts Facts = new(Now, ["shipment.confirmed", "order.updated"], new Dictionary<string, bool> { ["erp"] = true, ["wms"] = false });

    [Fact]
    public void What_can_come_is_taken()
    {
        Assert.Null(HoldConditions.Problem(HoldCondition.At(Now.AddMinutes(1)), Facts));
        Assert.Null(HoldConditions.Problem(HoldCondition.OnEvent("shipment.confirmed"), Facts));
        Assert.Null(HoldConditions.Problem(HoldCondition.OnSystem("erp"), Facts));
    }

    [Fact]
    public void What_can_never_come_is_refused_with_the_reason()
    {
        foreach (var (condition, said) in new[]
                 {
                     (HoldCondition.At(Now), "past"), (HoldCondition.At(Now.AddDays(-1)), "past"), (HoldCondition.At(Now.AddDays(400)), "366 days"), (new HoldCondition(HoldKind.Until, null, null), "until when"),
                     (HoldCondition.OnEvent("stock.arrived"), "order.updated, shipment.confirmed"), (HoldCondition.OnEvent(""), "which event"),
                     (HoldCondition.OnSystem("nobody"), "no such connection"), (HoldCondition.OnSystem("wms"), "can be called now"), (new HoldCondition(0, null, null), "Choose"),
                 })
            Assert.Contains(said, HoldConditions.Problem(condition, Facts), StringComparison.Ordinal);
        Assert.Contains("cannot come yet: the step that causes it was not begun", HoldConditions.Problem(HoldCondition.OnEvent("warehouse.acknowledged"), Facts with { NotYet = ["warehouse.acknowledged"] }), StringComparison.Ordinal);
        Assert.Contains("any more", HoldConditions.Problem(HoldCondition.OnEvent("x"), Facts with { Events = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void It_reads_well_after_until()
    {
        Assert.Equal("2026-11-28 12:00 UTC", HoldCondition.At(Now).Words());
        Assert.Equal("the event order.updated comes", HoldCondition.OnEvent("order.updated").Words());
        Assert.Equal("The ERP can be called again", HoldCondition.OnSystem("erp").Words("The ERP"));
    }
}
