using System.Globalization;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <param name="Until">At most 30 days ahead; null = heard again.</param>
/// <param name="Reason">1 to 300 characters where it is muted.</param>
public sealed record CaseMute(DateTimeOffset? Until, string? Reason);

/// <param name="With">What mended it, 1 to 300 characters.</param>
public sealed record CaseSettlement(string? With);

/// <param name="Into">The case that shows both from now on.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record CaseMerge(Guid? Into, string? Reason);

/// <param name="By"><c>channel</c> (key of the connection), <c>flow</c>, <c>step</c> or <c>text</c> (in the message).</param>
/// <param name="Value">1 to 120 characters.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record CaseSplitting(string? By, string? Value, string? Reason);

/// <param name="Fixer"><c>business</c>, <c>administrator</c>, <c>systemOwner</c>, <c>partner</c>, <c>operator</c> or <c>nobody</c>.</param>
public sealed record CauseItem(string Id, string Title, string What, string Fixer, IReadOnlyList<string> Steps, string? Field);

/// <param name="Amount">Exact decimal text.</param>
public sealed record CaseMoney(string Amount, string Currency);

/// <param name="Cause">Null when the catalogue does not explain it.</param>
/// <param name="System">Key of the connection; null = here.</param>
/// <param name="Stuck">Orders that are stuck for it now.</param>
/// <param name="Trend">Failures by hour, the last 24, the present one last.</param>
/// <param name="Owner">Key of the team whose its oldest stuck order is.</param>
public sealed record CaseListItem(
    Guid Id, string State, string Title, CauseItem? Cause, string Code, string? System, string Operation, string? Field, int Stuck, IReadOnlyList<CaseMoney> AtRisk, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    DateTimeOffset? StuckSince, int Failures, IReadOnlyList<int> Trend, DateTimeOffset? MutedUntil, string? Owner)
{
    public static CaseListItem Of(CaseItem c) => new(
        c.Id, c.Standing.Phase.Word(), c.Title, c.Cause is { } cause ? new(cause.Id, cause.Title, cause.What, char.ToLowerInvariant(cause.Fixer.ToString()[0]) + cause.Fixer.ToString()[1..], cause.Steps, cause.Field) : null,
        c.Code, c.System?.Key, c.Operation, c.Field, c.Stuck, [.. c.Money.Select(m => new CaseMoney(m.ToDecimal().ToString(CultureInfo.InvariantCulture), m.Currency))], c.FirstSeen, c.LastSeen,
        c.StuckSince, c.Failures, c.Trend, c.MutedUntil, c.Owner);
}

public sealed record CaseOrder(Guid Transaction, string Number, string Channel, DateTimeOffset Since, string Message);

public sealed record CaseDifference(string Field, string Value, double Share, double HealthyShare);

public sealed record CaseDeed(DateTimeOffset At, string By, string Text);

/// <param name="LastTimes">What became of those that left, in a sentence; null when none did.</param>
/// <param name="Merged">Ids of the cases that it shows besides itself.</param>
/// <param name="NextOrder">Send it back as <c>after</c>; null at the end.</param>
public sealed record CaseAnswer(
    CaseListItem Case, IReadOnlyList<string> Messages, string? Verdict, string? LastTimes, IReadOnlyList<CaseDifference> Differences, IReadOnlyList<CaseOrder> Orders, Guid? NextOrder, IReadOnlyList<Guid> Merged, Guid? SplitFrom,
    DateTimeOffset? BackSince, string? SettledWith, IReadOnlyList<CaseDeed> Deeds, CaseExits Closed)
{
    public static CaseAnswer Of(CaseDetail d) => new(
        CaseListItem.Of(d.Item), d.Messages, d.Facts is { } facts ? VerdictRules.Decide(facts, d.ReadAt, TimeZoneInfo.Utc).Sentence : null, d.History.Of == 0 ? null : CasesPresentation.History(d.History), [.. d.Differences.Select(x => new CaseDifference(x.Field, x.Value, Math.Round(x.Share, 3), Math.Round(x.HealthyShare, 3)))],
        [.. d.Members.Select(m => new CaseOrder(m.TransactionId, m.Number, m.Channel.Key, m.Since, m.Message))], d.NextMember, [.. d.Merged.Select(m => m.Id)], d.SplitFrom?.Id, d.Item.Standing.BackSince, d.SettledWith,
        [.. d.Events.Select(e => new CaseDeed(e.At, e.By, e.Text))], d.Exits);
}
