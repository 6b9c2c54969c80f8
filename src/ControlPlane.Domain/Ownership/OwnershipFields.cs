using System.Collections;
using System.Globalization;
using System.Reflection;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Ownership;

/// <summary>What rules can ask for.</summary>
public static class OwnershipFields
{
    public const string Channel = "channel";
    public const string Connector = "connector";
    public const string System = "system";
    public const string Kind = "kind";
    public const string Code = "code";
    public const string Step = "step";
    public const string Stage = "stage";
    public const string Total = "total";
    public const string Country = "country";

    /// <summary>Begins a path in the canonical order.</summary>
    public const string OrderPrefix = "order.";

    /// <summary>In place of a connection's key: it stands here.</summary>
    public const string Us = "us";

    public static readonly IReadOnlyList<string> Named = [Channel, Connector, System, Kind, Code, Step, Stage, Total, Country];

    /// <summary>For a list to choose from: paths that are asked for most.</summary>
    public static readonly IReadOnlyList<string> CommonPaths = ["order.extensions.brand", "order.shippingService", "order.shipTo.region", "order.lines.sku", "order.references.purchaseOrder"];

    public static string Word(FaultKind kind) => kind.ToString() is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";

    /// <summary>Reads the values of a field; null when there is no such field.</summary>
    internal static Func<StuckFacts, IEnumerable<string?>>? Reader(string field) => field switch
    {
        Channel => f => [f.Channel],
        Connector => f => [f.Connector],
        System => f => [f.System ?? Us],
        Kind => f => [Word(f.Kind)],
        Code => f => [f.Code],
        Step => f => [f.Step],
        Stage => f => [f.Stage],
        Country => f => [f.Order?.ShipTo?.CountryCode],
        _ when field.StartsWith(OrderPrefix, StringComparison.Ordinal) => Path(field[OrderPrefix.Length..]),
        _ => null,
    };

    /// <summary>True when reading it needs the order itself.</summary>
    public static bool NeedsOrder(string field) => field == Country || field.StartsWith(OrderPrefix, StringComparison.Ordinal);

    /// <summary>Resolved once, when the table is compiled: lists give each of their values, mappings the one of the key.</summary>
    private static Func<StuckFacts, IEnumerable<string?>>? Path(string path)
    {
        var steps = new List<Func<object, IEnumerable<object?>>>();
        var type = typeof(CanonicalOrder);
        foreach (var name in path.Split('.'))
        {
            if (name.Length == 0)
                return null;
            if (typeof(IReadOnlyDictionary<string, string>).IsAssignableFrom(type))
            {
                steps.Add(o => ((IReadOnlyDictionary<string, string>)o).Where(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Select(p => (object?)p.Value));
                type = typeof(string);
                continue;
            }

            if (type.Namespace != typeof(CanonicalOrder).Namespace || type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not { } property)
                return null;
            type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                type = type.GetGenericArguments()[0];
                steps.Add(o => ((IEnumerable?)property.GetValue(o))?.Cast<object?>() ?? []);
            }
            else
                steps.Add(o => [property.GetValue(o)]);
        }

        // A path that ends in a part of the order, not in a value, has nothing to compare with.
        if (typeof(IReadOnlyDictionary<string, string>).IsAssignableFrom(type) || (type.Namespace == typeof(CanonicalOrder).Namespace && !type.IsEnum))
            return null;
        return facts =>
        {
            IEnumerable<object?> values = [facts.Order];
            foreach (var step in steps)
                values = values.Where(v => v is not null).SelectMany(v => step(v!));
            return values.Select(v => v is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : v?.ToString());
        };
    }
}
