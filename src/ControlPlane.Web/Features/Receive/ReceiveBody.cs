using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Web.Features.Receive;

/// <summary>Reads a body whole. Memory is taken as bytes arrive, never for what a sender only announces.</summary>
internal static class ReceiveBody
{
    /// <summary>Nearly every document fits: then there is one buffer and no copy.</summary>
    private const int First = 64 * 1024;

    /// <summary>Null when the body is larger than the limit, said or found.</summary>
    /// <exception cref="BadHttpRequestException">The sender broke off, or was too slow.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http, int limit, CancellationToken ct)
    {
        if (http.Request.ContentLength > limit)
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        var announced = (int?)http.Request.ContentLength;
        // One more than announced, so that the end is seen without growing.
        var buffer = new byte[Math.Min(announced + 1 ?? First, First)];
        var length = 0;
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), ct)) > 0)
        {
            length += read;
            if (length > limit)
                return null;
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
        }

        return length < announced
            ? throw new BadHttpRequestException("The body ended before its announced length.", StatusCodes.Status400BadRequest)
            : buffer.AsMemory(0, length);
    }
}
