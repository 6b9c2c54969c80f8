using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared.Calendars;

namespace ControlPlane.Domain.Tests.Ownership;

public sealed class EscalationLadderTests
{
    /// <summary>A Friday afternoon.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 17, 0, 0, TimeSpan.Zero);

    private static readonly Team Team = new() { Key = "a", Name = "A", Members = ["x"] };

    [Theory]
    [InlineData(29, "")]
    [InlineData(30, "step:1")]
    [InlineData(60, "step:1 step:2")]
    [InlineData(61, "step:1 step:2")]
    // The office closed at 18:00; the weekend does not count.
    [InlineData(3_000, "step:1 step:2")]
    // Monday 09:00.
    [InlineData(3_840, "step:1 step:2 step:3")]
    public void Steps_are_due_in_working_time(int minutes, string due) =>
        Assert.Equal(due, string.Join(' ', EscalationLadder.Due(Team, BusinessCalendar.Default, new(Now, null, new HashSet<string>()), Now.AddMinutes(minutes)).Select(d => d.Name)));

    [Fact]
    public void A_step_is_told_once() =>
        Assert.Equal(["step:2"], EscalationLadder.Due(Team, BusinessCalendar.Default, new(Now, null, new HashSet<string> { "step:1" }), Now.AddHours(1)).Select(d => d.Name));

    [Fact]
    public void What_somebody_took_is_not_told() => Assert.Empty(EscalationLadder.Due(Team, BusinessCalendar.Default, new(null, Now, new HashSet<string>()), Now.AddDays(9)));

    [Fact]
    public void A_near_deadline_is_urgent_at_any_hour()
    {
        var night = new DateTimeOffset(2026, 11, 28, 3, 0, 0, TimeSpan.Zero);
        var due = Assert.Single(EscalationLadder.Due(Team, BusinessCalendar.Default, new(night.AddMinutes(-1), night.AddHours(2), new HashSet<string>()), night));
        Assert.Equal((EscalationLadder.Deadline, EscalationTo.Lead, true), (due.Name, due.To, due.Urgent));
        Assert.Empty(EscalationLadder.Due(Team, BusinessCalendar.Default, new(night, night.AddHours(3), new HashSet<string>()), night));
        Assert.Empty(EscalationLadder.Due(Team with { UrgentWithin = TimeSpan.Zero }, BusinessCalendar.Default, new(night, night.AddMinutes(1), new HashSet<string>()), night));
        // Past it, too.
        Assert.Single(EscalationLadder.Due(Team, BusinessCalendar.Default, new(night, night.AddHours(-3), new HashSet<string>()), night));
    }
}
