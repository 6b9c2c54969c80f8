using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Alerts;

/// <summary>A channel, and how it does.</summary>
/// <param name="Failures">Messages in a row that were not taken.</param>
/// <param name="Waiting">Messages that wait to be sent, or to be tried again.</param>
/// <param name="GivenUp">Messages of the last ninety days that were given up.</param>
/// <param name="Problem">Why its document cannot be read; null = it can.</param>
public sealed record AlertChannelItem(
    string Name, AlertChannel? Channel, string Document, int Revision, string UpdatedBy, DateTimeOffset UpdatedAt, int Failures, DateTimeOffset? FailingSince, string? LastFault, DateTimeOffset? LastTakenAt, int Waiting, int GivenUp, string? Problem);

/// <param name="Problems">What is wrong with it, each with its field.</param>
public sealed record ChannelOutcome(bool Accepted, string Code, string Message, IReadOnlyList<(string Field, string Message)> Problems);

/// <summary>The ways to people outside the portal: what is in service, changed by a person or by a document.</summary>
public interface IAlertChannels
{
    Task<IReadOnlyList<AlertChannelItem>> AllAsync(TenantScope tenant, CancellationToken ct);

    /// <param name="basedOn">Revision that was changed, 0 for a new one; null = whatever is there.</param>
    Task<ChannelOutcome> SaveAsync(TenantScope tenant, AlertChannel channel, int? basedOn, string by, string reason, CancellationToken ct);

    /// <summary>What waits for it is given up, and says why.</summary>
    Task<CommandOutcome> DeleteAsync(TenantScope tenant, string name, CancellationToken ct);

    /// <summary>Tries everything again that was given up.</summary>
    /// <returns>How many.</returns>
    Task<int> SendAgainAsync(TenantScope tenant, string name, CancellationToken ct);
}

/// <inheritdoc cref="IAlertChannels"/>
public sealed class AlertChannels(IControlPlaneDb db, TimeProvider clock) : IAlertChannels
{
    public async Task<IReadOnlyList<AlertChannelItem>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.AlertChannels.AsNoTracking().OrderBy(c => c.Name).ToListAsync(ct);
        var left = await context.Notifications.Where(n => n.Via != null && n.State != NotificationState.Sent).GroupBy(n => new { n.Via, n.State }).Select(g => new { g.Key.Via, g.Key.State, Count = g.Count() }).ToListAsync(ct);
        return [.. rows.Select(r =>
        {
            var (channel, problem) = AlertChannelText.Parse(r.Name, r.Document);
            int Of(NotificationState state) => left.Where(l => l.Via == r.Name && l.State == state).Sum(l => l.Count);
            return new AlertChannelItem(
                r.Name, channel, r.Document, r.Revision, r.UpdatedBy, Instant.FromMicroseconds(r.UpdatedAt), r.Failures, r.FailingSince is { } since ? Instant.FromMicroseconds(since) : null, r.LastFault, r.LastTakenAt is { } at ? Instant.FromMicroseconds(at) : null,
                Of(NotificationState.Waiting), Of(NotificationState.Failed), problem);
        })];
    }

    public Task<ChannelOutcome> SaveAsync(TenantScope tenant, AlertChannel channel, int? basedOn, string by, string reason, CancellationToken ct) => SaveAsync(tenant, channel, AlertChannelText.Write(channel), basedOn, by, reason, ct);

    /// <param name="document">As it was written: comments stay.</param>
    internal async Task<ChannelOutcome> SaveAsync(TenantScope tenant, AlertChannel channel, string document, int? basedOn, string by, string reason, CancellationToken ct)
    {
        if (channel.Problems() is { Count: > 0 } problems)
            return new(false, "invalid", problems.Count == 1 ? problems[0].Message : $"{problems.Count} things are wrong. The first: {problems[0].Message}", problems);
        await using var context = db.CreateContext(tenant);
        var row = await context.AlertChannels.FirstOrDefaultAsync(c => c.Name == channel.Name, ct);
        if (basedOn is { } on && on != (row?.Revision ?? 0))
            return new(false, "changed_meanwhile", row is null ? "Somebody deleted it meanwhile." : $"{row.UpdatedBy} changed it meanwhile. Look at it, then change it again.", []);
        if (row is null)
            context.AlertChannels.Add(row = new() { TenantId = tenant.TenantId, Name = channel.Name });
        // What is changed is tried anew: the failures were of what it was before.
        (row.Document, row.UpdatedBy, row.UpdatedAt, row.Reason, row.Revision) = (document.Trim(), PayloadRows.Cut(by, ColumnLengths.Identifier)!, clock.GetUtcNow().ToMicroseconds(), PayloadRows.Cut(reason, ColumnLengths.Summary)!, row.Revision + 1);
        (row.Failures, row.FailingSince) = (0, null);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            return new(false, "changed_meanwhile", "Somebody made it in the same moment. Look at it, then change it again.", []);
        }

        return new(true, "accepted", $"{channel.Name} is in service. Send a test to see that it arrives.", []);
    }

    public async Task<CommandOutcome> DeleteAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.AlertChannels.Where(c => c.Name == name).ExecuteDeleteAsync(ct) == 1 ? new(true, "accepted", $"{name} is gone. Nothing goes out by it any more.") : new(false, "not_found", $"There is no channel {name}.");
    }

    public async Task<int> SendAgainAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        return await context.Notifications.Where(n => n.Via == name && n.State == NotificationState.Failed)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.State, NotificationState.Waiting).SetProperty(n => n.Attempts, 0).SetProperty(n => n.NextAt, now), ct);
    }
}

/// <summary>Channels as configuration documents.</summary>
public sealed class AlertChannelDocuments(IControlPlaneDb db, AlertChannels store)
{
    public async Task<EstatePlanItem> PlanAsync(TenantScope tenant, EstateObject.OfAlertChannel of, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var before = await context.AlertChannels.AsNoTracking().Where(c => c.Name == of.Name).Select(c => c.Document).FirstOrDefaultAsync(ct);
        return new(AlertChannelText.Kind, of.Name, before is null ? EstateChange.Create : before.Trim() == of.Text.Trim() ? EstateChange.Unchanged : EstateChange.Change, of.Source, before?.Trim() ?? "", of.Text.Trim());
    }

    public async Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, EstateObject.OfAlertChannel of, string author, string reason, CancellationToken ct)
    {
        var item = await PlanAsync(tenant, of, ct);
        if (item.Change == EstateChange.Unchanged)
            return (item, []);
        var outcome = await store.SaveAsync(tenant, of.Channel, of.Text, null, author, reason, ct);
        return (item, outcome.Accepted ? [] : [new EstateProblem(of.Source, 0, "spec", outcome.Message)]);
    }

    public async Task<IReadOnlyList<(string Name, string Text)>> WriteAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return [.. (await context.AlertChannels.AsNoTracking().OrderBy(c => c.Name).ToListAsync(ct)).Select(c => (c.Name, c.Document))];
    }
}
