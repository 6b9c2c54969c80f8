using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A shop that no connector of the catalogue is for: an empty list of orders for who has the right key, and signed webhooks.</summary>
internal sealed class UnknownShop : IDisposable
{
    public const string ApiKey = "right";

    public const string WebhookSecret = "s3cret";

    private readonly HttpListener _listener = new();

    public UnknownShop()
    {
        Address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 30_000).ToString(CultureInfo.InvariantCulture)}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>What the shop sends when somebody bought two shirts.</summary>
    public static HttpRequestMessage Webhook(string connection, string id, string number)
    {
        var order = $$"""{"event":"order.created","id":"{{id}}","number":"{{number}}","created_at":"2026-11-23T09:30:00+01:00","currency":"EUR","total":"49.90","shipping":{"name":"Mia Example","street":"Lange Straße 5","city":"Köln","zip":"50667","country":"de"},"lines":[{"id":"1","sku":"TEE-M","quantity":2,"price":"24.95"}]}""";
        var request = new HttpRequestMessage(HttpMethod.Post, $"/in/{connection}") { Content = new StringContent(order, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookSecret), Encoding.UTF8.GetBytes(order))));
        return request;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            call.Response.StatusCode = call.Request.Headers["Authorization"] == $"Bearer {ApiKey}" ? 200 : 401;
            call.Response.ContentType = "application/json";
            call.Response.OutputStream.Write("{\"orders\":[]}"u8);
            call.Response.Close();
        }
    }
}
