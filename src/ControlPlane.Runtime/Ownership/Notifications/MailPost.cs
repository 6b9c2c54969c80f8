using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ControlPlane.Runtime.Ownership;

/// <summary>The way to the mail server, for everything that is sent by mail.</summary>
internal sealed class MailPost(IOptions<NotificationOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of the sender's address.</summary>
    public string Domain => options.Value.MailFrom.Split('@')[^1];

    /// <param name="message">Without a sender: that is the installation's.</param>
    /// <exception cref="NotificationException">It was not taken; the message can be shown.</exception>
    public async Task SendAsync(MimeMessage message, CancellationToken ct)
    {
        var o = options.Value;
        if (o.MailHost.Length == 0 || o.MailFrom.Length == 0)
            throw new NotificationException("No mail server is set: ControlPlane:Notifications:MailHost and MailFrom.", retry: false);
        if (!MailboxAddress.TryParse(o.MailFrom, out var from))
            throw new NotificationException("The mail address of the recipient or the sender cannot be read.", retry: false);
        message.From.Add(from);
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
