using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Connectors.Sandbox.Http;

/// <summary>What a simulated system answers, held back until it is known whether it may leave.</summary>
internal sealed class SandboxAnswer
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required int Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>True when something was created or changed: then the answer can be lost after the commit.</summary>
    public bool Committed { get; init; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public static SandboxAnswer Of(int status, JsonNode body, bool committed = false, string contentType = "application/json; charset=utf-8") =>
        new() { Status = status, Body = Bytes(body), ContentType = contentType, Committed = committed };

    public static SandboxAnswer Text(int status, string text, string contentType) =>
        new() { Status = status, Body = Encoding.UTF8.GetBytes(text), ContentType = contentType };

    public static SandboxAnswer Empty(int status, bool committed = false) => new() { Status = status, Committed = committed };

    /// <summary>As the partners write JSON: umlauts stay as they are.</summary>
    public static byte[] Bytes(JsonNode body) => JsonSerializer.SerializeToUtf8Bytes(body, Json);

    public SandboxAnswer With(string header, string value)
    {
        Headers.Add(new(header, value));
        return this;
    }

    /// <summary>Whole seconds, at least one: nobody is asked to come back at once.</summary>
    public SandboxAnswer WithRetryAfter(TimeSpan wait) =>
        With("Retry-After", Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));

    public async Task WriteAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        if (ContentType is not null)
            response.ContentType = ContentType;
        if (Body.Length == 0)
            return;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, ct);
    }
}
