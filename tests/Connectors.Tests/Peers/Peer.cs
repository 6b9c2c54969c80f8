using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Peers;

/// <summary>
/// A stand-in for a partner over real HTTP: keeps what is written, and has the partner's faults at hand. Written from the partner's own
/// documentation, apart from the connector that meets it.
/// </summary>
internal abstract class Peer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Lock _lock = new();

    protected Peer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public Uri Address => new(_server.Urls.First());

    /// <summary>Orders as they were written, by our reference; a duplicate has two.</summary>
    public List<(string Reference, JsonObject Document)> Orders { get; } = [];

    /// <summary>The next write is done, and its answer does not arrive.</summary>
    public bool LoseNextAnswer { get; set; }

    /// <summary>Seconds that the next call, other than one for a token, is told to wait.</summary>
    public int? ThrottleNext { get; set; }

    /// <summary>The next call is answered with a proxy's page and a success status.</summary>
    public bool PageNext { get; set; }

    public bool RefuseCredentials { get; set; }

    public int TokensGiven { get; private set; }

    public List<string> Calls { get; } = [];

    public string Token => $"token-{TokensGiven}";

    /// <summary>Whatever was given so far is no longer worth anything.</summary>
    public void ExpireTokens() => TokensGiven++;

    public int Written(string reference) => Orders.Count(o => o.Reference == reference);

    public async Task<T> StartAsync<T>() where T : Peer
    {
        await _server.StartAsync(TestContext.Current.CancellationToken);
        return (T)this;
    }

    /// <summary>Which path gives tokens; empty where there are none.</summary>
    protected abstract string TokenPath { get; }

    protected abstract Reply Give(HttpRequest request, string body);

    protected abstract Reply Handle(HttpRequest request, string body);

    protected virtual Reply Throttled(int seconds) => new(429, new JsonObject { ["message"] = "Too many." }) { Headers = { ["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture) } };

    protected virtual bool IsAllowed(HttpRequest request) => request.Headers.Authorization == $"Bearer {Token}";

    protected Reply Granted(JsonObject more)
    {
        TokensGiven++;
        more["access_token"] = Token;
        return new(200, more);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        Reply reply;
        bool lose;
        lock (_lock)
        {
            Calls.Add($"{http.Request.Method} {http.Request.Path}{Uri.UnescapeDataString(http.Request.QueryString.Value ?? "")}");
            var writes = Orders.Count;
            reply = Decide(http.Request, body);
            lose = LoseNextAnswer && Orders.Count > writes;
            LoseNextAnswer &= !lose;
        }

        if (lose)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
            http.Response.Headers.Append(name, value);
        if (reply.Page is { } page)
        {
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync(page);
        }
        else if (reply.Body is { } document)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(document.ToJsonString());
        }
    }

    private Reply Decide(HttpRequest request, string body)
    {
        if (TokenPath.Length > 0 && request.Path == TokenPath)
            return RefuseCredentials ? new(401, new JsonObject { ["error"] = "invalid_client" }) : Give(request, body);
        if (!IsAllowed(request))
            return new(401, new JsonObject { ["message"] = "Not you." });
        if (PageNext)
        {
            PageNext = false;
            return new(200, null) { Page = "<html><body>We are back soon.</body></html>" };
        }

        if (ThrottleNext is { } seconds)
        {
            ThrottleNext = null;
            return Throttled(seconds);
        }

        return Handle(request, body);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

internal sealed record Reply(int Status, JsonNode? Body)
{
    public Dictionary<string, string> Headers { get; } = [];

    public string? Page { get; init; }
}
