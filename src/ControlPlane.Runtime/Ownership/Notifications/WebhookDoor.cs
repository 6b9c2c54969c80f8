using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Calls a webhook with a signed JSON document, as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks): the receiver
/// recomputes HMAC-SHA256 over id, time and body. What goes through an alert channel has the channel's address and key.
/// </summary>
internal sealed class WebhookDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation, TimeProvider clock, AlertAddresses? alerts = null) : INotificationDoor, IDisposable
{
    private const int ShortestKey = 24;

    private readonly GuardedPost _post = new(options.Value.WebhooksInside);

    public NotificationChannel Channel => NotificationChannel.Webhook;

    public async Task SendAsync(NotificationRow row, CancellationToken ct)
    {
        var (to, key) = row.Via is null || alerts is null ? (row.Recipient, options.Value.WebhookKey) : await alerts.FindAsync(row, ct);
        if (key.Length < ShortestKey)
            throw new NotificationException(row.Via is null ? $"Webhooks are not signed yet: set ControlPlane:Notifications:WebhookKey to at least {ShortestKey} characters." : $"The key of the channel has less than {ShortestKey} characters.", retry: false);
        var address = _post.Check(to);
        var body = Body(row);
        var (id, time) = ($"msg_{row.Id:N}", clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        await _post.SendAsync(address, body, [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", Sign(key, id, time, body))], "The webhook", ct);
    }

    /// <summary><c>v1,</c> and the signature in Base64.</summary>
    /// <param name="key">As text; one that begins with <c>whsec_</c> is Base64, as the specification writes keys.</param>
    public static string Sign(string key, string id, string time, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Bytes(key), signed));
    }

    private static byte[] Bytes(string key)
    {
        const string Prefix = "whsec_";
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(key);
        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key[Prefix.Length..], bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(key);
    }

    private byte[] Body(NotificationRow row)
    {
        var alert = AlertJson.Message(row.Body);
        var data = new Dictionary<string, object?>
        {
            ["title"] = row.Title, ["text"] = row.Text, ["team"] = row.Team, ["case"] = row.CaseId, ["transaction"] = row.TransactionId, ["urgent"] = row.Urgent, ["link"] = NotificationText.Link(row, installation.Value.PublicAddress),
        };
        if (alert is not null)
        {
            (data["incident"], data["urgency"], data["runbook"]) = (alert.Incident, alert.Urgency, alert.Runbook);
            data["facts"] = alert.Facts.Select(f => new Dictionary<string, string> { ["name"] = f.Name, ["value"] = f.Value }).ToList();
        }

        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["type"] = alert?.Event ?? "work.escalated", ["timestamp"] = Instant.FromMicroseconds(row.At).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ["data"] = data,
        });
    }

    public void Dispose() => _post.Dispose();
}
