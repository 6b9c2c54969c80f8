using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Web.Features.Receive;

/// <summary>What a document may call itself: JSON in UTF-8, or what the connection's receiver says that it reads.</summary>
internal static class ReceiveContent
{
    /// <param name="mediaTypes">Of the receiver; <c>*/*</c> stands for any, even for none.</param>
    /// <returns>Null when it may come in; otherwise what is wrong with it.</returns>
    public static string? Refuse(HttpRequest request, IReadOnlyCollection<string> mediaTypes)
    {
        var any = mediaTypes.Contains("*/*");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            return any ? null : $"The Content-Type is missing or cannot be read. Send {Allowed(mediaTypes)}.";
        if (!IsJson(type))
            return any || mediaTypes.Any(m => type.MediaType.Equals(m, StringComparison.OrdinalIgnoreCase)) ? null : $"The Content-Type is not taken here. Send {Allowed(mediaTypes)}.";
        // Other formats say themselves in which characters they are written; JSON between programs is UTF-8 (RFC 8259, 8.1).
        return type.Charset is { Length: > 0 } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)
            ? "The character set is not taken here. Send UTF-8."
            : null;
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
        || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase);

    private static string Allowed(IReadOnlyCollection<string> mediaTypes) => string.Join(" or ", mediaTypes.Prepend(MediaTypeNames.Application.Json).Distinct(StringComparer.OrdinalIgnoreCase));
}
