using System.Buffers.Binary;
using System.Security.Cryptography;

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

    /// <summary>The same for the same two, on any node: the operation that a command over many is for one of them. No version 7 key; it does not sort by time.</summary>
    public static Guid Derived(Guid whole, Guid part)
    {
        Span<byte> both = stackalloc byte[32];
        whole.TryWriteBytes(both, bigEndian: true, out _);
        part.TryWriteBytes(both[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(both, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
