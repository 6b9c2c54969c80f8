using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Views;

/// <summary>Views of lists: a person's own, and those that everybody shares. One call is one commit.</summary>
public sealed class ViewStore(IControlPlaneDb db, TimeProvider clock)
{
    public const int LongestName = 60;

    /// <summary>Longer addresses are cut by some browsers and proxies.</summary>
    public const int LongestQuery = 1_500;

    /// <summary>Of one person and list, and as many shared ones: more is no bar but a second list.</summary>
    public const int Most = 40;

    /// <summary>How long a deleted view can be taken back. The page offers it for ten seconds.</summary>
    public static readonly TimeSpan TakenBackWithin = TimeSpan.FromMinutes(5);

    /// <summary>Places in the list that belong to the moment, not to the view.</summary>
    private static readonly HashSet<string> Fleeting = new(StringComparer.OrdinalIgnoreCase) { "at", "page", "cursor", "view", "selected" };

    /// <summary>In the order of the bar: shared ones first, then the person's own.</summary>
    public async Task<IReadOnlyList<SavedView>> ListAsync(TenantScope tenant, ViewPerson person, string page, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.SavedViews.AsNoTracking().Where(v => v.Page == page && v.DeletedAt == null && (v.Shared || v.Owner == person.Id)).ToListAsync(ct);
        var first = await DefaultAsync(context, person, page, ct);
        return [.. rows.OrderByDescending(v => v.Shared).ThenBy(v => v.Position).ThenBy(v => v.Id).Select(v => View(v, person, first))];
    }

    public async Task<SavedView?> FindAsync(TenantScope tenant, ViewPerson person, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await VisibleAsync(context, person, id, ct) is { DeletedAt: null } row ? View(row, person, await DefaultAsync(context, person, row.Page, ct)) : null;
    }

