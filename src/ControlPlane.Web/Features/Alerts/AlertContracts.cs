using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;

namespace ControlPlane.Web.Features.Alerts;

/// <param name="State"><c>firing</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="Urgency"><c>page</c> or <c>ticket</c>.</param>
/// <param name="Cause">What most misses have in common, with its share.</param>
/// <param name="Quiet">Why nobody is told; null = people are.</param>
public sealed record AlertItem(
    Guid Id, string State, string Urgency, string Title, string Cause, Guid? CaseId, string? Party, string? System, decimal Share, long Misses, string? Team, string? Runbook, IReadOnlyList<string> Objectives, DateTimeOffset OpenedAt, DateTimeOffset SeenAt,
    DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy, DateTimeOffset? ResolvedAt, string? Quiet)
{
    public static AlertItem Of(AlertIncident i) => new(
        i.Id, i.State.ToString().ToLowerInvariant(), i.Urgency.ToString().ToLowerInvariant(), i.Title, AlertWords.Cause(i.Facts), i.Facts.Case, i.Facts.Party, i.Facts.System, Math.Round(i.Facts.Share, 4), i.Facts.Bad, i.Team, i.Facts.Runbook,
        [.. i.Facts.Objectives.Select(o => o.Name)], i.OpenedAt, i.SeenAt, i.AcknowledgedAt, i.AcknowledgedBy, i.ResolvedAt, i.Quiet);
}

/// <param name="Kind"><c>opened</c>, <c>updated</c>, <c>told</c>, <c>quieted</c>, <c>acknowledged</c>, <c>escalated</c>, <c>resolved</c> or <c>reopened</c>.</param>
public sealed record AlertEventItem(DateTimeOffset At, string Kind, string By, string Text);

/// <param name="Budget">How much of the budget is spent and when the rest is gone, in words.</param>
/// <param name="Pace">Times the pace at which the budget lasts; null where a count fired.</param>
/// <param name="Parts">Objectives that a composite is made of; null = it is an objective itself.</param>
public sealed record AlertObjectiveItem(string Name, string Title, string Budget, decimal? Pace, decimal? Spent, DateTimeOffset? EmptyAt, IReadOnlyList<AlertWindow> Windows, IReadOnlyList<string>? Parts);

public sealed record AlertDetailItem(AlertItem Alert, IReadOnlyList<AlertObjectiveItem> Objectives, IReadOnlyList<AlertEventItem> Events);

/// <param name="Note">Optional, at most 300 characters.</param>
public sealed record AcknowledgeBody(string? Note = null);

/// <summary>At least one of objective, connection and party.</summary>
/// <param name="Minutes">1 to 43,200.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record SilenceBody(string? Objective = null, string? Connection = null, string? Party = null, int? Minutes = null, string? Reason = null);

public sealed record SilenceEntry(Guid Id, string? Objective, string? Connection, string? Party, string By, string Reason, DateTimeOffset From, DateTimeOffset Until, bool Holds, string? EndedBy);

/// <param name="Connection">Key; left out = all connections.</param>
/// <param name="Minutes">1 to 43,200.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record BudgetWaiverBody(string? Connection = null, int? Minutes = null, string? Reason = null);

/// <param name="Measure"><c>nothing</c>, <c>warn</c>, <c>fixesonly</c> or <c>freeze</c>.</param>
public sealed record BudgetItem(string Objective, string Title, string? Connection, decimal? Spent, string Measure, DateTimeOffset? Since, DateTimeOffset JudgedUpTo);

public sealed record BudgetsItem(IReadOnlyList<BudgetItem> Budgets, IReadOnlyList<BudgetWaiver> Waivers, IReadOnlyList<BudgetNote> Notes);

/// <param name="Type"><c>mail</c>, <c>webhook</c>, <c>slack</c> or <c>teams</c>.</param>
/// <param name="To">Mail addresses, for mail.</param>
/// <param name="Address">Address or reference; Slack's and Teams' as <c>${secret:NAME}</c>.</param>
/// <param name="Key">Reference to the key that signs, for webhook.</param>
/// <param name="For"><c>page</c>, <c>ticket</c>, <c>note</c>; empty = page and ticket.</param>
/// <param name="BasedOn">Revision that was changed; 0 for a new one; left out = whatever is there.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record AlertChannelBody(
    string? Type = null, string? Title = null, IReadOnlyList<string>? To = null, string? Address = null, string? Key = null, IReadOnlyList<string>? For = null, IReadOnlyList<string>? Teams = null, IReadOnlyList<string>? Objectives = null,
    bool Enabled = true, int? BasedOn = null, string? Reason = null);

public sealed record AlertChannelEntry(
    string Name, string Type, string Title, IReadOnlyList<string> To, string Address, string Key, IReadOnlyList<string> For, IReadOnlyList<string> Teams, IReadOnlyList<string> Objectives, bool Enabled, int Revision, int Failures, DateTimeOffset? FailingSince,
    string? LastFault, DateTimeOffset? LastTakenAt, int Waiting, int GivenUp)
{
    public static AlertChannelEntry Of(AlertChannelItem i) => new(
        i.Name, i.Channel?.Type.ToString().ToLowerInvariant() ?? "", i.Channel?.Title ?? "", i.Channel?.To ?? [], i.Channel?.Address ?? "", i.Channel?.Key ?? "", [.. (i.Channel?.For ?? []).Select(f => f.ToString().ToLowerInvariant())], i.Channel?.Teams ?? [],
        i.Channel?.Objectives ?? [], i.Channel?.Enabled ?? false, i.Revision, i.Failures, i.FailingSince, i.Problem ?? i.LastFault, i.LastTakenAt, i.Waiting, i.GivenUp);
}
