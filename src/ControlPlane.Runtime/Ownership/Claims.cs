using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <inheritdoc cref="IClaims"/>
public sealed class Claims : IClaims
{
    private static readonly string[] Workers = [PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin];

    private readonly IControlPlaneDb _db;
    private readonly OwnershipBoard _board;
    private readonly TimeProvider _clock;
    private readonly ClaimWriter _writer;

    public Claims(IControlPlaneDb db, OwnershipBoard board, IChangeFeed feed, NotificationSignal signal, TimeProvider clock) =>
        (_db, _board, _clock, _writer) = (db, board, clock, new(db, feed, signal, clock));

    public async Task<Custody?> FindAsync(TenantScope tenant, Guid transactionId, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        if (await context.Transactions.AsNoTracking().Where(t => t.Id == transactionId).Select(t => new { t.Owner, t.OwnerAssigned, t.State }).FirstOrDefaultAsync(ct) is not { } order)
            return null;
        var claim = ClaimWriter.Of(await context.WorkClaims.AsNoTracking().FirstOrDefaultAsync(c => c.TransactionId == transactionId, ct));
        var events = await context.WorkEvents.AsNoTracking().Where(v => v.TransactionId == transactionId).OrderByDescending(v => v.At).ThenByDescending(v => v.Id).Take(50).ToListAsync(ct);
        var (now, setup) = (_clock.GetUtcNow(), _board.Of(tenant.TenantId).Setup);
        return new(
            setup.FindTeam(order.Owner), order.Owner, order.OwnerAssigned, order.State == TransactionState.Stuck, claim?.IsHeld(now) == true ? claim : null,
            [.. events.Select(v => new WorkEvent(Instant.FromMicroseconds(v.At), v.Kind, v.By, v.Text))], setup.Teams, now);
    }

    public Task<ClaimOutcome> ClaimAsync(TenantScope tenant, Guid transactionId, Person by, string takeOver, Guid operationId, CancellationToken ct) =>
        ActAsync(tenant, transactionId, by, operationId, (_, order, claim) =>
        {
            var now = _clock.GetUtcNow();
            if (order.State.IsFinal())
                return Refused("finished", $"Order {order.Number} is {order.State.Word()}: there is nothing to do.", claim);
            if (claim?.IsHeldBy(by.Key, now) == true)
                return Refused("already_done", $"You have order {order.Number} already.", claim, accepted: true);
            var other = claim?.IsHeldByAnother(by.Key, now) == true;
            if (other && takeOver.Length == 0)
                return Refused("held", Held(order.Number, claim!) + " Ask, or take it over with a reason.", claim);
            var holder = new WorkClaim(by.Key, by.Name, now, now + WorkClaim.DefaultLease);
            return Change(other
                ? new(WorkEventKind.TakenOver, $"took it over from {claim!.Name}: {takeOver}", $"You have order {order.Number} now. {claim.Name} is told.", holder)
                {
                    Tells = [Tell(tenant, order.Id, claim.Person!, $"{by.Name} took over order {order.Number}", takeOver)],
                }
                : new(WorkEventKind.Claimed, "took it", $"You have order {order.Number}. It goes back to the queue {WorkClaim.DefaultLease.TotalMinutes:0} minutes after you leave it.", holder));
        }, ct);

    public Task<ClaimOutcome> ReleaseAsync(TenantScope tenant, Guid transactionId, Person by, Guid operationId, CancellationToken ct) =>
        ActAsync(tenant, transactionId, by, operationId, (_, order, claim) => claim?.IsHeldBy(by.Key, _clock.GetUtcNow()) == true
            ? Change(new(WorkEventKind.Released, "gave it back", $"Order {order.Number} is back in the queue.", null))
            : Refused("not_held", claim?.IsHeld(_clock.GetUtcNow()) == true ? Held(order.Number, claim) + " Only they can give it back; you can take it over." : $"Nobody has order {order.Number}.", claim), ct);

