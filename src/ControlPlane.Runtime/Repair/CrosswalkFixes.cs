using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <inheritdoc cref="ICrosswalkFixes"/>
internal sealed class CrosswalkFixes(IControlPlaneDb db, CrosswalkStore store, CrosswalkGaps gaps, CrosswalkCounts counts, IConnectionRegistry connections, TimeProvider clock) : ICrosswalkFixes
{
    public async Task<MissingValue?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var stuck = await context.Transactions.AsNoTracking().Where(t => t.Id == transaction && t.State == TransactionState.Stuck).Select(t => new { t.FaultCode, t.FaultMessage, t.PartyConnection }).FirstOrDefaultAsync(ct);
        if (MissingEquivalence.Read(stuck?.FaultCode, stuck?.FaultMessage) is not var (table, value, name))
            return null;
        // The message has the name that people know; where two connections share one, the system at which it stands decides.
        var named = connections.All.Where(c => c.DisplayName == name).ToList();
        if ((named.Find(c => c.Key == stuck!.PartyConnection) ?? named.FirstOrDefault()) is not { } connection)
            return null;
        var direction = await DirectionAsync(context, connection.Key, table, value, ct);
        var rules = await CrosswalkStore.TableAsync(context, table, ct);
        var messages = await MessagesAsync(context, table, value, name, ct);
        return new(table, value, connection.Key, connection.DisplayName, direction, messages.Sum(m => m.Count), rules is { Approval: true }, [.. messages.Select(m => m.Message)])
        {
            Suggestions = rules is null ? [] : await gaps.SuggestAsync(tenant, table, value, direction, ct),
            Known = connection.Crosswalks.Uncounted().Find(table, value, direction, clock.GetUtcNow()) is not null,
        };
    }

    public async Task<FixPreview> PreviewAsync(TenantScope tenant, MissingValue missing, string answer, Person who, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var frees = (await MessagesAsync(context, missing.Table, missing.Value, missing.ConnectionName, ct)).Sum(m => m.Count);
        if (answer.Trim().Length is 0 or > CrosswalkRules.LongestCode)
            return new(frees, 0, missing.NeedsSecondPerson, $"A code has 1 to {CrosswalkRules.LongestCode} characters.");
        if (await store.PlanAsync(tenant, missing.Table, [Wish(missing, answer)], ct) is not { } plan)
            return new(frees, 0, false, $"There is no crosswalk {missing.Table}. An administrator makes it under Data, Crosswalks.");
        var step = plan.Steps[0];
        if (step.Change == CrosswalkChange.Refused)
            return new(frees, 0, missing.NeedsSecondPerson, step.Problems[0].Message);
        return new(frees, await ChangesAsync(context, step, ct), missing.NeedsSecondPerson, MayNot(step, who));
    }

    public async Task<CrosswalkOutcome> SaveAsync(TenantScope tenant, MissingValue missing, string answer, string reason, Person who, CancellationToken ct)
    {
        if (answer.Trim().Length == 0)
            return new CrosswalkOutcome.NotPossible("crosswalk.code", "Choose a code, or write one.");
        return await store.ChangeAsync(
            tenant, missing.Table, [Wish(missing, answer)], new CrosswalkAuthor(who.Id, who.Name), reason, skipRefused: false, approved: false,
            plan => plan.Steps.Select(s => MayNot(s, who)).FirstOrDefault(p => p is not null) is { } problem ? new CrosswalkOutcome.NotPossible("crosswalk.role", problem) : null, ct);
    }

    /// <summary>Who frees orders may say what a value means that has no meaning yet; what others rely on is changed by administrators.</summary>
    private static string? MayNot(CrosswalkStep step, Person who) => step.Change is CrosswalkChange.Changed or CrosswalkChange.Retired && !who.Is(PortalRoles.Admin)
        ? "This would change an entry that is in force. That needs the role admin." : null;

    private CrosswalkWish Wish(MissingValue missing, string answer)
    {
        var (incoming, code) = (missing.Direction == CrosswalkDirection.ToOurs, answer.Trim());
        return new(new()
        {
            Id = EntityId.New(clock), Scope = CrosswalkScope.OfConnection(missing.Connection), Theirs = incoming ? missing.Value : code, Ours = incoming ? code : missing.Value,
            Directions = incoming ? CrosswalkDirections.ToOurs : CrosswalkDirections.ToTheirs,
        });
    }

    /// <summary>Look-ups that the entry which would be changed has answered.</summary>
    private static async Task<long> ChangesAsync(ControlPlaneDbContext context, CrosswalkStep step, CancellationToken ct) => step is { Change: CrosswalkChange.Changed, Before: { } before }
        ? await context.CrosswalkUses.AsNoTracking().Where(u => u.Entry == before.Id).Select(u => (long?)u.Hits).FirstOrDefaultAsync(ct) ?? 0
        : 0;

    /// <summary>Messages of stuck orders that name exactly this table, value and system, in any spelling of the value that the entry answers.</summary>
    private static async Task<List<(string Message, int Count)>> MessagesAsync(ControlPlaneDbContext context, string table, string value, string connection, CancellationToken ct)
    {
        var groups = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.FaultCode == MissingEquivalence.RefusalCode && t.FaultMessage != null)
            .GroupBy(t => t.FaultMessage!).Select(g => new { Message = g.Key, Count = g.Count() }).ToListAsync(ct);
        return [.. groups.Where(g => MissingEquivalence.Read(MissingEquivalence.RefusalCode, g.Message) is var (t, v, c) && t == table && c == connection && string.Equals(v, value, StringComparison.OrdinalIgnoreCase)).Select(g => (g.Message, g.Count))];
    }

    /// <summary>As the look-up that missed it was counted; what goes out asks for their code.</summary>
    private async Task<CrosswalkDirection> DirectionAsync(ControlPlaneDbContext context, string connection, string table, string value, CancellationToken ct)
    {
        await counts.FlushAsync(ct);
        var key = CrosswalkSql.Key(value);
        var missed = await context.CrosswalkMisses.AsNoTracking().Where(m => m.Connection == connection && m.Crosswalk == table && m.CodeKey == key).OrderByDescending(m => m.LastAt).Select(m => (CrosswalkDirections?)m.Direction).FirstOrDefaultAsync(ct);
        return missed == CrosswalkDirections.ToOurs ? CrosswalkDirection.ToOurs : CrosswalkDirection.ToTheirs;
    }
}
