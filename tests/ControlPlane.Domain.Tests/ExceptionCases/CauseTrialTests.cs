using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Tests.ExceptionCases;

/// <summary>Rules for entries of the catalogue, trying one, and how much the catalogue explains.</summary>
public sealed class CauseTrialTests
{
    private static readonly Cause General = Entry("refused", "The ERP refused it", new(["erp.*"], [], [], [], [])) with { General = true };

    private static readonly Cause Posting = Entry("posting-date", "The posting date is outside of the open period", new(["erp.refused"], [], [], ["posting date"], []));

    private static readonly CauseCatalogue Catalogue = new(1, [General, Posting]);

    [Fact]
    public void An_own_entry_stands_in_place_of_the_shipped_one_with_its_id()
    {
        var mine = Posting with { Title = "Ask finance to open the period" };
        var with = Catalogue.With([mine]);
        Assert.Equal(2, with.All.Count);
        Assert.Equal(mine.Title, with.Explain(Question("Posting Date is not allowed"))!.Title);
        Assert.Same(Catalogue, Catalogue.With([]));
    }

    [Fact]
    public void An_own_entry_answers_before_an_equal_shipped_one()
    {
        var mine = Entry("mine", "Ours answers first", Posting.When);
        Assert.Equal("mine", Catalogue.With([mine]).Explain(Question("the posting date"))!.Id);
    }

    [Fact]
    public void A_trial_tells_what_it_would_explain_and_who_answered_before()
    {
        var result = CauseTrial.Run(Catalogue, Entry("blacklist", "The debtor is on the blacklist", new([], [], [], ["on the blacklist"], [])), [Failed(1, "Debtor 7 is on the blacklist", 5), Failed(2, "posting date on the blacklist", 1), Failed(3, "else", 9)]);
        // The one with a posting date keeps the answer that fits it better.
        Assert.Equal([(5, "refused")], result.Gains.Select(g => (g.Case.Failures, g.Before!.Id)));
        Assert.Empty(result.Losses);
    }

    [Fact]
    public void A_trial_tells_what_a_changed_entry_would_not_explain_any_more()
    {
        var result = CauseTrial.Run(Catalogue, Posting with { When = Posting.When with { Texts = ["posting date is closed"] } }, [Failed(1, "posting date is closed", 2), Failed(2, "posting date is odd", 3)]);
        Assert.Equal("refused", Assert.Single(result.Losses).After!.Id);
        Assert.Equal(2, Assert.Single(result.Kept).Case.Failures);
    }

    [Fact]
    public void Coverage_counts_failures_and_cases_by_day_and_a_general_entry_explains_nothing()
    {
        var coverage = CauseTrial.Coverage(Catalogue, [Failed(1, "posting date", 2, 6), Failed(2, "else", 1, 1)]);
        Assert.Equal((2, 1, 10, 8), (coverage.Cases, coverage.CasesExplained, coverage.Failures, coverage.FailuresExplained));
        Assert.Equal((0.8, 0.5), (coverage.ByFailures, coverage.ByCases));
        Assert.Equal([new(3, 2), new(7, 6)], coverage.Days);
        Assert.Equal((1.0, 1.0), (CauseTrial.Coverage(Catalogue, []).ByFailures, CauseTrial.Coverage(Catalogue, []).ByCases));
    }

    [Fact]
    public void A_sound_entry_has_no_problem() => Assert.Empty(CauseRules.Check(Posting));

    [Theory]
    [InlineData("id", "Bad Id")]
    [InlineData("title", "Ends with a stop.")]
    [InlineData("what", "short")]
    [InlineData("steps", "")]
    [InlineData("field", "two words")]
    [InlineData("when.code", "*")]
    [InlineData("when.code", "e*p.x")]
    [InlineData("when.text", "a + b")]
    [InlineData("when.connector", "No Name")]
    [InlineData("when", "nothing")]
    [InlineData("general", "kind alone")]
    public void A_wrong_entry_is_refused_at_its_field(string field, string value)
    {
        var cause = field switch
        {
            "id" => Posting with { Id = value },
            "title" => Posting with { Title = value },
            "what" => Posting with { What = value },
            "steps" => Posting with { Steps = [value] },
            "field" => Posting with { Field = value },
            "when.code" => Posting with { When = Posting.When with { Codes = [value] } },
            "when.text" => Posting with { When = Posting.When with { Texts = [value] } },
            "when.connector" => Posting with { When = Posting.When with { Connectors = [value] } },
            "when" => Posting with { When = new([], [], [], [], []) },
            _ => Posting with { When = new([], [], [], [], [FaultKind.Data]) },
        };
        Assert.Equal(field, Assert.Single(CauseRules.Check(cause)).Field);
    }

    private static Cause Entry(string id, string title, CauseRule when) => new(id, title, "What happened and what it means.", CauseFixer.Business, ["Do this."], null, when);

    private static CauseQuestion Question(string message) => new(FaultKind.Data, "erp.refused", null, "business-central", message);

    private static FailedCase Failed(int n, string message, params int[] days) => new(Guid.Parse($"00000000-0000-7000-8000-{n:D12}"), Question(message), message, message, days, 0);
}
