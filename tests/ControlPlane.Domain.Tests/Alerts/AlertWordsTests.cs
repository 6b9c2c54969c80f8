using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Tests.Alerts;

/// <summary>Titles are short, whole, and the same while the same is broken; the line below does not repeat them.</summary>
public sealed class AlertWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_title_names_the_cause_and_the_line_below_only_how_much_of_the_misses_it_has()
    {
        var facts = Facts(2) with { Case = Guid.CreateVersion7(), CaseWords = "The ERP does not know the customer", Share = 1, Bad = 3 };
        Assert.Equal("2 objectives burn their budgets: The ERP does not know the customer", AlertWords.Title(facts));
        Assert.Equal("100 % of 3 misses have this cause.", AlertWords.Cause(facts));
        Assert.Equal("100 % of 3 misses have one cause: The ERP does not know the customer", AlertWords.CauseAlone(facts));
        // More misses are the same trouble.
        Assert.Equal(AlertWords.Title(facts), AlertWords.Title(facts with { Share = 0.8m, Bad = 1_000 }));
        // One objective is called by its name: the cause stands below.
        Assert.Equal("80 % of 1,000 misses have one cause: The ERP does not know the customer", AlertWords.Cause(facts with { Objectives = [Objective("o0")], Share = 0.8m, Bad = 1_000 }));
        Assert.Equal("2 objectives burn their budgets: the ERP is to blame", AlertWords.Title(Facts(2) with { Party = "erp", Share = 1, Bad = 3 }));
        Assert.Equal("2 objectives burn their budgets: we are to blame", AlertWords.Title(Facts(2) with { Party = "us", Share = 1, Bad = 3 }));
        Assert.Equal("2 objectives burn their budgets", AlertWords.Title(Facts(2)));
    }

    [Fact]
    public void A_long_title_ends_behind_a_whole_word_and_the_line_below_says_it_in_full()
    {
        var facts = Facts(2) with { Case = Guid.CreateVersion7(), CaseWords = string.Join(' ', Enumerable.Repeat("refused", 15)), Share = 1, Bad = 3 };
        var title = AlertWords.Title(facts);
        Assert.EndsWith(" refused…", title, StringComparison.Ordinal);
        Assert.InRange(title.Length, 90, 108);
        Assert.EndsWith(facts.CaseWords, AlertWords.Cause(facts), StringComparison.Ordinal);
        var named = AlertWords.Title(Facts(1) with { Objectives = [Objective("o0") with { Title = string.Join(' ', Enumerable.Repeat("orders", 18)) }] });
        Assert.EndsWith("orders…: the budget burns at least 20 times too fast", named, StringComparison.Ordinal);
        Assert.InRange(named.Length, 60, 108);
    }

    [Theory]
    [InlineData(1.2, "somewhat")]
    [InlineData(14.4, "at least 10 times")]
    [InlineData(20.0, "at least 20 times")]
    [InlineData(34.7, "at least 20 times")]
    [InlineData(4_000.0, "at least 1,000 times")]
    public void A_pace_is_told_in_coarse_steps(double pace, string words) => Assert.Equal(words, AlertWords.Times((decimal)pace));

    private static AlertFacts Facts(int objectives) => new(AlertCauseKind.Objective, "k", null, null, null, null, 0, 0, [.. Enumerable.Range(0, objectives).Select(n => Objective($"o{n}"))]);

    private static AlertObjective Objective(string name) => new(name, "", name, AlertUrgency.Page, false, 20m, 0.5m, null, null, null, [], [], Now.AddHours(-1), Now);
}
