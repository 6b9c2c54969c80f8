using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.ExceptionCases;

/// <summary>What ended a cause before is counted, and advised where it helped.</summary>
public sealed class LastTimesTests
{
    private static readonly EndingFacts Nothing = new("erp.refused", TransactionState.Closed, false, false, false, false, false, false, false, TimeSpan.FromMinutes(10));

    public static TheoryData<EndingFacts, Ending> Facts => new()
    {
        { Nothing, Ending.ByItself },
        { Nothing with { Person = true }, Ending.TriedAgain },
        { Nothing with { Person = true, Edited = true }, Ending.Edited },
        { Nothing with { Person = true, MappingPublished = true }, Ending.MappingPublished },
        // Somebody published a mapping for another reason, and the event came.
        { Nothing with { MappingPublished = true, FlowPublished = true }, Ending.ByItself },
        { Nothing with { Person = true, FlowPublished = true, MappingPublished = true }, Ending.FlowPublished },
        { Nothing with { Person = true, CrosswalkChanged = true }, Ending.TriedAgain },
        { Nothing with { FaultCode = "crosswalk.missing", Person = true, CrosswalkChanged = true }, Ending.CrosswalkChanged },
        { Nothing with { Cancelled = true, Person = true, CrosswalkChanged = true }, Ending.Cancelled },
        { Nothing with { StateNow = TransactionState.Superseded }, Ending.Superseded },
    };

    [Theory, MemberData(nameof(Facts))]
    public void The_most_particular_fact_is_what_ended_it(EndingFacts facts, Ending ending) => Assert.Equal(ending, CaseEndings.Decide(facts));

    [Fact]
    public void The_most_that_worked_is_advised_with_its_rate_and_the_median_is_of_those()
    {
        var table = Nothing with { FaultCode = "crosswalk.missing", Person = true, CrosswalkChanged = true };
        var times = CaseEndings.Count(
        [
            .. Enumerable.Repeat(table with { Took = TimeSpan.FromMinutes(11) }, 12), .. Enumerable.Repeat(table with { StuckAgain = true, Took = TimeSpan.FromHours(90) }, 2),
            .. Enumerable.Repeat(Nothing with { Cancelled = true }, 4), .. Enumerable.Repeat(Nothing, 2),
        ]);
        Assert.Equal(20, times.Of);
        Assert.Equal([new(Ending.CrosswalkChanged, 14, 12), new(Ending.Cancelled, 4, 4), new(Ending.ByItself, 2, 2)], times.Endings);
        Assert.Equal((new EndingCount(Ending.CrosswalkChanged, 14, 12), TimeSpan.FromMinutes(11)), (times.Suggested, times.Median));
    }

    [Fact]
    public void What_was_tried_seldom_or_in_vain_is_not_advised()
    {
        var tried = Nothing with { Person = true };
        Assert.Null(CaseEndings.Count([tried, tried]).Suggested);
        Assert.Null(CaseEndings.Count([tried, tried with { StuckAgain = true }, tried with { StuckAgain = true }]).Suggested);
        Assert.Null(CaseEndings.Count([.. Enumerable.Repeat(Nothing with { Cancelled = true }, 9)]).Suggested);
        Assert.Equal((0, null), (CaseEndings.None.Of, CaseEndings.Count([tried with { StuckAgain = true }]).Median));
    }
}
