using ControlPlane.Domain.ExceptionCases;

namespace ControlPlane.Domain.Tests.ExceptionCases;

public sealed class ContrastTests
{
    [Fact]
    public void Names_what_the_failing_orders_have_in_common_and_the_others_have_not()
    {
        var found = Assert.Single(Contrast.Between(Orders(20, ("channel", "Amazon DE"), ("currency", "EUR")), [.. Orders(15, ("channel", "Shopify"), ("currency", "EUR")), .. Orders(5, ("channel", "Amazon DE"), ("currency", "EUR"))]));
        Assert.Equal(("channel", "Amazon DE", 1.0, 0.25), (found.Field, found.Value, found.Share, found.HealthyShare));
    }

    [Fact]
    public void Says_nothing_of_samples_that_are_alike_or_too_small()
    {
        Assert.Empty(Contrast.Between(Orders(20, ("channel", "A")), Orders(20, ("channel", "A"))));
        Assert.Empty(Contrast.Between(Orders(4, ("channel", "A")), Orders(20, ("channel", "B"))));
        Assert.Empty(Contrast.Between(Orders(20, ("channel", "A")), Orders(4, ("channel", "B"))));
    }

    private static List<IReadOnlyDictionary<string, string>> Orders(int count, params (string, string)[] properties) =>
        [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyDictionary<string, string>)properties.ToDictionary(p => p.Item1, p => p.Item2))];
}
