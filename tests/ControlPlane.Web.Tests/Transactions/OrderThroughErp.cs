using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Catalogue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>A shop whose orders go to a simulated ERP that refuses the first call of each: the whole product, real requests.</summary>
internal sealed class OrderThroughErp : IAsyncDisposable
{
    public const string Erp = """
        kind: Connector
        metadata: { name: ledger }
        spec:
          title: Ledger
          roles: [erp]
          authentication: { scheme: none }
          mappings:
            - name: order
              rows:
                - { to: reference, from: reference }
                - { to: number, from: order.number }
                - { to: buyer, from: order.customer.name }
                - { to: "lines[].article", from: "order.lines[].sku" }
                - { to: "lines[].pieces", from: "order.lines[].quantity" }
          operations:
            - name: createSalesOrder
              title: Create the sales order
              write: keyed
              request: { method: POST, path: /orders, mapping: order, idempotencyHeader: Idempotency-Key }
              answer: { summary: "Ledger created the order {reference}" }
        """;

    private readonly WebApplication _erp;
    private readonly string _estate;

    private OrderThroughErp(WebApplication erp, ProductHost product, string estate) => (_erp, Product, _estate, Api) = (erp, product, estate, product.Client());

    public ProductHost Product { get; }

    public HttpClient Api { get; }

    /// <summary><c>traceparent</c> of every request that the ERP got.</summary>
    public ConcurrentQueue<string> Traces { get; private init; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OrderThroughErp> StartAsync(params string[] more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var erp = builder.Build();
        var traces = new ConcurrentQueue<string>();
        var seen = new ConcurrentDictionary<string, int>();
        erp.MapPost("/orders", (HttpContext http) =>
        {
            traces.Enqueue(http.Request.Headers["traceparent"].ToString());
            return seen.AddOrUpdate(http.Request.Headers["Idempotency-Key"].ToString(), 1, (_, n) => n + 1) == 1 ? Results.Text("{}", "application/json", statusCode: 503) : Results.Text("""{"id":"SO-1"}""", "application/json", statusCode: 201);
        });
        await erp.StartAsync(Ct);
        var estate = Directory.CreateTempSubdirectory("cp-order-").FullName;
        var address = erp.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await File.WriteAllTextAsync(Path.Combine(estate, "flow.yaml"), """
            kind: Flow
            metadata: { name: to-ledger }
            spec:
              trigger: { event: order.created, connections: [] }
              steps:
                - { id: check, type: validate, stage: validated }
                - { id: erp, type: call, connection: "role:erp", operation: createSalesOrder, stage: erp-posted, retry: { attempts: 5, first: 1s, longest: 2s } }
                - { id: close, type: close, stage: closed }
            """, Ct);
        await File.WriteAllTextAsync(Path.Combine(estate, "erp.yaml"), $$"""
            kind: Connection
            metadata: { name: ledger-main }
            spec: { connector: ledger, role: erp, displayName: Ledger, baseAddress: "{{address}}", allowPrivateNetwork: true }
            """, Ct);
        await File.WriteAllTextAsync(Path.Combine(estate, "ledger.yaml"), Erp, Ct);
        var product = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Estate"] = estate, ["ControlPlane:Telemetry:TraceUrl"] = "https://traces.example.com/trace/{traceId}" });
        var rig = new OrderThroughErp(erp, product, estate) { Traces = traces };
        await VersionTests.PublishAsync(rig.Api, OnboardingTests.Document.Replace("- { to: \"lines[].channelLineRef\"", "- { to: customer.name, from: $.customer.name }\n            - { to: \"lines[].channelLineRef\"", StringComparison.Ordinal), "r", 1);
        await VersionTests.ConnectAsync(rig.Api);
        return rig;
    }

    /// <returns>The transaction, closed.</returns>
    public async Task<Guid> OrderAsync(string number, string? traceParent = null)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"id":"{{number}}","no":"{{number}}","placed":1795424400,"money":"EUR","sum":1999,"customer":{"name":"Mia Öztürk"},"items":[{"id":1,"article":"TEE-M","pieces":2}]}""");
        using var client = Product.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/bazaar-de") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Bazaar-Event", "order.placed");
        request.Headers.Add("X-Bazaar-Signature", Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8.ToArray(), body)));
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        using var answer = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        for (var from = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60); await Task.Delay(100, Ct))
            if ((await Api.GetAsync($"/api/v1/transactions?q={number}", HttpStatusCode.OK)).Items() is [var found] && found.Text("state") == "closed")
                return found.GetProperty("id").GetGuid();
        throw new TimeoutException($"The order {number} was not closed.");
    }

    public async Task PublishErpAsync(string document)
    {
        using var answer = await Api.PutAsJsonAsync("/api/v1/connectors/ledger", new { document, reason = "tests", waiver = "tests" }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Product.DisposeAsync();
        await _erp.DisposeAsync();
        Directory.Delete(_estate, recursive: true);
    }
}
