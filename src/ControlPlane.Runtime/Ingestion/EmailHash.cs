using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>
/// Keyed hash of a mail address: finds a customer's orders for someone who has the address, says nothing to someone who
/// has the table. The key belongs to the installation and never leaves the database.
/// </summary>
public sealed class EmailHash
{
    private byte[]? _key;

    /// <summary>False until the engine has loaded the key: on a node that only serves pages it may never be.</summary>
    public bool IsReady => _key is not null;

    internal void Use(byte[] key) => _key = key;

    /// <summary>32 lower-case hexadecimal characters.</summary>
    public string Of(string email)
    {
        var key = _key ?? throw new InvalidOperationException("The key of the mail address hash is not loaded yet.");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())).AsSpan(0, 16));
    }
}
