using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Connections.Secrets;

/// <summary>
/// Secrets that are stored here, for installations without a vault of their own. They go in and are never shown again; what reads
/// them are the references <c>${secret:NAME}</c> of connections. Settings of the same name come first.
/// </summary>
public sealed partial class SecretVault(IControlPlaneDb db, IDataProtectionProvider protection, TimeProvider clock, ILogger<SecretVault> log)
{
    public const int LongestValue = 10_000;

    private readonly IDataProtector _protector = protection.CreateProtector("ControlPlane.Secrets.v1");
    private FrozenDictionary<string, string> _values = FrozenDictionary<string, string>.Empty;

    public static bool IsName(string? name) => name is not null && NameForm().IsMatch(name);

    /// <summary>Null when there is none, or it was not loaded yet.</summary>
    public string? Resolve(string name) => _values.GetValueOrDefault(name);

    public IReadOnlyList<string> Names => [.. _values.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Stores them in one transaction, and marks the connections that read them as changed, so that every node takes them up.</summary>
    public async Task SetAsync(TenantScope tenant, IReadOnlyDictionary<string, string> secrets, string author, CancellationToken ct)
    {
        if (secrets.Count == 0)
            return;
        await using var context = db.CreateContext(tenant);
        var now = clock.GetUtcNow().ToMicroseconds();
        foreach (var (name, value) in secrets)
        {
            if (!IsName(name) || value.Length is 0 or > LongestValue)
                throw new ArgumentException($"'{name}' is no name of a secret, or its value is empty or too long.", nameof(secrets));
            var row = await context.Secrets.FirstOrDefaultAsync(s => s.Name == name, ct);
            if (row is null)
                context.Secrets.Add(row = new() { TenantId = tenant.TenantId, Name = name });
            (row.Protected, row.UpdatedAt, row.UpdatedBy, row.Revision) = (_protector.Protect(Encoding.UTF8.GetBytes(value)), now, author, row.Revision + 1);
        }

        var references = secrets.Keys.Select(n => $"${{secret:{n}}}").ToList();
        foreach (var connection in (await context.Connections.ToListAsync(ct)).Where(c => references.Any(r => c.Document.Contains(r, StringComparison.Ordinal))))
            connection.Revision++;
        await context.SaveChangesAsync(ct);
        await LoadAsync(tenant, ct);
    }

    public async Task LoadAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in await context.Secrets.AsNoTracking().ToListAsync(ct))
            try
            {
                values[row.Name] = Encoding.UTF8.GetString(_protector.Unprotect(row.Protected));
            }
            catch (CryptographicException)
            {
                Unreadable(log, row.Name);
            }

        _values = values.ToFrozenDictionary(StringComparer.Ordinal);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    private static partial Regex NameForm();

    [LoggerMessage(2610, LogLevel.Error, "The secret {Name} cannot be decrypted with the keys of this installation; enter it again")]
    private static partial void Unreadable(ILogger logger, string name);
}
