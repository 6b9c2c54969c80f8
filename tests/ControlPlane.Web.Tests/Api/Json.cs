using System.Net;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Web.Tests.Api;

internal static class Json
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> GetAsync(this HttpClient client, string path, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync(path, Ct);
        return await ReadAsync(answer, expected);
    }

    public static async Task<JsonElement> SendAsync(this HttpClient client, HttpMethod method, string path, string? body, string? idempotencyKey, HttpStatusCode expected)
    {
        using var answer = await SendAsync(client, method, path, body, idempotencyKey);
        return await ReadAsync(answer, expected);
    }

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, string? body, string? idempotencyKey)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return client.SendAsync(request, Ct);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(expected == answer.StatusCode, $"expected {(int)expected}, got {(int)answer.StatusCode}: {text}");
        if ((int)expected >= 400)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static IReadOnlyList<JsonElement> Items(this JsonElement json) => [.. json.GetProperty("items").EnumerateArray()];

    public static string? Next(this JsonElement json) => json.Text("next");
}
