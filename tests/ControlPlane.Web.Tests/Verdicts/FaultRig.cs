using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Sandbox;
using Connectors.Sandbox.Dials;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>
/// The product, the simulated partners over loopback, and a relay between them: it gives each order that the simulated shop tells of to the channel
/// whose turn it is, so that each kind of fault has channels, connections and breakers of its own.
/// </summary>
internal sealed class FaultRig : IAsyncDisposable
{
    private readonly SandboxHost _sandbox;
    private readonly WebApplication _relay;
    private readonly ConcurrentQueue<FaultOrder> _next = new();
    private readonly ConcurrentDictionary<string, FaultOrder> _given = new(StringComparer.Ordinal);
    private readonly SandboxOptions _options;
    private HttpClient _door = null!;

    private FaultRig(SandboxHost sandbox, WebApplication relay, SandboxOptions options) => (_sandbox, _relay, _options) = (sandbox, relay, options);

    public ProductHost Product { get; private set; } = null!;

    public SandboxDials Dials => _sandbox.Control.Dials;

    /// <summary>What the relay gave to which channel, with the bytes.</summary>
    public IReadOnlyCollection<FaultOrder> Given => [.. _given.Values];

    public static async Task<FaultRig> StartAsync(IEnumerable<string> documents, CancellationToken ct)
    {
        // The relay needs the rig, and the sandbox the relay's address.
        FaultRig? rig = null;
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "relay" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var relay = builder.Build();
        relay.UseRouting();
        relay.MapPost("/in/{connection}/{**topic}", (HttpContext http, string connection) => rig!.RelayAsync(http, connection));
        await relay.StartAsync(ct);
        var address = new Uri(relay.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var options = new SandboxOptions
        {
            Port = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, Seed = 11, NumberOffset = 0, PublishedLimits = false, ShopConnection = "shop", WmsConnection = "wms", WebhookTarget = address,
        };
        var sandbox = await SandboxHost.StartAsync(options, ct: ct);
        rig = new(sandbox, relay, options);
        rig.Product = await ProductHost.StartAsync(new Dictionary<string, string?>
        {
            ["ControlPlane:Secrets:sandbox"] = sandbox.Address.ToString().TrimEnd('/'),
            ["ControlPlane:Secrets:shop-hook"] = options.Secrets.ShopWebhookSecret,
            ["ControlPlane:Secrets:shop-token"] = options.Secrets.ShopAccessToken,
            ["ControlPlane:Secrets:erp-company"] = options.ErpCompany.ToString(),
            ["ControlPlane:Secrets:erp-client"] = options.Secrets.ErpClientId,
            ["ControlPlane:Secrets:erp-secret"] = options.Secrets.ErpClientSecret,
            ["ControlPlane:Secrets:wms-key"] = options.Secrets.WmsApiKey,
            ["ControlPlane:Secrets:wms-hook"] = options.Secrets.WmsWebhookSecret,
        });
        rig._door = rig.Product.Client(null);
        var (_, problems) = await rig.Product.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [.. documents.Select((d, i) => new EstateDocument($"faults-{i}.yaml", d))], "tests", "fault set", ct);
        Assert.Empty(problems);
        return rig;
    }

    /// <summary>Dials as at the start of each phase: everybody well, and quick.</summary>
    public void AllWell(params (string System, string Name, double Value)[] turned)
    {
        Dials.Reset();
        Assert.Empty(Dials.Apply([
            new("wms", "ack-delay-min", 0), new("wms", "ack-delay-max", 0), new("wms", "ship-delay-min", 0), new("wms", "ship-delay-max", 0),
            .. turned.Select(t => new DialSetting(t.System, t.Name, t.Value)),
        ]));
    }

    /// <summary>Customers order, one for each; the shop tells of it and the relay hands it on.</summary>
    public void Place(IReadOnlyList<FaultOrder> orders)
    {
        foreach (var order in orders)
            _next.Enqueue(order);
        Assert.Null(_sandbox.Control.PlaceOrders(SandboxSystems.Shop, orders.Count));
    }

    /// <summary>The shop's customer cancels.</summary>
    public async Task CancelAsync(FaultOrder order, CancellationToken ct)
    {
        var document = JsonNode.Parse(order.Body!)!.AsObject();
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        (document["cancelled_at"], document["updated_at"]) = (now, now);
        document["cancel_reason"] = "customer";
        await SendAsync(order, Encoding.UTF8.GetBytes(document.ToJsonString()), new Dictionary<string, string> { ["X-Shopify-Topic"] = "orders/cancelled", ["X-Shopify-Webhook-Id"] = ControlPlane.Domain.Shared.EntityId.New(TimeProvider.System).ToString() }, ct);
    }

    private async Task RelayAsync(HttpContext http, string connection)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (connection != "shop")
        {
            http.Response.StatusCode = await ForwardAsync("/in/" + connection, body.ToArray(), http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()), http.RequestAborted);
            return;
        }

        var id = http.Request.Headers["X-Shopify-Webhook-Id"].ToString();
        if (!_given.TryGetValue(id, out var order))
        {
            if (!_next.TryDequeue(out order))
            {
                http.Response.StatusCode = 200;
                return;
            }

            order.Body = order.Edit is { } edit ? Edited(body.ToArray(), edit) : body.ToArray();
            _given[id] = order;
        }

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString());
        http.Response.StatusCode = await SendAsync(order, order.Body!, headers, http.RequestAborted);
    }

    private static byte[] Edited(byte[] body, Action<JsonObject> edit)
    {
        var document = JsonNode.Parse(body)!.AsObject();
        edit(document);
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private Task<int> SendAsync(FaultOrder order, byte[] body, Dictionary<string, string> headers, CancellationToken ct)
    {
        headers["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_options.Secrets.ShopWebhookSecret), body));
        return ForwardAsync("/in/" + order.Channel, body, headers, ct);
    }

    private async Task<int> ForwardAsync(string path, byte[] body, Dictionary<string, string> headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers.Where(h => h.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _door.SendAsync(request, ct);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        // The partners first, so that nobody knocks at a closed door.
        await _sandbox.DisposeAsync();
        await Product.DisposeAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _relay.StopAsync(patience.Token);
        await _relay.DisposeAsync();
        _door.Dispose();
    }
}

/// <summary>An order that is to come, and the channel that it is for.</summary>
internal sealed class FaultOrder(string channel, Action<JsonObject>? edit)
{
    public string Channel => channel;

    public Action<JsonObject>? Edit => edit;

    public byte[]? Body { get; set; }
}
