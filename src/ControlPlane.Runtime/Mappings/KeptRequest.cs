using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;

namespace ControlPlane.Runtime.Mappings;

/// <summary>
/// What an operation was asked for, as the body of a kept test: the canonical order, what the flow knows, the number and the time that
/// the mapping sees. The other way round than a message, in the same table; the content type tells them apart.
/// </summary>
public static class KeptRequest
{
    public const string ContentType = "application/vnd.controlplane.request+json";

    /// <summary>Not masked yet.</summary>
    public static byte[] Write(OperationRequest request) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["transactionId"] = request.TransactionId,
        ["reference"] = request.Reference,
        ["correlationId"] = request.CorrelationId,
        ["number"] = request.Number,
        ["at"] = request.At,
        ["order"] = JsonSerializer.SerializeToNode(request.Order, FlowJson.Default.CanonicalOrder),
        ["variables"] = JsonSerializer.SerializeToNode(request.Variables, FlowJson.Default.FlowVariables),
    });

    /// <exception cref="JsonException">It is none.</exception>
    public static OperationRequest Read(ReadOnlySpan<byte> body, Connection connection)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("order", out var order) || !root.TryGetProperty("variables", out var variables))
            throw new JsonException("A kept request holds an order and variables.");
        return new()
        {
            Connection = connection,
            TransactionId = root.TryGetProperty("transactionId", out var id) && id.TryGetGuid(out var transaction) ? transaction : Guid.Empty,
            Reference = Text(root, "reference"),
            CorrelationId = Text(root, "correlationId"),
            IdempotencyKey = OutgoingTrials.IdempotencyKey,
            Number = root.TryGetProperty("number", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : null,
            At = root.TryGetProperty("at", out var at) && at.TryGetDateTimeOffset(out var time) ? time : default,
            Order = order.Deserialize(FlowJson.Default.CanonicalOrder) ?? throw new JsonException("The order is empty."),
            Variables = variables.Deserialize(FlowJson.Default.FlowVariables) ?? throw new JsonException("The variables are empty."),
        };
    }

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
