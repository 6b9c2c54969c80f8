using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Connectors.Sandbox.Http;

/// <summary>A call to a simulated system, read to its end.</summary>
internal sealed class SandboxCall
{
    private readonly HttpContext _context;

    private SandboxCall(HttpContext context, ReadOnlyMemory<byte> body)
    {
        _context = context;
        Body = body;
    }

    public ReadOnlyMemory<byte> Body { get; }

    public string Path => _context.Request.Path.Value ?? "";

    public string Method => _context.Request.Method;

    /// <summary>Scheme and host as the caller wrote them, for links in answers.</summary>
    public string Origin => $"{_context.Request.Scheme}://{_context.Request.Host}";

    public IQueryCollection Query => _context.Request.Query;

    /// <summary>A part of the path; empty when the route has none of that name.</summary>
    public string Route(string name) => _context.GetRouteValue(name) as string ?? "";

    public string? Header(string name) => _context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    public string? Bearer() => Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value["Bearer ".Length..].Trim() : null;

    /// <exception cref="System.Text.Json.JsonException">The body is no JSON object; the gate words the refusal.</exception>
    public JsonObject JsonObject() => JsonNode.Parse(Body.Span) as JsonObject ?? throw new System.Text.Json.JsonException("The body is not a JSON object.");

    public IReadOnlyDictionary<string, string> Form() =>
        QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Body.Span)).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);

    public static async Task<SandboxCall> ReadAsync(HttpContext context, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, ct);
        return new(context, buffer.ToArray());
    }
}
