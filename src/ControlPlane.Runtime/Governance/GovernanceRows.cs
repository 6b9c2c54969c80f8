using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Governance;

/// <summary>A connection's score at the end of a day, or at the last look on it. One row a connection and day.</summary>
public sealed class GovernanceDayRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    /// <summary>Days since 1970-01-01, UTC.</summary>
    public int Day { get; set; }

    /// <summary>0 to 100; null when nothing could be judged.</summary>
    public int? Score { get; set; }

    public int Held { get; set; }

    public int Applied { get; set; }

    /// <summary>Version of the rules; 0 = those that are shipped.</summary>
    public int RulesVersion { get; set; }
}

internal static class GovernanceModel
{
    /// <summary>The key is the trend of a connection.</summary>
    public static void Configure(ModelBuilder model) => model.Entity<GovernanceDayRow>(e =>
    {
        e.ToTable("governance_days").HasKey(d => new { d.TenantId, d.Connection, d.Day });
        e.Property(d => d.Connection).HasMaxLength(ColumnLengths.Key);
    });
}
