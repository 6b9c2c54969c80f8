using System.Security.Cryptography;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <param name="KeyId">SHA-256 of the public key (SubjectPublicKeyInfo, DER), hex.</param>
/// <param name="Pem">The public key.</param>
/// <param name="Signs">True for the one that signs new bundles.</param>
public sealed record EvidenceKey(int Number, string KeyId, string Pem, DateTimeOffset Since, string By, bool Signs);

/// <summary>
/// The installation's key pairs for evidence: ECDSA on P-256. The private half is encrypted as other secrets are and is in no setting that a
/// connection could name. The first is made when the first bundle is; old ones stay published.
/// </summary>
public sealed partial class EvidenceKeys(IControlPlaneDb db, IDataProtectionProvider protection, TimeProvider clock, ILogger<EvidenceKeys> log)
{
    private readonly IDataProtector _protector = protection.CreateProtector("ControlPlane.Evidence.v1");

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<EvidenceKey>> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.EvidenceKeys.AsNoTracking().OrderByDescending(k => k.Number).ToListAsync(ct);
        return [.. rows.Select((k, i) => new EvidenceKey(k.Number, k.KeyId, Pem(k.PublicKey), Instant.FromMicroseconds(k.CreatedAt), k.CreatedBy, i == 0))];
    }

    /// <summary>Makes a new pair; bundles are signed with it from now on.</summary>
    public async Task<EvidenceKey> RotateAsync(TenantScope tenant, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await AddAsync(context, tenant, by, ct);
        return (await ListAsync(tenant, ct))[0];
    }

    /// <summary>The pair that signs. The caller disposes of it.</summary>
    public async Task<(string KeyId, ECDsa Pair)> SignerAsync(TenantScope tenant, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        for (var tries = 0; ; tries++)
        {
            var row = await context.EvidenceKeys.AsNoTracking().OrderByDescending(k => k.Number).FirstOrDefaultAsync(ct);
            if (row is not null && Open(row) is { } pair)
                return (row.KeyId, pair);
            if (tries > 2)
                throw new CryptographicException("The key for evidence cannot be made or read.");
            // None yet, or the installation's keys are not those it was encrypted with: a new one, and the old stays published.
            await AddAsync(context, tenant, row is null ? by : "ControlPlane", ct);
        }
    }

    public static string KeyIdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    public static string Pem(byte[] publicKey) => PemEncoding.WriteString("PUBLIC KEY", publicKey) + "\n";

    private ECDsa? Open(EvidenceKeyRow row)
    {
        var pair = ECDsa.Create();
        try
        {
            pair.ImportPkcs8PrivateKey(_protector.Unprotect(row.Protected), out _);
            return pair;
        }
        catch (CryptographicException)
        {
            pair.Dispose();
            Unreadable(log, row.KeyId);
            return null;
        }
    }

    private async Task AddAsync(ControlPlaneDbContext context, TenantScope tenant, string by, CancellationToken ct)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var number = await context.EvidenceKeys.MaxAsync(k => (int?)k.Number, ct) ?? 0;
        var row = new EvidenceKeyRow
        {
            TenantId = tenant.TenantId, Number = number + 1, KeyId = KeyIdOf(pair), PublicKey = pair.ExportSubjectPublicKeyInfo(), Protected = _protector.Protect(pair.ExportPkcs8PrivateKey()),
            CreatedAt = clock.GetUtcNow().ToMicroseconds(), CreatedBy = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
        };
        context.EvidenceKeys.Add(row);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Another node made it in the same moment: that one counts.
        }

        context.Entry(row).State = EntityState.Detached;
    }

    [LoggerMessage(2630, LogLevel.Error, "The key {KeyId} for evidence cannot be decrypted with the keys of this installation; a new one is made, and this one stays published")]
    private static partial void Unreadable(ILogger logger, string keyId);
}
