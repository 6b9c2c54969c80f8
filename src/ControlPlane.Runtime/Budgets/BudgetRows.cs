using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Budgets;

/// <summary>How an objective's budget stood when it was last looked at: only a change is told.</summary>
public sealed class BudgetStandingRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Objective { get; set; } = "";

    public BudgetMeasure Measure { get; set; }

    /// <summary>Since when this measure holds. Microseconds UTC.</summary>
    public long Since { get; set; }

    /// <summary>The strictest one that was told in this stretch of being over budget: falling back a little and coming again tells nobody twice.</summary>
    public BudgetMeasure Told { get; set; }

    public int Version { get; set; }
}

/// <summary>What executives are told when a budget is used up. Kept for ever.</summary>
public sealed class BudgetNoteRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Objective { get; set; } = "";

    public string Title { get; set; } = "";

    public string Text { get; set; } = "";

    public long At { get; set; }
}

/// <summary>Somebody with the right lets a connection's mappings be published although a budget is spent.</summary>
public sealed class BudgetWaiverRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Key of the connection; null = all of them.</summary>
    public string? Connection { get; set; }

    public string By { get; set; } = "";

    public string Reason { get; set; } = "";

    public long From { get; set; }

    /// <summary>Exclusive.</summary>
    public long Until { get; set; }

    public string? EndedBy { get; set; }
}
