using ControlPlane.Domain.ExceptionCases;

namespace ControlPlane.Domain.Tests.ExceptionCases;

public sealed class CaseLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_first_seen_today_is_new() => Assert.Equal(CasePhase.New, Phase(firstSeenHoursAgo: 3, (3, 2), (1, 1)));

    [Fact]
    public void What_goes_on_for_days_is_ongoing() => Assert.Equal(CasePhase.Ongoing, Phase(100, (100, 1), (80, 1), (60, 2), (40, 1), (20, 1), (1, 1)));

    [Fact]
    public void Much_more_than_before_escalates() => Assert.Equal(CasePhase.Escalating, Phase(20, (19, 2), (15, 2), (10, 2), (5, 2), (1, 12), (0, 20)));

    [Fact]
    public void A_few_more_do_not_escalate() => Assert.Equal(CasePhase.New, Phase(20, (19, 2), (15, 2), (1, 4), (0, 5)));

    [Fact]
    public void A_wave_that_only_began_is_new() => Assert.Equal(CasePhase.New, Phase(1, (1, 400), (0, 300)));

    [Fact]
    public void A_steady_flood_does_not_escalate() => Assert.Equal(CasePhase.Ongoing, Phase(48, [.. Enumerable.Range(0, 48).Reverse().Select(h => (h, 50))]));

    [Fact]
    public void Quiet_for_a_day_and_back_is_regressed()
    {
        var standing = CaseLife.Decide(Facts(200, 1, null, null, (200, 5), (199, 5), (2, 1), (1, 1)), Now);
        Assert.Equal((CasePhase.Regressed, Hour(2)), (standing.Phase, standing.BackSince));
    }

    [Fact]
    public void Back_for_days_is_ongoing_again() => Assert.Equal(CasePhase.Ongoing, Phase(400, [(400, 5), .. Enumerable.Range(0, 100).Reverse().Select(h => (h, 1))]));

    [Fact]
    public void What_a_person_called_mended_and_fails_again_is_regressed_at_once()
    {
        var settled = Hour(6).AddMinutes(20);
        Assert.Equal(CasePhase.Regressed, CaseLife.Decide(Facts(60, 1, null, settled, (60, 3), (40, 1), (20, 2), (7, 3), (3, 1)), Now).Phase);
        // Within the hour of the word itself it may have failed before.
        Assert.Equal(CasePhase.Ongoing, CaseLife.Decide(Facts(60, 1, null, settled, (60, 3), (40, 1), (20, 2), (7, 3), (6, 1)), Now).Phase);
    }

    [Fact]
    public void Without_a_stuck_order_and_a_failure_it_is_settled()
    {
        Assert.Equal(CasePhase.Settled, CaseLife.Decide(Facts(60, 0, null, null, (60, 3), (5, 1)), Now).Phase);
        Assert.Equal(CasePhase.Ongoing, CaseLife.Decide(Facts(60, 1, null, null, (60, 3), (40, 1), (20, 1), (5, 1)), Now).Phase);
        Assert.Equal(CasePhase.Settled, CaseLife.Decide(new(Now.AddDays(-90), 0, [], null, null), Now).Phase);
    }

    [Fact]
    public void A_mute_ends_by_itself()
    {
        Assert.Equal(CasePhase.Muted, CaseLife.Decide(Facts(3, 4, Now.AddMinutes(1), null, (3, 4)), Now).Phase);
        Assert.Equal(CasePhase.New, CaseLife.Decide(Facts(3, 4, Now, null, (3, 4)), Now).Phase);
    }

    private static CasePhase Phase(int firstSeenHoursAgo, params (int Ago, int Failures)[] hours) => CaseLife.Decide(Facts(firstSeenHoursAgo, 3, null, null, hours), Now).Phase;

    private static CaseFacts Facts(int firstSeenHoursAgo, int stuck, DateTimeOffset? muted, DateTimeOffset? settled, params (int Ago, int Failures)[] hours) =>
        new(Hour(firstSeenHoursAgo).AddMinutes(5), stuck, [.. hours.Select(h => new CaseHour(Hour(h.Ago), h.Failures))], muted, settled);

    private static DateTimeOffset Hour(int ago) => new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).AddHours(-ago);
}
