using System.Buffers.Binary;
using System.Buffers.Text;

namespace ControlPlane.Runtime.Worklist;

/// <summary>Where a page of the worklist begins: beside one place, further down or back up. Opaque to those who pass it on; it names a place, so that pages stay as they are while others come and go.</summary>
public readonly record struct WorkCursor(bool Further, double Rank, Guid Edge)
{
    private const int Length = 25;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Further ? (byte)'f' : (byte)'b';
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], Rank);
        Edge.TryWriteBytes(bytes[9..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for text that is no cursor of ours.</summary>
    public static bool TryParse(string? text, out WorkCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        // Decoding throws on foreign characters; looking first keeps a typed-in address from being an exception.
        if (text is not { Length: 34 } || !Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            return false;
        var rank = BinaryPrimitives.ReadDoubleBigEndian(bytes[1..]);
        if (bytes[0] is not ((byte)'f' or (byte)'b') || !double.IsFinite(rank))
            return false;
        cursor = new(bytes[0] == (byte)'f', rank, new Guid(bytes[9..], bigEndian: true));
        return true;
    }
}
