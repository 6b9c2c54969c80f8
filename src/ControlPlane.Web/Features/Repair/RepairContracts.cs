using ControlPlane.Domain.Repair;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;

namespace ControlPlane.Web.Features.Repair;

/// <param name="Path">A field that the edit policy opens: <c>shipTo.line1</c>, <c>lines[L1].sku</c>.</param>
public sealed record ChangeForm(string? Path, string? Value);

/// <param name="Changes">1 to 50 fields.</param>
/// <param name="Reason">A code of the edit policy.</param>
/// <param name="Note">At most 300 characters.</param>
/// <param name="DryRun">True checks and shows what would be sent; nothing is.</param>
public sealed record EditForm(IReadOnlyList<ChangeForm>? Changes, string? Reason, string? Note, bool? DryRun);

/// <param name="Reason">1 to 300 characters.</param>
public sealed record DecisionForm(string? Reason);

/// <param name="KeepOurs">True: the change counts; false: what the channel sent.</param>
public sealed record ConflictForm(bool? KeepOurs, string? Reason);

/// <param name="Until">An instant, at most 366 days ahead; beside a figure the time at the latest.</param>
/// <param name="Event">Name of an event that can still come for the order.</param>
/// <param name="System">Key of a connection that is closed now.</param>
/// <param name="Figure">A figure of a look-up, in place of the others.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record HoldOrderForm(DateTimeOffset? Until, string? Event, string? System, FigureForm? Figure, string? Reason);

/// <param name="Connection">Key of the connection that is asked.</param>
/// <param name="Operation">A look-up of it: <c>stockOf</c>.</param>
/// <param name="Arguments">What the look-up asks for: <c>{"sku": "TEE-M"}</c>.</param>
/// <param name="Figure">Which of its answers: <c>available</c>.</param>
/// <param name="Is"><c>at-least</c>, <c>at-most</c> or <c>equals</c>.</param>
public sealed record FigureForm(string? Connection, string? Operation, IReadOnlyDictionary<string, string>? Arguments, string? Figure, string? Is, string? Value)
{
    /// <summary>Null when the comparison is not known.</summary>
    public HoldCondition? Condition(DateTimeOffset? latest = null) => RepairPresentation.Test(Is) is { } test
        ? HoldCondition.OnFigure(new(Connection ?? "", Operation ?? "", new Dictionary<string, string>(Arguments ?? new Dictionary<string, string>()), Figure ?? "", test, (Value ?? "").Trim()), latest) : null;
}

/// <param name="Ids">1 to 1,000 orders.</param>
/// <param name="Confirm">The number of orders, where there are more than a hundred.</param>
public sealed record DiscardOrdersForm(IReadOnlyList<Guid>? Ids, string? Reason, int? Confirm);

/// <param name="Answer">The code that the missing value stands for.</param>
/// <param name="DryRun">True tells what it would free; nothing is saved.</param>
/// <param name="Release">True (default) lets the orders go that it frees, five first.</param>
public sealed record MissingValueForm(string? Answer, string? Reason, bool? DryRun, bool? Release);

public sealed record RefusalItem(string Code, string Field, string Message);

/// <param name="Document">What would be sent, personal data masked unless the caller is an administrator.</param>
/// <param name="Difference">Lines that differ from what was sent last.</param>
public sealed record EditAnswer(bool Fine, IReadOnlyList<RefusalItem> Refusals, string? System, string? Operation, string? Document, IReadOnlyList<string> Difference, string? SecondPerson)
{
    public static EditAnswer Of(EditTrial trial) => new(
        trial.IsFine, [.. trial.Refusals.Concat(trial.Run?.Problems ?? []).Select(r => new RefusalItem(r.Code, r.Field, r.Message))], trial.Run?.System, trial.Run?.Operation, trial.Run?.Document,
        trial.Run is { } run ? RepairPresentation.Difference(run) : [], trial.SecondPerson);
}

public sealed record EditedFieldItem(string Path, string Title, string? Old, string? New, bool Masked);

public sealed record EditRecord(
    Guid Id, Guid Transaction, string Number, int Version, string State, IReadOnlyList<EditedFieldItem> Fields, string Reason, string Note, string Author, DateTimeOffset At, string? DecidedBy, DateTimeOffset? DecidedAt, string? Decision)
{
    public static EditRecord Of(EditItem e) => new(
        e.Id, e.TransactionId, e.Number, e.Version, e.State.ToString().ToLowerInvariant(), [.. e.Fields.Select(f => new EditedFieldItem(f.Path, f.Title, f.Old, f.New, f.Hidden))], e.Reason, e.Note, e.Author, e.At, e.DecidedBy, e.DecidedAt, e.Decision);
}

public sealed record HoldRecord(Guid Id, Guid Transaction, string Number, string Channel, string Reason, string By, DateTimeOffset At, DateTimeOffset? Until, string? Event, string? System, string Waits, string? LastFigure, DateTimeOffset? LookedAt)
{
    public static HoldRecord Of(HoldItem h) => new(
        h.Id, h.TransactionId, h.Number, h.Channel, h.Reason, h.By, h.At, h.Condition.Until, h.Condition.Kind == Domain.Repair.HoldKind.Event ? h.Condition.Name : null, h.Condition.Kind == Domain.Repair.HoldKind.System ? h.Condition.Name : null, h.Waits, h.LastFigure, h.LookedAt);
}

public sealed record HoldAnswer(IReadOnlyList<HoldRecord> Items, int Total, DateTimeOffset NextLook);

public sealed record DiscardedItem(Guid Id, bool Discarded, string Code, string Message);

/// <param name="Frees">Stuck orders that name exactly this value.</param>
/// <param name="Changes">Look-ups that an entry answered which this one changes.</param>
/// <param name="State"><c>dry-run</c>, <c>saved</c> or <c>proposed</c>.</param>
/// <param name="Replay">The replay that lets them go, five first; null when none was started.</param>
public sealed record MissingValueAnswer(string State, string Table, string Value, string Connection, int Frees, long Changes, bool NeedsSecondPerson, IReadOnlyList<string> Suggestions, Guid? Replay, string Message);
