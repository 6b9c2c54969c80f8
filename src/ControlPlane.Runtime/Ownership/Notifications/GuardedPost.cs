using System.Net;
using ControlPlane.Runtime.Outbound;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Posts to addresses that people wrote down. No redirects, no proxies, and no address inside unless the settings allow it.</summary>
internal sealed class GuardedPost : IDisposable
{
    private readonly bool _inside;
    private readonly HttpClient _client;

    /// <param name="inside">See <see cref="NotificationOptions.WebhooksInside"/>.</param>
    public GuardedPost(bool inside)
    {
        _inside = inside;
        _client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5), ActivityHeadersPropagator = null,
            ConnectCallback = (context, ct) => AddressGuard.ConnectAsync(context.DnsEndPoint, inside, ct),
        }) { Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <exception cref="NotificationException">The address may not be called.</exception>
    public Uri Check(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && _inside)) ? uri : throw new NotificationException("Only https addresses are called.", retry: false);

    /// <param name="who">As the receiver is called in a sentence: "The webhook".</param>
    /// <exception cref="NotificationException">It was not taken.</exception>
    public async Task SendAsync(Uri address, byte[] json, IReadOnlyList<(string Name, string Value)> headers, string who, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!answer.IsSuccessStatusCode)
                throw new NotificationException(
                    $"{who} answered {(int)answer.StatusCode}.", retry: answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError);
        }
        catch (Exception e) when (e is HttpRequestException or AddressRefusedException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            var refused = e is AddressRefusedException || e.InnerException is AddressRefusedException;
            throw new NotificationException(refused ? "The address is inside this network, and ControlPlane:Notifications:WebhooksInside does not allow that." : $"{who} did not answer.", retry: !refused, e);
        }
    }

    public void Dispose() => _client.Dispose();
}
