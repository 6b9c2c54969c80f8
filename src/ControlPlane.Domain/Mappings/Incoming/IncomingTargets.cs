using System.Collections.Frozen;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>What a value of the canonical document has to be.</summary>
public enum IncomingType : byte
{
    Text,

    /// <summary>Text that becomes an identifier: at most 128 characters.</summary>
    Id,
    Currency,

    /// <summary>An amount in the document's currency.</summary>
    Amount,
    Instant,
    Truth,

    /// <summary>A whole number of units.</summary>
    Quantity,

    /// <summary><c>open</c>, <c>pending</c> or <c>cancelled</c>.</summary>
    Status,
}

/// <param name="Needed">The document cannot be worked with without it.</param>
public sealed record IncomingTarget(string Path, IncomingType Type, bool Needed = false)
{
    public bool OfLine => Path.StartsWith("lines[].", StringComparison.Ordinal);
}

/// <summary>Everything that a received document can be mapped to, by name: the same names by which outgoing mappings read it.</summary>
public static class IncomingTargets
{
    private static readonly string[] AddressParts = ["name", "company", "line1", "line2", "city", "region", "postalCode", "countryCode", "phone"];

    private static readonly FrozenDictionary<string, IncomingTarget> OfOrder = Index(
    [
        new("externalId", IncomingType.Id, true), new("number", IncomingType.Id), new("placedAt", IncomingType.Instant, true), new("updatedAt", IncomingType.Instant),
        new("shipBy", IncomingType.Instant), new("currency", IncomingType.Currency, true), new("total", IncomingType.Amount), new("tax", IncomingType.Amount),
        new("shipping", IncomingType.Amount), new("discount", IncomingType.Amount), new("pricesIncludeTax", IncomingType.Truth), new("status", IncomingType.Status),
        new("shippingService", IncomingType.Text),
        new("customer.externalId", IncomingType.Text), new("customer.name", IncomingType.Text), new("customer.email", IncomingType.Text), new("customer.phone", IncomingType.Text),
        .. AddressParts.Select(p => new IncomingTarget($"shipTo.{p}", IncomingType.Text)), .. AddressParts.Select(p => new IncomingTarget($"billTo.{p}", IncomingType.Text)),
        new("lines[].channelLineRef", IncomingType.Id, true), new("lines[].sku", IncomingType.Text), new("lines[].title", IncomingType.Text), new("lines[].channelProductRef", IncomingType.Text),
        new("lines[].quantity", IncomingType.Quantity, true), new("lines[].unitPrice", IncomingType.Amount), new("lines[].tax", IncomingType.Amount), new("lines[].discount", IncomingType.Amount),
        new("lines[].requiresShipping", IncomingType.Truth),
    ]);

    private static readonly FrozenDictionary<string, IncomingTarget> OfShipment = Index(
    [
        new("externalId", IncomingType.Id, true), new("shippedAt", IncomingType.Instant, true), new("carrier", IncomingType.Text), new("service", IncomingType.Text),
        new("trackingNumber", IncomingType.Id), new("trackingUrl", IncomingType.Text),
        new("lines[].channelLineRef", IncomingType.Id, true), new("lines[].sku", IncomingType.Text), new("lines[].quantity", IncomingType.Quantity, true),
    ]);

    /// <summary>Families of an order whose last part is free.</summary>
    public static IReadOnlyList<string> OpenFamilies { get; } = ["references.", "extensions."];

    public static IReadOnlyList<IncomingTarget> All(IncomingKind kind) => [.. Of(kind).Values.OrderBy(t => t.Path, StringComparer.Ordinal)];

    public static IncomingTarget? Find(IncomingKind kind, string path) =>
        Of(kind).GetValueOrDefault(path)
        ?? (kind == IncomingKind.Order && OpenFamilies.Any(f => path.Length > f.Length && path.Length <= 80 && path.StartsWith(f, StringComparison.Ordinal)) ? new IncomingTarget(path, IncomingType.Text) : null);

    private static FrozenDictionary<string, IncomingTarget> Of(IncomingKind kind) => kind == IncomingKind.Order ? OfOrder : OfShipment;

    private static FrozenDictionary<string, IncomingTarget> Index(IncomingTarget[] targets) => targets.ToFrozenDictionary(t => t.Path, StringComparer.Ordinal);
}
