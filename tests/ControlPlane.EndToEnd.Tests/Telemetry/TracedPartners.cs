using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>A shop that sends orders, and the ERP and the warehouse behind them, which note the trace context of every request. The estate is the reference flow of the benchmark.</summary>
internal sealed class TracedPartners : IAsyncDisposable
{
    private const string Secret = "traced-secret-0123456789";

    private readonly WebApplication _partners;
    private readonly string _template;

    private TracedPartners(WebApplication partners, string template, string address, string root) => (_partners, _template, Address, Root) = (partners, template, address, root);

    private string Address { get; }

    private string Root { get; }

    /// <summary>True: the ERP answers 503.</summary>
    public bool ErpDown { get; set; }

    /// <summary>System and <c>traceparent</c> of every request, in the order of their coming.</summary>
    public ConcurrentQueue<(string System, string Trace)> Requests { get; } = [];

    public int Instructed => Requests.Count(r => r.System == "wms");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TracedPartners> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        TracedPartners partners = null!;
        app.MapPost("/{system}/{**rest}", (string system, HttpContext http) =>
        {
            partners.Requests.Enqueue((system, http.Request.Headers["traceparent"].ToString()));
            return system == "erp" && partners.ErpDown ? Results.Text("{}", "application/json", statusCode: 503) : Results.Text($$"""{"id":"{{system}}-{{Guid.CreateVersion7():N}}"}""", "application/json", statusCode: 201);
        });
        var root = Repository();
        var template = await File.ReadAllTextAsync(Path.Combine(root, "bench", "templates", "shopify-order-3-lines.json"), Ct);
        await app.StartAsync(Ct);
        partners = new(app, template, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(), root);
        return partners;
    }

    public Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ControlPlane__Demo"] = "false", ["ControlPlane__Estate"] = Path.Combine(Root, "bench", "estate"),
            ["WEBHOOK_SECRET"] = Secret, ["ERP_URL"] = $"{Address}/erp/sales-orders", ["WMS_URL"] = $"{Address}/wms/fulfilments",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    /// <summary>An order by webhook, acknowledged.</summary>
    public async Task SendAsync(HttpClient product, int number, string? traceParent = null)
    {
        var body = Encoding.UTF8.GetBytes(_template.Replace("{{id}}", (5_600_000_000_000 + number).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{seq}}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{{token}}", $"TR-{number:0000000}", StringComparison.Ordinal)
            .Replace("{{now}}", "2026-11-29T08:00:00Z", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/shop/orders/create") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Shopify-Topic", "orders/create");
        request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        using var answer = await product.SendAsync(request, Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Ct));
    }

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ControlPlane.sln");
        return folder.FullName;
    }

    public ValueTask DisposeAsync() => _partners.DisposeAsync();
}
