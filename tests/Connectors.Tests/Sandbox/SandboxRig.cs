using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Sandbox;
using Connectors.Sandbox.Dials;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Sandbox;

/// <summary>A sandbox on a free port, on a clock that stands still, with an inbox for its webhooks. Nobody orders by himself.</summary>
internal sealed class SandboxRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly SandboxHost _host;

    private SandboxRig(SandboxHost host, WebhookInbox inbox, FakeTimeProvider clock, SandboxOptions options)
    {
        _host = host;
        Inbox = inbox;
        Clock = clock;
        Options = options;
        Http = new HttpClient { BaseAddress = host.Address };
    }

    public WebhookInbox Inbox { get; }

    public FakeTimeProvider Clock { get; }

    public SandboxOptions Options { get; }

    public HttpClient Http { get; }

    public ISandboxControl Control => _host.Control;

    public Uri Address => _host.Address;

    public static async Task<SandboxRig> StartAsync(Func<SandboxOptions, SandboxOptions>? adjust = null, DateTimeOffset? at = null)
    {
        var ct = TestContext.Current.CancellationToken;
        var inbox = await WebhookInbox.StartAsync(ct);
        var options = new SandboxOptions { Port = 0, Seed = 42, NumberOffset = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, WebhookTarget = inbox.Address };
        options = adjust?.Invoke(options) ?? options;
        var clock = new FakeTimeProvider(at ?? Noon);
        return new(await SandboxHost.StartAsync(options, clock, ct: ct), inbox, clock, options);
    }

    public void Turn(string system, string dial, double value) => Assert.Empty(Control.Dials.Apply([new DialSetting(system, dial, value)]));

    /// <summary>
    /// Until every webhook that is on its way was answered. The clock must not be moved before: the sender's patience is
    /// on it too, and what it gave up it sends again.
    /// </summary>
    public async Task SettledAsync(string system)
    {
        for (var i = 0; i < 2_000 && Statistics(system).WebhooksWaiting > 0; i++)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Equal(0, Statistics(system).WebhooksWaiting);
    }

    public SystemStatistics Statistics(string system) => Control.Statistics().Single(s => s.System == system);

    /// <summary>How often something was really done at a system.</summary>
    public int Effects(string system, string operation, string reference) =>
        Control.Ledger(system, operation, reference)!.Single().References.GetValueOrDefault(reference);

    public async Task<Answered> SendAsync(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    public async Task<Answered> SendAsync(HttpRequestMessage request)
    {
        var ct = TestContext.Current.CancellationToken;
        using var response = await Http.SendAsync(request, ct);
        return new(response.StatusCode, response.Headers, response.Content.Headers.ContentType, await response.Content.ReadAsStringAsync(ct));
    }

    public Task<Answered> FormAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    /// <summary>Moves the clock on in small steps until something has come about, as far as told.</summary>
    public async Task<T> PassAsync<T>(Task<T> until, TimeSpan atMost)
    {
        var step = TimeSpan.FromMilliseconds(Math.Max(50, atMost.TotalMilliseconds / 200));
        for (var passed = TimeSpan.Zero; !until.IsCompleted && passed < atMost; passed += step)
        {
            await Task.WhenAny(until, Task.Delay(5, TestContext.Current.CancellationToken));
            Clock.Advance(step);
        }

        return await until.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        await Inbox.DisposeAsync();
    }
}

internal sealed record Answered(HttpStatusCode Status, HttpResponseHeaders Headers, MediaTypeHeaderValue? ContentType, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public int Code => (int)Status;

    public string Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : "";
}
