namespace ControlPlane.Domain.Faults;

/// <summary>What kind of failure it was; the retry policy and the verdict follow from it.</summary>
public enum FaultKind
{
    /// <summary>Network trouble, 5xx, a timeout before anything was sent: try again, later each time.</summary>
    Transient,

    /// <summary>The target limits us (429 and its kin): wait as long as it says.</summary>
    Throttled,

    /// <summary>The target says that it is closed for maintenance: hold, burn no attempt.</summary>
    Maintenance,

    /// <summary>Credentials refused: a person has to renew them; do not hammer.</summary>
    Authentication,

    /// <summary>The target understood and refused this document: a person or a mapping has to change it. Never retried.</summary>
    Data,

    /// <summary>The target's copy moved on (409, 412): read again, then decide.</summary>
    Conflict,

    /// <summary>A write was sent and no answer came: look up before anything else.</summary>
    UnknownOutcome,

    /// <summary>An expected event did not come before its deadline.</summary>
    Overdue,

    /// <summary>Our own defect or configuration: an engineer has to look.</summary>
    Internal,
}

/// <param name="Code">Stable, lower-case, dotted: <c>erp.customer_blocked</c>, <c>http.503</c>.</param>
/// <param name="Message">One sentence in business words, without personal data.</param>
/// <param name="Field">The offending field where the target named one.</param>
/// <param name="ProviderCode">The target's own code, verbatim.</param>
/// <param name="RetryAfter">How long the target asked us to wait.</param>
public sealed record Fault(FaultKind Kind, string Code, string Message, string? Field = null, string? ProviderCode = null, TimeSpan? RetryAfter = null);
