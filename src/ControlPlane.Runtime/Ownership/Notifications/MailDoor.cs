using System.Net.Sockets;
using ControlPlane.Runtime.Settings;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Mail by SMTP. Plain text: what an order says is quoted, never rendered.</summary>
internal sealed class MailDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation) : INotificationDoor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public NotificationChannel Channel => NotificationChannel.Mail;

    public async Task SendAsync(NotificationRow row, CancellationToken ct)
    {
        var o = options.Value;
        if (o.MailHost.Length == 0 || o.MailFrom.Length == 0)
            throw new NotificationException("No mail server is set: ControlPlane:Notifications:MailHost and MailFrom.", retry: false);
        if (!MailboxAddress.TryParse(row.Recipient, out var to) || !MailboxAddress.TryParse(o.MailFrom, out var from))
            throw new NotificationException("The mail address of the recipient or the sender cannot be read.", retry: false);
        using var message = new MimeMessage();
        message.From.Add(from);
        message.To.Add(to);
        message.Subject = row.Title;
        // The same each time, so that a repeat after a crash is recognised.
        message.MessageId = $"{row.Id:N}@{o.MailFrom.Split('@')[^1]}";
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (row.Urgent)
            message.Priority = MessagePriority.Urgent;
        message.Body = new TextPart("plain") { Text = NotificationText.Of(row, installation.Value.PublicAddress) };
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Patience);
        try
        {
            await client.ConnectAsync(o.MailHost, o.MailPort, o.MailSecurity switch { "tls" => SecureSocketOptions.SslOnConnect, "none" => SecureSocketOptions.None, _ => SecureSocketOptions.StartTls }, timed.Token);
            if (o.MailUser.Length > 0)
                await client.AuthenticateAsync(o.MailUser, o.MailPassword, timed.Token);
            await client.SendAsync(message, timed.Token);
            await client.DisconnectAsync(true, timed.Token);
        }
        catch (SmtpCommandException e)
        {
            // 5xx is the server's last word on this message; 4xx asks to come back.
            throw new NotificationException($"The mail server refused it with {(int)e.StatusCode}.", retry: (int)e.StatusCode < 500, e);
        }
        catch (AuthenticationException e)
        {
            throw new NotificationException("The mail server refused our user or password.", retry: true, e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is SocketException or IOException or SmtpProtocolException or SslHandshakeException or NotSupportedException or TimeoutException or OperationCanceledException)
        {
            throw new NotificationException(e is SslHandshakeException or NotSupportedException ? "The mail server offers no protected connection that is trusted here." : "The mail server did not answer.", retry: true, e);
        }
    }
}
