using System.Text.Json;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Orders;

namespace Connectors.Protocols.Calls;

/// <summary>
/// What the calls of one operation know so far: the canonical documents, what earlier calls answered, and what was computed from it. One
/// run, one thread.
/// </summary>
internal sealed class CallScope
{
    /// <summary>Null for feeds and log-ins, which are about no order.</summary>
    public MappingInput? Input { get; init; }

    public required Func<string, string?> Setting { get; init; }

    /// <summary>Only where the document is not recorded.</summary>
    public Func<string, string?>? Secret { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>Values with a name of their own: <c>since</c>, <c>offset</c>, <c>size</c>.</summary>
    public IReadOnlyDictionary<string, SourceValue> Named { get; init; } = new Dictionary<string, SourceValue>();

    /// <summary>Call → its answer, the last one where it was made again.</summary>
    public Dictionary<string, JsonElement> Answers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Computed { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls that were made in this run, and not only considered.</summary>
    public HashSet<string> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>True before anything is sent: what only an answer could say is then shown by its name.</summary>
    public bool Preview { get; init; }
}

/// <summary>Where in repeated things a value is read.</summary>
/// <param name="Item">The entry of an answer's list at hand.</param>
internal readonly record struct CallPlace(CallScope Scope, OrderLine? Line = null, ShipmentLine? Shipped = null, int Index = -1, JsonElement? Item = null);

/// <summary>One value: of a canonical document, or a part of an answer.</summary>
internal readonly record struct CallValue(SourceValue Source, JsonElement? Json = null)
{
    public static CallValue Missing => default;

    public static CallValue Of(string? text) => new(SourceValue.Of(text));

    public static CallValue Of(JsonElement? element) =>
        element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } there ? new(default, there) : Missing;

    public bool IsMissing => Source.IsMissing && Json is null;

    /// <summary>Null for nothing, and for objects and lists.</summary>
    public string? Text => Json is { } json ? ControlPlane.Domain.Mappings.Incoming.DocumentPath.TextOf(json) : Source.IsMissing ? null : Source.ToText();
}
