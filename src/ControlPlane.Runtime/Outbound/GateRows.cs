using ControlPlane.Domain.Outbound;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Outbound;

/// <summary>A declared maintenance window. Times in microseconds UTC.</summary>
public sealed class MaintenanceWindowRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public long StartsAt { get; set; }

    /// <summary>Moved to the present when somebody ends it early.</summary>
    public long EndsAt { get; set; }

    public string Reason { get; set; } = "";

    public string DeclaredBy { get; set; } = "";

    public long DeclaredAt { get; set; }

    /// <summary>Who ended it before its time; null when nobody did.</summary>
    public string? EndedBy { get; set; }
}

/// <summary>A breaker that is open or was: what one node finds out, all nodes obey. No row: closed, and never opened.</summary>
public sealed class BreakerRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Connection and operation: <c>erp/createSalesOrder</c>.</summary>
    public string Key { get; set; } = "";

    public BreakerState State { get; set; }

    public long OpenedAt { get; set; }

    /// <summary>Since when calls go through again; 0 while open.</summary>
    public long ClosedAt { get; set; }

    public string Code { get; set; } = "";

    public string Message { get; set; } = "";

    /// <summary>When the next probe may be sent; set to a later time by whoever sends it, so that there is one.</summary>
    public long ProbeAt { get; set; }

    /// <summary>Probes that failed since it opened.</summary>
    public int Probes { get; set; }

    public BreakerRow Copy() => (BreakerRow)MemberwiseClone();
}

/// <summary>The tokens of a rate budget that several nodes share. Times in microseconds UTC by the database's clock.</summary>
public sealed class RateBudgetRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Connection and operation, or connection and pool.</summary>
    public string Key { get; set; } = "";

    public double Tokens { get; set; }

    public double PerSecond { get; set; }

    public double Burst { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>The target said when to come back: nobody calls before.</summary>
    public long ClosedUntil { get; set; }

    /// <summary>Rises with every change; a change over an older one is refused.</summary>
    public long Revision { get; set; }

    /// <summary>True when the target told its limits; they replace what the connector declares.</summary>
    public bool Learned { get; set; }

    /// <summary>The minute that <see cref="Used"/> counts, since 1970.</summary>
    public long Minute { get; set; }

    /// <summary>Tokens granted in that minute, over all nodes.</summary>
    public double Used { get; set; }

    public double UsedBefore { get; set; }
}
