using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Silence;

/// <summary>
/// Keeps what a transaction expects next, in the row that is written with each step anyway. Everything comes from memory: the flow, the
/// calendars, the order in hand.
/// </summary>
/// <param name="awaited">Whom a wait is for.</param>
internal sealed class ExpectationClock(IConnectionRegistry connections, CalendarBoard calendars, Func<Activation, WaitStep, Connection?> awaited)
{
    /// <summary>What a window held back is released a piece at a time.</summary>
    private static readonly TimeSpan AfterWindow = TimeSpan.FromMinutes(10);

    /// <summary>After a step that ended: what was expected is here, or the flow went past it.</summary>
    /// <param name="reached">True when the step that ended was expected itself, so that the clock of the next begins.</param>
    public void Advance(Activation a, FlowDefinition flow, StepDefinition next, bool reached)
    {
        if (reached)
            a.Variables.Silent = null;
        if (!reached && a.Transaction.ExpectsBy is not null)
            return;
        var expected = SilenceRules.Next(flow, next);
        Set(a.Transaction, expected, Of(a, expected, a.Now));
    }

    /// <summary>By when a wait that begins now is over.</summary>
    public Deadline Of(Activation a, WaitStep wait) =>
        SilenceRules.Decide(wait.Expect, wait.Deadline, a.Now, a.Order.ShipBy, a.Variables.Shipments.Count > 0, Calendars(a, wait))!.Value;

    /// <summary>
    /// A declared window is no silence: what was only expected within a time is expected soon after its end. A promise to a customer knows no
    /// window.
    /// </summary>
    public static void Postpone(Activation a, Hold hold)
    {
        if (hold is { Reason: HoldReason.Maintenance, Until: { } until })
            Postpone(a, until.ToMicroseconds());
    }

    /// <param name="until">When it may go on, microseconds UTC.</param>
    public static void Postpone(Activation a, long until)
    {
        var soonAfter = until + (long)AfterWindow.TotalMicroseconds;
        if (a.Variables.Silent is null && a.Transaction is { ExpectsWhy: ExpectationReason.Within, ExpectsBy: { } by } && by < soonAfter)
            a.Transaction.ExpectsBy = soonAfter;
    }

    /// <summary>Of what has just come: no calendar is asked yet, which the first step does.</summary>
    public static void Begin(TransactionRow transaction, FlowDefinition flow)
    {
        var step = SilenceRules.Next(flow, flow.Steps[0]);
        Set(transaction, step, step is null or WaitStep ? null
            : SilenceRules.Decide(step.Expect, null, Instant.FromMicroseconds(transaction.ReceivedAt), transaction.ShipBy is { } by ? Instant.FromMicroseconds(by) : null, false, []));
    }

    public static void Set(TransactionRow transaction, StepDefinition? step, Deadline? deadline)
    {
        transaction.Expects = step is null || deadline is null ? null : SilenceRules.Word(step);
        transaction.ExpectsBy = step is null ? null : deadline?.By.ToMicroseconds();
        transaction.ExpectsWhy = step is null ? null : deadline?.Why;
    }

    private Deadline? Of(Activation a, StepDefinition? step, DateTimeOffset from) =>
        step is null or WaitStep ? null : SilenceRules.Decide(step.Expect, null, from, a.Order.ShipBy, a.Variables.Shipments.Count > 0, Calendars(a, step));

    private IReadOnlyList<CarrierCalendar> Calendars(Activation a, StepDefinition step)
    {
        if (step.Expect is not { } expect || !(expect.PickUps || expect.OpenHours) || step.Role is not { } role)
            return [];
        var key = step is WaitStep wait ? awaited(a, wait)?.Key : role.Sells() ? a.Transaction.Connection : connections.FindByRole(role)?.Key;
        return SilenceRules.Fitting(calendars.Of(key), a.Order.ShippingService);
    }
}
