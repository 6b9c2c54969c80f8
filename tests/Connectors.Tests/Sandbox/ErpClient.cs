using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

/// <summary>Somebody who is logged in at the ERP.</summary>
internal sealed class ErpClient(SandboxRig rig, string token)
{
    public static async Task<ErpClient> LoginAsync(SandboxRig rig)
    {
        var answer = await rig.FormAsync(
            "/erp/oauth2/v2.0/token",
            ("grant_type", "client_credentials"),
            ("client_id", rig.Options.Secrets.ErpClientId),
            ("client_secret", rig.Options.Secrets.ErpClientSecret),
            ("scope", "https://api.businesscentral.dynamics.com/.default"));
        return new(rig, answer.Json["access_token"]!.GetValue<string>());
    }

    public string Set(string rest) => $"/erp/api/v2.0/companies({rig.Options.ErpCompany})/{rest}";

    public Task<Answered> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answered> PostAsync(string path, JsonObject? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answered> PatchAsync(string path, JsonObject body, string? etag) => SendAsync(HttpMethod.Patch, path, body, etag is null ? [] : [("If-Match", etag)]);

    public Task<Answered> CreateAsync(string externalNumber, params (string Sku, int Quantity, decimal Price)[] lines) => PostAsync(Set("salesOrders"), Order(externalNumber, lines));

    public Task<Answered> FindAsync(string externalNumber) => GetAsync(Set($"salesOrders?$filter=externalDocumentNumber eq '{externalNumber}'&$expand=salesOrderLines"));

    public static JsonObject Order(string externalNumber, params (string Sku, int Quantity, decimal Price)[] lines) => new()
    {
        ["externalDocumentNumber"] = externalNumber,
        ["orderDate"] = "2026-11-23",
        ["customerNumber"] = "10000",
        ["currencyCode"] = "EUR",
        ["pricesIncludeTax"] = true,
        ["shipToName"] = "Mara Fintel",
        ["shipToCity"] = "Hamburg",
        ["salesOrderLines"] = new JsonArray([.. (lines.Length > 0 ? lines : [("MUG-BLU-35", 1, 14.50m)]).Select(l => new JsonObject
        {
            ["lineType"] = "Item",
            ["lineObjectNumber"] = l.Sku,
            ["quantity"] = l.Quantity,
            ["unitPrice"] = l.Price,
        })]),
    };

    private Task<Answered> SendAsync(HttpMethod method, string path, JsonObject? body, params (string, string)[] headers) =>
        rig.SendAsync(method, path, body, [("Authorization", $"Bearer {token}"), .. headers]);
}
