using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ControlPlane.Domain.Flows;

namespace ControlPlane.Domain.Schemas;

/// <summary>The canonical documents as JSON Schema, made from their types, so that they cannot say something else than the code.</summary>
public static class CanonicalSchemas
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Name of the subject → document.</summary>
    public static IReadOnlyList<(string Subject, string Title, string Document)> All { get; } =
    [
        ("canonical/order", "Order", Of(FlowJson.Default.CanonicalOrder, "Order")),
        ("canonical/shipment", "Shipment", Of(FlowJson.Default.Shipment, "Shipment")),
    ];

    private static string Of(System.Text.Json.Serialization.Metadata.JsonTypeInfo type, string title)
    {
        var schema = type.GetJsonSchemaAsNode(new() { TreatNullObliviousAsNonNullable = true }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema.ToJsonString(Indented);
    }
}
