using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Connectors.Sandbox;
using ControlPlane.Runtime.Connections.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>Notifications of the simulated eBay at the door of the whole product: nobody pasted a key, and a forger gets neither in nor calls made.</summary>
public sealed class SenderKeyTests
{
    private const string Header = "X-EBAY-SIGNATURE";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notification_is_believed_by_the_key_it_names_and_forged_keys_are_refused_and_rationed()
    {
        await using var inbox = await InboxAsync();
        var options = new SandboxOptions
        {
            Port = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, Seed = 5, NumberOffset = 0, PublishedLimits = false, Marketplaces = [SandboxSystems.Ebay],
            WebhookTarget = new Uri(inbox.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        await using var sandbox = await SandboxHost.StartAsync(options, ct: Ct);
        var secrets = options.Secrets.Of(SandboxSystems.Ebay);
        var estate = Directory.CreateTempSubdirectory("cp-keys-");
        await File.WriteAllTextAsync(Path.Combine(estate.FullName, "ebay.yaml"), $$"""
            kind: Connection
            metadata: { name: ebay-de }
            spec:
              connector: ebay
              role: marketplace
              displayName: eBay
              baseAddress: {{new Uri(sandbox.Address, "/ebay")}}
              allowPrivateNetwork: true
              settings: { clientId: {{secrets.ClientId}}, tokenAddress: "{{new Uri(sandbox.Address, "/ebay/identity/v1/oauth2/token")}}" }
              secrets: { clientSecret: "${secret:ID}", refreshToken: "${secret:REFRESH}" }
            """, Ct);
        await using var host = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Estate"] = estate.FullName, ["ControlPlane:Secrets:ID"] = secrets.ClientSecret, ["ControlPlane:Secrets:REFRESH"] = secrets.Token });
        using var client = host.Client(null);
        Assert.Null(sandbox.Control.PlaceOrders(SandboxSystems.Ebay, 3));
        var told = new List<(string Signature, byte[] Body)>();
        while (told.Count < 3)
            told.Add(await NextAsync());

        foreach (var (signature, body) in told)
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, signature, body));
        // One question for the three.
        Assert.Equal(1, await QuestionsAsync(host));
        // The right key does not vouch for another document.
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, told[0].Signature, told[1].Body));

        for (var i = 0; i < 40; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"alg":"ecdsa","kid":"forged-{{i}}","signature":"MEUCIQ==","digest":"SHA1"}""")), told[0].Body));
        Assert.Equal(5, await QuestionsAsync(host));
        await using (var context = host.Db.CreateContext())
        {
            var said = Assert.Single(await context.Set<ConnectionEventRow>().Where(e => e.Kind == "webhook.key_not_known").ToListAsync(Ct));
            Assert.StartsWith("A delivery was refused: it is signed with the key forged-0, and eBay does not know it.", said.Text, StringComparison.Ordinal);
        }

        // The real one is believed all the same.
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, told[2].Signature, told[2].Body));
        estate.Delete(recursive: true);
    }

    private readonly ConcurrentQueue<(string, byte[])> _told = new();

    private async Task<WebApplication> InboxAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "inbox" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            _told.Enqueue((http.Request.Headers[Header].ToString(), body.ToArray()));
        });
        await app.StartAsync(Ct);
        return app;
    }

    private async Task<(string, byte[])> NextAsync()
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (_told.TryDequeue(out var one))
                return one;
            await Task.Delay(10, Ct);
        }

        throw new TimeoutException("No notification came.");
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string signature, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/ebay-de") { Content = content };
        request.Headers.TryAddWithoutValidation(Header, signature);
        using var answer = await client.SendAsync(request, Ct);
        return answer.StatusCode;
    }

    /// <summary>As the attempts of the connection show them.</summary>
    private static async Task<int> QuestionsAsync(ProductHost host)
    {
        await using var context = host.Db.CreateContext();
        return await context.Attempts.CountAsync(a => a.Connection == "ebay-de" && a.Path.StartsWith("/commerce/notification/v1/public_key/"), Ct);
    }
}
