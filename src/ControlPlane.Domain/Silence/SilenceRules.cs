using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;

namespace ControlPlane.Domain.Silence;

/// <summary>What a transaction expects next, by when, and what it means when that does not come. Pure: the clock is an argument.</summary>
public static class SilenceRules
{
    public const string ShipmentEvent = "shipment.confirmed";

    /// <summary>What came shortly before its promise, or after it, is given so long before anybody is told.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromHours(1);

    /// <summary>The step whose end is expected next: the wait it stands at, else the next one with a deadline; null when the flow names none.</summary>
    public static StepDefinition? Next(FlowDefinition flow, StepDefinition step)
    {
        if (step is WaitStep)
            return step;
        var reached = false;
        foreach (var candidate in flow.Steps)
        {
            reached |= candidate.Id == step.Id;
            if (reached && candidate.Expect is not null)
                return candidate;
        }

        return null;
    }

    /// <summary>What the step brings: the awaited event of a wait, else the stage that it reaches.</summary>
    public static string Word(StepDefinition step) => step is WaitStep wait ? wait.Events[0] : step.Stage.Length > 0 ? step.Stage : step.Id;

    /// <param name="from">When the wait began, or when the expected thing before it happened.</param>
    /// <param name="fallback">Counts where the rule gives nothing: a wait's own deadline. Null = there is none.</param>
    /// <param name="partly">True when a part of the order has shipped: the rest may be a back-order.</param>
    /// <param name="calendars">Of the expected system; all of them, or those of the order's carrier.</param>
    /// <returns>Null when nothing gives a deadline.</returns>
    public static Deadline? Decide(ExpectRule? rule, TimeSpan? fallback, DateTimeOffset from, DateTimeOffset? shipBy, bool partly, IReadOnlyList<CarrierCalendar> calendars)
    {
        Deadline? first = null;
        if (rule?.Within is { } within)
            first = new(Add(from, within, rule, calendars), ExpectationReason.Within);
        if (shipBy is { } promise)
        {
            if (rule?.BeforeShipBy is { } before)
                first = Earlier(first, new(promise - before, ExpectationReason.ShipBy));
            if (rule?.PickUps == true && LastReport(promise, calendars) is { } report)
                first = Earlier(first, new(report, ExpectationReason.PickUp));
        }

        if (first is not { } found)
            return fallback is { } own ? new(Add(from, own, rule, calendars), ExpectationReason.Within) : null;
        if (found.Why == ExpectationReason.Within || found.By >= from + Least)
            return found;
        // Of a back-order nobody expects the old promise any more.
        return partly && fallback is { } again ? new(Add(from, again, rule, calendars), ExpectationReason.Within) : new(from + Least, ExpectationReason.Late);
    }

    /// <summary>The calendars that count: those of the carrier that the order asks for, else all of the system.</summary>
    public static IReadOnlyList<CarrierCalendar> Fitting(IReadOnlyList<CarrierCalendar> calendars, string? shippingService)
    {
        if (calendars.Count < 2 || string.IsNullOrEmpty(shippingService))
            return calendars;
        var own = calendars.Where(c => c.Carrier.Length > 0 && shippingService.Contains(c.Carrier, StringComparison.OrdinalIgnoreCase)).ToList();
        return own.Count > 0 ? own : calendars;
    }

    /// <summary>What is told when the awaited thing of a wait did not come, without naming anybody: that needs proof, which the verdict looks for.</summary>
    public static Fault OfShipment() => new(
        FaultKind.Overdue, "silence.shipment", "The shipment was not reported in time for the ship-by promise.");

    /// <summary>What is told when a step is not done by its deadline, although it is still tried.</summary>
    public static Fault OfStep(StepDefinition step) => new(FaultKind.Overdue, step.Role switch
    {
        SystemRole.Erp => "silence.erp",
        SystemRole.Wms or SystemRole.ThreePl => "silence.warehouse",
        { } role when role.Sells() => "silence.channel",
        _ => "silence.system",
    }, $"Not done in time: {(step.Title.Length > 0 ? char.ToLowerInvariant(step.Title[0]) + step.Title[1..] : step.Id)}. It is still tried.");

    /// <summary>Whoever fetches last is who may still take it: naming a deadline too early would cry wolf.</summary>
    private static DateTimeOffset? LastReport(DateTimeOffset shipBy, IReadOnlyList<CarrierCalendar> calendars)
    {
        DateTimeOffset? last = null;
        foreach (var calendar in calendars)
            if (calendar.LastPickUp(shipBy) is { } pickUp && (last is null || pickUp + calendar.ReportedWithin > last))
                last = pickUp + calendar.ReportedWithin;
        return last;
    }

    private static DateTimeOffset Add(DateTimeOffset from, TimeSpan time, ExpectRule? rule, IReadOnlyList<CarrierCalendar> calendars) =>
        rule is { OpenHours: true } && calendars.FirstOrDefault(c => c.Hours.Count > 0) is { } calendar ? calendar.Add(from, time) : from + time;

    private static Deadline Earlier(Deadline? first, Deadline other) => first is { } known && known.By <= other.By ? known : other;
}
