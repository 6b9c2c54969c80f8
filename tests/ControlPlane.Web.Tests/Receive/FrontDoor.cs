using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>The product with a shop and a marketplace, and what their senders do: sign the bytes and post them.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    public const string ShopSecret = "hush";

    private static readonly byte[] HookKey = Encoding.UTF8.GetBytes("01234567890123456789012");

    private readonly string _estate;
    private int _deliveries;

    private FrontDoor(ProductHost host, string estate) => (Host, _estate, Client, Api) = (host, estate, host.Client(null), host.Client());

    public ProductHost Host { get; }

    public HttpClient Client { get; }

    public HttpClient Api { get; }

    public static async Task<FrontDoor> OpenAsync()
    {
        var estate = Directory.CreateTempSubdirectory("cp-door-").FullName;
        await File.WriteAllTextAsync(Path.Combine(estate, "door.yaml"), $$"""
            kind: Connection
            metadata: { name: shop }
            spec:
              connector: shopify
              role: storefront
              displayName: The shop
              baseAddress: https://shop.example
              secrets: { webhookSecret: "${secret:SHOP}", accessToken: "${secret:SHOP}" }
            ---
            kind: Connection
            metadata: { name: market }
            spec:
              connector: amazon
              role: marketplace
              displayName: The marketplace
              baseAddress: https://market.example
              settings: { marketplaceIds: A1PA6795UKMFR9, clientId: c }
              secrets: { clientSecret: "${secret:SHOP}", refreshToken: "${secret:SHOP}", notificationSecret: "${secret:HOOK}" }
            """);
        var host = await ProductHost.StartAsync(new Dictionary<string, string?>
        {
            ["ControlPlane:Estate"] = estate,
            ["ControlPlane:Secrets:SHOP"] = ShopSecret,
            ["ControlPlane:Secrets:HOOK"] = "whsec_" + Convert.ToBase64String(HookKey),
        });
        return new(host, estate);
    }

    public Task<(int Status, JsonElement Body)> ShopAsync(byte[] body, Action<HttpRequestMessage>? adjust = null, string address = "/in/shop/orders/create")
    {
        var request = Post(address, body);
        request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopSecret), body)));
        request.Headers.Add("X-Shopify-Topic", "orders/create");
        request.Headers.Add("X-Shopify-Webhook-Id", $"delivery-{++_deliveries}");
        adjust?.Invoke(request);
        return SendAsync(request);
    }

    public Task<(int Status, JsonElement Body)> MarketAsync(byte[] body)
    {
        var request = Post("/in/market", body);
        var (id, at) = ($"msg_{++_deliveries}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(HookKey, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body])));
        return SendAsync(request);
    }

    /// <summary>What a person reads of the outcome: the transaction as the API tells it, or the problem document's code and field.</summary>
    public async Task<string> OutcomeAsync((int Status, JsonElement Body) answer)
    {
        var (status, body) = answer;
        if (status != 202)
            return $"{status} {Text(body, "code")} at {Text(body, "field")}\n";
        if (body.GetProperty("duplicate").GetBoolean())
            return "202 duplicate\n";
        var correlation = body.GetProperty("correlationId").GetString();
        using var found = JsonDocument.Parse(await Api.GetStringAsync($"/api/v1/transactions?q={correlation}"));
        if (found.RootElement.GetProperty("items").EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } item)
            return $"202 kept, no transaction: {await WhyAsync(body.GetProperty("messageId").GetGuid())}\n";
        using var detail = JsonDocument.Parse(await Api.GetStringAsync($"/api/v1/transactions/{item.GetProperty("id").GetGuid()}"));
        var order = detail.RootElement;
        var text = new StringBuilder($"202 {order.GetProperty("number").GetString()} {Amount(order, "total")}, placed {order.GetProperty("placedAt").GetDateTimeOffset():u}\n");
        foreach (var line in order.GetProperty("lines").EnumerateArray())
            text.Append(CultureInfo.InvariantCulture, $"  {line.GetProperty("ordered").GetInt32()} x {Text(line, "sku")} ({Text(line, "lineRef")}) at {Amount(line, "unitPrice")}\n");
        foreach (var number in order.GetProperty("identifiers").EnumerateArray()
            .Where(n => n.GetProperty("kind").GetString() is not ("correlation-id" or "email-hash")).Select(n => $"{n.GetProperty("kind")} {n.GetProperty("value")}").Order(StringComparer.Ordinal))
            text.Append("  ").Append(number).Append('\n');
        return text.ToString();
    }

    private async Task<string?> WhyAsync(Guid message)
    {
        await using var context = Host.Db.CreateContext();
        return (await context.Messages.AsNoTracking().SingleAsync(m => m.Id == message)).Detail;
    }

    private static HttpRequestMessage Post(string address, byte[] body) =>
        new(HttpMethod.Post, address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };

    private async Task<(int, JsonElement)> SendAsync(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "-";

    private static string Amount(JsonElement json, string name) =>
        json.TryGetProperty(name, out var money) && money.ValueKind == JsonValueKind.Object ? $"{Text(money, "amount")} {Text(money, "currency")}" : "no amount";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Api.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(_estate, recursive: true);
    }
}
