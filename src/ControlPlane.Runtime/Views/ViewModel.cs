using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Views;

/// <summary>Keys, lengths and indexes of saved views, each index with the question it answers.</summary>
internal static class ViewModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<SavedViewRow>(e =>
        {
            e.ToTable("saved_views").HasKey(v => v.Id);
            e.Property(v => v.Page).HasMaxLength(ColumnLengths.Key);
            e.Property(v => v.Name).HasMaxLength(ViewStore.LongestName);
            e.Property(v => v.Query).HasMaxLength(ViewStore.LongestQuery);
            e.Property(v => v.Owner).HasMaxLength(ColumnLengths.Identifier);
            e.Property(v => v.OwnerName).HasMaxLength(ColumnLengths.Identifier);
            e.Property(v => v.UpdatedBy).HasMaxLength(ColumnLengths.Identifier);
            e.Property(v => v.Revision).IsConcurrencyToken();
            // The bar above a list.
            e.HasIndex(v => new { v.TenantId, v.Page });
        });
        model.Entity<ViewDefaultRow>(e =>
        {
            e.ToTable("view_defaults").HasKey(d => new { d.TenantId, d.Person, d.Page });
            e.Property(d => d.Person).HasMaxLength(ColumnLengths.Identifier);
            e.Property(d => d.Page).HasMaxLength(ColumnLengths.Key);
        });
    }
}
