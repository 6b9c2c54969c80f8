using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>A report that is made again and again.</summary>
public sealed class ReportPlanRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Key, lower-case with hyphens.</summary>
    public string Name { get; set; } = "";

    public string Title { get; set; } = "";

    public ReportRhythm Rhythm { get; set; }

    /// <summary>IANA name: in which its periods begin at midnight.</summary>
    public string Zone { get; set; } = "";

    /// <summary>First day of a retail year, for 4-4-5 alone; days since 1970-01-01.</summary>
    public int? RetailYear { get; set; }

    /// <summary>Mail addresses, parted by commas; empty = it is kept and sent to nobody.</summary>
    public string Recipients { get; set; } = "";

    /// <summary>Empty = all channels.</summary>
    public string Connection { get; set; } = "";

    public string Brand { get; set; } = "";

    public string Region { get; set; } = "";

    public bool Enabled { get; set; } = true;

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";
}

/// <summary>One report that was made, with everything it was made of. Kept; times in microseconds UTC.</summary>
public sealed class ReportRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Of its plan, or of what a person asked for.</summary>
    public string Name { get; set; } = "";

    public long From { get; set; }

    public long To { get; set; }

    /// <summary>What had happened up to here is in it.</summary>
    public long AsOf { get; set; }

    public long MadeAt { get; set; }

    public string MadeBy { get; set; } = "";

    /// <summary>JSON: scope, definitions in their versions, exclusions, rules and prices that it was made by.</summary>
    public string Basis { get; set; } = "";

    /// <summary>SHA-256 over the ids of the events and orders that it counts, hex.</summary>
    public string Digest { get; set; } = "";

    public string Html { get; set; } = "";

    public string Csv { get; set; } = "";

    /// <summary>Null where no Chromium makes one; see <see cref="Note"/>.</summary>
    public byte[]? Pdf { get; set; }

    /// <summary>What is to be said of it: why there is no PDF, whom the mail did not reach.</summary>
    public string Note { get; set; } = "";

    /// <summary>When it was sent to all; null = it is not, or it goes to nobody.</summary>
    public long? SentAt { get; set; }

    /// <summary>Attempts of sending it.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is (again) to be sent; null = nothing is to be sent.</summary>
    public long? SendAt { get; set; }
}
