using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// What has to be told to Shopify of a shipment: its units, less those that Shopify holds under its tracking number
/// already. Telling it twice therefore finds nothing left to tell.
/// </summary>
internal sealed class FulfilmentPlan
{
    private readonly Shipment _shipment;
    private readonly IReadOnlyList<Shipment> _earlier;

    private FulfilmentPlan(Shipment shipment, IReadOnlyList<Shipment> earlier) => (_shipment, _earlier) = (shipment, earlier);

    /// <summary>Null when no shipment is at hand.</summary>
    public static FulfilmentPlan? For(OperationRequest request) => request.Shipment is { } shipment
        ? new(shipment, [.. request.Variables.Shipments.Take(request.Variables.Occurrence - 1)])
        : null;

    /// <summary>What is wrong with the shipment beside its order, before anything is sent.</summary>
    public static IEnumerable<Refusal> Check(OperationRequest request)
    {
        if (For(request) is not { } plan)
        {
            yield return new("shopify.no_shipment", "shipment", "There is no shipment to tell Shopify about. The step that waits for it has to come first.");
            yield break;
        }

        if (plan._shipment.Lines.Count == 0)
            yield return new("shipment.no_lines", "shipment.lines", "The shipment has no lines. It has to say what left.");
        for (var i = 0; i < plan._shipment.Lines.Count; i++)
        {
            var shipped = plan._shipment.Lines[i];
            var line = request.Order.Lines.FirstOrDefault(l => l.ChannelLineRef == shipped.ChannelLineRef);
            if (line is null)
                yield return new("shipment.line_unknown", $"shipment.lines[{i}].channelLineRef", "The order has no line of this reference. The warehouse has to send back the reference it was given.");
            else if (plan.ShippedOf(line.ChannelLineRef) > line.Quantity)
                yield return new("shipment.more_than_ordered", $"shipment.lines[{i}].quantity", "With this shipment more units have left than were ordered on the line. Correct the shipment, or the order.");
        }
    }

    /// <summary>Units by line reference that Shopify does not hold yet; empty when it holds them all.</summary>
    public Dictionary<string, int> Missing(FulfilmentState state)
    {
        var missing = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, units) in Units([_shipment]))
        {
            // A parcel number can stand for two shipments: what the earlier ones told is theirs.
            var held = Mine(state).Sum(f => f.Units.GetValueOrDefault(line)) - Units(_earlier.Where(IsSameParcel)).GetValueOrDefault(line);
            if (units > Math.Max(0, held))
                missing[line] = units - Math.Max(0, held);
        }

        return missing;
    }

    /// <summary>The newest fulfilment under the shipment's tracking number.</summary>
    public Fulfilment? Newest(FulfilmentState state) => Mine(state).LastOrDefault(f => _shipment.Lines.Any(l => f.Units.ContainsKey(l.ChannelLineRef))) ?? Mine(state).LastOrDefault();

    /// <summary>One fulfilment for each location, or the line that cannot be fulfilled.</summary>
    public static (IReadOnlyList<IReadOnlyList<(OpenLine Line, int Units)>> Fulfilments, Fault? Fault) Allocate(IReadOnlyDictionary<string, int> missing, FulfilmentState state)
    {
        var taken = new List<(OpenLine Line, int Units)>();
        foreach (var (line, units) in missing)
        {
            var left = units;
            // A place that holds it whole comes first: a fulfilment cannot span locations.
            foreach (var open in state.Open.Where(o => o.LineRef == line && o.CanBeFulfilled && o.Remaining > 0).OrderByDescending(o => o.Remaining >= units))
            {
                var some = Math.Min(left, open.Remaining);
                if (some > 0)
                    taken.Add((open, some));
                left -= some;
            }

            if (left > 0)
                return ([], CannotFulfil(line, state));
        }

        return ([.. taken.GroupBy(t => t.Line.Location, StringComparer.Ordinal).Select(g => (IReadOnlyList<(OpenLine, int)>)[.. g])], null);
    }

    private static Fault CannotFulfil(string line, FulfilmentState state)
    {
        var known = state.Open.Where(o => o.LineRef == line).ToList();
        return known switch
        {
            [] => new(FaultKind.Data, "shopify.line_not_found",
                "A shipped line is not to be fulfilled in Shopify: it was removed from the order, or needs no shipping there. Put it back, or record the shipment in Shopify by hand.", $"lines[{line}]"),
            _ when known.Any(o => !o.CanBeFulfilled && o.Remaining > 0) => new(FaultKind.Data, "shopify.line_on_hold",
                "A shipped line is on hold, scheduled or closed in Shopify. Release it there, then send this again.", $"lines[{line}]"),
            _ => new(FaultKind.Data, "shopify.line_fulfilled_already",
                "Fewer units of a shipped line are left to fulfil in Shopify than were shipped: somebody fulfilled or refunded some already. Compare the order there with the shipment.", $"lines[{line}]"),
        };
    }

    private IEnumerable<Fulfilment> Mine(FulfilmentState state) => state.Done.Where(f => f.IsOf(Tracking(_shipment)));

    private bool IsSameParcel(Shipment other) => string.Equals(Tracking(other), Tracking(_shipment), StringComparison.OrdinalIgnoreCase);

    private int ShippedOf(string line) => Units(_earlier.Append(_shipment)).GetValueOrDefault(line);

    private static string? Tracking(Shipment shipment) => shipment.TrackingNumber?.Trim() is { Length: > 0 } number ? number : null;

    private static Dictionary<string, int> Units(IEnumerable<Shipment> shipments)
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in shipments.SelectMany(s => s.Lines))
            units[line.ChannelLineRef] = units.GetValueOrDefault(line.ChannelLineRef) + line.Quantity;
        return units;
    }
}
