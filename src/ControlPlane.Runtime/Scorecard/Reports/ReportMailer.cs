using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Sends reports by mail, the file itself attached, with the same patience as notifications.</summary>
public sealed class ReportMailer
{
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(5);

    private readonly IControlPlaneDb _db;
    private readonly MailPost _post;
    private readonly TimeProvider _clock;

    internal ReportMailer(IControlPlaneDb db, MailPost post, TimeProvider clock) => (_db, _post, _clock) = (db, post, clock);

    /// <returns>How many were sent.</returns>
    public async Task<int> SendDueAsync(CancellationToken ct)
    {
        await using var context = _db.CreateContext();
        var now = _clock.GetUtcNow().ToMicroseconds();
        var due = await context.Reports.IgnoreQueryFilters().AsNoTracking().Where(r => r.SendAt <= now).OrderBy(r => r.Id).Take(20).ToListAsync(ct);
        var sent = 0;
        foreach (var row in due)
        {
            var (id, attempts, lost) = (row.Id, row.Attempts, (_clock.GetUtcNow() + Lost).ToMicroseconds());
            // Taken by one node, by the number of attempts; one whose sender died is taken again.
            if (await context.Reports.IgnoreQueryFilters().Where(r => r.Id == id && r.SendAt <= now && r.Attempts == attempts).ExecuteUpdateAsync(s => s.SetProperty(r => r.Attempts, attempts + 1).SetProperty(r => r.SendAt, lost), ct) == 0)
                continue;
            var (next, note, at) = await SendAsync(row, attempts + 1, ct);
            await context.Reports.IgnoreQueryFilters().Where(r => r.Id == id).ExecuteUpdateAsync(s => s.SetProperty(r => r.SendAt, next).SetProperty(r => r.Note, note).SetProperty(r => r.SentAt, at), CancellationToken.None);
            sent += at is null ? 0 : 1;
        }

        return sent;
    }

    private async Task<(long? Next, string Note, long? SentAt)> SendAsync(ReportRow row, int attempt, CancellationToken ct)
    {
        var basis = ReportBasis.Read(row.Basis);
        var before = string.Join(" ", row.Note.Split(" Mail: ")[0]);
        try
        {
            using var message = Message(row, basis);
            await _post.SendAsync(message, ct);
            return (null, before, _clock.GetUtcNow().ToMicroseconds());
        }
        catch (NotificationException e)
        {
            var again = e.Retry && attempt <= NotificationSender.Waits.Count;
            return (again ? (_clock.GetUtcNow() + NotificationSender.Waits[attempt - 1]).ToMicroseconds() : null, PayloadRows.Cut($"{before} Mail: {e.Message}{(again ? " It is tried again." : "")}", ColumnLengths.Summary)!, null);
        }
    }

    private MimeMessage Message(ReportRow row, ReportBasis basis)
    {
        var message = new MimeMessage();
        foreach (var recipient in basis.Recipients)
            message.Bcc.Add(MailboxAddress.TryParse(recipient, out var to) ? to : throw new NotificationException($"The address {recipient} cannot be read.", retry: false));
        message.Subject = $"{basis.Title}, {ReportText.Period(basis)}";
        // The same each time, so that a repeat after a crash is recognised.
        message.MessageId = $"{row.Id:N}@{_post.Domain}";
        message.Headers.Add("Auto-Submitted", "auto-generated");
        var body = new BodyBuilder { TextBody = $"{basis.Title}, {ReportText.Period(basis)} ({basis.Zone}). The report is attached.{(row.Pdf is null ? " " + row.Note : "")}\n" };
        var name = ReportText.FileName(basis);
        if (row.Pdf is { } pdf)
            body.Attachments.Add(name + ".pdf", pdf, new ContentType("application", "pdf"));
        else
            body.Attachments.Add(name + ".html", System.Text.Encoding.UTF8.GetBytes(row.Html), new ContentType("text", "html"));
        body.Attachments.Add(name + ".csv", System.Text.Encoding.UTF8.GetBytes(row.Csv), new ContentType("text", "csv"));
        message.Body = body.ToMessageBody();
        return message;
    }
}
