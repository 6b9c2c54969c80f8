using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Web.Features.Api;

/// <summary>Reads a JSON body strictly: an unknown member is an error, because a mistyped one would be without effect.</summary>
internal static class ApiBody
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    /// <param name="empty">What no body at all means; null when one is needed.</param>
    public static async Task<(T? Body, ApiError? Error)> ReadAsync<T>(HttpRequest request, T? empty)
        where T : class
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        if (buffer.Length == 0)
            return empty is null ? (null, new("request.body_missing", "", "A JSON body is expected.")) : (empty, null);
        if (!request.HasJsonContentType())
            return (null, new("request.content_type", "Content-Type", "Allowed: application/json."));
        try
        {
            return JsonSerializer.Deserialize<T>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Strict) is { } body
                ? (body, null)
                : (null, new("request.body_invalid", "", "A JSON object is expected."));
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "";
            var names = string.Join(", ", typeof(T).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));
            return (null, new("request.body_invalid", field, $"This does not fit. Allowed: a JSON object with {names}."));
        }
    }
}
