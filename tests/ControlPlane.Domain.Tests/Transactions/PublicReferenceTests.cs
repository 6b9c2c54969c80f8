using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

public sealed class PublicReferenceTests
{
    [Fact]
    public void Two_shops_order_1001_stay_apart()
    {
        Assert.Equal("SHOPIFY-EU-1001", PublicReference.For("shopify-eu", "#1001"));
        Assert.Equal("SHOPIFY-US-1001", PublicReference.For("shopify-us", "#1001"));
    }

    [Fact]
    public void A_long_reference_fits_and_stays_unique()
    {
        var one = PublicReference.For("a-connection-with-a-very-long-key", "123-4567890-1234567");
        var two = PublicReference.For("b-connection-with-a-very-long-key", "123-4567890-1234567");
        Assert.True(one.Length <= PublicReference.Longest && two.Length <= PublicReference.Longest);
        Assert.NotEqual(one, two);
        Assert.StartsWith("123-4567890-1234567-", one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" #1001 ", "1001")]
    [InlineData("so-88412", "SO-88412")]
    [InlineData("#", "#")]
    public void A_number_is_found_however_it_is_typed(string typed, string stored) => Assert.Equal(stored, Identifier.Normalize(typed));

    [Fact]
    public void The_key_of_an_effect_is_the_same_for_every_attempt_and_different_for_every_effect()
    {
        var id = Guid.CreateVersion7();
        var key = IdempotencyKey.For(id, "erp-order", 0, 0);
        Assert.Equal(key, IdempotencyKey.For(id, "erp-order", 0, 0));
        Assert.Equal(27, key.Length);
        Assert.Equal(5, new[] { key, IdempotencyKey.For(id, "wms-order", 0, 0), IdempotencyKey.For(id, "erp-order", 1, 0), IdempotencyKey.For(id, "erp-order", 0, 1), IdempotencyKey.For(Guid.CreateVersion7(), "erp-order", 0, 0) }.Distinct().Count());
    }
}
