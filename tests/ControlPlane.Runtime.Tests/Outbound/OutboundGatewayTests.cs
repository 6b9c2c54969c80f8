using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Tests.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>Against a real server that misbehaves, over real sockets.</summary>
public sealed class OutboundGatewayTests : IAsyncLifetime
{
    private readonly OutboundGateway _gateway = new(TimeProvider.System);
    private WebApplication _server = null!;
    private int _counted;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Map("/ok", () => Results.Json(new { id = "1" }));
        _server.Map("/slow", async (HttpContext http) => await Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted));
        _server.Map("/drop", (HttpContext http) => http.Abort());
        _server.Map("/half", async (HttpContext http) =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        _server.Map("/endless", async (HttpContext http) =>
        {
            var chunk = new byte[1024 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
        });
        _server.Map("/count", async (HttpContext http) =>
        {
            // As any target: what has not come whole is not done.
            await http.Request.Body.CopyToAsync(Stream.Null);
            _counted++;
        });
        _server.Map("/elsewhere", () => Results.Redirect("http://169.254.169.254/latest/meta-data"));
        _server.Map("/packed", async (HttpContext http) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Optimal);
            await gzip.WriteAsync("{\"id\":\"1\"}"u8.ToArray());
        });
        _server.Map("/bomb", async (HttpContext http) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Optimal);
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 1024 && !http.RequestAborted.IsCancellationRequested; i++)
                await gzip.WriteAsync(zeros, http.RequestAborted);
        });
        _server.Map("/unpack", async (HttpContext http) =>
        {
            await using var gzip = new System.IO.Compression.GZipStream(http.Request.Body, System.IO.Compression.CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            return Results.Json(new { encoding = http.Request.Headers.ContentEncoding.ToString(), type = http.Request.ContentType, text = await reader.ReadToEndAsync(http.RequestAborted) });
        });
        await _server.StartAsync();
    }

    [Fact]
    public async Task A_packed_answer_is_unpacked_and_one_that_never_ends_is_cut_off_by_its_unpacked_size()
    {
        var answer = await _gateway.SendAsync(Connection("packed", seconds: 30), Connector, new() { Method = HttpMethod.Get, Path = "/packed" }, Ct);
        Assert.Equal("{\"id\":\"1\"}", Encoding.UTF8.GetString(answer.Body.Span));
        var bomb = await Assert.ThrowsAsync<ExchangeException>(() => _gateway.SendAsync(Connection("packed", seconds: 30), Connector, new() { Method = HttpMethod.Get, Path = "/bomb" }, Ct));
        Assert.Equal("outbound.answer_too_large", bomb.Fault.Code);
    }

    [Fact]
    public async Task A_body_that_is_to_be_compressed_arrives_as_it_was()
    {
        var request = new ExchangeRequest { Method = HttpMethod.Post, Path = "/unpack", Body = "{\"a\":1}"u8.ToArray(), ContentType = "application/json", Compress = true, Writes = true };
        var answer = await _gateway.SendAsync(Connection("packed", seconds: 30), Connector, request, Ct, mayWrite: () => true);
        using var told = System.Text.Json.JsonDocument.Parse(answer.Body);
        Assert.Equal(("gzip", "application/json", "{\"a\":1}"), (told.RootElement.GetProperty("encoding").GetString(), told.RootElement.GetProperty("type").GetString(), told.RootElement.GetProperty("text").GetString()));
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("slow", true, FaultKind.UnknownOutcome, "outbound.timeout")]
    [InlineData("slow", false, FaultKind.Transient, "outbound.timeout")]
    [InlineData("drop", true, FaultKind.UnknownOutcome, "outbound.cut_off")]
    [InlineData("drop", false, FaultKind.Transient, "outbound.cut_off")]
    [InlineData("half", true, FaultKind.UnknownOutcome, "outbound.cut_off")]
    [InlineData("endless", true, FaultKind.UnknownOutcome, "outbound.answer_too_large")]
    [InlineData("endless", false, FaultKind.Transient, "outbound.answer_too_large")]
    public async Task What_goes_wrong_says_whether_a_write_may_have_arrived(string path, bool writes, FaultKind kind, string code)
    {
        var fault = (await Assert.ThrowsAsync<ExchangeException>(() => SendAsync(path, writes))).Fault;
        Assert.Equal((kind, code), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_safe_to_try_again()
    {
        var fault = (await Assert.ThrowsAsync<ExchangeException>(() => SendAsync("", writes: true, new Uri("http://127.0.0.1:1")))).Fault;
        Assert.Equal((FaultKind.Transient, "outbound.not_connected"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed() => Assert.Equal(302, (await SendAsync("elsewhere", false)).Status);

    [Fact]
    public async Task An_internal_address_needs_the_connections_permission()
    {
        var fault = (await Assert.ThrowsAsync<ExchangeException>(() => SendAsync("ok", false, allowPrivate: false))).Fault;
        Assert.Equal((FaultKind.Internal, "outbound.address_refused"), (fault.Kind, fault.Code));
        Assert.Equal(200, (await SendAsync("ok", false)).Status);
    }

    [Fact]
    public async Task One_slow_system_does_not_hold_up_another()
    {
        var slow = Connection("slow-system", max: 1);
        var stuck = Enumerable.Range(0, 5).Select(_ => TryAsync(slow, "slow")).ToList();
        var from = TimeProvider.System.GetTimestamp();
        Assert.Equal(200, (await _gateway.SendAsync(Connection("other"), Connector, Request("ok", false), Ct)).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(1));
        await Task.WhenAll(stuck);
    }

    [Fact]
    public async Task A_write_that_may_not_leave_any_more_arrives_nowhere()
    {
        var fault = (await Assert.ThrowsAsync<ExchangeException>(() => _gateway.SendAsync(Connection("count"), Connector, Request("count", true), Ct, mayWrite: () => false))).Fault;
        Assert.Equal((FaultKind.Transient, OutboundGateway.NotOurs), (fault.Kind, fault.Code));
        Assert.Equal(0, _counted);
        Assert.Equal(200, (await _gateway.SendAsync(Connection("count"), Connector, Request("count", true), Ct, mayWrite: () => true)).Status);
        Assert.Equal(1, _counted);
    }

    private async Task TryAsync(Connection connection, string path)
    {
        try
        {
            await _gateway.SendAsync(connection, Connector, Request(path, false), Ct);
        }
        catch (ExchangeException)
        {
            // Expected: it times out after a second.
        }
    }

    private Task<ExchangeAnswer> SendAsync(string path, bool writes, Uri? address = null, bool allowPrivate = true) =>
        // Sixteen megabytes take longer than a second on a busy machine.
        _gateway.SendAsync(Connection("test" + path, allowPrivate, address, seconds: path == "endless" ? 30 : 1), Connector, Request(path, writes), Ct);

    private static readonly ScriptedConnector Connector = new("any", new ScriptedOperation("op", WriteKind.Blind, false));

    private static ExchangeRequest Request(string path, bool writes) =>
        new() { Method = HttpMethod.Post, Path = "/" + path, Body = Encoding.UTF8.GetBytes("{}"), ContentType = "application/json", Writes = writes };

    private Connection Connection(string key, bool allowPrivate = true, Uri? address = null, int max = 8, int seconds = 1) => new()
    {
        Key = key + allowPrivate,
        Connector = "any",
        Role = SystemRole.Erp,
        DisplayName = "The test system",
        BaseAddress = address ?? new Uri(_server.Urls.First()),
        AllowPrivateNetwork = allowPrivate,
        Timeout = TimeSpan.FromSeconds(seconds),
        MaxConcurrency = max,
    };
}
