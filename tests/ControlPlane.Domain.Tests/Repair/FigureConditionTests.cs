using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Repair;

namespace ControlPlane.Domain.Tests.Repair;

/// <summary>Holds that wait for what a system answers.</summary>
public sealed class FigureConditionTests
{
    private static readonly OperationDescriptor StockOf = new("stockOf", "Stock", WriteKind.Read, false) { Asks = ["sku"], Figures = ["available"] };

    [Theory]
    [InlineData(FigureTest.AtLeast, "5", "5", true)]
    [InlineData(FigureTest.AtLeast, "5", "4.99", false)]
    [InlineData(FigureTest.AtLeast, "5", "plenty", false)]
    [InlineData(FigureTest.AtMost, "100.00", "-3", true)]
    [InlineData(FigureTest.AtMost, "100", "100.01", false)]
    [InlineData(FigureTest.Equals, "5", "5.0", true)]
    [InlineData(FigureTest.Equals, "OK", " ok ", true)]
    [InlineData(FigureTest.Equals, "ok", "blocked", false)]
    public void A_figure_fulfils_it_or_not(FigureTest test, string value, string answer, bool met) =>
        Assert.Equal(met, Condition(test, value).IsMetBy(answer));

    [Fact]
    public void What_can_never_come_true_is_said_before_it_is_saved()
    {
        Assert.Null(Condition(FigureTest.AtLeast, "5").Problem([StockOf]));
        Assert.Contains("no connection", Condition(FigureTest.AtLeast, "5").Problem(null), StringComparison.Ordinal);
        Assert.Contains("offers no look-up", Condition(FigureTest.AtLeast, "5").Problem([]), StringComparison.Ordinal);
        Assert.Contains("It offers stockOf", (Condition(FigureTest.AtLeast, "5") with { Operation = "creditOf" }).Problem([StockOf]), StringComparison.Ordinal);
        Assert.Contains("Say which sku", (Condition(FigureTest.AtLeast, "5") with { Arguments = new Dictionary<string, string>() }).Problem([StockOf]), StringComparison.Ordinal);
        Assert.Contains("does not ask for colour", (Condition(FigureTest.AtLeast, "5") with { Arguments = new Dictionary<string, string> { ["sku"] = "A", ["colour"] = "red" } }).Problem([StockOf]), StringComparison.Ordinal);
        Assert.NotNull((Condition(FigureTest.AtLeast, "5") with { Figure = "weight" }).Problem([StockOf]));
        Assert.NotNull(Condition(FigureTest.AtLeast, "many").Problem([StockOf]));
        Assert.Contains("would wait for ever", Condition(FigureTest.AtLeast, "999999999999999999999").Problem([StockOf]), StringComparison.Ordinal);
        Assert.NotNull(Condition(FigureTest.AtMost, "-1000000001").Problem([StockOf]));
        Assert.Null(Condition(FigureTest.AtLeast, "1000000000").Problem([StockOf]));
    }

    private static FigureCondition Condition(FigureTest test, string value) => new("wms", "stockOf", new Dictionary<string, string> { ["sku"] = "SKU-1" }, "available", test, value);
}