    public async Task<ViewOutcome> CreateAsync(TenantScope tenant, ViewPerson person, string page, string name, string query, bool shared, CancellationToken ct)
    {
        if (!ViewPages.All.Contains(page))
            return new ViewOutcome.Refused("page", $"Allowed: {string.Join(", ", ViewPages.All)}.");
        if (shared && !person.MayShare)
            return NotShared;
        if (Check(name, query) is { } problem)
            return problem;
        await using var context = db.CreateContext(tenant);
        await ForgetAsync(context, ct);
        var beside = await context.SavedViews.Where(v => v.Page == page && v.DeletedAt == null && v.Shared == shared && (shared || v.Owner == person.Id)).Select(v => new { v.Name, v.Position }).ToListAsync(ct);
        if (beside.Count >= Most)
            return new ViewOutcome.Refused("name", $"There are {Most} {(shared ? "shared views" : "views of yours")} on this list. Delete one first.");
        if (beside.Any(v => string.Equals(v.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)))
            return Taken(name, shared);
        var row = new SavedViewRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Page = page, Name = name.Trim(), Query = Clean(query), Owner = person.Id, OwnerName = Cut(person.Name), Shared = shared,
            Position = beside.Count == 0 ? 0 : beside.Max(v => v.Position) + 1, Revision = 1, UpdatedAt = clock.GetUtcNow().ToMicroseconds(), UpdatedBy = Cut(person.Name),
        };
        context.SavedViews.Add(row);
        await context.SaveChangesAsync(ct);
        return new ViewOutcome.Done(View(row, person, null));
    }

    /// <param name="revision">The one that was looked at; null = whatever is there.</param>
    public Task<ViewOutcome> ChangeAsync(TenantScope tenant, ViewPerson person, Guid id, int? revision, ViewChange change, CancellationToken ct) => WithAsync(tenant, person, id, revision, async (context, row) =>
    {
        var (name, query, shared) = (change.Name ?? row.Name, change.Query ?? row.Query, change.Shared ?? row.Shared);
        if (shared != row.Shared && !person.MayShare)
            return NotShared;
        // Taken out of sight of the others, it would be nobody's: it becomes its maker's again, and only he may do that.
        if (row.Shared && !shared && row.Owner != person.Id)
            return new ViewOutcome.NotAllowed($"Only {row.OwnerName}, who made this view, can take it away from the others. Save one of your own instead.");
        if (Check(name, query) is { } problem)
            return problem;
        if ((!string.Equals(name.Trim(), row.Name, StringComparison.OrdinalIgnoreCase) || shared != row.Shared)
            && (await context.SavedViews.Where(v => v.Id != id && v.Page == row.Page && v.DeletedAt == null && v.Shared == shared && (shared || v.Owner == row.Owner)).Select(v => v.Name).ToListAsync(ct))
                .Any(n => string.Equals(n, name.Trim(), StringComparison.OrdinalIgnoreCase)))
            return Taken(name, shared);
        (row.Name, row.Query, row.Shared) = (name.Trim(), Clean(query), shared);
        return null;
    }, ct);

    /// <param name="steps">Places to the right; negative = to the left.</param>
    public Task<ViewOutcome> MoveAsync(TenantScope tenant, ViewPerson person, Guid id, int steps, CancellationToken ct) => WithAsync(tenant, person, id, null, async (context, row) =>
    {
        var beside = (await context.SavedViews.Where(v => v.Page == row.Page && v.DeletedAt == null && v.Shared == row.Shared && (row.Shared || v.Owner == row.Owner)).ToListAsync(ct)).OrderBy(v => v.Position).ThenBy(v => v.Id).ToList();
        var at = beside.FindIndex(v => v.Id == id);
        beside.RemoveAt(at);
        beside.Insert(Math.Clamp(at + steps, 0, beside.Count), row);
        for (var place = 0; place < beside.Count; place++)
            beside[place].Position = place;
        return null;
    }, ct);

    public Task<ViewOutcome> DeleteAsync(TenantScope tenant, ViewPerson person, Guid id, int? revision, CancellationToken ct) => WithAsync(tenant, person, id, revision, (_, row) =>
    {
        row.DeletedAt = clock.GetUtcNow().ToMicroseconds();
        return Task.FromResult<ViewOutcome?>(null);
    }, ct);

    /// <summary>Takes a deletion back, within <see cref="TakenBackWithin"/>.</summary>
    public async Task<ViewOutcome> RestoreAsync(TenantScope tenant, ViewPerson person, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await VisibleAsync(context, person, id, ct) is not { DeletedAt: { } at } row || clock.GetUtcNow().ToMicroseconds() - at > (long)TakenBackWithin.TotalMicroseconds)
            return new ViewOutcome.NotThere();
        row.DeletedAt = null;
        row.Revision++;
        await context.SaveChangesAsync(ct);
        return new ViewOutcome.Done(View(row, person, await DefaultAsync(context, person, row.Page, ct)));
    }

    /// <param name="id">Null = none.</param>
    public async Task<ViewOutcome?> SetDefaultAsync(TenantScope tenant, ViewPerson person, string page, Guid? id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (id is { } wanted && await VisibleAsync(context, person, wanted, ct) is not { DeletedAt: null })
            return new ViewOutcome.NotThere();
        var row = await context.ViewDefaults.FirstOrDefaultAsync(d => d.Person == person.Id && d.Page == page, ct);
        if (id is null && row is not null)
            context.ViewDefaults.Remove(row);
        else if (id is { } view && row is null)
            context.ViewDefaults.Add(new() { TenantId = tenant.TenantId, Person = person.Id, Page = page, ViewId = view });
        else if (id is { } other)
            row!.ViewId = other;
        await context.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>Without what belongs to the moment: the place in the list.</summary>
    public static string Clean(string query) =>
        string.Join('&', query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => p.Split('=') is [var name, { Length: > 0 }, ..] && !Fleeting.Contains(name)));

    private async Task<ViewOutcome> WithAsync(TenantScope tenant, ViewPerson person, Guid id, int? revision, Func<ControlPlaneDbContext, SavedViewRow, Task<ViewOutcome?>> act, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await VisibleAsync(context, person, id, ct) is not { DeletedAt: null } row)
            return new ViewOutcome.NotThere();
        if (!MayChange(row, person))
            return new ViewOutcome.NotAllowed("Shared views are changed by people with the role business, operator or admin. Save one of your own instead.");
        var first = await DefaultAsync(context, person, row.Page, ct);
        if (revision is { } seen && seen != row.Revision)
            return new ViewOutcome.Changed(row.UpdatedBy, Instant.FromMicroseconds(row.UpdatedAt), View(row, person, first));
        if (await act(context, row) is { } refused)
            return refused;
        (row.Revision, row.UpdatedAt, row.UpdatedBy) = (row.Revision + 1, clock.GetUtcNow().ToMicroseconds(), Cut(person.Name));
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            await using var again = db.CreateContext(tenant);
            return await VisibleAsync(again, person, id, ct) is { DeletedAt: null } now
                ? new ViewOutcome.Changed(now.UpdatedBy, Instant.FromMicroseconds(now.UpdatedAt), View(now, person, first)) : new ViewOutcome.NotThere();
        }

        return new ViewOutcome.Done(View(row, person, first));
    }

    private static Task<SavedViewRow?> VisibleAsync(ControlPlaneDbContext context, ViewPerson person, Guid id, CancellationToken ct) =>
        context.SavedViews.FirstOrDefaultAsync(v => v.Id == id && (v.Shared || v.Owner == person.Id), ct);

    private static Task<Guid?> DefaultAsync(ControlPlaneDbContext context, ViewPerson person, string page, CancellationToken ct) =>
        context.ViewDefaults.AsNoTracking().Where(d => d.Person == person.Id && d.Page == page).Select(d => (Guid?)d.ViewId).FirstOrDefaultAsync(ct);

    /// <summary>What nobody can take back any more.</summary>
    private Task<int> ForgetAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var before = (clock.GetUtcNow() - TakenBackWithin).ToMicroseconds();
        return context.SavedViews.Where(v => v.DeletedAt != null && v.DeletedAt < before).ExecuteDeleteAsync(ct);
    }

    private static ViewOutcome? Check(string name, string query)
    {
        if (name.Trim().Length is 0 or > LongestName || name.Any(char.IsControl))
            return new ViewOutcome.Refused("name", $"Allowed: 1 to {LongestName} characters on one line.");
        return query.Length > LongestQuery || query.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '#' or '<' or '>' or '"')
            ? new ViewOutcome.Refused("query", $"Allowed: what follows the question mark in the address of the list, at most {LongestQuery} characters.") : null;
    }

    private static readonly ViewOutcome NotShared = new ViewOutcome.NotAllowed("Views are shared by people with the role business, operator or admin. You can keep it for yourself.");

    private static ViewOutcome.Refused Taken(string name, bool shared) => new("name", $"{(shared ? "A shared view" : "A view of yours")} is called “{name.Trim()}” already.");

    private static bool MayChange(SavedViewRow row, ViewPerson person) => row.Shared ? person.MayShare : row.Owner == person.Id;

    private static SavedView View(SavedViewRow row, ViewPerson person, Guid? first) =>
        new(row.Id, row.Page, row.Name, row.Query, row.Shared, row.OwnerName, row.Owner == person.Id, MayChange(row, person), first == row.Id, row.Revision, Instant.FromMicroseconds(row.UpdatedAt), row.UpdatedBy);

    private static string Cut(string name) => PayloadRows.Cut(name, ColumnLengths.Identifier)!;
}