    public async Task<bool> RenewAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        var now = _clock.GetUtcNow();
        var (from, until) = (now.ToMicroseconds(), (now + WorkClaim.DefaultLease).ToMicroseconds());
        var mine = context.WorkClaims.Where(c => c.TransactionId == transactionId && c.Person == person && c.LeaseUntil > from);
        // An assigned order's lease is longer: looking at it must not shorten it.
        return await mine.Where(c => c.LeaseUntil < until).ExecuteUpdateAsync(s => s.SetProperty(c => c.LeaseUntil, until), ct) == 1 || await mine.AnyAsync(ct);
    }

    public Task<ClaimOutcome> AssignAsync(TenantScope tenant, Guid transactionId, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct) =>
        ActAsync(tenant, transactionId, by, operationId, async (context, order, claim) =>
        {
            var (now, force) = (_clock.GetUtcNow(), _board.Of(tenant.TenantId));
            if (note.Length is 0 or > IClaims.LongestNote)
                return await Refused("reason_missing", $"Write what the next one has to know, in 1 to {IClaims.LongestNote} characters.", claim);
            var oneself = to.Person is not null && string.Equals(to.Person, by.Key, StringComparison.OrdinalIgnoreCase);
            var lead = force.Setup.FindTeam(order.Owner)?.IsLedBy(by.Key, by.Has) == true;
            if (!(claim?.IsHeldBy(by.Key, now) == true || lead || by.Has(PortalRoles.Operator) || by.Has(PortalRoles.Admin) || (oneself && claim?.IsHeld(now) != true)))
                return await Refused("not_allowed", $"Giving order {order.Number} to somebody needs that you have it, or lead its team, or the role operator or admin. Take it first.", claim);
            if (to.Team is { } key)
                return force.Setup.FindTeam(key) is { } team
                    ? await Change(new(WorkEventKind.Assigned, $"gave it to the team {team.Name}: {note}", $"Order {order.Number} is in the queue of {team.Name}.", null, Team: key)
                    {
                        Tells = [.. (await PeopleOfAsync(context, team.Reached(EscalationTo.Lead), ct)).Select(p => Tell(tenant, order.Id, p.Key, $"{by.Name} gave {team.Name} order {order.Number}", note))],
                    })
                    : await Refused("team_unknown", $"There is no team '{key}'. There are {string.Join(", ", force.Setup.Teams.Select(t => t.Key))}.", claim);
            if (await PersonAsync(context, to.Person ?? "", ct) is not { } person)
                return await Refused("person_unknown", $"Nobody who may work on orders signs in as '{to.Person}'.", claim);
            // Longer than a claim: whoever gets it may be at lunch.
            var until = force.CalendarOf(force.Setup.FindTeam(order.Owner)).Add(now, AssignedLease);
            return await Change(new(WorkEventKind.Assigned, $"gave it to {person.Name}: {note}", $"{person.Name} has order {order.Number} and is told.", new(person.Key, person.Name, now, until))
            {
                Tells = oneself ? [] : [Tell(tenant, order.Id, person.Key, $"{by.Name} gave you order {order.Number}", note)],
            });
        }, ct);

    /// <summary>Working time for which an order stays with whom it was given to.</summary>
    public static readonly TimeSpan AssignedLease = TimeSpan.FromHours(4);

    public Task<ClaimOutcome> CommentAsync(TenantScope tenant, Guid transactionId, Person by, string text, Guid operationId, CancellationToken ct) =>
        ActAsync(tenant, transactionId, by, operationId, (_, order, claim) => text.Length is 0 or > IClaims.LongestComment
            ? Refused("reason_missing", $"A comment has 1 to {IClaims.LongestComment} characters.", claim)
            : Change(new(WorkEventKind.Commented, text, $"Your comment is kept with order {order.Number}.", null, KeepsHolder: true)), ct);

    public Task<IReadOnlyList<BulkClaimItem>> ClaimManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, Person by, Guid operationId, CancellationToken ct) =>
        ManyAsync(transactionIds, id => ClaimAsync(tenant, id, by, "", operationId, ct));

    public Task<IReadOnlyList<BulkClaimItem>> AssignManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct) =>
        ManyAsync(transactionIds, id => AssignAsync(tenant, id, to, by, note, operationId, ct));

    public async Task<ActPermission> MayActAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        var claim = ClaimWriter.Of(await context.WorkClaims.AsNoTracking().FirstOrDefaultAsync(c => c.TransactionId == transactionId, ct));
        if (claim?.IsHeldByAnother(person, _clock.GetUtcNow()) != true)
        {
            if (claim?.IsHeld(_clock.GetUtcNow()) == true)
                await RenewAsync(tenant, transactionId, person, ct);
            return new(true, "", claim);
        }

        var number = await context.Transactions.Where(t => t.Id == transactionId).Select(t => t.Number).FirstOrDefaultAsync(ct);
        return new(false, Held(number ?? "", claim) + " Take it over with a reason, then go on.", claim);
    }

    public async Task<IReadOnlyList<Colleague>> ColleaguesAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        return await PeopleOfAsync(context, [.. Workers.Select(r => Team.RolePrefix + r)], ct);
    }

    private Task<ClaimOutcome> ActAsync(
        TenantScope tenant, Guid id, Person by, Guid operationId, Func<ControlPlaneDbContext, Transactions.TransactionRow, WorkClaim?, Task<(ClaimChange?, ClaimOutcome?)>> decide, CancellationToken ct) =>
        Workers.Any(by.Has)
            ? _writer.WriteAsync(tenant, id, by.Name, operationId, decide, ct)
            : Task.FromResult(new ClaimOutcome(false, "not_allowed", "Working on orders needs the role business, operator or admin."));

    private static async Task<IReadOnlyList<BulkClaimItem>> ManyAsync(IReadOnlyList<Guid> ids, Func<Guid, Task<ClaimOutcome>> one)
    {
        if (ids.Count > IClaims.MostAtOnce)
            throw new ArgumentOutOfRangeException(nameof(ids), $"At most {IClaims.MostAtOnce} orders at once.");
        var items = new List<BulkClaimItem>(ids.Count);
        foreach (var id in ids.Distinct())
            items.Add(new(id, await one(id)));
        return items;
    }

    private async Task<Colleague?> PersonAsync(ControlPlaneDbContext context, string key, CancellationToken ct)
    {
        var name = key.Trim().ToUpperInvariant();
        return (await PeopleOfAsync(context, [.. Workers.Select(r => Team.RolePrefix + r)], ct)).FirstOrDefault(p => p.Key.ToUpperInvariant() == name);
    }

    /// <summary>Accounts of this tenant that are named, or have a role that is named.</summary>
    internal static async Task<IReadOnlyList<Colleague>> PeopleOfAsync(ControlPlaneDbContext context, IReadOnlyList<string> names, CancellationToken ct)
    {
        var roles = names.Where(n => n.StartsWith(Team.RolePrefix, StringComparison.Ordinal)).Select(n => n[Team.RolePrefix.Length..].ToUpperInvariant()).ToList();
        var people = names.Where(n => !n.StartsWith(Team.RolePrefix, StringComparison.Ordinal)).Select(n => n.ToUpperInvariant()).ToList();
        var tenant = context.TenantId;
        var found = await context.Users.AsNoTracking().Where(u => u.TenantId == tenant && u.UserName != null
                && (people.Contains(u.NormalizedUserName!) || context.UserRoles.Any(r => r.UserId == u.Id && context.Roles.Any(o => o.Id == r.RoleId && roles.Contains(o.NormalizedName!)))))
            .Select(u => new { u.UserName, u.DisplayName }).ToListAsync(ct);
        return [.. found.Select(u => new Colleague(u.UserName!, u.DisplayName is { Length: > 0 } name ? name : u.UserName!)).OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private NotificationRow Tell(TenantScope tenant, Guid order, string person, string title, string text) => new()
    {
        Id = EntityId.New(_clock), TenantId = tenant.TenantId, At = _clock.GetUtcNow().ToMicroseconds(), Channel = NotificationChannel.Portal, Recipient = person, TransactionId = order,
        Title = PayloadRows.Cut(title, ColumnLengths.Identifier)!, Text = PayloadRows.Cut(text, ColumnLengths.Summary)!, State = NotificationState.Sent, SentAt = _clock.GetUtcNow().ToMicroseconds(),
    };

    private static string Held(string number, WorkClaim claim) =>
        $"{claim.Name} has order {number} since {claim.Since.UtcDateTime:HH:mm} UTC, until {claim.LeaseUntil.UtcDateTime:HH:mm} UTC.";

    private static Task<(ClaimChange?, ClaimOutcome?)> Change(ClaimChange change) => Task.FromResult<(ClaimChange?, ClaimOutcome?)>((change, null));

    private static Task<(ClaimChange?, ClaimOutcome?)> Refused(string code, string message, WorkClaim? holder, bool accepted = false) =>
        Task.FromResult<(ClaimChange?, ClaimOutcome?)>((null, new(accepted, code, message, holder)));
}
