using System.Buffers.Text;

namespace ControlPlane.Web.Features.Api;

/// <summary>A cursor for lists that run newest first along keys that sort by time.</summary>
internal static class IdCursor
{
    public static string Text(Guid last) => Base64Url.EncodeToString(last.ToByteArray(bigEndian: true));

    public static Guid? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 22 && Base64Url.IsValid(text, out var length) && length == 16 && Base64Url.TryDecodeFromChars(text, bytes, out _) ? new Guid(bytes, bigEndian: true) : null;
    }
}
