using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections.Secrets;

/// <summary>Rotated credentials among the secrets, encrypted as those are. Read anew each time: another node may have rotated them.</summary>
internal sealed class VaultTokens(SecretVault vault) : IKeptTokens
{
    private const string Author = "rotation";

    public async ValueTask<string?> ReadAsync(string connectionKey, string name, CancellationToken ct)
    {
        await vault.LoadAsync(TenantScope.Default, ct);
        return vault.Resolve(NameOf(connectionKey, name));
    }

    public async ValueTask KeepAsync(string connectionKey, string name, string value, CancellationToken ct) =>
        await vault.SetAsync(TenantScope.Default, new Dictionary<string, string> { [NameOf(connectionKey, name)] = value }, Author, ct);

    /// <summary>Names of secrets have 64 characters at most, and a connection's key alone may have 40.</summary>
    internal static string NameOf(string connectionKey, string name)
    {
        var whole = $"kept.{name}.{connectionKey}";
        return whole.Length <= 64 ? whole : $"{whole[..47]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..16]}";
    }
}
