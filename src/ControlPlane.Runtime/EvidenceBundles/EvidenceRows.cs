using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>A key pair with which bundles of evidence are signed. The newest signs; older ones stay published, because bundles outlive them. Times in microseconds UTC.</summary>
public sealed class EvidenceKeyRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Counted from 1.</summary>
    public int Number { get; set; }

    /// <summary>SHA-256 of the public key, hex: what a verifier compares.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKey { get; set; } = [];

    /// <summary>PKCS #8, encrypted with the installation's keys.</summary>
    public byte[] Protected { get; set; } = [];

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";
}

internal static class EvidenceModel
{
    public static void Configure(ModelBuilder model) => model.Entity<EvidenceKeyRow>(e =>
    {
        // The number is the claim of whoever makes the next one; the newest is a seek at the end of the key.
        e.ToTable("evidence_keys").HasKey(k => new { k.TenantId, k.Number });
        e.Property(k => k.KeyId).HasMaxLength(64);
        e.Property(k => k.CreatedBy).HasMaxLength(ColumnLengths.Identifier);
    });
}
