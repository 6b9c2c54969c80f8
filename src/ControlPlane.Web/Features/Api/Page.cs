using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Api;

/// <summary>Part of a list.</summary>
/// <param name="Next">Send it back as <c>cursor</c> to get what follows; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

internal static class Paging
{
    public const int DefaultLimit = 50;

    public const int LargestLimit = 200;

    /// <summary>The page, and a Link header (RFC 8288) to the next one for clients that follow those.</summary>
    public static Page<T> Answer<T>(HttpContext http, IReadOnlyList<T> items, string? next)
    {
        if (next is not null)
        {
            var query = http.Request.Query.Where(q => q.Key != "cursor").SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v)));
            http.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(http.Request.PathBase + http.Request.Path, query.Append(KeyValuePair.Create("cursor", (string?)next)))}>; rel=\"next\"";
        }

        return new(items, next);
    }

    /// <summary>A cursor for lists that are sorted by a short text, such as a connection's key.</summary>
    public static string OfKey(string key) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes("k" + key));

    /// <summary>Null for text that is no such cursor.</summary>
    public static string? KeyOf(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor)) is ['k', .. var key] ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
