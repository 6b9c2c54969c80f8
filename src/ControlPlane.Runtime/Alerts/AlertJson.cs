using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Alerts;

namespace ControlPlane.Runtime.Alerts;

/// <summary>What a channel is given to show. Plain words; each door makes its own format of it.</summary>
/// <param name="Event"><c>alert.firing</c>, <c>alert.updated</c>, <c>alert.acknowledged</c>, <c>alert.escalated</c>, <c>alert.resolved</c>, <c>budget.note</c> or <c>alert.test</c>.</param>
/// <param name="Urgency"><c>page</c>, <c>ticket</c> or <c>note</c>.</param>
/// <param name="Path">Where in the portal it leads.</param>
/// <param name="Facts">Name and value, in the order in which they are shown.</param>
/// <param name="OrdersPath">The orders behind it; null = none.</param>
public sealed record AlertMessage(string Event, string Urgency, Guid? Incident, string Title, string Cause, IReadOnlyList<AlertMessageFact> Facts, string? Runbook, string Path, string? OrdersPath);

public sealed record AlertMessageFact(string Name, string Value);

/// <summary>How facts and messages are kept.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(AlertFacts))]
[JsonSerializable(typeof(AlertMessage))]
internal sealed partial class AlertJson : JsonSerializerContext
{
    public static string Write(AlertFacts facts) => JsonSerializer.Serialize(facts, Default.AlertFacts);

    public static AlertFacts Read(string text) => JsonSerializer.Deserialize(text, Default.AlertFacts) ?? throw new InvalidDataException("An incident's facts are empty.");

    public static string Write(AlertMessage message) => JsonSerializer.Serialize(message, Default.AlertMessage);

    public static AlertMessage? Message(string? text) => text is null ? null : JsonSerializer.Deserialize(text, Default.AlertMessage);
}
