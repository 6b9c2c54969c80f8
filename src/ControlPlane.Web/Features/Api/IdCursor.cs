using System.Buffers.Binary;
using System.Buffers.Text;

namespace ControlPlane.Web.Features.Api;

/// <summary>A cursor for lists that run newest first along keys that sort by time.</summary>
internal static class IdCursor
{
    /// <summary>A key is made a moment before or after the time of receipt is written down.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static string Text(Guid last) => Base64Url.EncodeToString(last.ToByteArray(bigEndian: true));

    public static Guid? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 22 && Base64Url.IsValid(text, out var length) && length == 16 && Base64Url.TryDecodeFromChars(text, bytes, out _) ? new Guid(bytes, bigEndian: true) : null;
    }

    /// <summary>Not after any key made at that instant or later.</summary>
    public static Guid First(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> millis = stackalloc byte[8];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(millis, Math.Max(0, at.ToUnixTimeMilliseconds()));
        millis[2..].CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }
}
