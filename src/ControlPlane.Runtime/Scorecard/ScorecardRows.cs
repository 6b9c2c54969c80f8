using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>What the scorecard counts of one order, read from its journal. Times in microseconds UTC.</summary>
public sealed class ScorecardOrderRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public int TenantId { get; set; }

    /// <summary>Key of the channel's connection.</summary>
    public string Connection { get; set; } = "";

    /// <summary>When it was placed: days since 1970-01-01 UTC.</summary>
    public int Day { get; set; }

    /// <summary>Of the transaction when it was read.</summary>
    public int Revision { get; set; }

    public string Currency { get; set; } = "";

    public long? TotalMinor { get; set; }

    public long? ShipBy { get; set; }

    public long? ShippedAt { get; set; }

    /// <summary>Null while it is open.</summary>
    public long? EndedAt { get; set; }

    public OrderEnd End { get; set; }

    /// <summary>Key of the ERP that took it; empty = none yet.</summary>
    public string Erp { get; set; } = "";

    public string Warehouse { get; set; } = "";

    /// <summary>Where it stands; null = here.</summary>
    public SystemRole? Party { get; set; }

    /// <summary>Its promise is decided.</summary>
    public bool Counts { get; set; }

    public bool Late { get; set; }

    public bool OurCancellation { get; set; }

    /// <summary>Shipped, and no tracking number is known.</summary>
    public bool Untracked { get; set; }
}

/// <summary>Sums of a day and channel. Made anew from the orders whenever one of them changes, so it cannot drift.</summary>
public sealed class ScorecardDayRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public int Day { get; set; }

    public string Erp { get; set; } = "";

    public string Warehouse { get; set; } = "";

    public OrderEnd End { get; set; }

    public int Orders { get; set; }

    public int Shipped { get; set; }

    public int Untracked { get; set; }

    public int Promised { get; set; }

    public int Late { get; set; }

    public int OurCancellations { get; set; }
}

/// <summary>How far a tenant's orders are counted.</summary>
public sealed class ScorecardStateRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>The newest order that was looked at.</summary>
    public Guid Reached { get; set; }

    /// <summary>When everything that had been written was counted, microseconds UTC; 0 = not yet.</summary>
    public long ReadUpTo { get; set; }
}
