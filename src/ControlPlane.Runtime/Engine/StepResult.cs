using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Silence;

namespace ControlPlane.Runtime.Engine;

/// <summary>How one step ended, for now.</summary>
internal abstract record StepResult
{
    /// <summary>Go on along the edge of this name.</summary>
    public sealed record Ended(string Outcome) : StepResult;

    public sealed record Failed(Fault Fault, bool CanLookUp) : StepResult
    {
        /// <summary>Set when the failure says that the system should not be called for now.</summary>
        public Hold? Hold { get; init; }
    }

    /// <summary>Not called: it goes on when the gate opens.</summary>
    public sealed record Held(Hold Hold) : StepResult;

    /// <summary>Wait for a signal until the deadline, which is the partner's promise where there is one.</summary>
    public sealed record Waiting(long DeadlineAt, ExpectationReason Why, IReadOnlyList<string> Events, AcknowledgementPromise? Promise) : StepResult;

    /// <summary>The channel cancelled it, and nothing was done yet.</summary>
    public sealed record Cancelled(string Reason) : StepResult;

    /// <summary>Not before a moment, microseconds UTC: the customer may still change it.</summary>
    public sealed record Paused(long Until) : StepResult;

    /// <summary>Go on at this step: the channel changed the order.</summary>
    public sealed record Elsewhere(string Step) : StepResult;

    /// <summary>Woken for what the channel sent alone, which is done: back to where it was.</summary>
    public sealed record Back : StepResult;

    /// <summary>The lease was lost while the step ran.</summary>
    public sealed record Lost : StepResult;
}
