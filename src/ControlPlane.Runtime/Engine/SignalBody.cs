using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Engine;

/// <summary>What a signal carries to the flow that consumes it; stored as JSON on its row.</summary>
public sealed record SignalBody
{
    public required string Summary { get; init; }

    public string? Reason { get; init; }

    public Shipment? Shipment { get; init; }

    /// <summary>The newer version of the order, where the event brought one.</summary>
    public CanonicalOrder? Order { get; init; }

    public IReadOnlyList<Identifier> Correlation { get; init; } = [];

    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];

    /// <summary>What this company's rules found in a message that came before its order was known.</summary>
    public IReadOnlyList<Identifier>? Found { get; init; }

    public IReadOnlyDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SignalBody))]
public sealed partial class SignalJson : JsonSerializerContext;
