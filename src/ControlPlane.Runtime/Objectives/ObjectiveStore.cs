using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <param name="Problems">By line and field.</param>
public sealed record ObjectivePublished(bool Accepted, string Code, string Message, int Version, IReadOnlyList<EstateProblem> Problems);

/// <inheritdoc cref="IObjectives"/>
public sealed class ObjectiveStore(IControlPlaneDb db, ObjectiveBoard board, TimeProvider clock, TenantScope? scope = null) : IObjectives
{
    public const int LongestReason = 300;

    private readonly TenantScope _tenant = scope ?? TenantScope.Default;

    public async Task<IReadOnlyList<PublishedObjective>> AllAsync(CancellationToken cancel)
    {
        await board.RefreshAsync(cancel);
        var counters = await CountersAsync(cancel);
        return [.. board.Of(_tenant.TenantId).Newest(ObjectiveDocumentKind.Objective).Select(d => Published(d, counters))];
    }

    public async Task<IReadOnlyList<Composite>> CompositesAsync(CancellationToken cancel)
    {
        await board.RefreshAsync(cancel);
        return [.. board.Of(_tenant.TenantId).Newest(ObjectiveDocumentKind.Composite).Select(d => ((ObjectiveDefinition.OfComposite)d.Definition).Composite)];
    }

    public async Task<IReadOnlyList<PublishedObjective>> HistoryAsync(string name, CancellationToken cancel)
    {
        await board.RefreshAsync(cancel);
        var counters = await CountersAsync(cancel);
        return [.. board.Of(_tenant.TenantId).Versions(ObjectiveDocumentKind.Objective, name).Reverse().Select(d => Published(d, counters))];
    }

    public async Task<IReadOnlyList<Exclusion>> ExclusionsAsync(CancellationToken cancel)
    {
        await using var context = db.CreateContext(_tenant);
        var rows = await context.ObjectiveExclusions.AsNoTracking().Where(x => x.ApprovedBy != null && x.EndedAt == null).OrderBy(x => x.FromAt).ToListAsync(cancel);
        return [.. rows.Select(r => new Exclusion(r.Name, r.Objective, Instant.FromMicroseconds(r.FromAt), Instant.FromMicroseconds(r.ToAt), r.Reason, r.AskedBy, r.ApprovedBy!))];
    }

    /// <summary>The documents of a definition, newest first.</summary>
    public async Task<IReadOnlyList<StoredDefinition>> DocumentsAsync(ObjectiveDocumentKind kind, string name, CancellationToken ct)
    {
        await board.RefreshAsync(ct);
        return [.. board.Of(_tenant.TenantId).Versions(kind, name).Reverse()];
    }

    /// <summary>Everything in service, as documents: indicators first, since objectives name them.</summary>
    public async Task<IReadOnlyList<StoredDefinition>> NewestAsync(CancellationToken ct)
    {
        await board.RefreshAsync(ct);
        return [.. Enum.GetValues<ObjectiveDocumentKind>().SelectMany(board.Of(_tenant.TenantId).Newest)];
    }

