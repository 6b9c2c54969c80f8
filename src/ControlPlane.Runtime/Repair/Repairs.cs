using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <inheritdoc cref="IRepairs"/>
internal sealed partial class Repairs(IControlPlaneDb db, PersonGrip grip, DryRuns runs, EditPolicy policy, CrosswalkBoard board, TimeProvider clock) : IRepairs
{
    /// <summary>The channel and a person changed the same field, and nobody has decided yet.</summary>
    public const string ConflictCode = "order.edit_conflict";

    public async Task<FixView?> FindAsync(TenantScope tenant, Guid id, Person who, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } t)
            return null;
        var order = t.State == TransactionState.Stuck ? await PersonGrip.OrderAsync(context, t.CanonicalPayloadId, ct) : null;
        var edits = t.State.IsFinal() ? null : await EditsAsync(context, id, ct);
        return new()
        {
            Id = id,
            Number = t.Number,
            State = t.State,
            Revision = t.Revision,
            FaultCode = t.FaultCode,
            FaultMessage = t.FaultMessage,
            Fields = order is null ? [] : [.. Fields(order, t, who)],
            Reasons = policy.Reasons,
            Edits = await EditReading.OfAsync(context, policy, id, who, ct),
            Conflicts = [.. (edits ?? []).Where(e => e.InConflict).Select(e => EditReading.Field(e with { Old = e.New, New = e.Theirs }, policy, who))],
            CanRetry = t.State is TransactionState.Stuck or TransactionState.Retrying && t.FaultKind != Domain.Faults.FaultKind.Overdue,
            DiscardMeans = t.State.IsFinal() ? "" : await DiscardMeansAsync(context, t, ct),
        };
    }

    private IEnumerable<FixField> Fields(CanonicalOrder order, TransactionRow t, Person who)
    {
        foreach (var field in policy.For(t.Flow, t.Connection, who.Is))
            foreach (var path in OrderPaths.Expand(order, field.Path).Take(20))
            {
                var value = OrderPaths.Read(order, path);
                var hidden = field.Personal && !who.Is(Identity.PortalRoles.Admin);
                yield return new(path, EditReading.Title(field, path, order), field.Type, field.Longest, hidden ? null : value, hidden, Suspect(t.FaultMessage, field));
            }
    }

    /// <summary>The message names the field: by its path, its last part, or its title's own words.</summary>
    private static bool Suspect(string? message, EditField field)
    {
        if (message is null)
            return false;
        var last = field.Path[(field.Path.LastIndexOf('.') + 1)..];
        return message.Contains(field.Path, StringComparison.OrdinalIgnoreCase) || message.Contains(last, StringComparison.OrdinalIgnoreCase)
            || message.Contains(field.Title, StringComparison.OrdinalIgnoreCase) || message.Contains(string.Concat(last.Select(c => char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())), StringComparison.OrdinalIgnoreCase);
    }

    public async Task<EditTrial?> TryAsync(TenantScope tenant, Guid id, IReadOnlyList<FieldChange> changes, Person who, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } t || await PersonGrip.OrderAsync(context, t.CanonicalPayloadId, ct) is not { } order)
            return null;
        var refusals = policy.Check(order, changes, t.Flow, t.Connection, who.Is, Knows);
        if (refusals.Count > 0)
            return new(refusals, null, null);
        var (edited, problem) = Apply(order, changes);
        if (edited is null)
            return new([problem!], null, null);
        return new([], await runs.NextAsync(tenant, id, edited, who.Is(Identity.PortalRoles.Admin), ct), policy.NeedsSecondPerson(order, changes));
    }

    public async Task<CommandOutcome> EditAsync(TenantScope tenant, Guid id, EditRequest request, Person who, Guid operation, CancellationToken ct)
    {
        if (!policy.Reasons.ContainsKey(request.Reason))
            return new(false, "reason", $"Choose a reason: {string.Join(", ", policy.Reasons.Keys)}.");
        if (request.Note.Length > IRepairs.LongestText || (request.Reason == "other" && request.Note.Length == 0))
            return new(false, "note", $"Say which reason, in 1 to {IRepairs.LongestText} characters.");
        var (held, refused) = await grip.TakeAsync(tenant, id, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Transaction.State != TransactionState.Stuck)
            return new(false, "not_stuck", $"Order {a.Transaction.Number} is {a.Transaction.State.Word()}. Only what is stuck is changed: what moves could overtake the change.");
        if (await TryAsync(tenant, id, request.Changes, who, ct) is not { } trial)
            return new(false, "not_kept", "What came of this order is not kept any more.");
        if (trial.Refusals.Count > 0)
            return new(false, "invalid", string.Join(" ", trial.Refusals.Select(r => r.Message)));
        var fields = request.Changes.Select(c => new FieldEdit(c.Path, OrderPaths.Read(a.Order, c.Path), policy.Find(c.Path) is { } f ? EditPolicy.Kept(f, c.Value) : c.Value, who.Name)).Where(e => e.Old != e.New).ToList();
        if (fields.Count == 0)
            return new(false, "unchanged", "It says so already; nothing was changed.");
        // What is changed for another cause may leave this one open: that is told, and does not stop the change unless the document cannot be made at all.
        if (trial.Run is { IsFine: false } run && run.Problems.Any(p => request.Changes.Any(c => p.Field == c.Path)))
            return new(false, "invalid", string.Join(" ", run.Problems.Select(p => p.Message)));
        var overlay = await NewAsync(tenant, a, fields, request, who, trial.SecondPerson is null ? OverlayState.Applied : OverlayState.Proposed, ct);
        if (overlay is null)
            return new(false, "changed_meanwhile", "Somebody else changed it at the same moment. Look again.");
        if (trial.SecondPerson is { } why)
        {
            a.Journal(JournalEventType.EditProposed, grip.StepOf(a), $"{who.Name} proposed a change ({EditReading.Words(fields, policy)}). {why}", basis: new(Person: who.Name));
            var (state, due) = (a.Work.State, a.Work.DueAt);
            return await OrDropAsync(tenant, overlay, () => grip.CommitAsync(a, state, due, operation, ct)) ?? new(true, "proposed", $"{why} It is proposed: somebody else with the right finds it at the order and under Holds. Nothing was sent.");
        }

        return await OrDropAsync(tenant, overlay, () => ApplyAsync(a, fields, $"{who.Name} changed the order ({EditReading.Words(fields, policy)}): {policy.Reasons[request.Reason]}{(request.Note.Length > 0 ? ". " + request.Note : "")}", JournalEventType.Edited, who, operation, ct))
            ?? new(true, "accepted", $"Order {a.Transaction.Number} was changed and goes on. The original is kept as it came.");
    }

    public async Task<CommandOutcome> DecideAsync(TenantScope tenant, Guid edit, bool approve, string reason, Person who, Guid operation, CancellationToken ct)
    {
        if (reason.Length is 0 or > IRepairs.LongestText)
            return new(false, "reason_missing", $"Say why, in 1 to {IRepairs.LongestText} characters: it is kept with the change.");
        await using var context = db.CreateContext(tenant);
        if (await context.TransactionOverlays.FirstOrDefaultAsync(o => o.Id == edit, ct) is not { } overlay)
            return new(false, "not_found", "There is no such change.");
        if (overlay.State != OverlayState.Proposed)
            return new(false, "decided", $"{overlay.DecidedBy} {(overlay.State == OverlayState.Applied ? "approved" : "refused")} it already: {overlay.Decision}");
        if (approve && who.IsSameAs(overlay.AuthorId, overlay.Author))
            return new(false, "own_change", "You proposed it. Somebody else has to approve it.");
        var fields = EditReading.Fields(overlay);
        if (approve && fields.FirstOrDefault(f => policy.Find(f.Path) is { Roles: { Count: > 0 } roles } && !roles.Any(who.Is)) is { } foreign)
            return new(false, "role", $"Your role does not allow to change the {EditReading.Title(policy.Find(foreign.Path), foreign.Path)}; somebody whose role does has to approve it.");
        var (held, refused) = await grip.TakeAsync(tenant, overlay.TransactionId, operation, ct);
        if (held is not { } a)
        {
            if (approve)
                return refused!;
            // The order ended meanwhile: the proposal is closed with it.
            await DecidedAsync(context, overlay, OverlayState.Refused, reason, who, ct);
            return new(true, "accepted", "The change is refused.");
        }

        if (!approve)
        {
            a.Journal(JournalEventType.EditDecided, grip.StepOf(a), $"{who.Name} refused the change that {overlay.Author} proposed: {reason}", basis: new(Person: who.Name));
            if (await grip.CommitAsync(a, a.Work.State, a.Work.DueAt, operation, ct) is { } other)
                return other;
            await DecidedAsync(context, overlay, OverlayState.Refused, reason, who, ct);
            return new(true, "accepted", "The change is refused. The order stays as it is.");
        }

        if (a.Transaction.State != TransactionState.Stuck)
            return new(false, "not_stuck", $"Order {a.Transaction.Number} is {a.Transaction.State.Word()} by now: what moves could overtake the change. Refuse it, or approve it when the order is stuck again.");
        if (fields.FirstOrDefault(f => OrderPaths.Read(a.Order, f.Path) != f.Old) is { } moved)
            return new(false, "changed_meanwhile", $"The {EditReading.Title(policy.Find(moved.Path), moved.Path)} was changed after this was proposed. Refuse it and propose it anew.");
        if (await ApplyAsync(a, fields, $"{who.Name} approved the change that {overlay.Author} proposed ({EditReading.Words(fields, policy)}): {reason}", JournalEventType.EditDecided, who, operation, ct) is { } instead)
            return instead;
        await DecidedAsync(context, overlay, OverlayState.Applied, reason, who, ct);
        return new(true, "accepted", $"Order {a.Transaction.Number} was changed and goes on. The original is kept as it came.");
    }

    public async Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, bool keepOurs, string reason, Person who, Guid operation, CancellationToken ct)
    {
        if (reason.Length is 0 or > IRepairs.LongestText)
            return new(false, "reason_missing", $"Say why, in 1 to {IRepairs.LongestText} characters.");
        var (held, refused) = await grip.TakeAsync(tenant, id, operation, ct);
        if (held is not { } a)
            return refused!;
        if (a.Variables.Edits is not { } edits || !edits.Any(e => e.InConflict))
            return new(false, "no_conflict", "The channel and people agree about this order; there is nothing to decide.");
        var decided = FieldEdits.Decide(edits, keepOurs);
        a.Variables.Edits = decided.Count == 0 ? null : decided;
        a.Work.Attempts = 0;
        a.Journal(JournalEventType.EditDecided, grip.StepOf(a), $"{who.Name} decided that {(keepOurs ? "the change counts over what the channel sent" : "what the channel sent counts over the change")}: {reason}", basis: new(Person: who.Name));
        return await grip.CommitAsync(a, WorkState.Ready, 0, operation, ct)
            ?? new(true, "accepted", $"Order {a.Transaction.Number} goes on with {(keepOurs ? "the change" : "what the channel sent")}.");
    }

    public async Task<IReadOnlyList<EditItem>> PendingAsync(TenantScope tenant, Person who, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await EditReading.OfAsync(context, policy, null, who, ct);
    }

    private static async Task<List<FieldEdit>?> EditsAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct) =>
        await context.WorkItems.AsNoTracking().Where(w => w.TransactionId == id).Select(w => w.Variables).FirstOrDefaultAsync(ct) is { Length: > 0 } json
            ? System.Text.Json.JsonSerializer.Deserialize(json, FlowJson.Default.FlowVariables)!.Edits : null;

    private (CanonicalOrder? Order, Refusal? Problem) Apply(CanonicalOrder order, IReadOnlyList<FieldChange> changes)
    {
        try
        {
            return (OrderPaths.Write(order, changes.Select(c => (c.Path, policy.Find(c.Path) is { } f ? EditPolicy.Kept(f, c.Value) : c.Value))), null);
        }
        catch (ArgumentException)
        {
            return (null, new("edit.value", changes[0].Path, "A value does not fit its field."));
        }
    }

    /// <summary>Null when the order goes on with it.</summary>
    private async Task<CommandOutcome?> ApplyAsync(Activation a, IReadOnlyList<FieldEdit> fields, string words, JournalEventType type, Person who, Guid operation, CancellationToken ct)
    {
        a.Replace(OrderPaths.Write(a.Order, fields.Select(f => (f.Path, f.New))));
        a.Variables.Edits = FieldEdits.Add(a.Variables.Edits, fields);
        a.Variables.Version++;
        a.Work.Attempts = 0;
        a.Journal(type, grip.StepOf(a), words, basis: new(Person: who.Name));
        return await grip.CommitAsync(a, WorkState.Ready, 0, operation, ct);
    }

    private async Task<TransactionOverlayRow?> NewAsync(TenantScope tenant, Activation a, IReadOnlyList<FieldEdit> fields, EditRequest request, Person who, OverlayState state, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var row = new TransactionOverlayRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, TransactionId = a.Transaction.Id, Version = 1 + (await context.TransactionOverlays.Where(o => o.TransactionId == a.Transaction.Id).MaxAsync(o => (int?)o.Version, ct) ?? 0),
            State = state, Fields = EditReading.Write(fields), Reason = request.Reason, Note = request.Note, AuthorId = PayloadRows.Cut(who.Id, ColumnLengths.Identifier)!, Author = PayloadRows.Cut(who.Name, ColumnLengths.Identifier)!,
            CreatedAt = a.Now.ToMicroseconds(), BasePayloadId = a.Transaction.CanonicalPayloadId!.Value,
        };
        context.TransactionOverlays.Add(row);
        try
        {
            await context.SaveChangesAsync(ct);
            return row;
        }
        catch (DbUpdateException)
        {
            return null;
        }
    }

    /// <summary>Null when it was done. What was not done after all leaves no row.</summary>
    private async Task<CommandOutcome?> OrDropAsync(TenantScope tenant, TransactionOverlayRow row, Func<Task<CommandOutcome?>> commit)
    {
        var done = false;
        try
        {
            var instead = await commit();
            done = instead is null;
            return instead;
        }
        finally
        {
            if (!done)
            {
                await using var context = db.CreateContext(tenant);
                await context.TransactionOverlays.Where(o => o.Id == row.Id).ExecuteDeleteAsync(CancellationToken.None);
            }
        }
    }

    private async Task DecidedAsync(ControlPlaneDbContext context, TransactionOverlayRow row, OverlayState state, string reason, Person who, CancellationToken ct)
    {
        (row.State, row.Decision, row.DecidedBy, row.DecidedAt) = (state, reason, PayloadRows.Cut(who.Name, ColumnLengths.Identifier), clock.GetUtcNow().ToMicroseconds());
        await context.SaveChangesAsync(ct);
    }

    private bool Knows(string table, string code) => board.Current.Pairs(table).Any(p => string.Equals(p.Ours, code, StringComparison.OrdinalIgnoreCase));
}
