using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Operations;

/// <summary>Keys and lengths. The keys begin with the time, since all that is asked for is a time: no index beside them.</summary>
internal static class OperationsModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<OperationMinuteRow>(e =>
        {
            e.ToTable("operations_minutes").HasKey(m => new { m.TenantId, m.Minute, m.Measure, m.Connection, m.Code, m.Bucket });
            Text(e.Property(m => m.Connection), e.Property(m => m.Code));
        });
        model.Entity<OperationHourRow>(e =>
        {
            e.ToTable("operations_hours").HasKey(m => new { m.TenantId, m.Minute, m.Measure, m.Connection, m.Code, m.Bucket });
            Text(e.Property(m => m.Connection), e.Property(m => m.Code));
        });
        model.Entity<OperationChangeRow>(e => e.ToTable("operations_changes").HasKey(c => c.Id));
        model.Entity<OperationFailureRow>(e =>
        {
            // Pages of the list are ranges of the key, walked backwards.
            e.ToTable("operations_failures").HasKey(f => new { f.TenantId, f.Measure, f.At, f.Subject, f.Sequence });
            Text(e.Property(f => f.Connection), e.Property(f => f.Code));
        });
        model.Entity<OperationStandingRow>(e =>
        {
            e.ToTable("operations_standings").HasKey(s => new { s.TenantId, s.Minute, s.Connection });
            e.Property(s => s.Connection).HasMaxLength(ColumnLengths.Key);
        });
        model.Entity<OperationFoldRow>(e =>
        {
            e.ToTable("operations_folds").HasKey(f => f.Id);
            e.Property(f => f.Id).ValueGeneratedNever();
        });
    }

    private static void Text(PropertyBuilder<string> connection, PropertyBuilder<string> code)
    {
        connection.HasMaxLength(ColumnLengths.Key);
        code.HasMaxLength(ColumnLengths.Code);
    }
}
