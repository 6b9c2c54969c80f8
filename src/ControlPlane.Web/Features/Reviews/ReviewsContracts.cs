using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Reviews;

namespace ControlPlane.Web.Features.Reviews;

/// <param name="Outcome">kept, changed or retire.</param>
public sealed record LastReviewItem(Guid Id, DateTimeOffset At, string By, string Outcome, string Note, string Version);

/// <param name="Kind">objective, ownership, runbook, mapping, connection or cause.</param>
/// <param name="Owner">Empty = nobody.</param>
/// <param name="Interval">Recurrence rule as iCalendar writes it.</param>
/// <param name="OwnInterval">True: it differs from its kind's.</param>
/// <param name="Due">Day in the clock's zone.</param>
/// <param name="DueAt">When that day ends.</param>
/// <param name="State">overdue, soon or later.</param>
/// <param name="Last">Null = nobody looked at it yet.</param>
public sealed record ReviewItemAnswer(
    string Kind, string Key, string Title, string Owner, string Version, string Address, string Interval, bool OwnInterval, DateOnly Due, DateTimeOffset DueAt, string State, int DaysOverdue, LastReviewItem? Last)
{
    internal static ReviewItemAnswer Of(ReviewItem i) => new(
        i.Thing.Kind.Word(), i.Thing.Key, i.Thing.Title, i.Thing.Owner, i.Thing.Version, i.Thing.Address, i.Interval.ToString(), i.Own, i.Due.Due, i.Due.DueAt, ReviewsPresentation.Word(i.Due.Urgency), i.Due.DaysOver,
        i.Last is { } last ? new(last.Id, last.At, last.By, last.Outcome.Word(), last.Note, last.Version) : null);
}

/// <param name="Outcome">kept, changed or retire.</param>
/// <param name="Note">Needed but for kept; at most 500 characters.</param>
public sealed record ReviewBody(string? Outcome, string? Note = null);

/// <param name="Review">Id of the review.</param>
public sealed record ReviewUndoBody(Guid? Review);

/// <param name="Rule">Recurrence rule such as FREQ=MONTHLY;INTERVAL=3; null = as its kind.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record ReviewIntervalBody(string? Rule, string? Reason);

/// <param name="Id">Takes the review back within 30 seconds.</param>
public sealed record ReviewDone(Guid? Id, string Message);

public sealed record ReviewStoryItem(Guid Id, DateTimeOffset At, string By, string Text, string Note, bool TakenBack);

/// <param name="Document">YAML of kind Runbook.</param>
public sealed record RunbookAnswer(string Key, string Title, string Owner, string? Link, string? Text, IReadOnlyList<string> Connections, IReadOnlyList<string> Causes, IReadOnlyList<string> Objectives, int Version, DateTimeOffset UpdatedAt, string UpdatedBy, string Document)
{
    internal static RunbookAnswer Of(KeptRunbook r) => new(
        r.Runbook.Key, r.Runbook.Title, r.Runbook.Owner, r.Runbook.Link, r.Runbook.Text, r.Runbook.Connections, r.Runbook.Causes, r.Runbook.Objectives, r.Of.Version, r.Of.At, r.Of.By, r.Of.Document);
}
