using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Domain.Effects;

/// <summary>How a target treats a write that comes twice. Declared per operation by the connector and shown to people.</summary>
public enum WriteKind
{
    /// <summary>No write at all.</summary>
    Read,

    /// <summary>The target honours an idempotency key: the same key again does nothing and answers the same.</summary>
    Keyed,

    /// <summary>The target knows a natural or external id: the same document again changes nothing.</summary>
    Upsert,

    /// <summary>Neither: a repeat makes a second one. Intent is committed first, and a lost answer is looked up.</summary>
    Blind,
}

/// <summary>An outbound write is recorded before and after.</summary>
public enum EffectState
{
    /// <summary>About to be sent, or being sent.</summary>
    Intended,

    /// <summary>The target said that it did it, or a look-up found it.</summary>
    Confirmed,

    /// <summary>The target said that it will not.</summary>
    Refused,

    /// <summary>Sent, and no answer came. Resolved by look-up or by a person, never by repeating.</summary>
    Unknown,

    /// <summary>Nothing to do at this target; the reason is kept.</summary>
    Skipped,
}

public static class IdempotencyKey
{
    /// <summary>
    /// The same for every attempt of one effect, different for any other: made of the transaction, the step, which
    /// occurrence of the step it is (one per shipment), and the replay epoch, which only a deliberate re-issue raises.
    /// 27 URL-safe characters.
    /// </summary>
    public static string For(Guid transactionId, string step, int occurrence, int epoch)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{transactionId:N}/{step}/{occurrence}/{epoch}"), hash);
        return Base64Url.EncodeToString(hash[..20]);
    }
}
