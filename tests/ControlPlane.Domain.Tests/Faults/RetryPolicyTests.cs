using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Tests.Faults;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Policy = new(8, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));

    [Theory]
    [InlineData(FaultKind.Data)]
    [InlineData(FaultKind.Authentication)]
    [InlineData(FaultKind.Internal)]
    [InlineData(FaultKind.Overdue)]
    public void What_sending_again_cannot_help_goes_to_a_person_at_once(FaultKind kind) =>
        Assert.IsType<RetryDecision.DeadLetter>(Policy.Decide(new(kind, "c", "m"), 1, canLookUp: true, 0.5));

    [Fact]
    public void A_lost_answer_is_asked_for_and_never_simply_repeated()
    {
        var fault = new Fault(FaultKind.UnknownOutcome, "c", "m");
        Assert.IsType<RetryDecision.LookUp>(Policy.Decide(fault, 1, canLookUp: true, 0));
        Assert.IsType<RetryDecision.DeadLetter>(Policy.Decide(fault, 1, canLookUp: false, 0));
    }

    [Theory]
    [InlineData(FaultKind.Throttled)]
    [InlineData(FaultKind.Maintenance)]
    public void Waiting_for_the_target_burns_no_attempt(FaultKind kind)
    {
        var again = Assert.IsType<RetryDecision.TryAgain>(Policy.Decide(new(kind, "c", "m", RetryAfter: TimeSpan.FromSeconds(77)), 99, false, 1));
        Assert.Equal((TimeSpan.FromSeconds(77), false), (again.After, again.CountsAsAttempt));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(7, 128)]
    public void The_wait_doubles_with_each_attempt(int attempt, double seconds)
    {
        var again = Assert.IsType<RetryDecision.TryAgain>(Policy.Decide(new(FaultKind.Transient, "c", "m"), attempt, false, jitter: 1));
        Assert.Equal(seconds, again.After.TotalSeconds, 3);
    }

    [Fact]
    public void The_last_attempt_is_the_last() => Assert.IsType<RetryDecision.DeadLetter>(Policy.Decide(new(FaultKind.Transient, "c", "m"), 8, false, 0));

    [Fact]
    public void Jitter_shortens_by_at_most_a_fifth()
    {
        var fault = new Fault(FaultKind.Transient, "c", "m");
        Assert.Equal(1.6, ((RetryDecision.TryAgain)Policy.Decide(fault, 1, false, 0)).After.TotalSeconds, 3);
        Assert.Equal(2.0, ((RetryDecision.TryAgain)Policy.Decide(fault, 1, false, 1)).After.TotalSeconds, 3);
    }

    [Fact]
    public void A_target_that_asks_for_a_longer_wait_gets_it()
    {
        var again = (RetryDecision.TryAgain)Policy.Decide(new(FaultKind.Transient, "c", "m", RetryAfter: TimeSpan.FromMinutes(3)), 1, false, 1);
        Assert.Equal(TimeSpan.FromMinutes(3), again.After);
    }
}
