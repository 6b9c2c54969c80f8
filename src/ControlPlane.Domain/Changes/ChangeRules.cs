using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Changes;

/// <summary>What comes next in a change.</summary>
public abstract record ChangeStep
{
    public sealed record Ask(SystemChange System) : ChangeStep;

    /// <param name="What">Who has to do what, and where.</param>
    public sealed record Person(string What) : ChangeStep;

    /// <param name="Change">With a final answer for each system.</param>
    public sealed record End(ChangeState State, OpenChange Change) : ChangeStep;
}

/// <summary>
/// How a change goes through the systems that have the order. Whoever ships is asked first and decides: what leaves the warehouse must stay
/// in the books, and what it gives back is taken back everywhere. Pure.
/// </summary>
public static class ChangeRules
{
    public const string Cancelled = "order.cancelled";

    public const string Updated = "order.updated";

    /// <summary>Fault code of an order whose change a person has to see to.</summary>
    public const string ByHand = "change.by_hand";

    /// <summary>The operations with which a system is told of an order, and the part of the name that those share that change it: <c>cancelFulfilment</c>, <c>changeFulfilment</c>.</summary>
    private static readonly Dictionary<string, string> Subjects = new(StringComparer.Ordinal) { ["createSalesOrder"] = "SalesOrder", ["instructFulfilment"] = "Fulfilment" };

    public static bool Tells(string operation) => Subjects.ContainsKey(operation);

    /// <summary>The operation that takes back or changes what another one told; null where there is none by name.</summary>
    public static string? OperationFor(ChangeKind kind, string told) => Subjects.TryGetValue(told, out var subject) ? (kind == ChangeKind.Cancellation ? "cancel" : "change") + subject : null;

    /// <summary>True for a document older than one that was seen already: it must never overwrite it, however late it comes.</summary>
    public static bool IsOlder(CanonicalOrder document, DateTimeOffset? seen) => seen is { } newest && document.UpdatedAt is { } at && at < newest;

    /// <summary>What the newer version says otherwise that a system was, or will be, told. Empty: nobody has to be told anything. Values of people are not named.</summary>
    public static IReadOnlyList<string> Differences(CanonicalOrder old, CanonicalOrder newer)
    {
        var found = new List<string>();
        var before = old.Lines.DistinctBy(l => l.ChannelLineRef).ToDictionary(l => l.ChannelLineRef);
        foreach (var line in newer.Lines)
            if (!before.Remove(line.ChannelLineRef, out var was))
                found.Add($"line added: {line.Quantity} of {Name(line)}");
            else if (was.Sku != line.Sku)
                found.Add($"{Name(was)} becomes {Name(line)}");
            else if (was.Quantity != line.Quantity)
                found.Add($"{Name(line)}: {was.Quantity} becomes {line.Quantity}");
            else if (was.UnitPriceMinor != line.UnitPriceMinor)
                found.Add($"price of {Name(line)}");
        found.AddRange(before.Values.Select(l => $"line removed: {Name(l)}"));
        if (old.ShipTo != newer.ShipTo)
            found.Add("ship-to address");
        if (old.ShippingService != newer.ShippingService)
            found.Add("shipping service");
        return found;
    }

    /// <summary>What a failed call says; null = it says nothing about the order, and is tried again.</summary>
    public static SystemAnswer? AnswerOf(ChangeKind kind, Fault fault) => fault.Kind switch
    {
        FaultKind.Data when fault.Code.Contains("too_late", StringComparison.Ordinal) => SystemAnswer.TooLate,
        FaultKind.Data => SystemAnswer.Refused,
        // A cancellation holds for every version; another content was made for one.
        FaultKind.Conflict when kind == ChangeKind.Content => SystemAnswer.Moved,
        _ => null,
    };

    public static ChangeStep Next(OpenChange change, DateTimeOffset now)
    {
        if (change.DeclinedBy is { } by)
            return new ChangeStep.End(ChangeState.Declined, Keep(change, $"{by} let the order run on", now));
        foreach (var ships in new[] { true, false })
        {
            var systems = change.Systems.Where(s => s.Ships == ships).ToList();
            if (systems.Find(s => !s.IsFinal) is { } open)
                return new ChangeStep.Ask(open);
            if (ships && systems.Exists(s => s.Answer == SystemAnswer.TooLate))
                return new ChangeStep.End(ChangeState.TooLate, Keep(change, "Not asked: the goods leave as they were ordered", now));
            if (systems.Where(s => s.Answer is SystemAnswer.TooLate or SystemAnswer.Refused or SystemAnswer.NotOffered or SystemAnswer.Moved).ToList() is { Count: > 0 } no)
                return new ChangeStep.Person(string.Join(" ", no.Select(s => s.Message)));
        }

        return new ChangeStep.End(ChangeState.Done, change);
    }

    /// <summary>May a person let the order run on as it was? Not once a system gave it back: it would wait for goods that nobody ships.</summary>
    public static bool CanDecline(OpenChange change) => !change.Systems.Any(s => s.Answer is SystemAnswer.Accepted or SystemAnswer.ByHand);

    /// <summary>A person did it in the systems that said no, or were not asked.</summary>
    public static OpenChange DoneByHand(OpenChange change, string by, DateTimeOffset now) =>
        change with { Systems = [.. change.Systems.Select(s => s.Answer is SystemAnswer.TooLate or SystemAnswer.Refused or SystemAnswer.NotOffered or SystemAnswer.Moved ? s.With(SystemAnswer.ByHand, $"{by} did it there", now) : s)] };

    /// <summary>A person heard from whoever ships that it is too late.</summary>
    public static OpenChange ToldTooLate(OpenChange change, string by, DateTimeOffset now) =>
        change with { Systems = [.. change.Systems.Select(s => s.Ships && s.Answer is not (SystemAnswer.Accepted or SystemAnswer.ByHand or SystemAnswer.NotTold) ? s.With(SystemAnswer.TooLate, $"Too late, as {by} was told there", now) : s)] };

    private static OpenChange Keep(OpenChange change, string why, DateTimeOffset now) =>
        change with { Systems = [.. change.Systems.Select(s => s.IsFinal ? s : s.With(SystemAnswer.Kept, why, now))] };

    private static string Name(OrderLine line) => line.Sku.Length > 0 ? line.Sku : line.Title ?? line.ChannelLineRef;
}
