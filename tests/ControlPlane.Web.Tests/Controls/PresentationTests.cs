using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Controls;

namespace ControlPlane.Web.Tests.Controls;

public sealed class PresentationTests
{
    [Theory]
    [InlineData(TransactionState.Running, "Running", Tone.Info)]
    [InlineData(TransactionState.Waiting, "Waiting", Tone.Waiting)]
    [InlineData(TransactionState.Retrying, "Retrying", Tone.Waiting)]
    [InlineData(TransactionState.Stuck, "Stuck", Tone.Stuck)]
    [InlineData(TransactionState.Closed, "Closed", Tone.Done)]
    [InlineData(TransactionState.Cancelled, "Cancelled", Tone.Neutral)]
    public void A_state_has_its_word_and_its_tone(TransactionState state, string word, Tone tone)
    {
        var look = StatusPresentation.Of(state);
        Assert.Equal((word, tone), (look.Word, look.Tone));
    }

    [Fact]
    public void No_two_states_look_alike_without_colour()
    {
        AssertDistinct(Enum.GetValues<TransactionState>().Select(StatusPresentation.Of));
        AssertDistinct(Enum.GetValues<EffectState>().Select(StatusPresentation.Of));
        AssertDistinct(Enum.GetValues<SystemCondition>().Select(ConditionPresentation.Of));
        Assert.Distinct(Enum.GetValues<FaultKind>().Select(k => StatusPresentation.Of(k).Word));
    }

    private static void AssertDistinct(IEnumerable<Look> looks)
    {
        var list = looks.ToList();
        Assert.Distinct(list.Select(l => l.Word));
        Assert.Distinct(list.Select(l => l.Icon));
    }

    [Theory]
    [InlineData(null, "ControlPlane", "cp-party-controlplane")]
    [InlineData(SystemRole.Storefront, "Storefront", "cp-party-channel")]
    [InlineData(SystemRole.Marketplace, "Marketplace", "cp-party-channel")]
    [InlineData(SystemRole.PointOfSale, "Point of sale", "cp-party-channel")]
    [InlineData(SystemRole.B2B, "B2B portal", "cp-party-channel")]
    [InlineData(SystemRole.Erp, "ERP", "cp-party-erp")]
    [InlineData(SystemRole.Wms, "Warehouse", "cp-party-wms")]
    [InlineData(SystemRole.ThreePl, "3PL", "cp-party-wms")]
    [InlineData(SystemRole.Payment, "Payment", "cp-party-carrier")]
    public void A_party_has_one_word_and_one_colour(SystemRole? role, string word, string css) =>
        Assert.Equal((word, css), (PartyPresentation.Word(role), PartyPresentation.Class(role)));

    [Fact]
    public void Every_role_has_an_icon() =>
        Assert.All(Enum.GetValues<SystemRole>(), r => Assert.StartsWith("<", PartyPresentation.Icon(r)));

    [Theory]
    [InlineData(312_000_40, "EUR", "312,000.40 EUR")]
    [InlineData(126_40, "USD", "126.40 USD")]
    [InlineData(5_000, "JPY", "5,000 JPY")]
    [InlineData(1_234_567, "KWD", "1,234.567 KWD")]
    [InlineData(-5_05, "EUR", "-5.05 EUR")]
    public void An_amount_has_separators_the_currencys_digits_and_its_code(long minor, string currency, string text) =>
        Assert.Equal(text, MoneyFormat.Text(new Money(minor, currency)));

    [Fact]
    public void Currencies_stand_side_by_side_and_are_never_added()
    {
        Assert.Equal("none", MoneyFormat.Sum([]));
        Assert.Equal("20.00 EUR + 10.00 GBP", MoneyFormat.Sum([new(10_00, "GBP"), new(20_00, "EUR")]));
        Assert.Equal("30.00 USD + 20.00 EUR + 1 more currencies", MoneyFormat.Sum([new(10_00, "GBP"), new(20_00, "EUR"), new(30_00, "USD")]));
    }
}
