using System.Buffers.Binary;
using System.IO.Compression;

namespace ControlPlane.Web.Features.Receive;

/// <summary>A body that could not be unwrapped.</summary>
/// <param name="Code">Stable.</param>
internal sealed record EncodingProblem(int Status, string Code, string Text);

/// <summary>
/// Undoes <c>Content-Encoding: gzip</c>. The signature was checked over what was sent; this is transport. Bounded: a small body that
/// becomes a large one (a zip bomb, CWE-409) is refused as soon as it is seen.
/// </summary>
internal static class ReceiveEncoding
{
    /// <summary>Documents of business shrink to a tenth, the most repetitive to a fiftieth.</summary>
    public const int MostRatio = 100;

    /// <summary>Up to here any ratio is taken: it fits in one buffer, whatever it is.</summary>
    private const int Harmless = 64 * 1024;

    public static bool IsPlain(HttpRequest request) => request.Headers.ContentEncoding.ToString() is "" or "identity";

    /// <param name="limit">For the unwrapped body, bytes.</param>
    public static (ReadOnlyMemory<byte> Body, EncodingProblem? Problem) Decode(HttpRequest request, ReadOnlyMemory<byte> body, int limit)
    {
        if (IsPlain(request))
            return (body, null);
        if (!request.Headers.ContentEncoding.ToString().Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return (default, new(StatusCodes.Status415UnsupportedMediaType, "receive.content_encoding", "The Content-Encoding is not taken here. Send the body plain, or as gzip."));
        try
        {
            return Unzip(body, limit);
        }
        catch (InvalidDataException)
        {
            return (default, new(StatusCodes.Status422UnprocessableEntity, "receive.encoding_broken", "The body says that it is gzip, and cannot be read as such. Send it again."));
        }
    }

    private static (ReadOnlyMemory<byte>, EncodingProblem?) Unzip(ReadOnlyMemory<byte> body, int limit)
    {
        using var zipped = new MemoryStream(body.ToArray(), writable: false);
        using var stream = new GZipStream(zipped, CompressionMode.Decompress);
        var buffer = new byte[Math.Min(Harmless, limit + 1)];
        var length = 0;
        int read;
        while ((read = stream.Read(buffer, length, buffer.Length - length)) > 0)
        {
            length += read;
            if (length > limit)
                return (default, new(StatusCodes.Status413PayloadTooLarge, "receive.too_large", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Unwrapped, the body has more than {limit:N0} bytes. Send fewer documents at once.")));
            if (length > Harmless && length / MostRatio > body.Length)
                return (default, new(StatusCodes.Status413PayloadTooLarge, "receive.encoding_ratio", $"Unwrapped, the body is more than {MostRatio} times as large as it was sent. Send it plain."));
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
        }

        // The last four bytes say how long it was (RFC 1952, 2.3.1): what was cut off on the way does not pass for the whole.
        return body.Length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(body.Span[^4..]) != (uint)length
            ? throw new InvalidDataException()
            : (buffer.AsMemory(0, length), null);
    }
}
