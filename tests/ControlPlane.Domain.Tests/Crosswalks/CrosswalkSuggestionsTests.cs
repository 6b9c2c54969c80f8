using ControlPlane.Domain.Crosswalks;
using static ControlPlane.Domain.Tests.Crosswalks.Given;

namespace ControlPlane.Domain.Tests.Crosswalks;

public sealed class CrosswalkSuggestionsTests
{
    private static readonly (CrosswalkScope, string, string)[] Pairs =
    [
        (CrosswalkScope.Global, "USPS", "usps"), (CrosswalkScope.OfConnection("amazon-de"), "USPS-GA", "usps-ground"), (CrosswalkScope.Global, "Dhl Express", "dhl-x"), (CrosswalkScope.Global, "*", "other"),
    ];

    private static IReadOnlyList<CrosswalkSuggestion> Rank(string code, SuggestionFacts? facts = null) => CrosswalkSuggestions.Rank(code, CrosswalkDirection.ToOurs, facts ?? new() { Pairs = Pairs });

    [Fact]
    public void What_another_scope_means_by_the_same_code_goes_first_and_says_so()
    {
        var all = Rank("usps-ga");
        Assert.Equal(("usps-ground", "connection:amazon-de means it by this code"), (all[0].Code, all[0].Reason));
        Assert.Contains(all, s => s.Code == "usps");
        Assert.DoesNotContain(all, s => s.Code == "other");
    }

    [Fact]
    public void Another_spelling_of_a_known_code_is_recognised()
    {
        Assert.Equal(("dhl-x", 90), (Rank("DHL_EXPRESS")[0].Code, Rank("DHL_EXPRESS")[0].Score));
        Assert.Equal("dhl-x", Rank("DHL-EXPRES")[0].Code);
        Assert.Empty(Rank("Something else entirely"));
    }

    [Fact]
    public void The_same_gtin_in_another_length_is_the_same_product()
    {
        var all = Rank("036000291452", new() { Pairs = [(CrosswalkScope.Global, "00036000291452", "TISSUE-1")], Master = [new("TISSUE-2", "0036000291452", "Tissues, large")] });
        Assert.Equal(["TISSUE-2", "TISSUE-1"], all.Select(s => s.Code));
        Assert.Equal("has this GTIN: Tissues, large", all[0].Reason);
    }

    [Fact]
    public void What_it_meant_before_is_offered_with_the_day_it_ended()
    {
        var all = Rank("OLD", new() { Pairs = [], History = [(CrosswalkScope.Global, "then", Day("2026-03-01")!.Value)] });
        Assert.Equal(new("then", 88, "global had it until 2026-03-01"), Assert.Single(all));
    }
}
