using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Mappings;

/// <summary>Everything that a mapping may read. Nothing else: no clock, no secrets, no database.</summary>
public sealed record MappingInput
{
    public required CanonicalOrder Order { get; init; }

    /// <summary>The shipment that the step is about; null before the first.</summary>
    public Shipment? Shipment { get; init; }

    public required FlowVariables Variables { get; init; }

    public required Connection Connection { get; init; }

    public required string Reference { get; init; }

    /// <summary>What the connector's manifest says for settings that the connection leaves out.</summary>
    public IReadOnlyDictionary<string, string> SettingDefaults { get; init; } = NoDefaults;

    public string CorrelationId { get; init; } = "";

    public string IdempotencyKey { get; init; } = "";

    /// <summary>The number of this very write, for operations that are numbered; null otherwise.</summary>
    public long? Number { get; init; }

    /// <summary>When the document is made; null outside of an operation.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The instant whose crosswalk entries count: when the document is made, or when the order was placed.</summary>
    public DateTimeOffset CrosswalksAt => At ?? Order.PlacedAt;

    /// <summary>As they were when the mapping began.</summary>
    public ICrosswalks Crosswalks => _crosswalks ??= Connection.Crosswalks.Pinned();

    private ICrosswalks? _crosswalks;

    private static readonly IReadOnlyDictionary<string, string> NoDefaults = new Dictionary<string, string>();

    public string? Setting(string name) => Connection.Setting(name) ?? SettingDefaults.GetValueOrDefault(name);

    /// <summary>With further outputs, which take the place of those of the same name.</summary>
    public MappingInput With(IReadOnlyDictionary<string, string> outputs)
    {
        var all = new Dictionary<string, string>(Variables.Outputs, StringComparer.Ordinal);
        foreach (var (name, value) in outputs)
            all[name] = value;
        return this with { Variables = Variables with { Outputs = all } };
    }

    public static MappingInput From(OperationRequest request, IReadOnlyDictionary<string, string>? settingDefaults = null) => new()
    {
        Order = request.Order,
        Shipment = request.Shipment,
        Variables = request.Variables,
        Connection = request.Connection,
        SettingDefaults = settingDefaults ?? NoDefaults,
        Reference = request.Reference,
        CorrelationId = request.CorrelationId,
        IdempotencyKey = request.IdempotencyKey,
        Number = request.Number,
        At = request.At == default ? null : request.At,
    };
}

/// <summary>Where in the repeated lines a mapping stands; outside of them only the input is set.</summary>
/// <param name="Index">Of the line in its canonical list, counted from 0.</param>
public readonly record struct MappingScope(MappingInput Input, OrderLine? Line = null, ShipmentLine? Shipped = null, int Index = -1);
