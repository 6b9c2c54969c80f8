using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Ownership;

namespace ControlPlane.Web.Features.Ownership;

/// <param name="Field">channel, connector, system, kind, code, step, stage, total, country, or a path such as order.extensions.brand.</param>
/// <param name="Values">One is enough; a * at the end means "begins with". For total one amount: 500 EUR.</param>
public sealed record RuleConditionItem(string? Field, IReadOnlyList<string>? Values);

/// <param name="When">All must hold; empty fits everything.</param>
/// <param name="Team">Key of the team.</param>
public sealed record RuleItem(IReadOnlyList<RuleConditionItem>? When, string? Team);

/// <param name="Members">How people sign in, or a role as role:operator.</param>
/// <param name="Notify">Mail addresses and https addresses of webhooks.</param>
/// <param name="Ladder">Such as 30m team, 1h lead, 2h manager, in working time; left out: those three.</param>
/// <param name="UrgentMinutes">A deadline as near as this is told at night, too; left out: 120.</param>
public sealed record TeamItem(
    string? Key, string? Name, IReadOnlyList<string>? Members, IReadOnlyList<string>? Leads, IReadOnlyList<string>? Managers, string? Calendar, IReadOnlyList<string>? Notify, IReadOnlyList<string>? Ladder, int? UrgentMinutes)
{
    public static TeamItem Of(Team t) => new(t.Key, t.Name, t.Members, t.Leads, t.Managers, t.Calendar.Length == 0 ? null : t.Calendar, t.Notify, [.. t.Ladder.Select(s => s.ToString())], (int)t.UrgentWithin.TotalMinutes);
}

/// <param name="Zone">IANA name.</param>
/// <param name="Hours">Such as Mon-Fri 08:00-18:00.</param>
/// <param name="Holidays">Such as 2026-12-25 Christmas Day.</param>
public sealed record CalendarItem(string? Name, string? Zone, IReadOnlyList<string>? Hours, IReadOnlyList<string>? Holidays);

/// <summary>Rules, teams and calendars as they are tried or published: always the whole.</summary>
/// <param name="BasedOn">The version that it was made from; where another is in service by now it is refused.</param>
/// <param name="Reason">1 to 300 characters; not needed to preview.</param>
/// <param name="Fallback">Key of the team that gets what no rule fits.</param>
/// <param name="Waiver">Why it is right that some orders are nobody's; needed without a fallback.</param>
public sealed record OwnershipBody(int? BasedOn, string? Reason, IReadOnlyList<RuleItem>? Rules, string? Fallback, string? Waiver, IReadOnlyList<TeamItem>? Teams, IReadOnlyList<CalendarItem>? Calendars)
{
    public (OwnershipSetup Setup, IReadOnlyList<OwnershipProblem> Problems) Read()
    {
        var problems = new List<OwnershipProblem>();
        var teams = new List<Team>();
        foreach (var (team, i) in (Teams ?? []).Select((t, i) => (t, i)))
        {
            var ladder = (team.Ladder ?? [.. Team.DefaultLadder.Select(s => s.ToString())]).Select(text => (text, step: EscalationStep.Parse(text))).ToList();
            problems.AddRange(ladder.Where(l => l.step is null).Select(l => new OwnershipProblem($"teams[{i}].ladder", $"'{l.text}' cannot be read. Write it like 30m team, 1h lead, 1d manager.")));
            teams.Add(new()
            {
                Key = team.Key ?? "", Name = team.Name ?? "", Members = team.Members ?? [], Leads = team.Leads ?? [], Managers = team.Managers ?? [], Calendar = team.Calendar ?? "", Notify = team.Notify ?? [],
                Ladder = [.. ladder.Select(l => l.step).OfType<EscalationStep>()], UrgentWithin = TimeSpan.FromMinutes(Math.Clamp(team.UrgentMinutes ?? 120, -1, 100_000)),
            });
        }

        return (new()
        {
            Rules = [.. (Rules ?? []).Select(r => new OwnershipRule([.. (r.When ?? []).Select(c => new OwnershipCondition(c.Field ?? "", c.Values ?? []))], r.Team ?? ""))],
            Fallback = string.IsNullOrEmpty(Fallback) ? null : Fallback, Waiver = string.IsNullOrWhiteSpace(Waiver) ? null : Waiver.Trim(), Teams = teams,
            Calendars = [.. (Calendars ?? []).Select(c => new CalendarDefinition(c.Name ?? "", c.Zone ?? "", c.Hours ?? [], c.Holidays ?? []))],
        }, problems);
    }
}

