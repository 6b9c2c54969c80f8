using System.Buffers.Binary;

namespace ControlPlane.Domain.Shared;

/// <summary>
/// Keys are made by the client and sort by time (UUID version 7, RFC 9562), so that inserts append to every index
/// and a page of "newest first" is a walk along the key.
/// </summary>
public static class EntityId
{
    public static Guid New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The instant, to the millisecond, at which a version 7 key was made.</summary>
    public static DateTimeOffset MadeAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> millis = stackalloc byte[8];
        bytes[..6].CopyTo(millis[2..]);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(millis));
    }
}
