using System.Buffers.Text;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>
/// Where a page begins: beside one transaction, older or newer. Opaque to those who pass it on. It names a row, not a
/// count, so pages stay as they are while new rows arrive.
/// </summary>
public readonly record struct PageCursor(bool Older, Guid Edge)
{
    private const int Length = 17;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Older ? (byte)'o' : (byte)'n';
        Edge.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for text that is no cursor of ours.</summary>
    public static bool TryParse(string? text, out PageCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        // Decoding throws on foreign characters; looking first keeps a typed-in address from being an exception.
        if (text is not { Length: 23 } || !Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            return false;
        if (bytes[0] is not ((byte)'o' or (byte)'n'))
            return false;
        cursor = new(bytes[0] == (byte)'o', new Guid(bytes[1..], bigEndian: true));
        return true;
    }
}
