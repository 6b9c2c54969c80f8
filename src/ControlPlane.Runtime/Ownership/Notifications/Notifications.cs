using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <param name="Path">Where in the portal it leads.</param>
public sealed record BellItem(Guid Id, DateTimeOffset At, string Title, string Text, bool Urgent, bool Read, string Path);

/// <param name="Items">Newest first.</param>
public sealed record Bell(int Unread, IReadOnlyList<BellItem> Items);

/// <summary>One that could not be sent, and why.</summary>
public sealed record UnsentItem(Guid Id, DateTimeOffset At, NotificationChannel Channel, string Recipient, string Title, bool GivenUp, int Attempts, DateTimeOffset? NextAt, string Fault);

/// <summary>What people are told: their bells, and what did not reach them.</summary>
public interface INotifications
{
    const int MostShown = 30;

    Task<Bell> OfAsync(TenantScope tenant, string person, CancellationToken ct);

    /// <param name="id">Null = all of them.</param>
    Task MarkReadAsync(TenantScope tenant, string person, Guid? id, CancellationToken ct);

    /// <summary>Newest first, at most 50: given up, or failed and tried again later.</summary>
    Task<IReadOnlyList<UnsentItem>> UnsentAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>Tries one again that was given up.</summary>
    Task<bool> SendAgainAsync(TenantScope tenant, Guid id, CancellationToken ct);
}

/// <inheritdoc cref="INotifications"/>
public sealed class Notifications(IControlPlaneDb db, TimeProvider clock) : INotifications
{
    public async Task<Bell> OfAsync(TenantScope tenant, string person, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var mine = context.Notifications.AsNoTracking().Where(n => n.Recipient == person && n.Channel == NotificationChannel.Portal);
        var rows = await mine.OrderByDescending(n => n.Id).Take(INotifications.MostShown).ToListAsync(ct);
        // One person's bell of ninety days: hundreds at most.
        var unread = await mine.CountAsync(n => n.ReadAt == null, ct);
        return new(unread, [.. rows.Select(n => new BellItem(n.Id, Instant.FromMicroseconds(n.At), n.Title, n.Text, n.Urgent, n.ReadAt is not null, NotificationText.Path(n)))]);
    }

    public async Task MarkReadAsync(TenantScope tenant, string person, Guid? id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var now = clock.GetUtcNow().ToMicroseconds();
        var mine = context.Notifications.Where(n => n.Recipient == person && n.Channel == NotificationChannel.Portal && n.ReadAt == null);
        if (id is { } one)
            mine = mine.Where(n => n.Id == one);
        await mine.ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, now), ct);
    }

    public async Task<IReadOnlyList<UnsentItem>> UnsentAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var failed = await context.Notifications.AsNoTracking().Where(n => n.State == NotificationState.Failed).OrderByDescending(n => n.Id).Take(50).ToListAsync(ct);
        var waiting = await context.Notifications.AsNoTracking().Where(n => n.State == NotificationState.Waiting && n.LastFault != null).OrderByDescending(n => n.NextAt).Take(50).ToListAsync(ct);
        return [.. failed.Concat(waiting).OrderByDescending(n => n.Id).Take(50).Select(n => new UnsentItem(
            n.Id, Instant.FromMicroseconds(n.At), n.Channel, n.Recipient, n.Title, n.State == NotificationState.Failed, n.Attempts, n.State == NotificationState.Waiting ? Instant.FromMicroseconds(n.NextAt) : null, n.LastFault ?? ""))];
    }

    public async Task<bool> SendAgainAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var now = clock.GetUtcNow().ToMicroseconds();
        return await context.Notifications.Where(n => n.Id == id && n.State == NotificationState.Failed)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.State, NotificationState.Waiting).SetProperty(n => n.Attempts, 0).SetProperty(n => n.NextAt, now), ct) == 1;
    }
}
