using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>A group of failures with one fingerprint, or a part of one that a person made its own. Written once, when it is first seen. Times in microseconds UTC.</summary>
public sealed class ExceptionCaseRow : ITenantRow
{
    /// <summary>Made of tenant and fingerprint: see <see cref="Fingerprint.CaseId"/>.</summary>
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Version of the algorithm that made the fingerprint.</summary>
    public short Algorithm { get; set; }

    public Guid Fingerprint { get; set; }

    public FaultKind FaultKind { get; set; }

    public string FaultCode { get; set; } = "";

    /// <summary>Key of the connection; null = here.</summary>
    public string? System { get; set; }

    public string Operation { get; set; } = "";

    /// <summary>What is left of the message without what belongs to one order.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>The message as it first came.</summary>
    public string Sample { get; set; } = "";

    public string? Field { get; set; }

    public string? ProviderCode { get; set; }

    public long FirstSeenAt { get; set; }

    /// <summary>The case that shows it; null = itself.</summary>
    public Guid? MergedInto { get; set; }

    /// <summary>The case it was parted from.</summary>
    public Guid? SplitFrom { get; set; }

    public long? MutedUntil { get; set; }

    /// <summary>When a person said that the cause is mended, and with what.</summary>
    public long? SettledAt { get; set; }

    public string? SettledWith { get; set; }
}

/// <summary>An order that came to be stuck for a case. Each time is a row.</summary>
public sealed class ExceptionCaseMemberRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public long At { get; set; }

    public int TenantId { get; set; }

    public Guid CaseId { get; set; }

    /// <summary>Version of the algorithm that put it there.</summary>
    public short Algorithm { get; set; }

    public string Flow { get; set; } = "";

    public int FlowVersion { get; set; }

    public string Step { get; set; } = "";

    /// <summary>Key of the channel's connection.</summary>
    public string Channel { get; set; } = "";

    public string Message { get; set; } = "";

    /// <summary>When it came out of it; null while it has not.</summary>
    public long? LeftAt { get; set; }

    /// <summary>How; null while it has not, and for those from before this was kept.</summary>
    public CaseExit? LeftBy { get; set; }
}

/// <summary>How an order comes out of a case. Stored; do not renumber.</summary>
public enum CaseExit : short
{
    /// <summary>Its system confirmed, the event came, or the flow is at its end.</summary>
    Proof = 1,

    /// <summary>A person ended the order.</summary>
    Person = 2,

    /// <summary>The channel cancelled it, or a newer one took its place.</summary>
    Superseded = 3,

    /// <summary>It failed again and belongs to the case that it failed for last.</summary>
    FailedAgain = 4,
}

/// <summary>How many orders came to be stuck in an hour. A row a node, so that nodes do not wait for each other.</summary>
public sealed class ExceptionCaseHourRow : ITenantRow
{
    public int TenantId { get; set; }

    public Guid CaseId { get; set; }

    public long Hour { get; set; }

    public Guid NodeId { get; set; }

    public int Failures { get; set; }
}

/// <summary>A person's decision to part a case; see <see cref="CaseSplit"/>.</summary>
public sealed class ExceptionCaseSplitRow : ITenantRow
{
    /// <summary>The case that it makes: one decision is one row.</summary>
    public Guid TargetId { get; set; }

    public int TenantId { get; set; }

    public Guid CaseId { get; set; }

    public SplitBy By { get; set; }

    public string Value { get; set; } = "";

    public string CreatedBy { get; set; } = "";

    public long CreatedAt { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>Taken back: new failures are not parted any more.</summary>
    public long? UndoneAt { get; set; }
}

/// <summary>What people did to a case.</summary>
public sealed class ExceptionCaseEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid CaseId { get; set; }

    public long At { get; set; }

    public string By { get; set; } = "";

    /// <summary>A sentence without its subject: "muted it until ...".</summary>
    public string Text { get; set; } = "";
}
