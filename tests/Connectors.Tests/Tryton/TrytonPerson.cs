using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Tryton;

/// <summary>The warehouse person, the accountant, a colleague: works in Tryton by calls that have nothing of the connector's code in them.</summary>
public sealed class TrytonPerson(Uri address) : IDisposable
{
    public const string Password = "Konekt-9x7";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private string? _session;
    private int _user;

    /// <summary>The context is added.</summary>
    public async Task<JsonNode?> CallAsync(string method, params object?[] parameters)
    {
        var answer = await TryAsync(method, parameters);
        Assert.True(answer["error"] is null, $"{method}: {answer.ToJsonString()}");
        return answer["result"];
    }

    /// <summary>As the other, with the whole answer.</summary>
    public async Task<JsonNode> TryAsync(string method, params object?[] parameters)
    {
        _session ??= await LogInAsync();
        return await PostAsync(method, [.. parameters, new { company = 1, language = "en" }], _session);
    }

    public Task<JsonNode?> SaleAsync(string webId, params string[] fields) => OneAsync("sale.sale", "web_id", webId, fields);

    public async Task<JsonNode?> OneAsync(string model, string field, object value, params string[] fields) =>
        (await CallAsync($"model.{model}.search_read", new object[] { new[] { field, "=", value } }, 0, null, null, fields))!.AsArray() is { Count: > 0 } found ? found[0] : null;

    public async Task<int> CountAsync(string model, string field, string value) =>
        (await CallAsync($"model.{model}.search_count", (object)new object[] { new[] { field, "=", value } }))!.GetValue<int>();

    /// <summary>Assigns, picks, packs and ships; a line by its note may leave short.</summary>
    public async Task ShipAsync(int shipment, string tracking, string? shortNote = null, double quantity = 0)
    {
        Assert.True((await CallAsync("model.stock.shipment.out.assign_try", new[] { shipment }))!.GetValue<bool>());
        await CallAsync("model.stock.shipment.out.pick", new[] { shipment });
        var moves = (await CallAsync("model.stock.shipment.out.read", new[] { shipment }, new[] { "outgoing_moves.origin.note" }))![0]!["outgoing_moves."]!.AsArray();
        foreach (var move in moves.Where(m => shortNote is not null && (string?)m!["origin."]!["note"] == shortNote))
            await CallAsync("model.stock.move.write", new[] { (int)move!["id"]! }, new { quantity });
        var type = (await CallAsync("model.stock.package.type.search", Array.Empty<object>(), 0, 1, null))![0]!.GetValue<int>();
        await CallAsync("model.stock.package.create", (object)new[]
        {
            new { shipment = $"stock.shipment.out,{shipment}", type, shipping_reference = tracking, moves = new object[] { new object[] { "add", moves.Select(m => (int)m!["id"]!).ToArray() } } },
        });
        if ((await TryAsync("model.stock.shipment.out.pack", new[] { shipment }))["error"] is { } asked)
        {
            Assert.Equal("UserWarning", (string?)asked[0]);
            await CallAsync("model.res.user.warning.create", (object)new[] { new { user = _user, name = (string?)asked[1]![0], always = false } });
            await CallAsync("model.stock.shipment.out.pack", new[] { shipment });
        }

        await CallAsync("model.stock.shipment.out.done", new[] { shipment });
    }

    /// <summary>Counts enough of what the tests sell: they run against a server that earlier runs have sold from.</summary>
    public async Task RestockAsync()
    {
        var place = (int)(await OneAsync("stock.location", "code", "STO", "id"))!["id"]!;
        var products = (await CallAsync("model.product.product.search", new object[] { new object[] { "code", "in", new[] { "SKU-1001", "SKU-1002" } } }, 0, null, null))!.AsArray();
        var today = TimeProvider.System.GetUtcNow();
        var count = (await CallAsync("model.stock.inventory.create", (object)new[]
        {
            new Dictionary<string, object>
            {
                ["location"] = place, ["company"] = 1,
                ["date"] = new Dictionary<string, object> { ["__class__"] = "date", ["year"] = today.Year, ["month"] = today.Month, ["day"] = today.Day },
                ["lines"] = new object[] { new object[] { "create", products.Select(p => new { product = (int)p!, quantity = 100_000 }).ToArray() } },
            },
        }))![0]!.GetValue<int>();
        await CallAsync("model.stock.inventory.confirm", new[] { count });
    }

    private async Task<string> LogInAsync()
    {
        var answer = await PostAsync("common.db.login", ["connector", new { password = Password }, "en"], null);
        _user = (int)answer["result"]![0]!;
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"connector:{_user}:{answer["result"]![1]}"));
    }

    private async Task<JsonNode> PostAsync(string method, object?[] parameters, string? session)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(JsonSerializer.Serialize(new { id = 1, method, @params = parameters }), Encoding.UTF8, "application/json") };
        if (session is not null)
            message.Headers.TryAddWithoutValidation("Authorization", "Session " + session);
        using var response = await _http.SendAsync(message, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    public void Dispose() => _http.Dispose();
}
