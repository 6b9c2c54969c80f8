using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>A change that waits for a second person, with what it would do today.</summary>
public sealed record PendingChange(Guid Id, string Table, string Author, string Reason, DateTimeOffset CreatedAt, string Digest, CrosswalkPlan Plan)
{
    /// <summary>The rules that the table would have; null when entries are to change.</summary>
    public CrosswalkTable? Rules { get; init; }
}

/// <summary>
/// The queue of proposed changes. Whoever proposed one cannot approve it; what is approved is what was looked at (its digest), and it is checked
/// once more against what is in force by then.
/// </summary>
public sealed class CrosswalkApprovals(IControlPlaneDb db, CrosswalkStore store, CrosswalkLoader loader, TimeProvider clock)
{
    public const int Most = 100;

    private const int MostTries = 10;

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<PendingChange>> PendingAsync(TenantScope tenant, string? table, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.CrosswalkChanges.AsNoTracking().Where(c => c.State == CrosswalkChangeState.Proposed && (table == null || c.Crosswalk == table)).OrderBy(c => c.Id).Take(Most).ToListAsync(ct);
        var pending = new List<PendingChange>();
        foreach (var row in rows)
            if (await CrosswalkStore.TableAsync(context, row.Crosswalk, ct) is { } found)
            {
                var rules = RulesOf(row.Content);
                pending.Add(new(row.Id, row.Crosswalk, row.Author, row.Reason, Instant.FromMicroseconds(row.CreatedAt), row.Digest, rules is null ? await CrosswalkStore.PlanAsync(context, found, Wishes(row.Content), ct) : new([])) { Rules = rules });
            }

        return pending;
    }

    /// <param name="digest">Of what the decider looked at.</param>
    public async Task<CrosswalkOutcome> DecideAsync(TenantScope tenant, Guid id, string digest, bool approve, CrosswalkAuthor decider, string reason, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > CrosswalkStore.LongestReason)
            return new CrosswalkOutcome.NotPossible("crosswalk.reason", $"Say why, in 1 to {CrosswalkStore.LongestReason} characters: it is kept with the change.");
        for (var i = 0; i < MostTries; i++)
        {
            await using var context = db.CreateContext(tenant);
            if (await context.CrosswalkChanges.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct) is not { } change)
                return new CrosswalkOutcome.NotPossible("crosswalk.unknown_change", "There is no such change.");
            if (change.State != CrosswalkChangeState.Proposed)
                return new CrosswalkOutcome.NotPossible("crosswalk.decided", $"{change.DecidedBy} decided it already.");
            if (change.Digest != digest || change.Digest != Digest(Unpack(change.Content)))
                return new CrosswalkOutcome.NotPossible("crosswalk.digest", "It is not what you looked at. Open it again.");
            // Taking one's own proposal back is no approval.
            if (approve && decider.IsSameAs(change.AuthorId, change.Author))
                return new CrosswalkOutcome.NotPossible("crosswalk.own_change", "You proposed it. Somebody else has to approve it.");
            if (!approve)
            {
                var now = clock.GetUtcNow().ToMicroseconds();
                var (by, why) = (CrosswalkStore.Cut(decider.Name), reason.Trim());
                var rejected = await context.CrosswalkChanges.Where(c => c.Id == id && c.State == CrosswalkChangeState.Proposed)
                    .ExecuteUpdateAsync(s => s.SetProperty(c => c.State, CrosswalkChangeState.Rejected).SetProperty(c => c.DecidedBy, by).SetProperty(c => c.DecidedAt, now).SetProperty(c => c.Decision, why), ct);
                if (rejected == 0)
                    continue;
                return new CrosswalkOutcome.Unchanged(new([]));
            }

