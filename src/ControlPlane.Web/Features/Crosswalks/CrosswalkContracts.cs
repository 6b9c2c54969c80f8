using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;

namespace ControlPlane.Web.Features.Crosswalks;

/// <param name="NeverHit">Entries in force that never answered.</param>
/// <param name="Gaps">Codes of the last 30 days that have no entry.</param>
/// <param name="Master">Codes of ours that are loaded for checks; 0 = none, and nothing is checked against them.</param>
public sealed record CrosswalkTableItem(
    string Name, string Title, bool Approval, bool Gtin, bool Wildcard, bool Factors, int Entries, int NeverHit, int Gaps, int Proposed, int Master, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <param name="Title">1 to 80 characters.</param>
/// <param name="Approval">Changes need a second person.</param>
/// <param name="Gtin">Codes that look like a GTIN must have its check digit.</param>
/// <param name="Wildcard">An entry <c>*</c> may stand for all other codes.</param>
/// <param name="Factors">Entries have factors.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record CrosswalkTableForm(string? Title, bool Approval, bool Gtin, bool Wildcard, bool Factors, string? Reason);

/// <param name="Id">Of an entry that is changed; left out for a new one.</param>
/// <param name="Theirs">Their code, 1 to 128 characters.</param>
/// <param name="Ours">Our code.</param>
/// <param name="Direction"><c>both</c> (default), <c>to-ours</c> or <c>to-theirs</c>.</param>
/// <param name="Factor">How many of our units one of theirs is; default 1.</param>
/// <param name="Scope"><c>global</c> (default), <c>role:…</c>, <c>connector:…</c> or <c>connection:…</c>.</param>
/// <param name="From">First day or instant; left out = since ever.</param>
/// <param name="Until">First day or instant at which it does not count any more.</param>
/// <param name="Retired">True takes it out of service; it is kept.</param>
/// <param name="IfRevision">Refused when the entry was changed since.</param>
public sealed record CrosswalkEntryForm(
    string? Id = null, string? Theirs = null, string? Ours = null, string? Direction = null, decimal? Factor = null, string? Scope = null, string? From = null, string? Until = null, string? Note = null, bool? Retired = null, long? IfRevision = null);

/// <param name="Entries">1 to 500.</param>
/// <param name="Reason">1 to 300 characters, kept with the change.</param>
/// <param name="SkipRefused">True: what is refused is left out. False: then nothing is done.</param>
public sealed record CrosswalkChangeForm(IReadOnlyList<CrosswalkEntryForm>? Entries, string? Reason, bool? SkipRefused = null);

/// <param name="Digest">Of the change as it was looked at.</param>
public sealed record CrosswalkDecision(string? Digest, string? Reason);

/// <param name="Connection">Key; left out = all.</param>
/// <param name="Messages">Of each connection, 1 to 20000; default 1000.</param>
public sealed record CrosswalkScanForm(string? Connection = null, int? Messages = null);

public sealed record CrosswalkEntryItem(
    string Id, string Theirs, string Ours, string Direction, decimal Factor, string Scope, string? From, string? Until, string Note, string State, long Revision, long? Hits = null, DateTimeOffset? LastHitAt = null);

public sealed record CrosswalkVersionItem(CrosswalkEntryItem Entry, DateTimeOffset At, string Author, string? Approver, string Reason);

public sealed record CrosswalkStepItem(string Change, int Line, CrosswalkEntryItem? Before, CrosswalkEntryItem After, IReadOnlyList<CrosswalkProblem> Problems);

/// <param name="Outcome"><c>applied</c>, <c>proposed</c>, <c>unchanged</c> or <c>preview</c>.</param>
/// <param name="Revision">The new one, when it was applied.</param>
/// <param name="Change">Id of the proposal, when a second person is needed.</param>
/// <param name="Digest">Of what was previewed or proposed.</param>
/// <param name="Steps">At most 500: what is refused first, then what changes. Unchanged entries are only counted.</param>
public sealed record CrosswalkResult(string Outcome, long? Revision, string? Change, string? Digest, int Added, int Changed, int Retired, int Unchanged, int Refused, IReadOnlyList<CrosswalkStepItem> Steps, string? Encoding = null);

public sealed record CrosswalkChangeItem(string Id, string Table, string Author, string Reason, DateTimeOffset CreatedAt, string Digest, CrosswalkResult Would, CrosswalkRulesItem? Rules = null);

/// <summary>Rules that a crosswalk would have.</summary>
public sealed record CrosswalkRulesItem(string Title, bool Approval, bool Gtin, bool Wildcard, bool Factors);

public sealed record CrosswalkRevisionItem(long Revision, string Table, DateTimeOffset At, string Author, string? Approver, string Reason, int Added, int Changed, int Retired);

public sealed record CrosswalkGapItem(
    string Connection, string Table, string Direction, string Code, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, string? MessageId, string? TransactionId, IReadOnlyList<string> Money);

public sealed record CrosswalkScanResult(int Messages, int Documents, int NotTried, double Seconds, IReadOnlyList<CrosswalkGapItem> Gaps);

/// <param name="Found">False when there is no entry.</param>
/// <param name="Entry">The entry as traces name it.</param>
public sealed record CrosswalkLookUp(bool Found, string? Value, decimal? Factor, string? Entry, long Revision);

internal static class CrosswalkItems
{
    public const int MostSteps = 500;

    public static CrosswalkTableItem Of(CrosswalkStanding s) => new(
        s.Table.Name, s.Table.Title, s.Table.Approval, s.Table.Gtin, s.Table.Wildcard, s.Table.Factors, s.Entries, s.NeverHit, s.Gaps, s.Proposed, s.Master, s.ChangedAt, s.ChangedBy);

    public static CrosswalkEntryItem Of(CrosswalkEntry e, long? hits = null, DateTimeOffset? lastHit = null) => new(
        e.Id.ToString("D"), e.Theirs, e.Ours, e.Directions.Word(), e.Factor, e.Scope.ToString(), Day(e.From), Day(e.Until), e.Note, e.State == CrosswalkState.Retired ? "retired" : "approved", e.Revision, hits, lastHit);

    public static CrosswalkResult Of(CrosswalkPlan plan, string outcome, long? revision = null, string? change = null, string? digest = null, string? encoding = null) => new(
        outcome, revision, change, digest, plan.Count(CrosswalkChange.Added), plan.Count(CrosswalkChange.Changed), plan.Count(CrosswalkChange.Retired), plan.Count(CrosswalkChange.Unchanged), plan.Count(CrosswalkChange.Refused),
        [
            .. plan.Steps.Where(s => s.Change == CrosswalkChange.Refused).Concat(plan.Effective).Take(MostSteps)
                .Select(s => new CrosswalkStepItem(s.Change.ToString().ToLowerInvariant(), s.Line, s.Before is null ? null : Of(s.Before), Of(s.After), s.Problems)),
        ], encoding);

    public static CrosswalkGapItem Of(CrosswalkGap g) => new(
        g.Missed.Connection, g.Missed.Table, g.Missed.Direction.Word(), g.Missed.Code, g.Count, g.FirstAt, g.LastAt, g.MessageId?.ToString("D"), g.TransactionId?.ToString("D"), [.. g.Money.Select(m => m.ToString())]);

    private static string? Day(DateTimeOffset? at) => at is null ? null : CrosswalkCsv.Day(at);

    /// <summary>Null when something in it cannot be read, which is then in <paramref name="problems"/>.</summary>
    public static CrosswalkWish? Wish(CrosswalkEntryForm form, string at, TimeProvider clock, ICollection<Api.ApiError> problems)
    {
        var before = problems.Count;
        if (!CrosswalkScope.TryParse(form.Scope, out var scope))
            problems.Add(new("crosswalk.scope", at + ".scope", $"Allowed: {CrosswalkScope.Allowed}."));
        if (!CrosswalkWords.TryDirections(form.Direction, out var directions))
            problems.Add(new("crosswalk.direction", at + ".direction", "Allowed: both, to-ours, to-theirs."));
        if (!CrosswalkCsv.TryDay(form.From ?? "", out var from))
            problems.Add(new("crosswalk.date_form", at + ".from", "Allowed: 2026-01-31, or an instant with its offset."));
        if (!CrosswalkCsv.TryDay(form.Until ?? "", out var until))
            problems.Add(new("crosswalk.date_form", at + ".until", "Allowed: 2026-01-31, or an instant with its offset."));
        var id = Guid.Empty;
        if (form.Id is { Length: > 0 } && !Guid.TryParse(form.Id, out id))
            problems.Add(new("crosswalk.id", at + ".id", "Allowed: the id of an entry; none for a new one."));
        if (problems.Count > before)
            return null;
        var known = form.Id is { Length: > 0 };
        return new(
            new()
            {
                Id = known ? id : EntityId.New(clock), Scope = scope, Theirs = (form.Theirs ?? "").Trim(), Ours = (form.Ours ?? "").Trim(), Directions = directions, Factor = form.Factor ?? 1, From = from, Until = until,
                Note = (form.Note ?? "").Trim(), State = form.Retired == true ? CrosswalkState.Retired : CrosswalkState.Approved,
            }, 0, known, form.IfRevision);
    }
}