/// <param name="Deciding">True while what was stuck before is still being decided by it.</param>
/// <param name="Unknown">Members, leads and managers whom no account has.</param>
public sealed record OwnershipAnswer(
    int Version, string? Author, DateTimeOffset? At, bool Deciding, IReadOnlyList<string> Unknown, IReadOnlyList<RuleItem> Rules, string? Fallback, string? Waiver, IReadOnlyList<TeamItem> Teams, IReadOnlyList<CalendarItem> Calendars)
{
    public static OwnershipAnswer Of(OwnershipNow n) => new(
        n.Version, n.Author, n.At, n.Deciding, n.Unknown, [.. n.Setup.Rules.Select(r => new RuleItem([.. r.When.Select(c => new RuleConditionItem(c.Field, c.Values))], r.Team))], n.Setup.Fallback, n.Setup.Waiver,
        [.. n.Setup.Teams.Select(TeamItem.Of)], [.. n.Setup.Calendars.Select(c => new CalendarItem(c.Name, c.Zone, c.Hours, c.Holidays))]);
}

/// <param name="Before">Key of the team; null = nobody.</param>
/// <param name="Rule">Place of the rule that decides, from 0; null = the fallback, or nothing.</param>
public sealed record PreviewOrderItem(Guid Transaction, string Number, string Channel, string Code, string? Before, string? After, int? Rule, bool StuckNow);

public sealed record PreviewTeamItem(string? Team, int Before, int After);

/// <param name="Looked">Orders that were looked at, at most 500.</param>
public sealed record PreviewAnswer(
    int Looked, int Moves, int Unowned, IReadOnlyList<PreviewTeamItem> Teams, IReadOnlyList<int> ByRule, IReadOnlyList<PreviewOrderItem> Moving, IReadOnlyList<PreviewOrderItem> Nobodys, IReadOnlyList<OwnershipProblem> Problems)
{
    public static PreviewAnswer Of(OwnershipPreview p, IReadOnlyList<OwnershipProblem> unreadable) => new(
        p.Of, p.Moves, p.Unowned, [.. p.Teams.Select(t => new PreviewTeamItem(t.Team, t.Before, t.After))], p.ByRule, [.. p.Moving.Select(Item)], [.. p.Nobodys.Select(Item)], [.. unreadable, .. p.Problems]);

    private static PreviewOrderItem Item(PreviewedOrder o) => new(o.TransactionId, o.Number, o.Channel, o.Code, o.Before, o.After, o.Rule, o.StuckNow);
}

public sealed record PublishAnswer(string Code, string Message, int Version);

/// <param name="Version">To go back to.</param>
/// <param name="BasedOn">The version that is in service as far as the caller knows.</param>
public sealed record RollBackBody(int? Version, int? BasedOn, string? Reason);

public sealed record OwnershipVersionItem(int Version, string Author, string Reason, DateTimeOffset At, IReadOnlyList<string> Changes);

/// <param name="Team">Key; null = nobody's.</param>
/// <param name="WaitedMinutes">Working time for which the oldest that nobody has taken waits.</param>
/// <param name="Alarm">none, late or red.</param>
public sealed record TeamQueueItem(string? Team, string Name, int Stuck, int Unclaimed, DateTimeOffset? OldestSince, int WaitedMinutes, DateTimeOffset? Deadline, bool Open, string Alarm);

/// <param name="Team">Key of the team; null leaves the case to the rules.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record CaseOwnerBody(string? Team, string? Reason);

/// <param name="TakeOver">Why it is taken from whoever has it; left out, only a free one is taken.</param>
public sealed record ClaimBody(string? TakeOver);

/// <param name="Person">How the person signs in; or <paramref name="Team"/>.</param>
/// <param name="Note">What they have to know, 1 to 300 characters.</param>
public sealed record AssignBody(string? Person, string? Team, string? Note);

/// <param name="Text">1 to 350 characters.</param>
public sealed record CommentBody(string? Text);

/// <param name="Transactions">At most 1,000 ids.</param>
public sealed record ClaimManyBody(IReadOnlyList<Guid>? Transactions);

/// <param name="Transactions">At most 1,000 ids.</param>
public sealed record AssignManyBody(IReadOnlyList<Guid>? Transactions, string? Person, string? Team, string? Note);

/// <param name="HeldBy">Who has it now.</param>
public sealed record ClaimAnswer(string Code, string Message, string? HeldBy, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public static ClaimAnswer Of(ClaimOutcome o) => new(o.Code, o.Message, o.Holder?.Name, o.Holder?.Since, o.Holder?.LeaseUntil);
}

public sealed record ClaimManyItem(Guid Transaction, bool Accepted, string Code, string Message, string? HeldBy);

public sealed record ClaimManyAnswer(int Accepted, int Refused, IReadOnlyList<ClaimManyItem> Items);
