using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Estate;

/// <summary>One immutable version of a configuration document. The newest of its name is in service. Times in microseconds UTC.</summary>
public sealed class EstateVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Kind { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>From 1, without gaps: the key decides which of two that are written at once was first.</summary>
    public int Version { get; set; }

    /// <summary>SHA-256 of the document, hex.</summary>
    public string Digest { get; set; } = "";

    /// <summary>YAML as it was given; what was there before where <see cref="Removed"/>.</summary>
    public string Document { get; set; } = "";

    /// <summary>True: from this version on there is none.</summary>
    public bool Removed { get; set; }

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";
}

internal static class EstateVersionModel
{
    /// <summary>Some hundred rows of a kind: the key finds the newest, and all there are.</summary>
    public static void Configure(ModelBuilder model) => model.Entity<EstateVersionRow>(e =>
    {
        e.ToTable("estate_versions").HasKey(v => new { v.TenantId, v.Kind, v.Name, v.Version });
        e.Property(v => v.Kind).HasMaxLength(ColumnLengths.Key);
        e.Property(v => v.Name).HasMaxLength(ColumnLengths.Key);
        e.Property(v => v.Digest).HasMaxLength(64);
        e.Property(v => v.CreatedBy).HasMaxLength(ColumnLengths.Identifier);
        e.Property(v => v.Reason).HasMaxLength(ColumnLengths.Summary);
    });
}
