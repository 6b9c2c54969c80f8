using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Flows;

/// <summary>How canonical documents and flow variables are stored: camelCase, nulls left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CanonicalOrder))]
[JsonSerializable(typeof(FlowVariables))]
[JsonSerializable(typeof(Shipment))]
public sealed partial class FlowJson : JsonSerializerContext;
