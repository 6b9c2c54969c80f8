using ControlPlane.Domain.Shared;
using CsCheck;

namespace ControlPlane.Domain.Tests.Shared;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("126.40", "EUR", 12640)]
    [InlineData("126.4", "EUR", 12640)]
    [InlineData("0", "EUR", 0)]
    [InlineData("-5.00", "USD", -500)]
    [InlineData("1000", "JPY", 1000)]
    [InlineData("1000.00", "JPY", 1000)]
    [InlineData("1.234", "KWD", 1234)]
    [InlineData("19.990", "EUR", 1999)]
    public void An_exact_amount_is_read(string text, string currency, long minor)
    {
        Assert.True(Money.TryParse(text, currency, out var money));
        Assert.Equal(new Money(minor, currency), money);
    }

    [Theory]
    [InlineData("126.405", "EUR")]
    [InlineData("1.5", "JPY")]
    [InlineData("12,50", "EUR")]
    [InlineData("1e3", "EUR")]
    [InlineData("", "EUR")]
    [InlineData("NaN", "EUR")]
    [InlineData("99999999999999999", "EUR")]
    [InlineData("1.00", "XXQ")]
    [InlineData("1.00", "eur")]
    public void What_would_be_rounded_or_guessed_is_refused(string text, string currency) => Assert.False(Money.TryParse(text, currency, out _));

    [Fact]
    public void Text_and_minor_units_are_one_and_the_same() =>
        Gen.Select(Gen.Long[-9_000_000_000_000, 9_000_000_000_000], Gen.Int[0, 2]).Sample((minor, which) =>
        {
            var currency = new[] { "EUR", "JPY", "KWD" }[which];
            return Money.TryParse(new Money(minor, currency).ToDecimalText(), currency, out var back) && back.MinorUnits == minor;
        });

    [Fact]
    public void Currencies_do_not_mix() => Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR").Plus(new Money(1, "USD")));
}
