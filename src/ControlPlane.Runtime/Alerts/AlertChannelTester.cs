using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Sends a test through a channel now and says what happened. Nothing is kept in the outbox; a success ends the count of failures, a failure is kept with its reason.</summary>
public interface IAlertChannelTester
{
    Task<CommandOutcome> TestAsync(TenantScope tenant, string name, string by, CancellationToken ct);
}

/// <inheritdoc cref="IAlertChannelTester"/>
internal sealed class AlertChannelTester(IControlPlaneDb db, IEnumerable<INotificationDoor> doors, AlertChannelBoard board, AlertTelling telling, TimeProvider clock) : IAlertChannelTester
{
    public const string Event = "alert.test";

    public async Task<CommandOutcome> TestAsync(TenantScope tenant, string name, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if ((await board.AllAsync(context, ct)).FirstOrDefault(c => c.Name == name) is not { } channel)
            return new(false, "not_found", $"There is no channel {name}.");
        var message = new AlertMessage(Event, "ticket", null, $"Test of the alert channel {name}", $"{by} sent this from ControlPlane to see that alerts arrive here.", [], null, "/alerts?tab=channels", null);
        var rows = channel.Type == AlertChannelType.Mail
            ? channel.To.Select(to => telling.Row(tenant.TenantId, NotificationChannel.Mail, to, name, message, false)).ToList()
            : [telling.Row(tenant.TenantId, channel.Type switch { AlertChannelType.Slack => NotificationChannel.Slack, AlertChannelType.Teams => NotificationChannel.Teams, _ => NotificationChannel.Webhook }, name, name, message, false)];
        var refused = new List<string>();
        foreach (var row in rows)
            try
            {
                await doors.Single(d => d.Channel == row.Channel).SendAsync(row, ct);
            }
            catch (NotificationException e)
            {
                refused.Add(rows.Count == 1 ? e.Message : $"{row.Recipient}: {e.Message}");
            }

        var now = clock.GetUtcNow().ToMicroseconds();
        if (refused.Count > 0)
        {
            // Kept so that the channel's row says it, but not counted: the count says that alerts are held up, and somebody who tries a new channel would wake others with it.
            var fault = PayloadRows.Cut(string.Join(" ", refused), ColumnLengths.Summary);
            await context.AlertChannels.Where(c => c.Name == name).ExecuteUpdateAsync(s => s.SetProperty(c => c.FailingSince, c => c.FailingSince ?? now).SetProperty(c => c.LastFault, fault), ct);
            return new(false, "not_taken", $"It did not arrive. {string.Join(" ", refused)}");
        }

        await context.AlertChannels.Where(c => c.Name == name).ExecuteUpdateAsync(s => s.SetProperty(c => c.Failures, 0).SetProperty(c => c.FailingSince, (long?)null).SetProperty(c => c.LastTakenAt, now), ct);
        return new(true, "accepted", channel.Type == AlertChannelType.Mail ? $"The mail server took it for {string.Join(", ", channel.To)}. Look into the inbox." : $"{channel.Type} took it. Look whether it is shown there.");
    }
}
