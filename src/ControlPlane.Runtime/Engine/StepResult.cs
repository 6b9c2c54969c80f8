using ControlPlane.Domain.Faults;

namespace ControlPlane.Runtime.Engine;

/// <summary>How one step ended, for now.</summary>
internal abstract record StepResult
{
    /// <summary>Go on along the edge of this name.</summary>
    public sealed record Ended(string Outcome) : StepResult;

    public sealed record Failed(Fault Fault, bool CanLookUp) : StepResult;

    /// <summary>Wait for a signal until the deadline.</summary>
    public sealed record Waiting(long DeadlineAt, IReadOnlyList<string> Events) : StepResult;

    /// <summary>The channel cancelled it, and nothing was done yet.</summary>
    public sealed record Cancelled(string Reason) : StepResult;

    /// <summary>The lease was lost while the step ran.</summary>
    public sealed record Lost : StepResult;
}
