using ControlPlane.Domain.ExceptionCases;

namespace ControlPlane.Domain.Tests.ExceptionCases;

public sealed class CaseSplitTests
{
    private static readonly Guid Case = new("11111111-1111-1111-1111-111111111111");

    private static readonly SplitFacts Failure = new("shopify-eu", "order-to-shipment", "erp-order", "Item 'BLUE-1' is blocked");

    [Fact]
    public void What_fits_no_split_stays() => Assert.Equal(Case, CaseSplit.Follow(Case, Failure, Of(new CaseSplit(Case, SplitBy.Channel, "amazon-de"))));

    [Theory]
    [InlineData(SplitBy.Channel, "Shopify-EU")]
    [InlineData(SplitBy.Flow, "order-to-shipment")]
    [InlineData(SplitBy.Step, "erp-order")]
    [InlineData(SplitBy.Text, "blue-1")]
    public void What_fits_goes_to_the_part_and_always_the_same(SplitBy by, string value)
    {
        var split = new CaseSplit(Case, by, value);
        Assert.Equal(split.Target, CaseSplit.Follow(Case, Failure, Of(split)));
        Assert.Equal(split.Target, new CaseSplit(Case, by, value.ToUpperInvariant()).Target);
        Assert.NotEqual(Case, split.Target);
    }

    [Fact]
    public void A_part_can_be_parted_again()
    {
        var first = new CaseSplit(Case, SplitBy.Channel, "shopify-eu");
        var second = new CaseSplit(first.Target, SplitBy.Text, "BLUE-1");
        Assert.Equal(second.Target, CaseSplit.Follow(Case, Failure, Of(first, second)));
        Assert.Equal(first.Target, CaseSplit.Follow(Case, Failure with { Message = "Item 'RED' is blocked" }, Of(first, second)));
    }

    [Fact]
    public void Of_two_that_fit_the_same_one_counts_everywhere()
    {
        var (one, other) = (new CaseSplit(Case, SplitBy.Text, "blocked"), new CaseSplit(Case, SplitBy.Channel, "shopify-eu"));
        Assert.Equal(other.Target, CaseSplit.Follow(Case, Failure, Of(one, other)));
        Assert.Equal(other.Target, CaseSplit.Follow(Case, Failure, Of(other, one)));
    }

    private static ILookup<Guid, CaseSplit> Of(params CaseSplit[] splits) => splits.ToLookup(s => s.Case);
}
