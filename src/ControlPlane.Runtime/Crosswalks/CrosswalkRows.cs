using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>A crosswalk that people made, or a standard one whose rules they changed.</summary>
public sealed class CrosswalkTableRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public string Title { get; set; } = "";

    public bool Approval { get; set; }

    public bool Gtin { get; set; }

    public bool Wildcard { get; set; }

    public bool Factors { get; set; }

    /// <summary>SHA-256 of the configuration document that was applied last, hex; empty when none was.</summary>
    public string Applied { get; set; } = "";

    public CrosswalkTable ToTable() => new(Name, Title) { Approval = Approval, Gtin = Gtin, Wildcard = Wildcard, Factors = Factors };
}

/// <summary>One version of one entry. Never changed but for <see cref="ReplacedIn"/>: what a look-up answered at any revision can be found again.</summary>
public sealed class CrosswalkEntryRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>The same over all versions.</summary>
    public Guid Entry { get; set; }

    public string Crosswalk { get; set; } = "";

    public string Scope { get; set; } = "";

    public string Theirs { get; set; } = "";

    /// <summary>In upper case: codes compare without regard to case on every database.</summary>
    public string TheirsKey { get; set; } = "";

    public string Ours { get; set; } = "";

    public string OursKey { get; set; } = "";

    public CrosswalkDirections Directions { get; set; }

    /// <summary>Exact decimal text with a point; databases differ in what they make of decimals.</summary>
    public string Factor { get; set; } = "1";

    public long? ValidFrom { get; set; }

    public long? ValidUntil { get; set; }

    public string Note { get; set; } = "";

    public CrosswalkState State { get; set; }

    public long Revision { get; set; }

    /// <summary>The revision that made the next version; null while this is the newest.</summary>
    public long? ReplacedIn { get; set; }
}

/// <summary>Who changed what of all crosswalks, and why. Numbers rise by one: the unique key lets one writer at a time through.</summary>
public sealed class CrosswalkRevisionRow : ITenantRow
{
    public int TenantId { get; set; }

    public long Revision { get; set; }

    public string Crosswalk { get; set; } = "";

    public long At { get; set; }

    public string Author { get; set; } = "";

    /// <summary>The second person; null where none was needed.</summary>
    public string? Approver { get; set; }

    public string Reason { get; set; } = "";

    public int Added { get; set; }

    public int Changed { get; set; }

    public int Retired { get; set; }
}

public enum CrosswalkChangeState : short
{
    Proposed = 1,
    Approved = 2,
    Rejected = 3,
}

/// <summary>A change that waits for a second person, or waited for one.</summary>
public sealed class CrosswalkChangeRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Crosswalk { get; set; } = "";

    public CrosswalkChangeState State { get; set; }

    public string AuthorId { get; set; } = "";

    public string Author { get; set; } = "";

    public string Reason { get; set; } = "";

    public long CreatedAt { get; set; }

    /// <summary>The wishes as JSON, compressed. Never changed.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>SHA-256 of the JSON, hex: what is approved is what was looked at.</summary>
    public string Digest { get; set; } = "";

    public int Added { get; set; }

    public int Changed { get; set; }

    public int Retired { get; set; }

    public string? DecidedBy { get; set; }

    public long? DecidedAt { get; set; }

    public string? Decision { get; set; }
}

/// <summary>How often an entry answered; none for one that never did.</summary>
public sealed class CrosswalkUseRow : ITenantRow
{
    public int TenantId { get; set; }

    public Guid Entry { get; set; }

    public long Hits { get; set; }

    public long LastAt { get; set; }
}

/// <summary>A code that had no entry, by connection.</summary>
public sealed class CrosswalkMissRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Crosswalk { get; set; } = "";

    public CrosswalkDirections Direction { get; set; }

    public string CodeKey { get; set; } = "";

    /// <summary>As the sender wrote it.</summary>
    public string Code { get; set; } = "";

    public long Count { get; set; }

    public long FirstAt { get; set; }

    public long LastAt { get; set; }

    public Guid? MessageId { get; set; }

    public Guid? TransactionId { get; set; }
}

/// <summary>A code of ours that exists, with what helps to recognise it.</summary>
public sealed class CrosswalkMasterRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Crosswalk { get; set; } = "";

    public string CodeKey { get; set; } = "";

    public string Code { get; set; } = "";

    public string? Gtin { get; set; }

    public string? Title { get; set; }
}
