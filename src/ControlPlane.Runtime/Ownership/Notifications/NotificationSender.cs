using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ownership;

/// <summary>A way out of the portal.</summary>
internal interface INotificationDoor
{
    NotificationChannel Channel { get; }

    /// <exception cref="NotificationException">It was not taken; the message can be shown.</exception>
    Task SendAsync(NotificationRow row, CancellationToken ct);
}

/// <param name="retry">False: trying again cannot help.</param>
internal sealed class NotificationException(string message, bool retry, Exception? inner = null) : Exception(message, inner)
{
    public bool Retry { get; } = retry;
}

/// <summary>
/// Sends what waits in the outbox. Each row is taken by one node, by its number of attempts; one whose sender died is taken again. So a message
/// comes once, and after a crash at the wrong moment perhaps twice, under the same id.
/// </summary>
internal sealed class NotificationSender(IControlPlaneDb db, IEnumerable<INotificationDoor> doors, TimeProvider clock, ILogger<NotificationSender> log)
{
    private const int MostAtOnce = 50;

    /// <summary>A sender that says nothing for as long is gone.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(2);

    /// <summary>Waits after each failure; after the last of them it is given up.</summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12)];

    /// <returns>How many were sent.</returns>
    public async Task<int> SendDueAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var now = clock.GetUtcNow().ToMicroseconds();
        var due = await context.Notifications.IgnoreQueryFilters().AsNoTracking().Where(n => n.State == NotificationState.Waiting && n.NextAt <= now).OrderBy(n => n.NextAt).Take(MostAtOnce).ToListAsync(ct);
        var sent = 0;
        foreach (var row in due)
        {
            var (id, attempts, lost) = (row.Id, row.Attempts, (clock.GetUtcNow() + Lost).ToMicroseconds());
            if (await context.Notifications.IgnoreQueryFilters().Where(n => n.Id == id && n.State == NotificationState.Waiting && n.Attempts == attempts)
                    .ExecuteUpdateAsync(s => s.SetProperty(n => n.Attempts, attempts + 1).SetProperty(n => n.NextAt, lost), ct) == 0)
                continue;
            row.Attempts++;
            sent += await SendAsync(context, row, ct) ? 1 : 0;
        }

        return sent;
    }

    private async Task<bool> SendAsync(ControlPlaneDbContext context, NotificationRow row, CancellationToken ct)
    {
        try
        {
            var door = doors.FirstOrDefault(d => d.Channel == row.Channel) ?? throw new NotificationException("There is no way to send this.", retry: false);
            await door.SendAsync(row, ct);
        }
        catch (NotificationException e)
        {
            await FailAsync(context, row, e, ct);
            return false;
        }

        var now = clock.GetUtcNow().ToMicroseconds();
        // It is out: that is noted whether or not anybody still waits.
        await context.Notifications.IgnoreQueryFilters().Where(n => n.Id == row.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.State, NotificationState.Sent).SetProperty(n => n.SentAt, now).SetProperty(n => n.LastFault, (string?)null), CancellationToken.None);
        await ChannelTookAsync(context, row, now);
        return true;
    }

    private async Task FailAsync(ControlPlaneDbContext context, NotificationRow row, NotificationException e, CancellationToken ct)
    {
        var fault = PayloadRows.Cut(e.Message, ColumnLengths.Summary);
        var again = e.Retry && row.Attempts <= Waits.Count;
        var next = again ? (clock.GetUtcNow() + Waits[row.Attempts - 1]).ToMicroseconds() : row.NextAt;
        var state = again ? NotificationState.Waiting : NotificationState.Failed;
        await context.Notifications.IgnoreQueryFilters().Where(n => n.Id == row.Id).ExecuteUpdateAsync(s => s.SetProperty(n => n.State, state).SetProperty(n => n.NextAt, next).SetProperty(n => n.LastFault, fault), ct);
        await ChannelRefusedAsync(context, row, fault!);
        if (again)
            OwnershipLog.NotSent(log, row.Id, row.Channel, row.Attempts, e.Message);
        else
            OwnershipLog.GivenUp(log, row.Id, row.Channel, row.Attempts, e.Message);
    }

    private static async Task ChannelTookAsync(ControlPlaneDbContext context, NotificationRow row, long now)
    {
        if (row.Via is { } via)
            await context.AlertChannels.IgnoreQueryFilters().Where(c => c.TenantId == row.TenantId && c.Name == via)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.Failures, 0).SetProperty(c => c.FailingSince, (long?)null).SetProperty(c => c.LastTakenAt, now), CancellationToken.None);
    }

    /// <summary>A channel that takes nothing is an alert itself: so many in a row are counted here, and seen at the next look.</summary>
    private async Task ChannelRefusedAsync(ControlPlaneDbContext context, NotificationRow row, string fault)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        if (row.Via is { } via)
            await context.AlertChannels.IgnoreQueryFilters().Where(c => c.TenantId == row.TenantId && c.Name == via)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.Failures, c => c.Failures + 1).SetProperty(c => c.FailingSince, c => c.FailingSince ?? now).SetProperty(c => c.LastFault, fault), CancellationToken.None);
    }
}
