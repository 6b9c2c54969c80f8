using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Connectors.Tests.Sandbox;

/// <summary>Stands where the product would: takes webhooks on a free port and answers as it is told.</summary>
internal sealed class WebhookInbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedWebhook> _received = Channel.CreateUnbounded<ReceivedWebhook>();

    private WebhookInbox()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>What each webhook is answered; 202 unless told otherwise.</summary>
    public Func<ReceivedWebhook, int> Answer { get; set; } = _ => 202;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<WebhookInbox> StartAsync(CancellationToken ct)
    {
        var inbox = new WebhookInbox();
        await inbox._app.StartAsync(ct);
        return inbox;
    }

    public async Task<ReceivedWebhook> NextAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        return await _received.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Nothing comes for a moment. The only wait on real time: an absence has no event to wait for.</summary>
    public async Task<bool> IsQuietAsync(CancellationToken ct)
    {
        await Task.Delay(150, ct);
        return _received.Reader.Count == 0;
    }

    public int Count => _received.Reader.Count;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var webhook = new ReceivedWebhook(context.Request.Path.Value!, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        context.Response.StatusCode = Answer(webhook);
        await _received.Writer.WriteAsync(webhook, context.RequestAborted);
    }
}

internal sealed record ReceivedWebhook(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Body)!;
}