    /// <summary>Brings a document into service as the next version of its name.</summary>
    /// <param name="basedOn">The version that the author saw, 0 for a new name: a newer one refuses it. Null: whatever is there.</param>
    /// <param name="applied">It comes from configuration.</param>
    public async Task<ObjectivePublished> PublishAsync(string document, int? basedOn, string author, string reason, bool applied, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > LongestReason)
            return new(false, "reason_missing", $"Say why, in 1 to {LongestReason} characters: the version keeps it.", basedOn ?? 0, []);
        await board.RefreshAsync(ct);
        var (definition, problems) = ObjectiveBoard.Read(document, "document");
        if (definition is null)
            return new(false, "invalid", problems.Count == 0 ? "The document is empty." : problems[0].ToString(), basedOn ?? 0, problems);
        if (Missing(definition) is { } missing)
            return new(false, "invalid", missing.Message, basedOn ?? 0, [missing]);
        var set = board.Of(_tenant.TenantId);
        var newest = set.Versions(definition.Kind, definition.Name).LastOrDefault();
        if (basedOn is { } seen && seen != (newest?.Version ?? 0))
            return Changed(newest);
        if (newest is not null && newest.Document.Trim() == document.Trim())
            return new(true, "already_done", "Nothing is different from what is in service.", newest.Version, []);
        var version = (newest?.Version ?? 0) + 1;
        await using var context = db.CreateContext(_tenant);
        context.ObjectiveDocuments.Add(new()
        {
            TenantId = _tenant.TenantId, Kind = definition.Kind, Name = definition.Name, Version = version, Document = document.ReplaceLineEndings("\n").Trim() + "\n", Author = PayloadRows.Cut(author, ColumnLengths.Identifier)!,
            Reason = reason.Trim(), CreatedAt = clock.GetUtcNow().ToMicroseconds(), Applied = applied,
        });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // The key decides: somebody published the same number at the same moment.
            await board.RefreshAsync(ct);
            if (board.Of(_tenant.TenantId).Versions(definition.Kind, definition.Name).LastOrDefault() is { } theirs && theirs.Version >= version)
                return Changed(theirs);
            throw;
        }

        await board.RefreshAsync(ct);
        return new(true, "accepted", definition.Kind == ObjectiveDocumentKind.Indicator && version > 1
            ? $"Version {version} is published. The past is counted by it now; until that is done figures are of the version before."
            : $"Version {version} is in service.", version, []);
    }

    private EstateProblem? Missing(ObjectiveDefinition definition)
    {
        var set = board.Of(_tenant.TenantId);
        return definition switch
        {
            ObjectiveDefinition.OfComposite { Composite: var c } when c.Parts.FirstOrDefault(p => set.Versions(ObjectiveDocumentKind.Objective, p.Objective).Count == 0) is { } part =>
                new("document", 0, "spec.objectives", $"There is no objective {part.Objective}."),
            // Alerts and silences name either; one name has to mean one of them.
            ObjectiveDefinition.OfComposite c when set.Versions(ObjectiveDocumentKind.Objective, c.Name).Count > 0 => new("document", 0, "metadata.name", $"An objective has the name {c.Name} already. Give the composite one of its own."),
            ObjectiveDefinition.OfObjective o when set.Versions(ObjectiveDocumentKind.Composite, o.Name).Count > 0 => new("document", 0, "metadata.name", $"A composite has the name {o.Name} already. Give the objective one of its own."),
            ObjectiveDefinition.OfIndicator { Indicator: { Calendar: not null } i } when board.Hours(_tenant.TenantId, i) is null => new("document", 0, "spec.calendar", $"There is no calendar {i.Calendar}. Calendars are part of ownership."),
            _ => null,
        };
    }

    private async Task<List<ObjectiveCounterRow>> CountersAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext(_tenant);
        return await context.ObjectiveCounters.AsNoTracking().ToListAsync(ct);
    }

    private PublishedObjective Published(StoredDefinition stored, List<ObjectiveCounterRow> counters)
    {
        var of = (ObjectiveDefinition.OfObjective)stored.Definition;
        var set = board.Of(_tenant.TenantId);
        var name = of.Objective.Indicator;
        var version = ObjectiveCounters.Serving(counters, name)?.Version ?? set.Versions(ObjectiveDocumentKind.Indicator, name).LastOrDefault()?.Version ?? 0;
        // On another source's metrics there is no indicator here: it is kept, and has no figures.
        var indicator = set.Indicator(name, version) ?? new Indicator { Name = name, Title = name, Version = 0, Kind = "", From = new(JournalEventType.Received), To = new(JournalEventType.Closed), Within = TimeSpan.FromMinutes(1) };
        return new(of.Objective, indicator, stored.Version, of.Scope, of.Owner, of.Runbook, of.Count, of.Policy, stored.At, stored.Author);
    }

    private static ObjectivePublished Changed(StoredDefinition? theirs) => new(
        false, "changed_meanwhile", theirs is null ? "There is no version of it yet. Open the page again." : $"{theirs.Author} published version {theirs.Version} meanwhile: {theirs.Reason} Look at it, then publish again.", theirs?.Version ?? 0, []);
}