            if (await ApproveAsync(context, tenant, change, decider, reason.Trim(), ct) is { } outcome)
                return outcome;
        }

        return CrosswalkStore.Busy;
    }

    internal static Task<CrosswalkOutcome> ProposeAsync(ControlPlaneDbContext context, TimeProvider clock, string table, CrosswalkPlan plan, CrosswalkAuthor author, string reason, CancellationToken ct) =>
        ProposeAsync(context, clock, table, JsonSerializer.SerializeToUtf8Bytes(plan.Effective.Select(Wish.Of), JsonSerializerOptions.Web), plan, author, reason, ct);

    /// <summary>Other rules of a table, as one that its changes need nobody's approval any more.</summary>
    internal static Task<CrosswalkOutcome> ProposeAsync(ControlPlaneDbContext context, TimeProvider clock, CrosswalkTable rules, CrosswalkAuthor author, string reason, CancellationToken ct) =>
        ProposeAsync(context, clock, rules.Name, JsonSerializer.SerializeToUtf8Bytes(rules, JsonSerializerOptions.Web), new([]), author, reason, ct);

    /// <summary>Notes the approval with what the context writes. False when it was decided already.</summary>
    internal static async Task<bool> DecideAsync(ControlPlaneDbContext context, Guid id, CrosswalkAuthor decider, string reason, TimeProvider clock, CancellationToken ct)
    {
        if (await context.CrosswalkChanges.FirstOrDefaultAsync(c => c.Id == id && c.State == CrosswalkChangeState.Proposed, ct) is not { } change)
            return false;
        (change.State, change.DecidedBy, change.DecidedAt, change.Decision) = (CrosswalkChangeState.Approved, CrosswalkStore.Cut(decider.Name), clock.GetUtcNow().ToMicroseconds(), reason);
        return true;
    }

    private static async Task<CrosswalkOutcome> ProposeAsync(ControlPlaneDbContext context, TimeProvider clock, string table, byte[] json, CrosswalkPlan plan, CrosswalkAuthor author, string reason, CancellationToken ct)
    {
        var row = new CrosswalkChangeRow
        {
            Id = EntityId.New(clock), TenantId = context.TenantId, Crosswalk = table, State = CrosswalkChangeState.Proposed, AuthorId = CrosswalkStore.Cut(author.Id), Author = CrosswalkStore.Cut(author.Name),
            Reason = reason, CreatedAt = clock.GetUtcNow().ToMicroseconds(), Content = Pack(json), Digest = Digest(json),
            Added = plan.Count(CrosswalkChange.Added), Changed = plan.Count(CrosswalkChange.Changed), Retired = plan.Count(CrosswalkChange.Retired),
        };
        context.CrosswalkChanges.Add(row);
        await context.SaveChangesAsync(ct);
        return new CrosswalkOutcome.Proposed(row.Id, row.Digest, plan);
    }

    /// <summary>Null when somebody else was faster: then it is looked at again.</summary>
    private async Task<CrosswalkOutcome?> ApproveAsync(ControlPlaneDbContext context, TenantScope tenant, CrosswalkChangeRow change, CrosswalkAuthor decider, string reason, CancellationToken ct)
    {
        if (await CrosswalkStore.TableAsync(context, change.Crosswalk, ct) is not { } table)
            return CrosswalkStore.Unknown(change.Crosswalk);
        if (RulesOf(change.Content) is { } rules)
            return await store.SetTableAsync(tenant, rules, new(change.AuthorId, change.Author), change.Reason, null, (change.Id, decider, reason), ct);
        var revision = await CrosswalkStore.RevisionAsync(context, ct) + 1;
        var plan = await CrosswalkStore.PlanAsync(context, table, Wishes(change.Content), ct);
        if (plan.HasRefusals)
            return new CrosswalkOutcome.Refused(plan);
        if (!await store.CommitAsync(tenant, table.Name, revision, plan, change.Author, decider.Name, change.Reason, async sql => await sql.ExecuteAsync(
                "UPDATE crosswalk_changes SET state = 2, decided_by = @by, decided_at = @at, decision = @why WHERE id = @id AND state = 1", ct,
                ("by", CrosswalkStore.Cut(decider.Name)), ("at", clock.GetUtcNow().ToMicroseconds()), ("why", reason), ("id", change.Id)) == 1, ct))
            return null;
        await loader.RefreshAsync(ct);
        return new CrosswalkOutcome.Applied(revision, plan);
    }

    private static string Digest(byte[] json) => Convert.ToHexStringLower(SHA256.HashData(json));

    private static List<CrosswalkWish> Wishes(byte[] content) => JsonSerializer.Deserialize<List<Wish>>(Unpack(content), JsonSerializerOptions.Web)!.ConvertAll(w => w.ToWish());

    /// <summary>Null when the proposal is about entries: those are a list.</summary>
    private static CrosswalkTable? RulesOf(byte[] content) => Unpack(content) is [(byte)'{', ..] json ? JsonSerializer.Deserialize<CrosswalkTable>(json, JsonSerializerOptions.Web) : null;

    private static byte[] Pack(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(json);
        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] content)
    {
        using var brotli = new BrotliStream(new MemoryStream(content), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.ToArray();
    }

    /// <summary>A wish as it is stored. An entry that is changed must still be as it was when that was proposed.</summary>
    private sealed record Wish(Guid Id, bool Known, string Scope, string Theirs, string Ours, string Direction, decimal Factor, DateTimeOffset? From, DateTimeOffset? Until, string Note, bool Retired, long? IfRevision)
    {
        public static Wish Of(CrosswalkStep step) => new(
            step.After.Id, step.Before is not null, step.After.Scope.ToString(), step.After.Theirs, step.After.Ours, step.After.Directions.Word(), step.After.Factor, step.After.From, step.After.Until,
            step.After.Note, step.After.State == CrosswalkState.Retired, step.Before?.Revision);

        public CrosswalkWish ToWish()
        {
            CrosswalkScope.TryParse(Scope, out var scope);
            CrosswalkWords.TryDirections(Direction, out var directions);
            return new(
                new() { Id = Id, Scope = scope, Theirs = Theirs, Ours = Ours, Directions = directions, Factor = Factor, From = From, Until = Until, Note = Note, State = Retired ? CrosswalkState.Retired : CrosswalkState.Approved },
                0, Known, IfRevision);
        }
    }
}
