using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Calls a webhook with a signed JSON document, as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks): the receiver
/// recomputes HMAC-SHA256 over id, time and body. No redirects, no proxies, and no address inside unless the settings allow it.
/// </summary>
internal sealed class WebhookDoor : INotificationDoor, IDisposable
{
    private const int ShortestKey = 24;

    private readonly NotificationOptions _options;
    private readonly string _publicAddress;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public WebhookDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation, TimeProvider clock)
    {
        (_options, _publicAddress, _clock) = (options.Value, installation.Value.PublicAddress, clock);
        _client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5), ActivityHeadersPropagator = null,
            ConnectCallback = (context, ct) => AddressGuard.ConnectAsync(context.DnsEndPoint, _options.WebhooksInside, ct),
        }) { Timeout = TimeSpan.FromSeconds(20) };
    }

    public NotificationChannel Channel => NotificationChannel.Webhook;

    public async Task SendAsync(NotificationRow row, CancellationToken ct)
    {
        if (_options.WebhookKey.Length < ShortestKey)
            throw new NotificationException($"Webhooks are not signed yet: set ControlPlane:Notifications:WebhookKey to at least {ShortestKey} characters.", retry: false);
        if (!Uri.TryCreate(row.Recipient, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && _options.WebhooksInside)))
            throw new NotificationException("Only https addresses are called.", retry: false);
        var body = Body(row);
        var (id, time) = ($"msg_{row.Id:N}", _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.Add("webhook-signature", Sign(_options.WebhookKey, id, time, body));
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!answer.IsSuccessStatusCode)
                throw new NotificationException(
                    $"The webhook answered {(int)answer.StatusCode}.", retry: answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError);
        }
        catch (Exception e) when (e is HttpRequestException or AddressRefusedException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            var refused = e is AddressRefusedException || e.InnerException is AddressRefusedException;
            throw new NotificationException(refused ? "The address is inside this network, and ControlPlane:Notifications:WebhooksInside does not allow that." : "The webhook did not answer.", retry: !refused, e);
        }
    }

    /// <summary><c>v1,</c> and the signature in Base64.</summary>
    public static string Sign(string key, string id, string time, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed));
    }

    private byte[] Body(NotificationRow row) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["type"] = "work.escalated",
        ["timestamp"] = Instant.FromMicroseconds(row.At).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["data"] = new Dictionary<string, object?>
        {
            ["title"] = row.Title, ["text"] = row.Text, ["team"] = row.Team, ["case"] = row.CaseId, ["transaction"] = row.TransactionId, ["urgent"] = row.Urgent, ["link"] = NotificationText.Link(row, _publicAddress),
        },
    });

    public void Dispose() => _client.Dispose();
}
