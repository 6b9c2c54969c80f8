using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Mail by SMTP. Plain text: what an order says is quoted, never rendered.</summary>
internal sealed class MailDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation) : INotificationDoor
{
    private readonly MailPost _post = new(options);

    public NotificationChannel Channel => NotificationChannel.Mail;

    public async Task SendAsync(NotificationRow row, CancellationToken ct)
    {
        if (!MailboxAddress.TryParse(row.Recipient, out var to))
            throw new NotificationException("The mail address of the recipient or the sender cannot be read.", retry: false);
        using var message = new MimeMessage();
        message.To.Add(to);
        message.Subject = row.Title;
        // The same each time, so that a repeat after a crash is recognised.
        message.MessageId = $"{row.Id:N}@{_post.Domain}";
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (row.Urgent)
            message.Priority = MessagePriority.Urgent;
        message.Body = new TextPart("plain") { Text = NotificationText.Of(row, installation.Value.PublicAddress) };
        await _post.SendAsync(message, ct);
    }
}
